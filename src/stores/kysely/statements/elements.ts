import { sql } from 'kysely'
import type { ElementChanges, ElementRow } from '../../../mapping/index.js'
import { identifyingColumns } from '../../../mapping/index.js'
import { pathOfColumn } from '../database/errors.js'
import type { RowScope } from '../search/scope.js'
import type { ChildRows } from '../sql/child-rows.js'
import { filledColumns, insertElements, isElementOf } from '../sql/child-rows.js'
import type { Condition, Sql } from '../sql/sql.js'
import { and } from '../sql/sql.js'
import { columnOf } from '../sql/table.js'
import { instantParameter } from './instants.js'

/** Some elements of one resource as rows of another table. */
interface ElementsOf {
  readonly rows: ChildRows
  readonly row: RowScope
  readonly id: string
}

const e = sql.ref('e')

/** The statements that insert elements: what an element does not have is left to the defaults of the database. */
function insertRows({ rows, row, id }: ElementsOf, added: readonly ElementRow[]): readonly Sql[] {
  const { mapping, types } = rows
  const groups = grouped(added, (element) => element.map((value) => value === null).join())
  return groups.map((group) => {
    const lists = types.map((_, index) => group.map((element) => element[index]))
    const source = row.table.dialect.values.parameterRows(lists, types)
    return insertElements(mapping, row.tenant, sql`${id}`, source, filledColumns(lists))
  })
}

/** The statements that change the elements of a resource: first what makes room for others. */
export function changeStatements(
  of: ElementsOf,
  { removed, changed, added }: ElementChanges,
): readonly Sql[] {
  const { mapping } = of.rows
  assertInstants(of, [...added, ...changed.map(({ after }) => after)])
  const primary = Object.keys(mapping.columns).indexOf('primary')
  const isPrimary = (row: ElementRow) => row[primary] === true
  const deletions = grouped(removed, (row) => identifyingColumns(mapping, row).join())
  const updates = grouped(
    // One of several may be the preferred one.
    [...changed].sort((a, b) => Number(isPrimary(a.after)) - Number(isPrimary(b.after))),
    ({ before, after }) =>
      JSON.stringify([
        identifyingColumns(mapping, before),
        differing(before, after).map((column) => [column, after[column] === null]),
        isPrimary(after),
      ]),
  )
  return [
    ...deletions.map((group) => deleteRows(of, group)),
    ...updates.map((group) => updateRows(of, group)),
    ...insertRows(of, added),
  ]
}

/** @throws ScimError `invalidValue` for a dateTime that its column cannot hold. */
function assertInstants({ rows, row: { table } }: ElementsOf, written: readonly ElementRow[]): void {
  for (const [index, type] of rows.types.entries()) {
    if (type !== 'instant') continue
    const column = nameOf(rows, index)
    for (const { [index]: value } of written) {
      if (typeof value === 'string')
        instantParameter(value, table, () => pathOfColumn(column, table, rows.mapping) ?? column)
    }
  }
}

function differing(before: ElementRow, after: ElementRow): readonly number[] {
  return after.flatMap((value, index) => (value === before[index] ? [] : [index]))
}

function deleteRows({ rows, row, id }: ElementsOf, group: readonly ElementRow[]): Sql {
  const { mapping } = rows
  const identity = identifyingColumns(mapping, group[0] ?? [])
  const source = parameters(
    { rows, row },
    identity.map((column) => ({ column, values: group.map((element) => element[column]) })),
  )
  const which = and([isElementOf(mapping, row.tenant, id, e), isSame(rows, identity)])
  return row.table.dialect.rows.deleteBeside(mapping.table, e, source, which)
}

function updateRows({ rows, row, id }: ElementsOf, group: readonly ElementChanges['changed'][number][]): Sql {
  const { mapping } = rows
  const [first] = group
  const identity = identifyingColumns(mapping, first?.before ?? [])
  const changed = first ? differing(first.before, first.after) : []
  const written = changed.filter((column) => first?.after[column] !== null)
  const source = parameters({ rows, row }, [
    ...identity.map((column) => ({ column, values: group.map(({ before }) => before[column]) })),
    ...written.map((column) => ({ column, values: group.map(({ after }) => after[column]) })),
  ])
  const set = changed.map((column) => {
    const place = written.indexOf(column)
    // As in a new row: a column without a value has its default.
    const name = nameOf(rows, column)
    const value =
      place < 0 ? row.table.dialect.rows.defaultOf(mapping.table, name) : given(identity.length + place)
    return sql`${sql.id(name)} = ${value}`
  })
  const which = and([isElementOf(mapping, row.tenant, id, e), isSame(rows, identity)])
  return sql`update ${sql.table(mapping.table)} as ${e} set ${sql.join(set)} from ${source} where ${which}`
}

function parameters(
  { rows, row }: Pick<ElementsOf, 'rows' | 'row'>,
  columns: readonly { readonly column: number; readonly values: readonly unknown[] }[],
): Sql {
  return row.table.dialect.values.parameterRows(
    columns.map(({ values }) => values),
    columns.map(({ column }) => rows.types[column] ?? 'text'),
  )
}

/** Whether a row is one of those that are given in the first columns of `n`. */
function isSame(rows: ChildRows, identity: readonly number[]): Condition {
  return and(
    identity.map(
      (column, index) => sql`${columnOf(nameOf(rows, column), e)} is not distinct from ${given(index)}`,
    ),
  )
}

function given(index: number): Sql {
  return sql`n.${sql.id(`c${index}`)}`
}

function nameOf({ mapping }: ChildRows, column: number): string {
  return Object.values(mapping.columns)[column] ?? ''
}

/** Lists of those with the same key, in the order of the first of each. */
function grouped<T>(list: readonly T[], keyOf: (one: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()]
}
