import { sql } from 'kysely'
import { toJson } from '../../../protocol/index.js'
import type { ErasedEntries, LogEntry, LoggedResource, LogQuery } from '../../request-log.js'
import type { Dialect } from '../dialect/dialect.js'
import { logKeysOf } from '../dialect/names.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'
import { and, or } from '../sql/sql.js'

/** How many resources of a person are looked for. */
const maxResources = 100

const columns = sql`tenant, id, connection, operation, resource_type, outcome, entry`

/** Stands between the keys of an entry, before the first and after the last. */
const separator = '\n'

/** The statements of a request log. */
export class LogStatements {
  private readonly name: Sql
  private readonly keys: Sql

  constructor(
    table: string,
    private readonly dialect: Dialect,
  ) {
    this.name = sql.table(table)
    this.keys = sql.table(logKeysOf(table))
  }

  /** In one statement for each table, whatever their number. */
  async append(db: Database, entries: readonly LogEntry[]): Promise<void> {
    const rows = entries.map((entry) => [
      tenantKey(entry.tenant),
      entry.id,
      entry.connection ?? null,
      entry.operation ?? null,
      entry.resourceType ?? null,
      entry.outcome,
      toJson(entry),
    ])
    await this.insert(db, this.name, columns, 7, rows)
    const keys = entries.flatMap((entry) => {
      const text = keysOf(entry)
      return text === separator ? [] : [[tenantKey(entry.tenant), entry.id, text]]
    })
    if (keys.length > 0) await this.insert(db, this.keys, sql`tenant, id, keys`, 3, keys)
  }

  private async insert(
    db: Database,
    table: Sql,
    names: Sql,
    count: number,
    rows: readonly (readonly (string | null)[])[],
  ): Promise<void> {
    const numbers = Array.from({ length: count }, (_, index) => index)
    const lists = numbers.map((index) => rows.map((row) => row[index] ?? null))
    const source = this.dialect.values.parameterRows(
      lists,
      numbers.map(() => 'text'),
    )
    const selected = sql.join(numbers.map((index) => sql.id(`c${index}`)))
    // SQLite reads `on` as that of a join without a `where`.
    const statement = sql`insert into ${table} (${names}) select ${selected} from ${source} where 1 = 1 on conflict do nothing`
    await query(db, statement)
  }

  async find(db: Database, wanted: LogQuery): Promise<readonly LogEntry[]> {
    const { tenant, subjects, resources, connection, operation, resourceType, outcomes } = wanted
    const conditions = [
      sql`tenant = ${tenantKey(tenant)}`,
      ...(subjects || resources ? [this.isAbout(tenant, subjects ?? [], resources ?? [])] : []),
      ...(connection === undefined ? [] : [sql`connection = ${connection}`]),
      ...(operation === undefined ? [] : [sql`operation = ${operation}`]),
      ...(resourceType === undefined ? [] : [sql`resource_type = ${resourceType}`]),
      ...(outcomes ? [this.isOneOf(sql`outcome`, outcomes)] : []),
      ...(wanted.from === undefined ? [] : [sql`id >= ${firstId(wanted.from)}`]),
      ...(wanted.until === undefined ? [] : [sql`id < ${firstId(wanted.until)}`]),
      ...(wanted.before === undefined ? [] : [sql`id < ${wanted.before}`]),
      ...(wanted.after === undefined ? [] : [sql`id > ${wanted.after}`]),
    ]
    const rows = await query(
      db,
      sql`select entry from ${this.name} where ${and(conditions)} order by id desc limit ${wanted.limit}`,
    )
    // The store has written it.
    return rows.map(({ entry }) => JSON.parse(String(entry)) as LogEntry)
  }

  /** Removes what is older than a time. */
  removeOlder(db: Database, from: string): Promise<number> {
    return this.remove(db, sql`id < ${firstId(from)}`)
  }

  /** The tenants that have more entries than are kept. */
  async tooMany(db: Database, max: number): Promise<readonly string[]> {
    const rows = await query(
      db,
      sql`select tenant from ${this.name} group by tenant having count(*) > ${max}`,
    )
    return rows.map(({ tenant }) => String(tenant))
  }

  /** Removes all but the newest entries of a tenant. */
  async removeBeyond(db: Database, tenant: string, max: number): Promise<number> {
    const [row] = await query(
      db,
      sql`select id from ${this.name} where tenant = ${tenant} order by id desc limit 1 offset ${max}`,
    )
    return row ? this.remove(db, sql`tenant = ${tenant} and id <= ${row.id}`) : 0
  }

  erase(db: Database, { tenant, subjects, resources, lookups }: ErasedEntries): Promise<number> {
    const about = this.isAbout(tenant, subjects, resources)
    // What is about a resource has a blank in its keys.
    const isLookup = sql`replace(keys, ' ', '') = keys`
    const which = lookups.length === 0 ? about : or([about, this.hasKeys(tenant, lookups, isLookup)])
    return this.remove(db, sql`tenant = ${tenantKey(tenant)} and ${which}`)
  }

  async hasTenants(db: Database): Promise<boolean> {
    const rows = await query(db, sql`select tenant from ${this.name} where tenant > '' limit 1`)
    return rows.length > 0
  }

  /** Removes entries and what they are found by. */
  private async remove(db: Database, which: Sql): Promise<number> {
    const found = await query(db, sql`select tenant, id from ${this.name} where ${which}`)
    if (found.length === 0) return 0
    const lists = [found.map(({ tenant }) => String(tenant)), found.map(({ id }) => String(id))]
    const source = this.dialect.values.parameterRows(lists, ['text', 'text'])
    for (const table of [this.keys, this.name])
      await query(db, sql`delete from ${table} where (tenant, id) in (select c0, c1 from ${source})`)
    return found.length
  }

  private isAbout(
    tenant: string | undefined,
    subjects: readonly string[],
    resources: readonly LoggedResource[],
  ): Sql {
    return this.hasKeys(tenant, [...subjects, ...resources.slice(0, maxResources).map(resourceKey)])
  }

  /** Whether an entry is found by one of some keys. */
  private hasKeys(tenant: string | undefined, keys: readonly string[], more: Sql = sql`1 = 1`): Sql {
    // Every database has it, and it minds the case of letters in all of them.
    const has = (key: string) => sql`replace(keys, ${separator + key + separator}, '') <> keys`
    const which = or(keys.map(has))
    if (which === false) return sql`1 = 0`
    return sql`id in (select id from ${this.keys} where tenant = ${tenantKey(tenant)} and ${which} and ${more})`
  }

  private isOneOf(value: Sql, texts: readonly string[]): Sql {
    const { values } = this.dialect
    return values.isOneOf(value, values.listParameter(texts), 'text')
  }
}

function tenantKey(tenant: string | undefined): string {
  return tenant ?? ''
}

/** What an entry is found by, as text. */
function keysOf({ subjects, resourceType, resourceId }: LogEntry): string {
  const keys = [...subjects]
  if (resourceType !== undefined && resourceId !== undefined)
    keys.push(resourceKey({ resourceType, resourceId }))
  return separator + keys.map((key) => key + separator).join('')
}

/** Has a blank, which no HMAC has. */
function resourceKey({ resourceType, resourceId }: LoggedResource): string {
  return `${resourceType} ${resourceId}`
}

/** Before the ids of all entries from a time on: ids begin with the time. */
function firstId(time: string): string {
  return new Date(time).getTime().toString(16).padStart(12, '0')
}
