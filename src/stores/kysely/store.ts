import type { Kysely } from 'kysely'
import { Kysely as KyselyInstance, PostgresDialect, sql } from 'kysely'
import type { ChildrenPlace, Mapping } from '../../mapping/index.js'
import { ScimError } from '../../protocol/index.js'
import type {
  Attribute,
  CommonAttributes,
  Meta,
  Projection,
  ResourceType,
  ResourceTypeDefinition,
} from '../../schema/index.js'
import { fullProjection } from '../../schema/index.js'
import type {
  Draft,
  GroupReference,
  ListQuery,
  ListResult,
  Member,
  MemberChange,
  MemberOutcome,
  ResourceStore,
  StoreContext,
} from '../store.js'
import type { Words } from './errors.js'
import { isTooLong, tooLong } from './errors.js'
import { listRows } from './list.js'
import type { Membership } from './members.js'
import { changeMembersStatement, memberChanges } from './members.js'
import type { ResultRow } from './row.js'
import { metaIn, readRow, selection } from './row.js'
import type { Database } from './run.js'
import { attempt, inTransaction, query, queryText } from './run.js'
import { alias, columnOf, RowScope } from './scope.js'
import type { Sql } from './sql.js'
import { allOf } from './sql.js'
import type { IdType, TableShape } from './table.js'
import { isId } from './table.js'
import {
  assignments,
  checkReferences,
  deleteStatement,
  insertElements,
  insertStatement,
  ownElements,
  returning,
  theRow,
  updateStatement,
} from './write.js'

/** A pool of the package `pg`, as Kysely takes it. */
export type PostgresPool = Extract<ConstructorParameters<typeof PostgresDialect>[0]['pool'], object>

/** Where ids come from. */
export interface IdColumn {
  readonly column: string
  /** Default `uuid`. */
  readonly type?: IdType
  /** Makes the id of a new row, random UUIDs unless told; `database` leaves it to the column's default. */
  readonly generate?: 'database' | (() => string)
}

/** Which column says whose a row is. */
export interface TenantColumn {
  readonly column: string
  /** The column's value for a tenant; the tenant itself unless told, and an empty text without one. */
  readonly value?: (tenant: string | undefined) => unknown
}

/** What a store of one table is told. */
export interface KyselyStoreOptions<DB, R extends CommonAttributes> {
  /** The host's Kysely, or a pool of `pg`, which other libraries can use at the same time. PostgreSQL or PGlite. */
  readonly db: Kysely<DB> | PostgresPool
  /** The table; with its schema before a point where it is not on the search path. */
  readonly table: string
  /** Where each attribute lives. */
  readonly mapping: Mapping<R>
  /** The column with the id, which is unique. Default: `id`, a UUID. */
  readonly id?: string | IdColumn
  /** The column that keeps tenants apart. Left out: every caller sees the whole table. */
  readonly tenant?: string | TenantColumn | undefined
  /**
   * A column of whole numbers that each change counts up. Left out: PostgreSQL's `xmin`, which changes with every
   * update of the row, also the host's own.
   */
  readonly version?: string | undefined
  /** Columns of the type `timestamptz`. */
  readonly created: string
  readonly lastModified: string
  /** Attributes by the names of unique constraints and indexes, where the constraint's columns do not say which. */
  readonly constraints?: Readonly<Record<string, string>>
}

/** What only the store's own tables can promise. */
export interface OwnTable {
  /** A row holds what was written to it and nothing else, so that it need not be read back. */
  readonly isPlain?: boolean
}

const everyMethod = { sorts: true, cursors: true } as const

/** A store that also says which attributes it keeps. */
export interface KyselyStore<R extends CommonAttributes> extends ResourceStore<R> {
  /**
   * The resource type as the table keeps it: without the attributes that have no place, and with those read-only that
   * nobody can write.
   *
   * @throws TypeError that names the line of the mapping that is wrong.
   */
  narrow(definition: ResourceTypeDefinition): ResourceTypeDefinition
}

function databaseOf<DB>(given: Kysely<DB> | PostgresPool): Database {
  const db =
    'executeQuery' in given
      ? given
      : new KyselyInstance<DB>({ dialect: new PostgresDialect({ pool: given }) })
  // The statements here name tables and columns themselves, so neither types nor plugins of the host have a part.
  return db.withoutPlugins() as unknown as Database
}

/**
 * A store over a table of the host's, in PostgreSQL or PGlite: filters, order and pages are the database's work.
 *
 * @throws ScimError `uniqueness` for a violated constraint; 503 while the database is away.
 * @example
 * const users = kyselyStore({ db, table: 'employees', mapping, tenant: 'company', created: 'created_at', lastModified: 'updated_at' })
 */
