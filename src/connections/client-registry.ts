import { equalInConstantTime } from '../auth/index.js'
import type { ConnectionsStore, FoundClient } from '../stores/index.js'
import { BatchedLookup } from './batched-lookup.js'
import { endingOf, kindOfSecret, makeSecret, sha256 } from './secret-text.js'

/** An access token that was just issued. */
export interface AccessToken {
  /** The token's text: only its digest is stored. */
  readonly secret: string
  readonly expires: string
}

/** What the token endpoint of `scimkit/oauth` needs of connections. */
export interface ClientRegistry {
  /**
   * The client with this id; undefined where there is none, or it is worth nothing any more. `isProven`: whether a client
   * has proven before that it is this one.
   */
  find(id: string, known: { readonly isProven: boolean }): Promise<FoundClient | undefined>
  /**
   * The clients that trust assertions of one of these issuers about a subject for one of these audiences, of whatever
   * tenant: more than one is ambiguous.
   */
  findTrusted(asked: AskedTrust): Promise<readonly FoundClient[]>
  /** Whether a client trusts assertions of one of these issuers about a subject for one of these audiences. */
  isTrusted(
    found: FoundClient,
    issuers: readonly string[],
    subject: string,
    audiences: readonly string[],
  ): boolean
  /** Whether a text can be the secret of a client: asks no store. */
  isSecret(text: string): boolean
  /** Whether a text is the secret of a client; does the same work where there is no client. */
  isSecretOf(found: FoundClient | undefined, secret: string): Promise<boolean>
  /** Issues an access token for some seconds; undefined where its connection was disconnected meanwhile. */
  issue(found: FoundClient, seconds: number): Promise<AccessToken | undefined>
  /** Remembers an assertion until it expires; false where it was used before. */
  useAssertion(key: string, expires: Date): Promise<boolean>
  /** Counts a client that was refused; undefined: it is not known. */
  countRefused(found: FoundClient | undefined): void
}

/** What an assertion says that may be trusted. */
export interface AskedTrust {
  readonly issuers: readonly string[]
  readonly subject: string
  readonly audiences: readonly string[]
  /** Whether a client has proven before that it is the one that is meant. */
  readonly isProven: boolean
}

/** The three that a federated client is known by, as one text that no two of them share. */
export function trustOf(issuer: string, subject: string, audience: string): Promise<string> {
  return sha256(JSON.stringify([issuer, subject, plainAudience(audience)]))
}

/**
 * An audience as it is compared. Identity providers show one and the same application as `api://{id}/.default`, as
 * `api://{id}` and as `{id}`, and send another spelling than the one that was pasted.
 */
function plainAudience(audience: string): string {
  const withoutScope = audience.endsWith('/.default') ? audience.slice(0, -'/.default'.length) : audience
  return withoutScope.startsWith('api://') ? withoutScope.slice('api://'.length) : withoutScope
}

/** The digest of nothing, as long as any other. */
const noDigest = '-'.repeat(64)

/** What of a connection's clients is valid now. */
function isValid({ client, connection }: FoundClient): boolean {
  if (connection.disconnected !== undefined || client.revoked !== undefined) return false
  return client.expires === undefined || Date.parse(client.expires) > Date.now()
}

/** Looks clients up by one of their texts. */
function lookup(
  find: (keys: readonly string[]) => Promise<readonly FoundClient[]>,
  keyOf: (client: FoundClient['client']) => string | undefined,
) {
  const make = () =>
    new BatchedLookup(async (keys) => {
      // All of one key: a store that has kept two of one trust must not be taken for one that has kept one.
      const found = new Map(keys.map((key): [string, FoundClient[]] => [key, []]))
      for (const one of (await find(keys)).filter(isValid)) found.get(keyOf(one.client) ?? '')?.push(one)
      return found
    })
  // Who has proven who they are never waits for what may be anything.
  return { proven: make(), unproven: make() }
}

/** Makes the part of connections that the token endpoint uses. */
export function clientRegistry(
  store: ConnectionsStore,
  prefix: string,
  countRefused: ClientRegistry['countRefused'],
): ClientRegistry {
  const byId = lookup(
    (ids) => store.findClients(ids),
    ({ id }) => id,
  )
  const byTrust = lookup(
    (trusts) => store.findTrusted(trusts),
    ({ trust }) => trust,
  )
  return {
    find: async (id, { isProven }) => (await (isProven ? byId.proven : byId.unproven).get(id))?.[0],
    async findTrusted({ issuers, subject, audiences, isProven }) {
      const all = issuers.flatMap((issuer) => audiences.map((one) => trustOf(issuer, subject, one)))
      const trusts = [...new Set(await Promise.all(all))]
      const clients = isProven ? byTrust.proven : byTrust.unproven
      const found = await Promise.all(trusts.map((trust) => clients.get(trust)))
      return found.flatMap((some) => some ?? [])
    },
    isTrusted: ({ client }, issuers, subject, audiences) =>
      client.method === 'federated' &&
      issuers.some((issuer) => issuer === client.issuer) &&
      subject === client.subject &&
      audiences.some((one) => plainAudience(one) === plainAudience(client.audience ?? '')),
    isSecret: (text) => kindOfSecret(text, prefix) === 'secret',
    async isSecretOf(found, secret) {
      if (kindOfSecret(secret, prefix) !== 'secret') return false
      return equalInConstantTime(await sha256(secret), found?.client.digest ?? noDigest)
    },
    async issue({ client, connection }, seconds) {
      const secret = makeSecret(prefix, 'access')
      const now = Date.now()
      const expires = new Date(now + seconds * 1000).toISOString()
      const added = await store.addToken(
        {
          id: crypto.randomUUID(),
          kind: 'access',
          tenant: connection.tenant,
          connection: connection.id,
          client: client.id,
          digest: await sha256(secret),
          ending: endingOf(secret),
          created: new Date(now).toISOString(),
          createdBy: undefined,
          expires,
          lastUsed: undefined,
          revoked: undefined,
        },
        0,
      )
      return added === 'added' ? { secret, expires } : undefined
    },
    async useAssertion(key, expires) {
      // Of whatever length the client has made its name, the digest has the same.
      return store.useAssertion(await sha256(key), expires.toISOString(), new Date().toISOString())
    },
    countRefused,
  }
}
