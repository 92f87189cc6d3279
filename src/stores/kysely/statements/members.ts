import { sql } from 'kysely'
import type { ChildTableMapping } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { Member, MemberChange } from '../../store.js'
import type { RowScope } from '../search/scope.js'
import type { Sql } from '../sql/sql.js'
import { alias, columnOf, isId } from '../sql/table.js'
import { metaSelection, versionOf } from './row.js'
import { elementType, insertElements, ownElements, theRow, touch, unnest } from './write.js'

/** The table that members are in, and the attribute that they are under. */
export interface Membership {
  readonly place: ChildTableMapping
  readonly attribute: CompiledAttribute
}

/** The members that can be in the table: what can be no id is nobody's. */
function valid(members: readonly Member[], { place }: Membership, row: RowScope): readonly Member[] {
  const byId = new Map(members.map((member) => [member.value, member]))
  return [...byId.values()].filter(({ value }) => isId(place.ids ?? row.table.id.type, value))
}

type PartName = 'removed' | 'added' | 'changed'

/** The parts of a statement that change the members of the group in the row `ok`, by their names. */
export function memberChanges(
  row: RowScope,
  membership: Membership,
  id: string,
  change: MemberChange,
): ReadonlyMap<PartName, Sql> {
  const { place, attribute } = membership
  const { table } = row
  const name = sql.table(place.table)
  const e = sql.ref('e')
  const value = sql`${e}.${sql.id(place.columns.value ?? 'value')}`
  const isAll = 'replaceAll' in change
  const members = valid(isAll ? change.replaceAll : change.add, membership, row)
  const ids = isAll ? members.map((member) => member.value) : change.remove
  const list = ids.filter((one) => isId(place.ids ?? table.id.type, one))
  const type = elementType(place, 'value', attribute, table)
  const isOwn = ownElements(place, row, id, e)
  const parts = new Map<PartName, Sql>()
  if (isAll || list.length > 0) {
    const isListed = sql`${value} = any(${list}::${type}[])`
    const leaving = isAll ? sql`not ${isListed}` : isListed
    parts.set(
      'removed',
      sql`delete from ${name} as ${e} using ok where ${isOwn} and ${leaving} returning ${value}::text as v`,
    )
  }
  if (members.length === 0) return parts
  const insert = insertElements(place, attribute, row, sql`ok.id`, sql`ok, `, members)
  const entered = sql.id(place.columns.value ?? 'value')
  parts.set('added', sql`${insert} on conflict do nothing returning ${entered}::text as v`)
  const names = Object.keys(place.columns)
  const others = names.filter((one) => one !== 'value')
  if (others.length === 0) return parts
  const given = (one: string) => sql`n.${sql.id(`c${names.indexOf(one)}`)}`
  const held = (one: string) => sql`${e}.${sql.id(place.columns[one] ?? one)}`
  // What is not said of a member stays, unless all members are given anew.
  const next = (one: string) => (isAll ? given(one) : sql`coalesce(${given(one)}, ${held(one)})`)
  const set = sql.join(others.map((one) => sql`${sql.id(place.columns[one] ?? one)} = ${next(one)}`))
  const isOther = sql`row(${sql.join(others.map(held))}) is distinct from row(${sql.join(others.map(next))})`
  const rows = unnest(place, attribute, table, members)
  parts.set(
    'changed',
    sql`update ${name} as ${e} set ${set} from ok, ${rows} where ${isOwn} and ${value} = ${given('value')} and ${isOther} returning 1`,
  )
  return parts
}

/**
 * One statement that changes members and the group's version. It locks the group; where another one has changed it
 * since the statement began, it does nothing and `m_fresh` is false: the members that it sees are too old.
 */
export function changeMembersStatement(
  row: RowScope,
  membership: Membership,
  id: string,
  change: MemberChange,
  version: string | undefined,
): Sql {
  const { table } = row
  const name = sql.table(table.name)
  const parts = memberChanges(row, membership, id, change)
  const anything = [...parts.keys()].map((part) => sql`exists (select from ${sql.id(part)})`)
  const isChanged = anything.length === 0 ? sql`false` : sql.join(anything, sql` or `)
  const list = (part: PartName) =>
    parts.has(part) ? sql`(select array_agg(v) from ${sql.id(part)})` : sql`null::text[]`
  const all = [
    sql`s as (select ${versionOf(table)} as v from ${name} as ${alias} where ${theRow(row, id, undefined)})`,
    sql`g as (select ${columnOf(table.id.column)} as id, ${metaSelection(table)} from ${name} as ${alias} where ${theRow(row, id, version)} for no key update)`,
    sql`ok as (select g.id from g join s on s.v = g.m_version)`,
    ...[...parts].map(([part, statement]) => sql`${sql.id(part)} as (${statement})`),
    sql`bumped as (update ${name} as ${alias} set ${touch(table)} from ok where ${theRow(row, id, undefined)} and (${isChanged}) returning ${metaSelection(table)})`,
  ]
  const meta = ['m_id', 'm_version', 'm_created', 'm_modified'].map(
    (one) => sql`coalesce(b.${sql.id(one)}, g.${sql.id(one)}) as ${sql.id(one)}`,
  )
  return sql`with ${sql.join(all)} select exists (select from ok) as m_fresh, ${sql.join(meta)}, ${list('added')} as m_added, ${list('removed')} as m_removed from g left join bumped as b on true`
}