export function kyselyStore<DB, R extends CommonAttributes>(
  options: KyselyStoreOptions<DB, R>,
  own: OwnTable = {},
): KyselyStore<R> {
  const db = databaseOf(options.db)
  const { mapping } = options
  const idColumn: IdColumn = typeof options.id === 'object' ? options.id : { column: options.id ?? 'id' }
  const tenantColumn: TenantColumn | undefined =
    typeof options.tenant === 'string' ? { column: options.tenant } : options.tenant
  const tenantOf = tenantColumn?.value ?? ((tenant: string | undefined) => tenant ?? '')
  const shapes = new WeakMap<
    ResourceType,
    { table: TableShape; words: Words; membership: Membership | undefined }
  >()
  const reads = new WeakMap<Projection, { readonly text: string }>()
  /** Lists of members as they were read, with the version of their group. */
  const lists = new WeakMap<object, string>()

  function shapeOf(type: ResourceType) {
    let shape = shapes.get(type)
    if (!shape) {
      const layout = mapping.layout(type)
      const table: TableShape = {
        name: options.table,
        layout,
        id: { column: idColumn.column, type: idColumn.type ?? 'uuid' },
        tenant: tenantColumn?.column,
        version: options.version,
        created: options.created,
        lastModified: options.lastModified,
      }
      const words = { table, constraints: new Map(Object.entries(options.constraints ?? {})) }
      shape = { table, words, membership: membershipOf(table) }
      shapes.set(type, shape)
    }
    return shape
  }

  function enter(context: StoreContext) {
    const shape = shapeOf(context.resourceType)
    const tenant = tenantColumn ? tenantOf(context.tenant) : undefined
    return { ...shape, row: new RowScope(shape.table, tenant), tenant }
  }

  function toResource(result: ResultRow, table: TableShape): R {
    const resource = table.layout.toResource(readRow(result, table))
    const list = table.layout.type.membership && resource[table.layout.type.membership.name]
    if (Array.isArray(list)) lists.set(list, String(result.m_version))
    // The mapping is typed for R, and the table has what it says.
    return resource as unknown as R
  }

  /** Why a write has not found its row. */
  async function refuse(on: Database, row: RowScope, id: string): Promise<never> {
    const found = await query(
      on,
      sql`select 1 as m_found from ${sql.table(row.table.name)} as ${alias} where ${theRow(row, id, undefined)}`,
    )
    throw found.length === 0 ? ScimError.notFound() : ScimError.versionMismatch()
  }

  /** Names the column that a value was too long for. */
  async function explain(error: unknown, words: Words, values: ReadonlyMap<string, unknown>): Promise<never> {
    const limit = isTooLong(error)
    if (limit === 'index') throw tooLong(longest(values), words, error)
    // In a transaction of the host's that has failed, nothing more can be asked.
    if (limit === undefined || db.isTransaction) throw error
    const limits = await query(db, limitsStatement(words.table.name))
    const found = limits.find(({ m_column: column, m_limit: most }) => {
      const value = values.get(String(column))
      return typeof value === 'string' && [...value].length > Number(most)
    })
    throw tooLong(found && String(found.m_column), words, error)
  }

  async function reread(on: Database, row: RowScope, id: string): Promise<R> {
    const wanted = fullProjection(row.table.layout.type)
    const [found] = await query(on, selectStatement(row, id, wanted))
    if (!found) throw ScimError.notFound()
    return toResource(found, row.table)
  }

  return {
    ...everyMethod,
    narrow: (definition) => mapping.narrow(definition),

    async get(id, wanted, context) {
      const { table, words, row, tenant } = enter(context)
      if (!isId(table.id.type, id)) return undefined
      // Most reads want one of a few projections, for which the text of the statement is the same each time.
      let known = reads.get(wanted)
      if (!known) {
        known = { text: selectStatement(row, id, wanted).compile(db).sql }
        reads.set(wanted, known)
      }
      const { text } = known
      const parameters = table.tenant === undefined ? [id] : [tenant, id]
      return attempt(db, words, async () => first(await queryText(db, text, parameters), table))
    },

    async list(asked: ListQuery, context): Promise<ListResult<R>> {
      const { table, words, row } = enter(context)
      return attempt(db, words, async () => {
        const page = await listRows(row, asked, (statement) => query(db, statement))
        return { ...page, resources: page.resources.map((one) => toResource(one, table)) }
      })
    },

    async create(draft: Draft<R>, context) {
      const { table, words, membership, row } = enter(context)
      const written = table.layout.toRow(draft)
      checkReferences(written, table)
      const { generate } = idColumn
      const id = generate === 'database' ? undefined : (generate?.() ?? crypto.randomUUID())
      const values = assignments(written, false)
      const wanted = own.isPlain ? undefined : fullProjection(table.layout.type)
      const insert = insertStatement(row, id, values, returning(row, wanted))
      const others = [...written.children].filter(([, elements]) => elements.length > 0)
      const write = async () => {
        if (others.length === 0) {
          const [result] = await query(db, insert)
          return stored(result, draft, table)
        }
        return inTransaction(db, async (on) => {
          const [result] = await query(on, insert)
          const made = String(result?.m_id)
          for (const [place, elements] of others) await fill(on, row, place, made, elements)
          return own.isPlain && membership ? stored(result, draft, table) : reread(on, row, made)
        })
      }
      return attempt(db, words, () => write().catch((error) => explain(error, words, written.columns)))
    },

    async replace(id, resource, expectedVersion, context) {
      const { table, words, membership, row } = enter(context)
      if (!isId(table.id.type, id)) throw ScimError.notFound()
      const written = table.layout.toRow(resource)
      checkReferences(written, table)
      const wanted = own.isPlain ? undefined : fullProjection(table.layout.type)
      const update = updateStatement(
        row,
        assignments(written, true),
        theRow(row, id, expectedVersion),
        returning(row, wanted),
      )
      const others = [...written.children].filter(([place]) => {
        // Members that were read at this version are those that are there.
        const given =
          membership && place === membership.place ? readMember(resource, membership.attribute) : undefined
        return !(given !== undefined && lists.get(given) === expectedVersion)
      })
      const write = async () => {
        if (others.length === 0) {
          const [result] = await query(db, update)
          if (!result) return refuse(db, row, id)
          return written.children.size > 0 && !own.isPlain
            ? reread(db, row, id)
            : stored(result, resource, table)
        }
        return inTransaction(db, async (on) => {
          const [result] = await query(on, update)
          if (!result) return refuse(on, row, id)
          for (const [place, elements] of others) {
            if (place === membership?.place) await replaceMembers(on, row, membership, id, elements)
            else {
              const name = sql.ref('e')
              await query(
                on,
                sql`delete from ${sql.table(place.table)} as ${name} where ${ownElements(place, row, id, name)}`,
              )
              if (elements.length > 0) await fill(on, row, place, id, elements)
            }
          }
          return own.isPlain ? stored(result, resource, table) : reread(on, row, id)
        })
      }
      return attempt(db, words, () => write().catch((error) => explain(error, words, written.columns)))
    },

    async delete(id, expectedVersion, context) {
      const { table, words, row } = enter(context)
      if (!isId(table.id.type, id)) throw ScimError.notFound()
      await attempt(db, words, async () => {
        const found = await query(db, deleteStatement(row, theRow(row, id, expectedVersion)))
        if (found.length === 0) await refuse(db, row, id)
      })
    },

    async changeMembers(id, change, expectedVersion, context): Promise<MemberOutcome> {
      const { table, words, membership, row } = enter(context)
      if (!membership)
        throw ScimError.notImplemented(`${table.layout.type.name} resources have no members here`)
      if (!isId(table.id.type, id)) throw ScimError.notFound()
      const statement = changeMembersStatement(row, membership, id, change, expectedVersion)
      return attempt(db, words, async () => {
        for (let count = 0; count < 3; count++) {
          const [result] = await query(db, statement)
          if (!result) return refuse(db, row, id)
          if (result.m_fresh === true) return outcome(result, table)
        }
        // Many change this group: wait in line for it.
        return inTransaction(db, async (on) => {
          await query(
            on,
            sql`select 1 from ${sql.table(table.name)} as ${alias} where ${theRow(row, id, undefined)} for no key update`,
          )
          const [result] = await query(on, statement)
          return result ? outcome(result, table) : refuse(on, row, id)
        })
      })
    },

    async groupsOf(ids, context) {
      const { table, words, membership, row } = enter(context)
      const found = new Map<string, GroupReference[]>()
      if (!membership) return found
      const { place } = membership
      const type = place.ids ?? table.id.type
      const sought = ids.filter((id) => isId(type, id))
      if (sought.length === 0) return found
      const e = sql.ref('e')
      const value = sql`${e}.${sql.id(place.columns.value ?? 'value')}`
      const cast = sql.raw(type === 'integer' ? 'bigint' : type)
      const statement = sql`select ${value}::text as m_member, ${columnOf(table.id.column)}::text as m_id, ${label(row)} as m_label from ${sql.table(place.table)} as ${e} join ${sql.table(table.name)} as ${alias} on ${allOf([row.belongs(place, e), isTenants(row)])} where ${value} = any(${sought}::${cast}[])${place.tenant === undefined ? sql`` : sql` and ${e}.${sql.id(place.tenant)} = ${row.tenant}`} order by 1, 2`
      const rows = await attempt(db, words, () => query(db, statement))
      for (const { m_member: member, m_id: group, m_label: display } of rows) {
        const reference = { value: String(group), ...(typeof display === 'string' && { display }) }
        const list = found.get(String(member))
        if (list) list.push(reference)
        else found.set(String(member), [reference])
      }
      return found
    },
  }

  function first(rows: readonly ResultRow[], table: TableShape): R | undefined {
    return rows[0] && toResource(rows[0], table)
  }

  /** What is stored after a write. */
  function stored(result: ResultRow | undefined, draft: Draft<R>, table: TableShape): R {
    if (!result) throw new Error('The database has not given back what it stored')
    if (!own.isPlain) return toResource(result, table)
    const { m_id: id } = result
    // Draft<R> and the two keys that it lacks are an R.
    return { ...draft, id: String(id), meta: metaIn(result, table) } as unknown as R
  }
}

