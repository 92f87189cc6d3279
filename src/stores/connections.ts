import type { GuestLinkStore } from './guest-links.js'
import type { Transactions } from './store.js'

/** One identity provider of one tenant, as it is stored. Times are RFC 3339 texts in UTC with milliseconds. */
export interface StoredConnection {
  readonly id: string
  readonly tenant: string | undefined
  readonly name: string
  /** Such as `okta`; a name that the host has for it. */
  readonly provider: string
  /** The name of the profile that its requests are read with; undefined: the default one. */
  readonly profile: string | undefined
  readonly created: string
  readonly createdBy: string | undefined
  /** When it last sent a request with a valid credential, give or take a minute. */
  readonly lastSeen: string | undefined
  /** When it was disconnected: its credentials are worth nothing since. */
  readonly disconnected: string | undefined
}

/** A credential that is sent with each request, of which the store has the digest only. */
export interface StoredToken {
  readonly id: string
  /** `token`: issued to an administrator; `access`: issued to a client by the token endpoint. */
  readonly kind: 'token' | 'access'
  readonly tenant: string | undefined
  readonly connection: string
  /** The client that an access token was issued to. */
  readonly client: string | undefined
  /** SHA-256 of the token's text, as 64 hexadecimal digits. */
  readonly digest: string
  /** The last four characters of the token, by which people tell tokens apart. */
  readonly ending: string
  readonly created: string
  readonly createdBy: string | undefined
  readonly expires: string
  /** Give or take a minute. */
  readonly lastUsed: string | undefined
  readonly revoked: string | undefined
}

/** How a client of the token endpoint proves who it is. */
export type ClientMethod =
  /** By a secret, of which the store has the digest. */
  | 'client_secret'
  /** By an assertion that it has signed with its own key (RFC 7523 section 3). */
  | 'private_key_jwt'
  /** By an assertion that an issuer of the host's allow-list has signed for it. */
  | 'federated'

/** A client of the token endpoint, as it is stored. */
export interface StoredClient {
  /** The `client_id`. */
  readonly id: string
  readonly tenant: string | undefined
  readonly connection: string
  readonly method: ClientMethod
  /** `client_secret`: SHA-256 of the secret, as 64 hexadecimal digits. */
  readonly digest: string | undefined
  /** `client_secret`: the last four characters of the secret. */
  readonly ending: string | undefined
  /** `federated`: who signs, about whom and for whom, as they were given. */
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly audience: string | undefined
  /** `federated`: the three as one text, which no two clients that are not revoked share, of whatever tenant. */
  readonly trust: string | undefined
  /** `private_key_jwt`: the public keys, as the JSON text of a JWK Set. */
  readonly keys: string | undefined
  readonly created: string
  readonly createdBy: string | undefined
  /** Undefined: a client without a secret has no end. */
  readonly expires: string | undefined
  readonly lastUsed: string | undefined
  readonly revoked: string | undefined
}

/** A token with what decides about its worth. */
export interface FoundToken {
  readonly token: StoredToken
  readonly connection: StoredConnection
  /** When the client of an access token was revoked. */
  readonly clientRevoked: string | undefined
}

/** A client with its connection. */
export interface FoundClient {
  readonly client: StoredClient
  readonly connection: StoredConnection
}

/** What has become of something that was to be added to a connection. */
export type Added = 'added' | 'noConnection' | 'disconnected' | 'tooMany' | 'notFound' | 'taken'

/** A token that ends sooner, since another one takes its place. */
export interface ReplacedToken {
  readonly id: string
  /** It ends then, unless it ends sooner anyway. */
  readonly expires: string
}

/** A request with a valid credential. */
export interface Use {
  readonly token: string
  readonly client: string | undefined
  readonly connection: string
  readonly time: string
  /** What was used after this is left as it is: another process has written it. */
  readonly unlessSince: string
}

/** By which connection a resource was written. */
export interface ConnectionLink {
  readonly tenant: string | undefined
  /** Such as `User`. */
  readonly resourceType: string
  /** The `id` of the resource. */
  readonly id: string
  readonly connection: string
  /** When the connection first wrote it. */
  readonly firstSeen: string
  /** When the connection last changed it. */
  readonly lastChange: string
}

