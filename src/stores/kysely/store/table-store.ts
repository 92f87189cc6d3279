import type { LifecycleEvent } from '../../../events/index.js'
import { HostFault, ScimError } from '../../../protocol/index.js'
import type { CommonAttributes } from '../../../schema/index.js'
import { compileResourceType, fullProjection } from '../../../schema/index.js'
import type { Draft, ListQuery, ListResult, MemberChangeResult, StoreContext } from '../../store.js'
import { databaseOf } from '../database/connect.js'
import { withErrorTranslation } from '../database/execute.js'
import { connectionFor, onConnection, transactionsOf } from '../database/transactions.js'
import type { SqlTable } from '../dialect/dialect.js'
import { defaultEventsTable, recordStatement } from '../outbox/events-table.js'
import type { MemberRowsBeside } from '../search/scope.js'
import { RowScope } from '../search/scope.js'
import type { Database, ResultRow } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { Condition } from '../sql/sql.js'
import { and } from '../sql/sql.js'
import { isId } from '../sql/table.js'
import { groupsOf } from '../statements/groups-of.js'
import { listRows } from '../statements/list.js'
import { memberPages } from '../statements/member-pages.js'
import { groupWrite, membersIn, memberWrite, readChange } from '../statements/members.js'
import { allExist, checkReferences, refusal } from '../statements/references.js'
import { renameMemberStatement } from '../statements/rename-member.js'
import { readMeta, readRow } from '../statements/row.js'
import {
  assignments,
  existsStatement,
  insertStatement,
  isRow,
  returned,
  selectStatement,
  updateStatement,
} from '../statements/write.js'
import { assertStaysSelected } from './assert-stays-selected.js'
import { checkStore } from './check/check-store.js'
import { deleteRow } from './delete-row.js'
import { describeAs, descriptionOf } from './describe.js'
import { insertAllElements, membersAmong, replaceElements } from './elements.js'
import { assertNoTenant, inTransactions } from './isolation.js'
import { atomically, lookUp } from './lookups.js'
import { idsOf } from './new-id.js'
import type { KyselyStore, KyselyStoreOptions } from './options.js'
import type { OwnFolding } from './own-folding.js'
import { refuseWrite } from './refuse-write.js'
import { reviveRow } from './revive.js'
import { changesOf } from './row-changes.js'
import { RowReads } from './row-reads.js'
import { defaultsOf, fillsRows, rowRulesOf } from './row-rules.js'
import { runWrite } from './run-write.js'
import type { StoreShape } from './shape.js'
import { Shapes, StoreRequest, tenantColumnOf } from './shape.js'
import { isIn, memberRows, memberRowsBeside, publishTable, referencedRows } from './targets.js'
import { restrictToTable } from './unique.js'

/**
 * A store over a table. `own`: of a table that scimkit creates. There, a row holds what was written to it and nothing
 * else, so that it need not be read back after a write.
 */
