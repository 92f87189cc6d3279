import { sql } from 'kysely'
import type { LifecycleEvent } from '../../../events/index.js'
import type { ChildTableMapping } from '../../../mapping/index.js'
import { ScimError } from '../../../protocol/index.js'
import type { CommonAttributes, CompiledResourceType, Projection } from '../../../schema/index.js'
import { fullProjection } from '../../../schema/index.js'
import type { Draft, ListQuery, ListResult, MemberChangeResult, StoreContext } from '../../store.js'
import { databaseOf } from '../database/connect.js'
import type { Words } from '../database/errors.js'
import type { Database } from '../database/execute.js'
import { attempt, inTransaction, query, queryText } from '../database/execute.js'
import { connectionFor, transactionsOf } from '../database/transactions.js'
import { explain } from '../database/value-too-long.js'
import { defaultEventsTable, recordStatement } from '../outbox/events-table.js'
import { RowScope } from '../search/scope.js'
import type { Sql } from '../sql/sql.js'
import type { TableShape } from '../sql/table.js'
import { alias, isId } from '../sql/table.js'
import {
  groupsOf,
  lockStatement,
  membershipOf,
  membersIn,
  outcome,
  replaceMembers,
} from '../statements/groups-of.js'
import { listRows } from '../statements/list.js'
import { memberPages } from '../statements/member-pages.js'
import type { Membership } from '../statements/members.js'
import { changeMembersStatement } from '../statements/members.js'
import type { ResultRow } from '../statements/row.js'
import { metaIn, readRow, selection } from '../statements/row.js'
import {
  assignments,
  checkReferences,
  deleteElements,
  deleteStatement,
  insertElements,
  insertStatement,
  returning,
  theRow,
  updateStatement,
} from '../statements/write.js'
import type { IdColumn, KyselyStore, KyselyStoreOptions, OwnTable, TenantColumn } from './options.js'

