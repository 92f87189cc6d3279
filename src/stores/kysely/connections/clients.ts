import { sql } from 'kysely'
import { isScimError } from '../../../protocol/index.js'
import type { ConnectionsStore, FoundClient } from '../../connections.js'
import type { Dialect } from '../dialect/dialect.js'
import { query } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'
import type { ConnectionRows } from './connection-rows.js'
import { storable, tenantKey } from './stored-rows.js'
import { countOf, hasNotEnded, lockConnection } from './tokens.js'
import type { ConnectionsWork } from './work.js'

/** The part of the store that is about clients of the token endpoint. */
type Clients = Pick<
  ConnectionsStore,
  'addClient' | 'clients' | 'revokeClient' | 'findClients' | 'findTrusted' | 'useAssertion'
>

/** Milliseconds between two removals of assertions that have expired. */
const cleaningInterval = 60_000
/** Milliseconds for which they stay then: the clock of another process, which still accepts them, may be behind. */
const cleaningMargin = 600_000

export function clientsIn(work: ConnectionsWork, rows: ConnectionRows, dialect: Dialect): Clients {
  const { clients, connections, tokens, assertions } = rows
  let cleaned = 0

  async function find(condition: Sql): Promise<readonly FoundClient[]> {
    const found = await work.run(
      sql`select ${clients.columns('k')}, ${connections.columns('c')} from ${clients.table} as k join ${connections.table} as c on c.id = k.connection where ${condition} order by k.seq`,
    )
    return found.map((row) => ({ client: clients.read(row, 'k'), connection: connections.read(row, 'c') }))
  }

  function isOneOf(column: string, texts: readonly string[]): Sql {
    const { values } = dialect
    return values.isOneOf(sql.ref(column), values.listParameter(texts), 'text')
  }

  return {
    async addClient(client, limit) {
      const { trust, connection, created: now } = client
      const isSame = sql`trust = ${trust ?? null} and revoked is null`
      const add = work.runAsOne(async (db) => {
        const refused = await lockConnection(db, rows, client)
        if (refused) return refused
        if (trust !== undefined && (await countOf(db, sql`${clients.table} where ${isSame}`)) > 0)
          return 'taken'
        const beside = sql`${clients.table} where connection = ${connection} and ${hasNotEnded(now)}`
        if ((await countOf(db, beside)) >= limit) return 'tooMany'
        await query(db, clients.insert(client))
        return 'added'
      })
      return add.catch((error) => {
        // Another process has added its like meanwhile: nothing but `trust` is there twice.
        const isTaken = isScimError(error) && error.scimType === 'uniqueness' && trust !== undefined
        if (isTaken) return 'taken'
        throw error
      })
    },

    async clients(tenant, connection) {
      const found = await work.run(
        sql`select ${clients.columns('k')} from ${clients.table} as k where k.connection = ${storable(connection)} and k.tenant = ${tenantKey(tenant)} order by k.seq`,
      )
      return found.map((row) => clients.read(row, 'k'))
    },

    revokeClient: (tenant, id, time) =>
      work.runAsOne(async (db) => {
        const revoked = await query(
          db,
          sql`update ${clients.table} set revoked = coalesce(revoked, ${time}) where id = ${storable(id)} and tenant = ${tenantKey(tenant)} returning id`,
        )
        if (revoked.length === 0) return false
        await query(
          db,
          sql`update ${tokens.table} set revoked = ${time} where client = ${storable(id)} and revoked is null`,
        )
        return true
      }),

    findClients: (ids) => find(isOneOf('k.id', ids.map(storable))),
    findTrusted: (trusts) => find(sql`k.revoked is null and ${isOneOf('k.trust', trusts)}`),

    async useAssertion(key, expires, now) {
      const time = Date.now()
      if (time - cleaned >= cleaningInterval) {
        cleaned = time
        const before = new Date(Date.parse(now) - cleaningMargin).toISOString()
        await work.run(sql`delete from ${assertions} where expires <= ${before}`)
      }
      // One that has expired and was not removed yet is as good as none.
      const used = await work.run(
        sql`insert into ${assertions} as a (key, expires) values (${storable(key)}, ${expires}) on conflict (key) do update set expires = excluded.expires where a.expires <= ${now} returning key`,
      )
      return used.length > 0
    },
  }
}
