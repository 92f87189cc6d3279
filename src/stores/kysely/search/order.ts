import { sql } from 'kysely'
import { ScimError } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import { attributeNamed } from '../../../schema/index.js'
import type { Sort } from '../../store.js'
import type { Condition, Sql } from '../sql/sql.js'
import { anyOf, member } from '../sql/sql.js'
import type { TableShape } from '../sql/table.js'
import { columnOf, isId } from '../sql/table.js'
import type { Operand, Scope } from './elements.js'
import type { RowScope } from './scope.js'
import { jsonValue } from './values.js'

/** What a list is sorted by, before the id. */
export interface Key {
  readonly expression: Sql
  /** What its text is cast to. */
  readonly type: Sql
  readonly isDescending: boolean
  /** Whether every row has one. */
  readonly isAlwaysThere: boolean
}

/** Where a page begins or ends: the key as text, and the id. */
export interface Place {
  readonly key: string | null
  readonly id: string
}

/** The SQL to sort by, undefined where every row has the same value or none. */
export function sortKey(sort: Sort, row: RowScope): Key | undefined {
  const { attribute } = sort
  const inner = attribute.type === 'complex' ? attributeNamed(attribute.subAttributes, 'value') : undefined
  if (attribute.type === 'complex' && !inner) return undefined
  const compared = inner ?? attribute
  const expression = expressionOf(compared, row)
  if (!expression) return undefined
  return {
    expression,
    type: castOf(compared),
    isDescending: sort.order === 'descending',
    isAlwaysThere: compared.required && !compared.parent,
  }
}

function castOf({ type }: CompiledAttribute): Sql {
  switch (type) {
    case 'boolean':
      return sql`boolean`
    case 'integer':
    case 'decimal':
      return sql`numeric`
    case 'dateTime':
      return sql`timestamptz`
    default:
      return sql`text`
  }
}

function expressionOf(attribute: CompiledAttribute, row: RowScope): Sql | undefined {
  for (let at: CompiledAttribute | undefined = attribute; at; at = at.parent) {
    if (at.multiValued) return foremost(at, attribute, row)
  }
  return keyOf(attribute, operandOf(attribute, row))
}

function operandOf(attribute: CompiledAttribute, scope: Scope): Operand {
  try {
    return scope.operand(attribute)
  } catch (error) {
    throw ScimError.invalidPath(`Resources cannot be sorted by "${attribute.path}" here`, {
      path: attribute.path,
      cause: error,
    })
  }
}

function keyOf(attribute: CompiledAttribute, operand: Operand): Sql | undefined {
  if (operand === 'absent' || 'constant' in operand) return undefined
  const { value } = operand
  switch (attribute.type) {
    case 'boolean': {
      const [yes, no] = [value.is(true), value.is(false)]
      if (typeof yes === 'boolean' || typeof no === 'boolean') return undefined
      return sql`case when ${yes} then true when ${no} then false end`
    }
    case 'integer':
    case 'decimal':
      return value.number
    case 'dateTime':
      return value.instant
    default:
      return attribute.caseExact ? sql`(${value.text}) collate "C"` : sql`lower(${value.text}) collate "C"`
  }
}

/** The key of the element that is primary, or else of the first. */
function foremost(multi: CompiledAttribute, attribute: CompiledAttribute, row: RowScope): Sql | undefined {
  const { columns: slots, json, childTable: children } = row.table.layout.elementsOf(multi)
  if (children) return foremostChild(children, attribute, multi, row)
  const branches: {
    readonly isPrimary: boolean
    readonly there: Condition
    readonly key: Sql | undefined
  }[] = []
  row.some(multi, (element) => {
    const slot = slots[branches.length]
    if (slot) {
      const there = anyOf(
        [...slot.columns.values()].map(({ column }) => sql`${columnOf(column)} is not null`),
      )
      branches.push({
        isPrimary: slot.constants.primary === true,
        there,
        key: keyOf(attribute, operandOf(attribute, element)),
      })
    }
    return true
  })
  const cases = branches.map(({ there, key }) => sql`when ${there} then ${key ?? sql`null`}`)
  const primary = branches.findIndex(({ isPrimary }) => isPrimary)
  const first = cases.splice(primary < 0 ? cases.length : primary, 1)
  const holder = json && member(columnOf(json.column), json.keys)
  const keys = attribute === multi ? [] : [attribute.name]
  const of = (element: Sql) => keyOf(attribute, { value: jsonValue(sql`(${element})`, keys) })
  if (!holder) {
    const all = [...first, ...cases]
    return all.length === 0 ? undefined : sql`case ${sql.join(all, sql` `)} end`
  }
  const marked = sql`jsonb_path_query_first(${holder}, '$[*] ? (@.primary == true)')`
  if (branches.length === 0) return of(sql`coalesce(${marked}, ${holder} -> 0)`)
  const isMarked = sql`when ${marked} is not null then ${of(marked)}`
  return sql`case ${sql.join([...first, isMarked, ...cases], sql` `)} else ${of(sql`${holder} -> 0`)} end`
}

