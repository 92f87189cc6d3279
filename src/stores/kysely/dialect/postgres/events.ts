import { sql } from 'kysely'
import type { EventDialect } from '../dialect.js'
import { instantDialect } from './instants.js'

export const eventDialect: EventDialect = {
  claim: (table, limit, { token, milliseconds }) =>
    sql`with due as materialized (select seq from ${table} as e where state = 'pending' and available_at <= now() and not exists (select from ${table} as f where f.state = 'pending' and f.tenant = e.tenant and f.resource_type = e.resource_type and f.resource_id = e.resource_id and f.seq < e.seq) order by available_at, seq limit ${limit} for update skip locked) update ${table} as e set available_at = ${instantDialect.later(milliseconds)}, lease = ${token}, attempts = attempts + 1 from due where e.seq = due.seq returning e.seq::text as seq, e.attempts, e.payload::text as payload`,
}
