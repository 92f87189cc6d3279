import type { UnknownObject } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Member, MemberChange, MemberChangeResult } from '../../store.js'
import type { GroupWrite, MemberTargets, MemberWrite, SqlTable, WrittenMembers } from '../dialect/dialect.js'
import type { RowScope } from '../search/scope.js'
import type { ChildRows } from '../sql/child-rows.js'
import { valuesByColumn } from '../sql/child-rows.js'
import { isId } from '../sql/table.js'
import { isOneOf } from './references.js'
import { metaSelection, readMeta } from './row.js'
import { isRow, touch } from './write.js'

/** The table that members are in, and the attribute that they are the values of. */
export interface Membership {
  readonly members: ChildRows
  readonly attribute: CompiledAttribute
}

/** The list of members in a resource. */
export function membersIn(resource: object, attribute: CompiledAttribute): object | undefined {
  const list: unknown = (resource as UnknownObject)[attribute.name]
  return Array.isArray(list) ? list : undefined
}

/** Members of one group to write. */
export interface MembersOfGroup {
  readonly id: string
  readonly change: MemberChange
  /** The rows of this database that a member can be; undefined where it can be something else. */
  readonly rowsOf: ((member: Member) => readonly RowScope[] | undefined) | undefined
}

/** Where members must exist: the rows with their ids, table by table. */
function targetsOf(members: readonly Member[], rowsOf: NonNullable<MembersOfGroup['rowsOf']>): MemberTargets {
  const elsewhere: string[] = []
  const idsByRow = new Map<RowScope, string[]>()
  for (const member of members) {
    const rows = rowsOf(member)
    if (!rows) elsewhere.push(member.value)
    for (const row of rows ?? []) {
      if (!isId(row.table.id.type, member.value)) continue
      const ids = idsByRow.get(row)
      if (ids) ids.push(member.value)
      else idsByRow.set(row, [member.value])
    }
  }
  const rows = [...idsByRow].map(([row, ids]) => ({ table: row.table, which: isOneOf(row, ids) }))
  return { rows, elsewhere }
}

/** The members to write for a change; what cannot be an id is left out, since it is in no table. */
export function memberWrite(
  row: RowScope,
  { members }: Membership,
  { id, change, rowsOf }: MembersOfGroup,
): MemberWrite {
  const { table, tenant } = row
  const { mapping } = members
  const isMemberId = (value: string) => isId(mapping.ids ?? table.id.type, value)
  const replacesAll = 'replaceAll' in change
  const added = distinct(replacesAll ? change.replaceAll : change.add).filter(({ value }) =>
    isMemberId(value),
  )
  const ids = replacesAll ? added.map(({ value }) => value) : change.remove.filter(isMemberId)
  return {
    table,
    members,
    tenant,
    id,
    isGroup: isRow(row, id, undefined),
    added: valuesByColumn(mapping, added),
    ids,
    replacesAll,
    isRemovable: (name) => (replacesAll ? row.isShown(mapping, name) : row.isRemovable(mapping, name)),
    targets: rowsOf && targetsOf(added, rowsOf),
  }
}

/** The last of several members with the same id. */
function distinct(members: readonly Member[]): readonly Member[] {
  return [...new Map(members.map((member) => [member.value, member])).values()]
}

/** The group's own part in a change of its members, at a version where one is expected. */
export function groupWrite(row: RowScope, id: string, version: string | undefined): GroupWrite {
  const { table } = row
  return { isExpected: isRow(row, id, version), meta: metaSelection(table), touch: touch(table) }
}

/** The result of a change of members. */
export function readChange({ row, added, removed }: WrittenMembers, table: SqlTable): MemberChangeResult {
  return { meta: readMeta(row, table), added, removed }
}