const everyMethod = { sorts: true, cursors: true } as const

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
  const root = databaseOf(options.db)
  const { outbox = false } = options
  const eventsTable = outbox === true ? defaultEventsTable : outbox
  const { mapping } = options
  const idColumn: IdColumn = typeof options.id === 'object' ? options.id : { column: options.id ?? 'id' }
  const tenantColumn: TenantColumn | undefined =
    typeof options.tenant === 'string' ? { column: options.tenant } : options.tenant
  const tenantOf = tenantColumn?.value ?? ((tenant: string | undefined) => tenant ?? '')
  const shapes = new WeakMap<
    CompiledResourceType,
    { table: TableShape; words: Words; membership: Membership | undefined }
  >()
  const reads = new WeakMap<Projection, { readonly text: string }>()
  /** Lists of members as they were read, with the version of their group. */
  const lists = new WeakMap<object, string>()

  function shapeOf(type: CompiledResourceType) {
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
    const db = connectionFor(root, context)
    return { ...shape, db, row: new RowScope(shape.table, tenant), tenant }
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

  async function reread(on: Database, row: RowScope, id: string): Promise<R> {
    const projection = fullProjection(row.table.layout.type)
    const [found] = await query(on, selectStatement(row, id, projection))
    if (!found) throw ScimError.notFound()
    return toResource(found, row.table)
  }

  return {
    ...everyMethod,
    transactions: transactionsOf(root),
    ...(eventsTable !== false && {
      async record(events: readonly LifecycleEvent[], context: StoreContext) {
        const { db, words } = enter(context)
        await attempt(db, words, () => query(db, recordStatement(eventsTable, events)))
      },
    }),
    restrictResourceType: (definition) => mapping.restrictResourceType(definition),

    async get(id, projection, context) {
      const { table, words, row, tenant, db } = enter(context)
      if (!isId(table.id.type, id)) return undefined
      // Most reads want one of a few projections, for which the text of the statement is the same each time.
      let known = reads.get(projection)
      if (!known) {
        known = { text: selectStatement(row, id, projection).compile(db).sql }
        reads.set(projection, known)
      }
      const { text } = known
      const parameters = table.tenant === undefined ? [id] : [tenant, id]
      return attempt(db, words, async () => first(await queryText(db, text, parameters), table))
    },

    async list(asked: ListQuery, context): Promise<ListResult<R>> {
      const { table, words, row, db } = enter(context)
      return attempt(db, words, async () => {
        const page = await listRows(row, asked, (statement) => query(db, statement))
        return { ...page, resources: page.resources.map((one) => toResource(one, table)) }
      })
    },

    async create(draft: Draft<R>, context) {
      const { table, words, membership, row, db } = enter(context)
      const written = table.layout.toRow(draft)
      checkReferences(written, table)
      const { generate } = idColumn
      const id = generate === 'database' ? undefined : (generate?.() ?? crypto.randomUUID())
      const values = assignments(written, false)
      const projection = own.isPlain ? undefined : fullProjection(table.layout.type)
      const insert = insertStatement(row, id, values, returning(row, projection))
      const others = [...written.elements].filter(([, elements]) => elements.length > 0)
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
      return attempt(db, words, () => write().catch((error) => explain(db, error, words, written.columns)))
    },

    async replace(id, resource, expectedVersion, context) {
      const { table, words, membership, row, db } = enter(context)
      if (!isId(table.id.type, id)) throw ScimError.notFound()
      const written = table.layout.toRow(resource)
      checkReferences(written, table)
      const projection = own.isPlain ? undefined : fullProjection(table.layout.type)
      const update = updateStatement(
        row,
        assignments(written, true),
        theRow(row, id, expectedVersion),
        returning(row, projection),
      )
      const others = [...written.elements].filter(([place]) => {
        // Members that were read at this version are those that are there.
        const given =
          membership && place === membership.place ? membersIn(resource, membership.attribute) : undefined
        return !(given !== undefined && lists.get(given) === expectedVersion)
      })
      const write = async () => {
        if (others.length === 0) {
          const [result] = await query(db, update)
          if (!result) return refuse(db, row, id)
          return written.elements.size > 0 && !own.isPlain
            ? reread(db, row, id)
            : stored(result, resource, table)
        }
        return inTransaction(db, async (on) => {
          const [result] = await query(on, update)
          if (!result) return refuse(on, row, id)
          for (const [place, elements] of others) {
            if (place === membership?.place) await replaceMembers(on, row, membership, id, elements)
            else {
              await query(on, deleteElements(place, row, id))
              if (elements.length > 0) await fill(on, row, place, id, elements)
            }
          }
          return own.isPlain ? stored(result, resource, table) : reread(on, row, id)
        })
      }
      return attempt(db, words, () => write().catch((error) => explain(db, error, words, written.columns)))
    },

    async delete(id, expectedVersion, context) {
      const { table, words, row, db } = enter(context)
      if (!isId(table.id.type, id)) throw ScimError.notFound()
      await attempt(db, words, async () => {
        const found = await query(db, deleteStatement(row, theRow(row, id, expectedVersion)))
        if (found.length === 0) await refuse(db, row, id)
      })
    },

    async changeMembers(id, change, expectedVersion, context): Promise<MemberChangeResult> {
      const { table, words, membership, row, db } = enter(context)
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
          await query(on, lockStatement(row, id))
          const [result] = await query(on, statement)
          return result ? outcome(result, table) : refuse(on, row, id)
        })
      })
    },

    async *members(id, context) {
      const { table, words, membership, row, db } = enter(context)
      if (!membership || !isId(table.id.type, id)) return
      yield* memberPages(row, membership, id, (statement) => attempt(db, words, () => query(db, statement)))
    },

    async groupsOf(ids, context) {
      const { words, membership, row, db } = enter(context)
      return membership ? attempt(db, words, () => groupsOf(db, row, membership, ids)) : new Map()
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
    return Object.assign({}, draft, { id: String(id), meta: metaIn(result, table) }) as unknown as R
  }
}

function selectStatement(row: RowScope, id: string, projection: Projection): Sql {
  return sql`select ${selection(row, projection)} from ${sql.table(row.table.name)} as ${alias} where ${theRow(row, id, undefined)}`
}

async function fill(
  on: Database,
  row: RowScope,
  place: ChildTableMapping,
  id: string,
  elements: readonly unknown[],
): Promise<void> {
  const attribute = [...row.table.layout.attributes].find(([, each]) => each === place)?.[0]
  if (attribute) await query(on, insertElements(place, attribute, row, sql`${id}`, sql``, elements))
}