function membershipOf({ layout }: TableShape): Membership | undefined {
  const { membership } = layout.type
  const place = membership && layout.places.get(membership)
  return membership && place?.kind === 'children' ? { place, attribute: membership } : undefined
}

function readMember(resource: object, one: Attribute): object | undefined {
  const list: unknown = (resource as Readonly<Record<string, unknown>>)[one.name]
  return Array.isArray(list) ? list : undefined
}

function isTenants(row: RowScope) {
  const { tenant } = row.table
  return tenant === undefined ? true : sql`${columnOf(tenant)} = ${row.tenant}`
}

function selectStatement(row: RowScope, id: string, wanted: Projection): Sql {
  return sql`select ${selection(row, wanted)} from ${sql.table(row.table.name)} as ${alias} where ${theRow(row, id, undefined)}`
}

/** The column with the longest text. */
function longest(values: ReadonlyMap<string, unknown>): string | undefined {
  const texts = [...values].flatMap(([column, value]) =>
    typeof value === 'string' ? [{ column, value }] : [],
  )
  return texts.sort((a, b) => b.value.length - a.value.length)[0]?.column
}

/** The columns of a table that hold texts of a limited length. */
function limitsStatement(table: string): Sql {
  return sql`select attname as m_column, atttypmod - 4 as m_limit from pg_attribute where attrelid = to_regclass(${table}) and atttypid in ('varchar'::regtype, 'bpchar'::regtype) and atttypmod > 0`
}

