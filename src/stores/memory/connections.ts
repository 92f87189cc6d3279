import type {
  Added,
  ConnectionLink,
  ConnectionsStore,
  FoundClient,
  StoredClient,
  StoredConnection,
  StoredToken,
} from '../connections.js'
import { memoryGuestLinks } from './guest-links.js'

function isLive({ revoked, expires }: StoredToken | StoredClient, now: string): boolean {
  return revoked === undefined && (expires === undefined || expires > now)
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** Each field that is given a value, and the others as they are. */
function changeAll<R extends { readonly id: string }>(
  rows: Map<string, R>,
  which: (row: R) => boolean,
  change: (row: R) => Partial<R>,
): number {
  let count = 0
  for (const row of rows.values()) {
    if (!which(row)) continue
    count++
    rows.set(row.id, { ...row, ...change(row) })
  }
  return count
}

/**
 * A store of connections in this process's memory, for trying out, tests and demonstrations: all connections and
 * credentials are gone when the process ends, and no other process knows them.
 *
 * @example
 * const connections = createConnections({ store: memoryConnections() })
 */
export function memoryConnections(): ConnectionsStore {
  const connections = new Map<string, StoredConnection>()
  const tokens = new Map<string, StoredToken>()
  const tokensByDigest = new Map<string, string>()
  const clients = new Map<string, StoredClient>()
  const assertions = new Map<string, string>()
  const links = new Map<string, ConnectionLink>()

  function inTenant(tenant: string | undefined, id: string): StoredConnection | undefined {
    const found = connections.get(id)
    return found?.tenant === tenant ? found : undefined
  }

  /** What keeps something from being added to a connection. */
  function obstacle({ tenant, connection: id }: StoredToken | StoredClient): Added | undefined {
    const connection = inTenant(tenant, id)
    if (!connection) return 'noConnection'
    return connection.disconnected === undefined ? undefined : 'disconnected'
  }

  function found(client: StoredClient | undefined): FoundClient | undefined {
    const connection = client && connections.get(client.connection)
    return connection && { client, connection }
  }

  function dropExpired(client: string | undefined, now: string): void {
    for (const token of tokens.values()) {
      if (token.kind !== 'access' || token.client !== client || token.expires > now) continue
      tokens.delete(token.id)
      tokensByDigest.delete(token.digest)
    }
  }

  const guestLinks = memoryGuestLinks()
  return {
    guestLinks,
    async addConnection(connection) {
      connections.set(connection.id, connection)
    },
    connections: async (tenant) => [...connections.values()].filter((one) => one.tenant === tenant),
    connection: async (tenant, id) => inTenant(tenant, id),
    async disconnect(tenant, id, time) {
      const connection = inTenant(tenant, id)
      if (!connection || connection.disconnected !== undefined) return false
      connections.set(id, { ...connection, disconnected: time })
      const isOurs = (one: StoredToken | StoredClient) => one.connection === id && one.revoked === undefined
      changeAll(tokens, isOurs, () => ({ revoked: time }))
      changeAll(clients, isOurs, () => ({ revoked: time }))
      for (const { id: link } of await guestLinks.list(tenant, id))
        await guestLinks.revoke(tenant, link, time)
      return true
    },

    async addToken(token, limit, replaced) {
      const refused = obstacle(token)
      if (refused) return refused
      const { kind, client, connection, created: now } = token
      if (kind === 'access') dropExpired(client, now)
      const old = replaced && tokens.get(replaced.id)
      if (replaced && !(old && old.kind === kind && old.connection === connection && isLive(old, now)))
        return 'notFound'
      const isBeside = (one: StoredToken) =>
        one.kind === kind && one.connection === connection && one.client === client && isLive(one, now)
      if (limit > 0 && [...tokens.values()].filter(isBeside).length >= limit) return 'tooMany'
      if (old && replaced && replaced.expires < old.expires)
        tokens.set(old.id, { ...old, expires: replaced.expires })
      tokens.set(token.id, token)
      tokensByDigest.set(token.digest, token.id)
      return 'added'
    },
    tokens: async (tenant, id) =>
      [...tokens.values()].filter(
        ({ tenant: of, kind, connection }) => of === tenant && kind === 'token' && connection === id,
      ),
    async revokeToken(tenant, id, time) {
      const token = tokens.get(id)
      if (token?.tenant !== tenant || token?.kind !== 'token') return false
      tokens.set(id, { ...token, revoked: token.revoked ?? time })
      return true
    },
    async findTokens(digests) {
      return digests.flatMap((digest) => {
        const token = tokens.get(tokensByDigest.get(digest) ?? '')
        const connection = token && connections.get(token.connection)
        if (!connection) return []
        return [{ token, connection, clientRevoked: clients.get(token.client ?? '')?.revoked }]
      })
    },
    async touch({ token, client, connection, time, unlessSince }) {
      const isDue = (last: string | undefined) => last === undefined || last <= unlessSince
      changeAll(
        tokens,
        ({ id, lastUsed }) => id === token && isDue(lastUsed),
        () => ({ lastUsed: time }),
      )
      changeAll(
        clients,
        ({ id, lastUsed }) => id === client && isDue(lastUsed),
        () => ({ lastUsed: time }),
      )
      changeAll(
        connections,
        ({ id, lastSeen }) => id === connection && isDue(lastSeen),
        () => ({ lastSeen: time }),
      )
    },

    async addClient(client, limit) {
      const refused = obstacle(client)
      if (refused) return refused
      const { trust, connection, created: now } = client
      const others = [...clients.values()].filter((one) => one.revoked === undefined)
      if (trust !== undefined && others.some((one) => one.trust === trust)) return 'taken'
      const beside = others.filter((one) => one.connection === connection && isLive(one, now))
      if (beside.length >= limit) return 'tooMany'
      clients.set(client.id, client)
      return 'added'
    },
    clients: async (tenant, id) =>
      [...clients.values()].filter((one) => one.tenant === tenant && one.connection === id),
    async revokeClient(tenant, id, time) {
      const client = clients.get(id)
      if (!client || client.tenant !== tenant) return false
      clients.set(id, { ...client, revoked: client.revoked ?? time })
      changeAll(
        tokens,
        (token) => token.client === id && token.revoked === undefined,
        () => ({ revoked: time }),
      )
      return true
    },
    findClients: async (ids) => ids.flatMap((id) => found(clients.get(id)) ?? []),
    findTrusted: async (trusts) =>
      [...clients.values()]
        .filter(
          ({ trust, revoked }) => revoked === undefined && trust !== undefined && trusts.includes(trust),
        )
        .flatMap((client) => found(client) ?? []),
    async useAssertion(key, expires, now) {
      for (const [other, end] of assertions) if (end <= now) assertions.delete(other)
      if (assertions.has(key)) return false
      assertions.set(key, expires)
      return true
    },

    async link({ tenant, resourceType, id, connection, time, isDeleted }) {
      if (isDeleted) {
        for (const [key, link] of links)
          if (link.tenant === tenant && link.resourceType === resourceType && link.id === id)
            links.delete(key)
        return
      }
      const key = JSON.stringify([tenant, resourceType, id, connection])
      const firstSeen = links.get(key)?.firstSeen ?? time
      links.set(key, { tenant, resourceType, id, connection, firstSeen, lastChange: time })
    },
    links: async ({ tenant, connection, resourceType, after, limit }) =>
      [...links.values()]
        .filter((one) => one.tenant === tenant && one.connection === connection)
        .filter((one) => one.resourceType === resourceType && (after === undefined || one.id > after))
        .sort(byId)
        .slice(0, limit),
    linksOf: async (tenant, resourceType, id) =>
      [...links.values()].filter(
        (one) => one.tenant === tenant && one.resourceType === resourceType && one.id === id,
      ),
  }
}
