import type { Authenticate, Caller } from '../auth/index.js'
import type { Profile } from '../idp/index.js'
import type { ClientMethod, ConnectionLink, GuestLinkStore } from '../stores/index.js'
import type { ClientRegistry } from './client-registry.js'

/**
 * One identity provider of one tenant. Times are RFC 3339 texts in UTC with milliseconds, such as
 * `2026-11-28T10:40:00.000Z`.
 */
export interface Connection {
  readonly id: string
  readonly tenant: string | undefined
  /** Such as `Okta production`; the `actor` of its requests. */
  readonly name: string
  /** Such as `okta`. */
  readonly provider: string
  /** The name of one of the `profiles`; undefined: the profile of everyone. */
  readonly profile: string | undefined
  readonly created: string
  /** Who created it, where that was told. */
  readonly createdBy: string | undefined
  /** When it last sent a request with a valid credential, give or take a minute. */
  readonly lastSeen: string | undefined
  /** When it was disconnected; undefined while it may send requests. */
  readonly disconnected: string | undefined
}

/** What a credential is worth. */
export type CredentialState = 'live' | 'expired' | 'revoked'

/** An API token, without its text: that was shown when it was issued, and is nowhere now. */
export interface ApiToken {
  readonly id: string
  readonly tenant: string | undefined
  /** The id of its connection. */
  readonly connection: string
  /** The last four characters, by which people tell tokens apart. */
  readonly ending: string
  readonly created: string
  readonly createdBy: string | undefined
  readonly expires: string
  /** Give or take a minute. */
  readonly lastUsed: string | undefined
  readonly revoked: string | undefined
  readonly state: CredentialState
}

/** A token that was just issued. */
export interface IssuedToken extends ApiToken {
  /** The token's text. Show it once: only its digest is stored. */
  readonly secret: string
}

/** A client of the token endpoint of `scimkit/oauth`. */
export interface Client {
  /** The `client_id`. */
  readonly id: string
  readonly tenant: string | undefined
  readonly connection: string
  readonly method: ClientMethod
  /** The last four characters of its secret, where it has one. */
  readonly ending: string | undefined
  /** `federated`: who signs its assertions, about whom and for whom. */
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly audience: string | undefined
  readonly created: string
  readonly createdBy: string | undefined
  /** When its secret ends; undefined: it has none. */
  readonly expires: string | undefined
  readonly lastUsed: string | undefined
  readonly revoked: string | undefined
  readonly state: CredentialState
}

/** A client that was just added. */
export interface AddedClient extends Client {
  /** The `client_secret`, of a client that has one. Show it once: only its digest is stored. */
  readonly secret: string | undefined
}

/** What names a connection: nothing of another tenant is ever found. */
export interface ConnectionName {
  /** Left out for a service without tenants. */
  readonly tenant?: string | undefined
  /** The id of the connection. */
  readonly connection: string
}

/** A public key of a client: a JSON Web Key (RFC 7517). */
export interface PublicKey {
  readonly kty: string
  readonly kid?: string | undefined
  readonly [member: string]: unknown
}

/** How a client proves who it is: one of the three, by default a secret. */
export type ClientProof =
  | { readonly federation?: undefined; readonly keys?: undefined }
  /** By assertions of an issuer that the token endpoint's allow-list has, such as those of a workload identity. */
  | {
      readonly federation: { readonly issuer: string; readonly subject: string; readonly audience: string }
      readonly keys?: undefined
    }
  /** By assertions that the client signs itself: its public keys. */
  | { readonly keys: readonly PublicKey[]; readonly federation?: undefined }

/** Options of {@link Connections.create}. */
export interface NewConnection {
  /** Left out for a service without tenants. */
  readonly tenant?: string | undefined
  readonly name: string
  readonly provider: string
  /** The name of one of the `profiles`. Default: the profile of everyone. */
  readonly profile?: string | undefined
  /** Who creates it, for the page that lists connections. */
  readonly createdBy?: string | undefined
}

/** Options of {@link Connections.issueToken}. */
export interface NewToken extends ConnectionName {
  /** Default: in 365 days; in three years at most. */
  readonly expires?: Date | undefined
  readonly createdBy?: string | undefined
}

/** Options of {@link Connections.rotateToken}. */
export interface TokenRotation extends NewToken {
  /** The id of the token that is replaced. */
  readonly token: string
  /** Milliseconds for which the replaced token still works, from 0 on. Default: seven days. */
  readonly overlap?: number | undefined
}

/** Options of {@link Connections.addClient}. */
export type NewClient = ConnectionName &
  ClientProof & {
    /** When its secret ends. Default: in 365 days; in three years at most. Not for clients without a secret. */
    readonly expires?: Date | undefined
    readonly createdBy?: string | undefined
  }

/** Which links {@link Connections.links} returns. */
export interface LinkOptions extends ConnectionName {
  /** Default: `User`. */
  readonly resourceType?: string | undefined
  /** The id of the last link of the page before. */
  readonly after?: string | undefined
  /** Default: 100; 1000 at most. */
  readonly limit?: number | undefined
}

