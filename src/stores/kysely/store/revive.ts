import { sql } from 'kysely'
import { equalsAny } from '../../../filter/index.js'
import type { UnknownObject } from '../../../protocol/index.js'
import { isObject } from '../../../protocol/index.js'
import type { CommonAttributes, CompiledAttribute } from '../../../schema/index.js'
import { fullProjection, readValue } from '../../../schema/index.js'
import type { Draft, ResourceStore, StoreContext } from '../../store.js'
import type { ConnectedDatabase } from '../database/connect.js'
import { withErrorTranslation } from '../database/execute.js'
import { connectionFor, transactionsOf } from '../database/transactions.js'
import { filterToSql } from '../search/filter.js'
import type { RowScope } from '../search/scope.js'
import { idParameter } from '../search/values.js'
import { query } from '../sql/query.js'
import { isChosen } from '../sql/row-filter.js'
import type { Condition } from '../sql/sql.js'
import { and, not } from '../sql/sql.js'
import { alias, columnOf, isOfTenant } from '../sql/table.js'
import { updateStatement } from '../statements/write.js'
import type { RowRules } from './row-rules.js'
import { restorationOf } from './row-rules.js'
import type { StoreRequest } from './shape.js'

/** Whether a row has been deleted and has the unique value of a resource; false where there is none to look for. */
function isDeletedOne<R extends CommonAttributes>(
  row: RowScope,
  { undeleted }: RowRules<R>,
  draft: Draft<R>,
): Condition {
  const { table, tenant } = row
  const [attribute, value] = uniqueValueOf(table.layout.type.unique, draft)
  if (!attribute || value === undefined) return false
  return and([
    isOfTenant(table, tenant),
    isChosen(table.lastingWhere, alias, table),
    not(isChosen(undeleted, alias, table)),
    filterToSql(equalsAny(attribute, [value]).tree, row),
  ])
}

function uniqueValueOf(
  unique: readonly CompiledAttribute[],
  draft: object,
): readonly [attribute?: CompiledAttribute, value?: string] {
  for (const attribute of unique) {
    const value = readValue(draft, attribute)
    if (typeof value === 'string') return [attribute, value]
  }
  return []
}

/**
 * Brings back the row of a resource that has been deleted, as the resource that is to be created: with its id, and with
 * what the request does not speak of. Of requests at the same time, one does; undefined for the others, and where there
 * is no such row.
 *
 * @throws ScimError as `replace` does; Error where the row is still not one of the directory.
 */
export async function reviveRow<R extends CommonAttributes>(
  { get, replace }: Pick<ResourceStore<R>, 'get' | 'replace'>,
  {
    database,
    request,
    rules,
  }: {
    readonly database: ConnectedDatabase
    readonly request: StoreRequest
    readonly rules: RowRules<R>
  },
  draft: Draft<R>,
  context: StoreContext,
): Promise<R | undefined> {
  const { table, names, row, db } = request
  const which = isDeletedOne(row, rules, draft)
  if (which === false) return undefined
  const id = columnOf(table.id.column)
  const latest = sql`select ${table.dialect.values.asText(id)} as m_id from ${sql.table(table.name)} as ${alias} where ${which} order by ${columnOf(table.lastModified)} desc, ${id} limit 1`
  const [found] = await withErrorTranslation(db, names, () => query(db, latest), context.maxAttempts)
  if (!found) return undefined
  const restoration = await restorationOf(rules, table, table.layout.toRow(draft), draft, context)
  const isSame = sql`${id} = ${idParameter(String(found.m_id), table.id.type, table.dialect)}`
  const restore = updateStatement(row, restoration, and([isSame, which]), sql`1 as m_found`)
  return transactionsOf(database).run(async (transaction) => {
    const inside: StoreContext = Object.create(context, { transaction: { value: transaction } })
    const open = connectionFor(database.db, inside)
    const restored = await withErrorTranslation(open, names, () => query(open, restore))
    if (restored.length === 0) return undefined
    const stored = await get(String(found.m_id), fullProjection(table.layout.type), inside)
    if (!stored) {
      const columns = [...(rules.undeleted?.keys() ?? [])].join(', ')
      throw new Error(
        `softDelete: a row that is brought back is left out by where: say in insertDefaults what it has in ${columns}`,
      )
    }
    return replace(stored.id, withDraft(stored, draft, request), stored.meta.version, inWrite(inside, stored))
  }, context)
}

/** The resource with what a request sends; a group has only the members that it sends. */
function withDraft<R extends CommonAttributes>(
  stored: R,
  draft: Draft<R>,
  { table }: StoreRequest,
): Draft<R> {
  const {
    id: _id,
    meta: _meta,
    [table.layout.type.membership?.name ?? '']: _members,
    ...rest
  } = stored as CommonAttributes & Readonly<Record<string, unknown>>
  // An R without its id and meta, some of whose attributes are those of another R.
  return merged(rest, draft) as Draft<R>
}

/** An object with what another has; inside of complex attributes and extensions too, but for what is about a value. */
function merged(former: UnknownObject, given: UnknownObject): UnknownObject {
  const inner = Object.entries(given).map(([name, value]) => {
    const own = former[name]
    return [
      name,
      isObject(own) && isObject(value) && !('value' in value) ? merged(own, value) : value,
    ] as const
  })
  return { ...former, ...Object.fromEntries(inner) }
}

/** A context as `replace` has it: with the resource as it was read. */
function inWrite(context: StoreContext, stored: CommonAttributes): StoreContext {
  return Object.create(context, { stored: { value: stored } })
}