function foremostChild(
  children: NonNullable<ReturnType<RowScope['table']['layout']['elementsOf']>['childTable']>,
  attribute: CompiledAttribute,
  multi: CompiledAttribute,
  row: RowScope,
): Sql | undefined {
  const column = children.columns[attribute === multi ? 'value' : attribute.name]
  const value = children.columns.value
  if (column === undefined || value === undefined) return undefined
  const name = sql.ref('k')
  const there = sql`${name}.${sql.id(column)}`
  const isText = castOf(attribute)
  const key =
    attribute.type === 'string' && !attribute.caseExact
      ? sql`lower(${there}) collate "C"`
      : sql`(${there})::${isText}`
  const primary = children.columns.primary
  const order = primary === undefined ? sql`` : sql`${name}.${sql.id(primary)} is true desc, `
  const isOwn = row.belongs(children, name)
  return sql`(select ${key} from ${sql.table(children.table)} as ${name} where ${isOwn} order by ${order}${name}.${sql.id(value)} limit 1)`
}

/** `order by`: missing values last when ascending, and the id at the end. */
export function orderBy(key: Key | undefined, table: TableShape, isReversed: boolean): Sql {
  const id = columnOf(table.id.column)
  const byId = isReversed ? sql`${id} desc` : id
  if (!key) return byId
  const isDescending = key.isDescending !== isReversed
  const nulls = key.isAlwaysThere ? sql`` : isDescending ? sql` nulls first` : sql` nulls last`
  return sql`${key.expression}${isDescending ? sql` desc` : sql``}${nulls}, ${byId}`
}

/** The rows after a place, or before it. */
export function beyond(
  place: Place,
  key: Key | undefined,
  table: TableShape,
  isReversed: boolean,
): Condition {
  const id = columnOf(table.id.column)
  const further = isReversed ? sql`${id} < ${place.id}` : sql`${id} > ${place.id}`
  if (!key) return further
  const { expression, type, isDescending, isAlwaysThere } = key
  const isDown = isDescending !== isReversed
  if (place.key === null) {
    // Missing values come last, unless the order is descending.
    const isLast = !isDown
    const among = sql`${expression} is null and ${further}`
    return isLast ? among : sql`(${expression} is not null or (${among}))`
  }
  const at = sql`${place.key}::${type}`
  // The first condition is for an index, which can begin there.
  const past = isDown
    ? sql`${expression} <= ${at} and (${expression} < ${at} or ${further})`
    : sql`${expression} >= ${at} and (${expression} > ${at} or ${further})`
  return isDown || isAlwaysThere ? past : sql`((${past}) or ${expression} is null)`
}

export function printPlace({ key, id }: Place): string {
  return JSON.stringify([key, id])
}

/** @throws ScimError `invalidCursor` for a text that is no place. */
export function parsePlace(text: string, table: TableShape): Place {
  try {
    const [key, id]: unknown[] = JSON.parse(text)
    if ((key === null || typeof key === 'string') && typeof id === 'string' && isId(table.id.type, id))
      return { key, id }
  } catch {
    // It is refused below.
  }
  throw ScimError.invalidCursor('The cursor is not valid')
}

/** Whether a filter pins an attribute that only one resource has a value of, so that counting apart is a waste. */
export function isLookup(
  equalities: readonly { readonly attribute: CompiledAttribute }[],
  table: TableShape,
): boolean {
  const { unique } = table.layout.type
  return equalities.some(
    ({ attribute }) =>
      attribute.path === 'id' || attribute.path === 'externalId' || unique.includes(attribute),
  )
}
