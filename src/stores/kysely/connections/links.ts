import { sql } from 'kysely'
import type { ConnectionsStore } from '../../connections.js'
import type { ConnectedDatabase } from '../database/connect.js'
import { translateFailure } from '../database/errors.js'
import { retryOnSerializationFailure } from '../database/execute.js'
import { Prepared } from '../database/prepared.js'
import { connectionFor } from '../database/transactions.js'
import type { ConnectionRows } from './connection-rows.js'
import { storable, tenantKey } from './stored-rows.js'
import type { ConnectionsWork } from './work.js'

/** The part of the store that says who has written what. */
type Links = Pick<ConnectionsStore, 'link' | 'links' | 'linksOf'>

interface LinkValues extends Record<string, unknown> {
  readonly tenant: string
  readonly resourceType: string
  readonly id: string
  readonly connection: string
  readonly time: string
}

export function linksIn(
  { db: root, dialect }: ConnectedDatabase,
  work: ConnectionsWork,
  { links }: ConnectionRows,
): Links {
  const insert = new Prepared<LinkValues>(
    (value) =>
      sql`insert into ${links.table} (tenant, resource_type, id, connection, first_seen, last_change) values (${value('tenant')}, ${value('resourceType')}, ${value('id')}, ${value('connection')}, ${value('time')}, ${value('time')}) on conflict (tenant, resource_type, id, connection) do update set last_change = excluded.last_change`,
  )
  const remove = new Prepared<LinkValues>(
    (value) =>
      sql`delete from ${links.table} where tenant = ${value('tenant')} and resource_type = ${value('resourceType')} and id = ${value('id')}`,
  )

  return {
    async link({ tenant, resourceType, id, connection, time, isDeleted }, transaction) {
      const db = connectionFor(root, { transaction })
      const statement = isDeleted ? remove : insert
      const values = { tenant: tenantKey(tenant), resourceType, id: storable(id), connection, time }
      await retryOnSerializationFailure(db, dialect, () => statement.run(db, values), {
        translate: (error) => translateFailure(error, dialect),
      })
    },

    async links({ tenant, connection, resourceType, after, limit }) {
      const isAfter = after === undefined ? sql`` : sql` and l.id > ${storable(after)}`
      const found = await work.run(
        sql`select ${links.columns('l')} from ${links.table} as l where l.tenant = ${tenantKey(tenant)} and l.connection = ${storable(connection)} and l.resource_type = ${storable(resourceType)}${isAfter} order by l.id limit ${limit}`,
      )
      return found.map((row) => links.read(row, 'l'))
    },

    async linksOf(tenant, resourceType, id) {
      const found = await work.run(
        sql`select ${links.columns('l')} from ${links.table} as l where l.tenant = ${tenantKey(tenant)} and l.resource_type = ${storable(resourceType)} and l.id = ${storable(id)} order by l.first_seen, l.connection`,
      )
      return found.map((row) => links.read(row, 'l'))
    },
  }
}
