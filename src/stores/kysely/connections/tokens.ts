import { sql } from 'kysely'
import type { Added, ConnectionsStore, StoredClient, StoredToken } from '../../connections.js'
import type { Dialect } from '../dialect/dialect.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'
import type { ConnectionRows } from './connection-rows.js'
import { readTime, storable, tenantKey } from './stored-rows.js'
import type { ConnectionsWork } from './work.js'

/** The part of the store that is about tokens. */
type Tokens = Pick<ConnectionsStore, 'addToken' | 'tokens' | 'revokeToken' | 'findTokens' | 'touch'>

/** Whether a token or client is worth something at a time. */
export function hasNotEnded(now: string): Sql {
  return sql`revoked is null and (expires is null or expires > ${now})`
}

/**
 * Locks a connection until the end of the transaction, so that what is added to it is counted one after the other, and
 * says what keeps something from being added. Whoever locks several rows begins with the connection, and comes to tokens
 * last.
 */
export async function lockConnection(
  db: Database,
  { connections }: ConnectionRows,
  { tenant, connection }: StoredToken | StoredClient,
): Promise<Added | undefined> {
  const [row] = await query(
    db,
    sql`update ${connections.table} set name = name where id = ${storable(connection)} and tenant = ${tenantKey(tenant)} returning disconnected`,
  )
  if (!row) return 'noConnection'
  return row.disconnected === null ? undefined : 'disconnected'
}

/** How many rows a statement counts as `m_count`. */
export async function countOf(db: Database, from: Sql): Promise<number> {
  const [row] = await query(db, sql`select count(*) as m_count from ${from}`)
  return Number(row?.m_count)
}

export function tokensIn(work: ConnectionsWork, rows: ConnectionRows, dialect: Dialect): Tokens {
  const { tokens, clients, connections } = rows
  return {
    addToken: (token, limit, replaced) =>
      work.runAsOne(async (db) => {
        const refused = await lockConnection(db, rows, token)
        if (refused) return refused
        const { kind, client, connection, created: now } = token
        const isOfClient = client === undefined ? sql`client is null` : sql`client = ${client}`
        if (kind === 'access')
          await query(
            db,
            sql`delete from ${tokens.table} where ${isOfClient} and kind = 'access' and expires <= ${now}`,
          )
        const isBeside = sql`connection = ${connection} and kind = ${kind} and ${isOfClient} and ${hasNotEnded(now)}`
        const old = replaced && sql`id = ${storable(replaced.id)} and ${isBeside}`
        if (old && (await countOf(db, sql`${tokens.table} where ${old}`)) === 0) return 'notFound'
        if (limit > 0 && (await countOf(db, sql`${tokens.table} where ${isBeside}`)) >= limit)
          return 'tooMany'
        if (old)
          await query(
            db,
            sql`update ${tokens.table} set expires = ${replaced.expires} where ${old} and expires > ${replaced.expires}`,
          )
        await query(db, tokens.insert(token))
        return 'added'
      }),

    async tokens(tenant, connection) {
      const found = await work.run(
        sql`select ${tokens.columns('t')} from ${tokens.table} as t where t.connection = ${storable(connection)} and t.kind = 'token' and t.tenant = ${tenantKey(tenant)} order by t.seq`,
      )
      return found.map((row) => tokens.read(row, 't'))
    },

    async revokeToken(tenant, id, time) {
      const revoked = await work.run(
        sql`update ${tokens.table} set revoked = coalesce(revoked, ${time}) where id = ${storable(id)} and tenant = ${tenantKey(tenant)} and kind = 'token' returning id`,
      )
      return revoked.length > 0
    },

    async findTokens(digests) {
      const { values, instants } = dialect
      const isAsked = values.isOneOf(sql.ref('t.digest'), values.listParameter(digests), 'text')
      const found = await work.run(
        sql`select ${tokens.columns('t')}, ${connections.columns('c')}, ${instants.asText(sql.ref('k.revoked'))} as k_revoked from ${tokens.table} as t join ${connections.table} as c on c.id = t.connection left join ${clients.table} as k on k.id = t.client where ${isAsked}`,
      )
      return found.map((row) => ({
        token: tokens.read(row, 't'),
        connection: connections.read(row, 'c'),
        clientRevoked: row.k_revoked === null ? undefined : readTime(row.k_revoked),
      }))
    },

    /** Not as one: a connection that sends much would keep others waiting for its rows. */
    async touch({ token, client, connection, time, unlessSince }) {
      const used = (table: Sql, column: Sql, id: string) =>
        work.run(
          sql`update ${table} set ${column} = ${time} where id = ${id} and (${column} is null or ${column} <= ${unlessSince})`,
        )
      await used(connections.table, sql`last_seen`, connection)
      if (client !== undefined) await used(clients.table, sql`last_used`, client)
      await used(tokens.table, sql`last_used`, token)
    },
  }
}