/** Which links are asked for. */
export interface LinkQuery {
  readonly tenant: string | undefined
  readonly connection: string
  readonly resourceType: string
  /** Only those behind this one, in the order of ids. */
  readonly after: string | undefined
  readonly limit: number
}

/** A write that a connection has made. */
export interface LinkedWrite {
  readonly tenant: string | undefined
  readonly resourceType: string
  readonly id: string
  readonly connection: string
  readonly time: string
  /** Whether the resource was deleted: then nothing links it any more. */
  readonly isDeleted: boolean
}

/**
 * Where connections, digests of their credentials and links live: the port of `createConnections` of
 * `scimkit/connections`. {@link memoryConnections} is one implementation, `kyselyConnections` of `scimkit/kysely`
 * another.
 *
 * Whoever asks for something of a tenant receives nothing of another one. No method receives a secret.
 */
export interface ConnectionsStore {
  /** What links can be written in. A resource store with the same object has its links written in its transactions. */
  readonly transactions?: Transactions
  /** Links by which people without an account see a connection in `scimkit/portal`. */
  readonly guestLinks: GuestLinkStore

  addConnection(connection: StoredConnection): Promise<void>
  /** The connections of a tenant, also those that are disconnected, in the order in which they were created. */
  connections(tenant: string | undefined): Promise<readonly StoredConnection[]>
  connection(tenant: string | undefined, id: string): Promise<StoredConnection | undefined>
  /** Disconnects a connection and revokes its tokens, clients and links of guests, as one. False where there is none to disconnect. */
  disconnect(tenant: string | undefined, id: string, time: string): Promise<boolean>

  /**
   * Adds a token, and shortens the life of the one that it replaces, as one. `limit`: how many of its kind may be live
   * then, of the connection, or of the client for access tokens; 0: any number. Expired access tokens of the client are
   * removed.
   *
   * @returns `notFound` where the token to be replaced is not live; `tooMany` over the limit.
   */
  addToken(token: StoredToken, limit: number, replaced?: ReplacedToken): Promise<Added>
  /** The tokens of a connection that were issued to administrators, in the order in which they were created. */
  tokens(tenant: string | undefined, connection: string): Promise<readonly StoredToken[]>
  /** False where there is no such token of the tenant; true also where it was revoked before. */
  revokeToken(tenant: string | undefined, id: string, time: string): Promise<boolean>
  /** The tokens that have one of these digests, valid or not, with what decides about them. */
  findTokens(digests: readonly string[]): Promise<readonly FoundToken[]>
  /** Writes when a token, its client and its connection were last used. */
  touch(use: Use): Promise<void>

  /**
   * Adds a client. `limit`: how many of the connection may be live then.
   *
   * @returns `taken` where a client that is not revoked has the same `trust`.
   */
  addClient(client: StoredClient, limit: number): Promise<Added>
  /** The clients of a connection, in the order in which they were created. */
  clients(tenant: string | undefined, connection: string): Promise<readonly StoredClient[]>
  /** Revokes a client, and the access tokens that were issued to it. False where there is no such client of the tenant. */
  revokeClient(tenant: string | undefined, id: string, time: string): Promise<boolean>
  /** The clients with one of these ids, of whatever tenant and valid or not. */
  findClients(ids: readonly string[]): Promise<readonly FoundClient[]>
  /** Clients that are not revoked with one of these texts as `trust`, of whatever tenant. */
  findTrusted(trusts: readonly string[]): Promise<readonly FoundClient[]>
  /**
   * Remembers the use of an assertion until it expires. False where it was used before, in whatever process.
   *
   * @param now those that have expired by then may be forgotten.
   */
  useAssertion(key: string, expires: string, now: string): Promise<boolean>

  /** Writes by which connection a resource was written: in a transaction of {@link transactions}, where one is given. */
  link(write: LinkedWrite, transaction: object | undefined): Promise<void>
  /** Links of a connection, in the order of ids. */
  links(query: LinkQuery): Promise<readonly ConnectionLink[]>
  /** The links of one resource: which connections have written it. */
  linksOf(tenant: string | undefined, resourceType: string, id: string): Promise<readonly ConnectionLink[]>
}
