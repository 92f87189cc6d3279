import { sql } from 'kysely'
import { foldText, getMember, isObject } from '../../../protocol/index.js'
import type { ConnectedDatabase } from '../database/connect.js'
import { retryOnSerializationFailure } from '../database/execute.js'
import type { ResultRow } from '../sql/query.js'
import { query } from '../sql/query.js'

/** Whose events are removed. */
export interface ErasedPerson {
  readonly tenant: string | undefined
  /** A userName, an e-mail address or an externalId, in any case. */
  readonly subject: string
  /** Resources that are known to be the person's. */
  readonly resources?: readonly { readonly resourceType: string; readonly resourceId: string }[]
}

/** How many events are read at a time. */
const batchSize = 500

/** Removes the events about a person from an outbox, and says how many they were. */
export async function eraseEvents(
  { db, dialect }: ConnectedDatabase,
  table: string,
  { tenant, subject, resources = [] }: ErasedPerson,
): Promise<number> {
  const name = sql.table(table)
  const wanted = foldText(subject.trim())
  const known = new Set(resources.map(({ resourceType, resourceId }) => keyOf(resourceType, resourceId)))
  const payload = dialect.json.asText(sql.ref('payload'))
  const id = dialect.values.asText(sql.ref('id'))
  const run = (statement: ReturnType<typeof sql>) =>
    retryOnSerializationFailure(db, dialect, () => query(db, statement), { translate: (error) => error })
  let count = 0
  let last: ResultRow | undefined
  for (;;) {
    const after = last
      ? sql` and (resource_type, resource_id, seq) > (${last.resource_type}, ${last.resource_id}, ${last.seq})`
      : sql``
    const rows = await run(
      sql`select ${id} as m_id, resource_type, resource_id, seq, ${payload} as m_payload from ${name} where tenant = ${tenant ?? ''}${after} order by resource_type, resource_id, seq limit ${batchSize}`,
    )
    const about = rows.filter(
      (row) =>
        known.has(keyOf(String(row.resource_type), String(row.resource_id))) ||
        isAbout(row.m_payload, wanted),
    )
    for (const row of about) {
      await run(sql`delete from ${name} where id = ${row.m_id}`)
      count++
    }
    if (rows.length < batchSize) return count
    last = rows.at(-1)
  }
}

function keyOf(resourceType: string, resourceId: string): string {
  return JSON.stringify([resourceType, resourceId])
}

/** Whether an event's resource has a value that the person is known by, before or after. */
function isAbout(payload: unknown, wanted: string): boolean {
  const event: unknown = JSON.parse(String(payload))
  if (!isObject(event)) return false
  return [event.before, event.after].some((resource) => isObject(resource) && isKnownBy(resource, wanted))
}

function isKnownBy(resource: Readonly<Record<string, unknown>>, wanted: string): boolean {
  const emails = getMember(resource, 'emails')
  const addresses = Array.isArray(emails)
    ? emails.map((email) => (isObject(email) ? getMember(email, 'value') : undefined))
    : []
  return [getMember(resource, 'userName'), getMember(resource, 'externalId'), ...addresses].some(
    (value) => typeof value === 'string' && foldText(value.trim()) === wanted,
  )
}
