import type { ChildTableMapping } from '../../../mapping/index.js'
import { elementChanges } from '../../../mapping/index.js'
import { HostFault } from '../../../protocol/index.js'
import type { Member } from '../../store.js'
import type { MemberWrite } from '../dialect/dialect.js'
import type { RowScope } from '../search/scope.js'
import type { ChildRows } from '../sql/child-rows.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import { changeStatements } from '../statements/elements.js'
import type { MembersOfGroup } from '../statements/members.js'
import { memberWrite } from '../statements/members.js'
import { readRow } from '../statements/row.js'
import { selectElementsStatement } from '../statements/write.js'
import type { StoreRequest } from './shape.js'

/** The elements of a resource, by the tables that they are in. */
type Elements = readonly (readonly [child: ChildTableMapping, elements: readonly unknown[]])[]

/** The members among elements that are written; undefined where none of them are. */
export function membersAmong(
  { row, membership }: StoreRequest,
  id: string,
  elements: Elements,
  rowsOf: MembersOfGroup['rowsOf'],
): MemberWrite | undefined {
  const members = membership && elements.find(([child]) => child === membership.members.mapping)
  if (!members) return undefined
  // The registry describes the elements.
  const change = { replaceAll: members[1] as readonly Member[] }
  return memberWrite(row, membership, { id, change, rowsOf })
}

/** Writes the elements of a resource that has just been inserted. False where a member has been left out. */
export async function insertAllElements(
  transaction: Database,
  request: StoreRequest,
  id: string,
  elements: Elements,
  rowsOf: MembersOfGroup['rowsOf'],
): Promise<boolean> {
  const { table, row, membership } = request
  // Members that may be anything are inserted as other elements are.
  const members = rowsOf && membersAmong(request, id, elements, rowsOf)
  for (const [child, values] of elements) {
    if (members && child === membership?.members.mapping) continue
    const rows = childRowsOf(request, child)
    const changes = elementChanges(child, [], values)
    for (const statement of changeStatements({ rows, row, id }, changes)) await query(transaction, statement)
  }
  return !members || table.dialect.members.replace(transaction, members)
}

/**
 * Brings the elements of a resource to what is given, and writes only what differs.
 *
 * @param former the elements that were there; those of tables that it lacks are read.
 * @returns false where a member has been left out.
 */
export async function replaceElements(
  transaction: Database,
  request: StoreRequest,
  id: string,
  elements: Elements,
  members: MemberWrite | undefined,
  former: ReadonlyMap<ChildTableMapping, readonly unknown[]>,
): Promise<boolean> {
  const { table, row, membership } = request
  for (const [child, values] of elements) {
    if (members && child === membership?.members.mapping) continue
    const rows = childRowsOf(request, child)
    const before = former.get(child) ?? (await readElements(transaction, child, row, id))
    const changes = elementChanges(child, before, values)
    for (const statement of changeStatements({ rows, row, id }, changes)) await query(transaction, statement)
  }
  return !members || table.dialect.members.replace(transaction, members)
}

async function readElements(
  transaction: Database,
  child: ChildTableMapping,
  row: RowScope,
  id: string,
): Promise<readonly unknown[]> {
  const [result] = await query(transaction, selectElementsStatement(child, row, id))
  return result ? (readRow(result, row.table).elements(child) ?? []) : []
}

function childRowsOf({ childTables }: StoreRequest, mapping: ChildTableMapping): ChildRows {
  const rows = childTables.get(mapping)
  if (!rows) throw new HostFault(`The mapping has no table "${mapping.table}"`)
  return rows
}