export function createTableStore<DB, R extends CommonAttributes>(
  options: KyselyStoreOptions<DB, R>,
  own?: OwnFolding,
): KyselyStore<R> {
  const { mapping, outbox = false } = options
  const ownsTable = own !== undefined
  const database = databaseOf(options.db)
  const eventsTable = outbox === true ? defaultEventsTable : outbox
  const newId = idsOf(options)
  const rules = rowRulesOf<R>(options)
  const tenantColumn = tenantColumnOf(options)
  const valueOfTenant = tenantColumn?.value ?? ((tenant: string | undefined) => tenant ?? '')
  const shapes = new Shapes(options, database.dialect, own)
  const reads = new RowReads()
  /** The versions of groups by the lists of members that were read. */
  const versionsByMembers = new WeakMap<object, string>()

  function rowIn({ table }: StoreShape, tenant: string | undefined, members?: MemberRowsBeside): RowScope {
    if (!tenantColumn) assertNoTenant(database, options.table, tenant)
    return new RowScope(table, tenantColumn ? valueOfTenant(tenant) : undefined, members)
  }

  function enter(context: StoreContext): StoreRequest {
    const shape = shapes.of(context.resourceType)
    const members = memberRowsBeside(database.db, shape.membership, context)
    return new StoreRequest(shape, connectionFor(database.db, context), rowIn(shape, context.tenant, members))
  }

  function toResource(result: ResultRow, table: SqlTable): R {
    const resource = table.layout.toResource(readRow(result, table))
    const { membership } = table.layout.type
    const members = membership && resource[membership.name]
    if (Array.isArray(members)) versionsByMembers.set(members, String(result.m_version))
    // The mapping is typed for R, and a row has what its columns say.
    return resource as unknown as R
  }

  /** The resource after a write, with what triggers have changed since. */
  async function stored(db: Database, row: RowScope, result: ResultRow | undefined, draft: Draft<R>) {
    if (!result) throw new HostFault('The database has not returned what it stored')
    const { m_id: id, m_later: isChangedLater } = result
    if (id === null) throw new HostFault('The database has not returned an id: generate it, in the option id')
    if (isChangedLater) return reread(db, row, String(id))
    if (!ownsTable) return toResource(result, row.table)
    // Draft<R> and the two keys that it lacks are an R.
    return Object.assign({}, draft, { id: String(id), meta: readMeta(result, row.table) }) as unknown as R
  }

  async function reread(db: Database, row: RowScope, id: string): Promise<R> {
    const [result] = await query(db, selectStatement(row, id, fullProjection(row.table.layout.type)))
    if (!result) throw ScimError.notFound()
    return toResource(result, row.table)
  }

  /** What a write returns: for a host's table the row, in which defaults and triggers may have changed something. */
  function returnedBy(row: RowScope, withChildTables = false) {
    return returned(row, ownsTable ? undefined : fullProjection(row.table.layout.type), withChildTables)
  }

  const bare: KyselyStore<R> = {
    sorts: true,
    cursors: true,
    keepsTenantsApart: tenantColumn !== undefined || options.onTransaction !== undefined,
    checksReferencesTo: (target) => isIn(database.db, target),
    storesAsText: (attribute, type) => shapes.of(type).table.layout.storesAsText(attribute),
    canClear: (attribute, type) => shapes.of(type).table.layout.canClear(attribute),
    transactions: transactionsOf(database),
    ...(eventsTable !== false && {
      async record(events: readonly LifecycleEvent[], context: StoreContext) {
        const { db, names } = enter(context)
        const statement = recordStatement(eventsTable, events, database.dialect)
        await withErrorTranslation(db, names, () => query(db, statement))
      },
    }),
    restrictResourceType(definition) {
      const restricted = restrictToTable(definition, mapping)
      assertStaysSelected(rules, shapes.of(compileResourceType(restricted)).table.layout)
      return restricted
    },
    check: (asked) => checkStore({ database, options, own, shape: shapes.of(asked.resourceType) }, asked),
    async get(id, projection, context) {
      const request = enter(context)
      const { table, names, db } = request
      if (!isId(table.id.type, id)) return undefined
      return withErrorTranslation(db, names, async () => {
        const result = await reads.run(request, id, projection)
        return result && toResource(result, table)
      })
    },

    async list(listQuery: ListQuery, context): Promise<ListResult<R>> {
      let request = enter(context)
      const { names, db } = request
      return withErrorTranslation(db, names, async () => {
        const { table, row } = request
        const page = await listRows(row, listQuery, (statement) => query(db, statement)).catch((error) => {
          if (own?.learn(error)) request = enter(context)
          throw error
        })
        return { ...page, resources: page.resources.map((result) => toResource(result, table)) }
      })
    },

    async create(draft: Draft<R>, context) {
      const request = enter(context)
      const revived = rules.revives && (await reviveRow(bare, { database, request, rules }, draft, context))
      if (revived) return revived
      const { table, membership, row, db } = request
      const wanted = table.layout.toRow(draft)
      const values = table.layout.lookups.size === 0 ? wanted : await lookUp(request, context, wanted)
      if (!values) return atomically(store, context, (own) => store.create(draft, own))
      checkReferences(values, table)
      const defaults = fillsRows(rules) ? await defaultsOf(rules, table, values, draft, context) : []
      const id = newId(table)
      const references = referencedRows(database.db, context)
      const which = references === undefined || allExist(references)
      const how = { returned: returnedBy(row), which }
      // Made where errors are translated: a value may be none that the database can store.
      const insert = () => insertStatement(row, id, [...assignments(values, table, false), ...defaults], how)
      const insertRow = async (to: Database) => {
        const [result] = which === false ? [] : await query(to, insert())
        if (!result && references) throw await refusal(to, references)
        return result
      }
      const filled = [...values.elements].filter(([, elements]) => elements.length > 0)
      return runWrite(request, context, values, async () => {
        if (filled.length === 0) return stored(db, row, await insertRow(db), draft)
        return database.dialect.inTransaction(db, async (transaction) => {
          const result = await insertRow(transaction)
          const newId = String(result?.m_id)
          const rowsOf = membership && memberRows(database.db, context)
          const isComplete = await insertAllElements(transaction, request, newId, filled, rowsOf)
          return isComplete && ownsTable && membership
            ? stored(transaction, row, result, draft)
            : reread(transaction, row, newId)
        })
      })
    },

    async replace(id, resource, expectedVersion, context) {
      const request = enter(context)
      const { table, membership, row, db } = request
      if (!isId(table.id.type, id)) throw ScimError.notFound()
      const { values: wanted, keys, former } = changesOf(request, resource, expectedVersion, context)
      const values = table.layout.lookups.size === 0 ? wanted : await lookUp(request, context, wanted)
      if (!values)
        return atomically(store, context, (own) => store.replace(id, resource, expectedVersion, own))
      checkReferences(values, table)
      const references = referencedRows(database.db, context)
      const isExpected = isRow(row, id, expectedVersion)
      const which = references ? and([isExpected, allExist(references)]) : isExpected
      const update = (condition: Condition, withChildTables = false) =>
        updateStatement(
          row,
          assignments(values, table, true, ownsTable ? undefined : keys),
          condition === true ? which : and([which, condition]),
          returnedBy(row, withChildTables),
        )
      const refuse = async (on: Database) => {
        const isCurrent = references && (await query(on, existsStatement(row, isExpected))).length > 0
        return isCurrent ? Promise.reject(await refusal(on, references)) : refuseWrite(on, row, id)
      }
      const changed = [...values.elements].filter(([child]) => {
        // Members that were read at this version are those that are stored.
        const members =
          membership && child === membership.members.mapping
            ? membersIn(resource, membership.attribute)
            : undefined
        return !(members !== undefined && versionsByMembers.get(members) === expectedVersion)
      })
      return runWrite(request, context, values, async () => {
        if (changed.length === 0) {
          // At the version that was read, the rows of other tables are those that stay.
          const [result] = await query(db, update(true, true))
          return result ? stored(db, row, result, resource) : refuse(db)
        }
        const rowsOf = membership && memberRows(database.db, context)
        const members = membersAmong(request, id, changed, rowsOf)
        return database.dialect.inTransaction(db, async (transaction) => {
          const statement = members ? database.dialect.members.afterLock(members, update) : update(true)
          const [result] = await query(transaction, statement)
          if (!result) return refuse(transaction)
          const isComplete = await replaceElements(transaction, request, id, changed, members, former)
          return isComplete && ownsTable
            ? stored(transaction, row, result, resource)
            : reread(transaction, row, id)
        })
      })
    },

    delete: async (id, expectedVersion, context) =>
      deleteRow(enter(context), rules, { id, expectedVersion }, context),

    async changeMembers(id, change, expectedVersion, context): Promise<MemberChangeResult> {
      const { table, names, membership, row, db } = enter(context)
      if (!membership)
        throw ScimError.notImplemented(`${table.layout.type.name} resources have no members here`)
      if (!isId(table.id.type, id)) throw ScimError.notFound()
      const rowsOf = memberRows(database.db, context)
      const members = memberWrite(row, membership, { id, change, rowsOf })
      const group = groupWrite(row, id, expectedVersion)
      const work = async () => {
        const result = await database.dialect.members.change(db, members, group)
        return result ? readChange(result, table) : refuseWrite(db, row, id)
      }
      return withErrorTranslation(db, names, work, context.maxAttempts)
    },

    async *members(id, context) {
      const { table, names, membership, row } = enter(context)
      if (!membership || !isId(table.id.type, id)) return
      yield* memberPages(row, membership, id, (statement) =>
        onConnection(database, context, (db) => withErrorTranslation(db, names, () => query(db, statement))),
      )
    },

    async renameMember(member, labels, context) {
      const { names, membership, row, db } = enter(context)
      const statement = membership && renameMemberStatement(row, membership, member, labels)
      if (statement) await withErrorTranslation(db, names, () => query(db, statement))
    },

    async groupsOf(ids, context) {
      const { names, membership, row, db } = enter(context)
      return membership
        ? withErrorTranslation(db, names, () => groupsOf(db, row, membership, ids))
        : new Map()
    },
  }
  const untenanted = tenantColumn ? undefined : options.table
  const store = options.onTransaction ? inTransactions(bare, database, untenanted) : bare
  describeAs(store, (type) => descriptionOf(rules, shapes.of(type).table, ownsTable))
  publishTable(store, {
    root: database.db,
    untenanted,
    hasOthers: rules.where !== undefined,
    rowFor: (type, tenant) => rowIn(shapes.of(type), tenant),
    tableFor: (type) => shapes.of(type).table,
  })
  return store
}
