import { sql } from 'kysely'
import type { EventDialect } from '../events.js'
import { headsOf, triggersOf } from './event-tables.js'
import { instantDialect } from './instants.js'

/** How far a claim looks behind the last one: rows whose transactions began earlier may come that much later. */
const lag = sql`now() - interval '1 second'`

export const eventDialect: EventDialect = {
  claim(table, limit, { token, milliseconds }, position) {
    const name = sql.table(table)
    const isBehind = position
      ? sql` and (h.available_at, h.seq) >= (${position.time}::timestamptz, ${position.seq}::bigint)`
      : sql``
    // In two steps, since the planner takes the four columns of the join for independent: it would expect one row of all,
    // and read all to find it.
    const first = sql`select tenant, resource_type, resource_id, seq, available_at from ${sql.table(headsOf(table))} as h where h.available_at <= now()${isBehind} order by h.available_at, h.seq limit ${limit} for update skip locked`
    const due = sql`select e.id, first.available_at, first.seq from first join ${name} as e on e.tenant = first.tenant and e.resource_type = first.resource_type and e.resource_id = first.resource_id and e.seq = first.seq for update of e skip locked`
    return sql`with first as materialized (${first}), due as materialized (${due}) update ${name} as e set available_at = ${instantDialect.later(milliseconds)}, lease = ${token}, attempts = attempts + 1 from due where e.id = due.id returning e.id::text as id, e.attempts, e.payload::text as payload, ${instantDialect.asText(sql`least(due.available_at, ${lag})`)} as time, case when due.available_at < ${lag} then due.seq else 0 end::text as seq`
  },

  claimFormer(table, limit, { token, milliseconds }) {
    const name = sql.table(table)
    const isFirst = sql`not exists (select from ${name} as f where f.state = 'pending' and f.tenant = e.tenant and f.resource_type = e.resource_type and f.resource_id = e.resource_id and f.seq < e.seq)`
    const due = sql`select id from ${name} as e where state = 'pending' and available_at <= now() and ${isFirst} order by available_at, seq limit ${limit} for update skip locked`
    return sql`with due as materialized (${due}) update ${name} as e set available_at = ${instantDialect.later(milliseconds)}, lease = ${token}, attempts = attempts + 1 from due where e.id = due.id returning e.id::text as id, e.attempts, e.payload::text as payload, ${instantDialect.asText(sql`(${lag})`)} as time, '0' as seq`
  },

  tables: (table) => [table, headsOf(table)],

  triggers: triggersOf,
}