async function fill(
  on: Database,
  row: RowScope,
  place: ChildrenPlace,
  id: string,
  elements: readonly unknown[],
): Promise<void> {
  const one = [...row.table.layout.places].find(([, each]) => each === place)?.[0]
  if (one) await query(on, insertElements(place, one, row, sql`${id}`, sql``, elements))
}

/** Brings the table of members to a list of them. */
async function replaceMembers(
  on: Database,
  row: RowScope,
  membership: Membership,
  id: string,
  elements: readonly unknown[],
): Promise<void> {
  // The registry describes the elements.
  const change = { replaceAll: elements as readonly Member[] } satisfies MemberChange
  const parts = memberChanges(row, membership, id, change)
  const all = [...parts].map(([part, statement]) => sql`${sql.id(part)} as (${statement})`)
  const { table } = row
  await query(
    on,
    sql`with ok as (select ${columnOf(table.id.column)} as id from ${sql.table(table.name)} as ${alias} where ${theRow(row, id, undefined)}), ${sql.join(all)} select 1`,
  )
}

/** The name of a group, as people see it. */
function label(row: RowScope): Sql {
  const texts = row.table.layout.type.labels.flatMap((one) => {
    const operand = row.operand(one)
    return typeof operand === 'object' && 'value' in operand ? [sql`nullif(${operand.value.text}, '')`] : []
  })
  return texts.length === 0 ? sql`null` : sql`coalesce(${sql.join(texts)})`
}

function outcome(result: ResultRow, table: TableShape): MemberOutcome {
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
  const meta: Meta = metaIn(result, table)
  return { meta, added: list(result.m_added), removed: list(result.m_removed) }
}
