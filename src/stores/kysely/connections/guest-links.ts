import { sql } from 'kysely'
import type { GuestLinkStore } from '../../guest-links.js'
import type { ConnectionRows } from './connection-rows.js'
import { storable, tenantKey } from './stored-rows.js'
import type { ConnectionsWork } from './work.js'

/** Milliseconds for which a link that has expired can still be seen. */
const shownFor = 31 * 86_400_000

/** Links of guests in their table. */
export function guestLinksIn(work: ConnectionsWork, { guestLinks }: ConnectionRows): GuestLinkStore {
  return {
    async add(link) {
      const forgotten = new Date(Date.parse(link.created) - shownFor).toISOString()
      await work.run(sql`delete from ${guestLinks.table} where expires < ${forgotten}`)
      await work.run(guestLinks.insert(link))
    },

    async list(tenant, connection) {
      const isOf = connection === undefined ? sql`` : sql` and g.connection = ${storable(connection)}`
      const found = await work.run(
        sql`select ${guestLinks.columns('g')} from ${guestLinks.table} as g where g.tenant = ${tenantKey(tenant)}${isOf} order by g.seq desc`,
      )
      return found.map((row) => guestLinks.read(row, 'g'))
    },

    async exchange(digest, session, now) {
      const [row] = await work.run(
        sql`update ${guestLinks.table} set session = ${session}, opened = ${now} where digest = ${digest} and session is null and revoked is null and expires > ${now} returning ${guestLinks.returned('g')}`,
      )
      return row && guestLinks.read(row, 'g')
    },

    async ofSession(session) {
      const [row] = await work.run(
        sql`select ${guestLinks.columns('g')} from ${guestLinks.table} as g where g.session = ${session}`,
      )
      return row && guestLinks.read(row, 'g')
    },

    async revoke(tenant, id, now) {
      const revoked = await work.run(
        sql`update ${guestLinks.table} set revoked = coalesce(revoked, ${now}) where id = ${storable(id)} and tenant = ${tenantKey(tenant)} returning id`,
      )
      return revoked.length > 0
    },
  }
}