/** Why a credential was refused. */
export type RefusalReason =
  /** It does not look like a credential of this service. */
  | 'malformed'
  /** A character is wrong or missing. */
  | 'checksum'
  /** It looks right, and was never issued. */
  | 'unknown'
  /** It is the secret of a client, which is for the token endpoint. */
  | 'clientSecret'
  /** It is no token: a client of the token endpoint of `scimkit/oauth` has not proven who it is. */
  | 'client'
  | 'expired'
  | 'revoked'
  | 'disconnected'

/** A request with a credential that was refused. */
export interface RefusedCredential {
  readonly reason: RefusalReason
  /** An RFC 3339 text in UTC. */
  readonly time: string
  /** The last four characters of what was sent, where it was long enough that this gives nothing away. */
  readonly ending: string | undefined
  /** The tenant and connection that the credential once belonged to, where it is known. */
  readonly tenant: string | undefined
  readonly connection: string | undefined
}

/** How many requests were refused for their credential. */
export interface Refusals {
  readonly count: number
  readonly last: RefusedCredential | undefined
}

/** The connections of a service's tenants to their identity providers, and their credentials. */
export interface Connections {
  /** Identifies the caller of a request by a token of a connection, for `createScim`. */
  readonly authenticate: Authenticate
  /**
   * The profile of a caller's connection, for `createScim`: one of the `profiles`, or the default one.
   *
   * @example
   * createScim({ authenticate: connections.authenticate, profile: connections.profile, users })
   */
  readonly profile: (caller: Caller) => Profile

  /** @throws TypeError for a name, provider, tenant or profile that is none. */
  create(connection: NewConnection): Promise<Connection>
  /** The connections of a tenant in the order in which they were created, also those that are disconnected. */
  list(options?: { readonly tenant?: string | undefined }): Promise<readonly Connection[]>
  /** A connection; undefined where the tenant has none with this id. */
  get(name: ConnectionName): Promise<Connection | undefined>
  /**
   * Disconnects a connection for ever: its tokens and clients are revoked. The resources that it has written stay.
   *
   * @throws ScimError 404 where the tenant has no such connection; nothing where it is disconnected already.
   */
  disconnect(name: ConnectionName): Promise<void>

  /** The tokens of a connection in the order in which they were issued, also those that have ended. */
  tokens(name: ConnectionName): Promise<readonly ApiToken[]>
  /**
   * Issues a token. Its text is in the result, and nowhere else.
   *
   * @throws ScimError 404 where the tenant has no such connection; 409 where it is disconnected, or has two live tokens.
   */
  issueToken(options: NewToken): Promise<IssuedToken>
  /**
   * Issues a token in place of another one, which still works for the time of `overlap`.
   *
   * @throws ScimError 404 where the connection has no such live token; 409 as for {@link issueToken}.
   */
  rotateToken(options: TokenRotation): Promise<IssuedToken>
  /**
   * Revokes a token: at once in this process, and in others within the time of `revokedWithin`.
   *
   * @throws ScimError 404 where the tenant has no such token.
   */
  revokeToken(options: { readonly tenant?: string | undefined; readonly token: string }): Promise<void>

  /** The clients of a connection in the order in which they were added, also those that have ended. */
  clients(name: ConnectionName): Promise<readonly Client[]>
  /**
   * Adds a client of the token endpoint of `scimkit/oauth`.
   *
   * @throws ScimError 404 where the tenant has no such connection; 409 where it is disconnected or has ten live clients,
   * or where a client of any tenant has the same issuer, subject and audience.
   * @example
   * await connections.addClient({ tenant: 'acme', connection: id })                                  // a secret
   * await connections.addClient({ tenant: 'acme', connection: id, federation: { issuer, subject, audience } })
   */
  addClient(options: NewClient): Promise<AddedClient>
  /**
   * Revokes a client and the access tokens that were issued to it.
   *
   * @throws ScimError 404 where the tenant has no such client.
   */
  revokeClient(options: { readonly tenant?: string | undefined; readonly client: string }): Promise<void>

  /** What a connection has written, in the order of the resources' ids. */
  links(options: LinkOptions): Promise<readonly ConnectionLink[]>
  /** Which connections have written a resource. */
  linksOf(resource: {
    readonly tenant?: string | undefined
    readonly resourceType?: string | undefined
    readonly id: string
  }): Promise<readonly ConnectionLink[]>

  /**
   * The requests that this process has refused for their credential, those to the token endpoint of `scimkit/oauth` among
   * them, and the last of them: of a connection, those with a credential that was once its own, or that named one of its
   * clients; without one, those with a credential that no connection ever had.
   */
  refusals(options?: Partial<ConnectionName>): Refusals

  /** For the token endpoint of `scimkit/oauth`. */
  readonly registry: ClientRegistry
  /** For the guests of `scimkit/portal`. */
  readonly guests: GuestLinkStore
}
