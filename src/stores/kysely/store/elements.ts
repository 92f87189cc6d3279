import type { ChildTableMapping } from '../../../mapping/index.js'
import type { Member } from '../../store.js'
import type { MemberWrite } from '../dialect/dialect.js'
import type { ChildRows } from '../sql/child-rows.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { MembersOfGroup } from '../statements/members.js'
import { memberWrite } from '../statements/members.js'
import { deleteElementsStatement, insertElementsStatement } from '../statements/write.js'
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
    await query(transaction, insertElementsStatement(childRowsOf(request, child), row, id, values))
  }
  return !members || table.dialect.members.replace(transaction, members)
}

/** Brings the elements of a resource to what is given. False where a member has been left out. */
export async function replaceElements(
  transaction: Database,
  request: StoreRequest,
  id: string,
  elements: Elements,
  members: MemberWrite | undefined,
): Promise<boolean> {
  const { table, row, membership } = request
  for (const [child, values] of elements) {
    if (members && child === membership?.members.mapping) continue
    const rows = childRowsOf(request, child)
    await query(transaction, deleteElementsStatement(rows, row, id))
    if (values.length > 0) await query(transaction, insertElementsStatement(rows, row, id, values))
  }
  return !members || table.dialect.members.replace(transaction, members)
}

function childRowsOf({ childTables }: StoreRequest, mapping: ChildTableMapping): ChildRows {
  const rows = childTables.get(mapping)
  if (!rows) throw new Error(`The mapping has no table "${mapping.table}"`)
  return rows
}
