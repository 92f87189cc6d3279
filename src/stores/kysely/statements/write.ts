import { sql } from 'kysely'
import type { ChildTableMapping, KeyChanges, Layout, RowValues } from '../../../mapping/index.js'
import { ScimError } from '../../../protocol/index.js'
import type { Projection } from '../../../schema/index.js'
import { pathOfColumn } from '../database/errors.js'
import type { Assignment, SqlTable } from '../dialect/dialect.js'
import type { RowScope } from '../search/scope.js'
import { idParameter } from '../search/values.js'
import { includes } from '../sql/row-filter.js'
import type { Condition, Sql } from '../sql/sql.js'
import { and } from '../sql/sql.js'
import { alias, columnOf, isOwn } from '../sql/table.js'
import { instantParameter } from './instants.js'
import { elementsOf, metaSelection, selection, timeColumnsOf } from './row.js'

/**
 * What a write returns: the new `meta`, or the row as the database has it after defaults and triggers; `m_later` where
 * triggers may have changed it since.
 * `withChildTables`: with its rows of other tables as they were before the statement.
 */
export function returned(row: RowScope, projection: Projection | undefined, withChildTables = false): Sql {
  if (!projection) return metaSelection(row.table)
  const all = selection(row, projection, withChildTables)
  const isChangedLater = row.table.dialect.rows.changesLater?.(row.table.name)
  return isChangedLater ? sql`${all}, ${isChangedLater} as m_later` : all
}

/**
 * What is written to columns: of a new row, where a column that is left out gets the database's default, or of one that
 * is stored, where what loses its value gets it too: a column that must have a value would refuse the whole request.
 * `keys`: the JSON columns of which only some keys are written.
 */
export function assignments(
  { columns, json }: RowValues,
  table: SqlTable,
  isStored: boolean,
  keys?: ReadonlyMap<string, KeyChanges>,
): readonly Assignment[] {
  const { dialect, layout } = table
  const output: Assignment[] = []
  const timeColumns = timeColumnsOf(table.layout)
  for (const [column, value] of columns) {
    if (value === undefined && !isStored) continue
    if (table.where && !staysSelected(table, column, value)) continue
    const changes = keys?.get(column)
    if (changes) output.push([column, dialect.json.merge(columnOf(column), changes, value === undefined)])
    else if (value === undefined && !table.isScimTable && !switchColumnsOf(layout).has(column))
      output.push([column, dialect.rows.defaultOf(table.name, column)])
    else if (value === undefined || value === null) output.push([column, sql`null`])
    else if (json.has(column)) {
      const { parameter, parameterOfStored } = dialect.json
      output.push([column, isStored ? parameterOfStored(value) : parameter(value)])
    } else if (typeof value === 'string' && timeColumns.has(column))
      output.push([column, instantParameter(value, table, () => pathOfColumn(column, table) ?? column)])
    else if (layout.lowercaseColumns.has(column)) output.push([column, dialect.text.lower(sql`${value}`)])
    else output.push([column, sql`${value}`])
  }
  return output
}

const switchColumnsByLayout = new WeakMap<Layout, ReadonlySet<string>>()

/** The columns of booleans: a default must not switch on what a client has cleared. */
function switchColumnsOf(layout: Layout): ReadonlySet<string> {
  let columns = switchColumnsByLayout.get(layout)
  if (!columns) {
    columns = new Set(
      [...layout.attributes].flatMap(([attribute, mapping]) =>
        attribute.type === 'boolean' && mapping.kind === 'column' ? [mapping.column] : [],
      ),
    )
    switchColumnsByLayout.set(layout, columns)
  }
  return columns
}

/**
 * Whether a row stays in the directory with a value in a column; a column that must have a value keeps the one it has.
 *
 * @throws ScimError `invalidValue` for a value with which it would not.
 */
function staysSelected(table: SqlTable, column: string, value: unknown): boolean {
  const values = table.where?.get(column)
  if (values === undefined || includes(values, value ?? null)) return true
  if (value === undefined || value === null) return false
  const path = pathOfColumn(column, table) ?? column
  throw ScimError.invalidValue(`${path} cannot have this value here`, { path })
}

export interface InsertOptions {
  readonly returned: Sql
  /** A condition without which nothing is inserted. */
  readonly which: Condition
}

export function insertStatement(
  row: RowScope,
  id: string | undefined,
  values: readonly Assignment[],
  { returned, which }: InsertOptions,
): Sql {
  const { table } = row
  const { rows } = table.dialect
  const all: Assignment[] = []
  if (table.tenant !== undefined) all.push([table.tenant, sql`${row.tenant}`])
  if (id !== undefined) all.push([table.id.column, sql`${id}`])
  if (table.version !== undefined) all.push([table.version, sql`1`])
  all.push(
    [table.created, nowIn(table, table.created)],
    [table.lastModified, nowIn(table, table.lastModified)],
    ...values,
  )
  return rows.insert(table, all, returned, which)
}

export function updateStatement(
  { table }: RowScope,
  values: readonly Assignment[],
  which: Condition,
  result: Sql,
): Sql {
  return table.dialect.rows.update(table, [...values, ...touch(table)], which, result)
}

/** Marks a row as deleted. */
export function markStatement({ table }: RowScope, marks: readonly Assignment[], which: Condition): Sql {
  return table.dialect.rows.updateAlone(table, [...marks, ...touch(table)], which, sql`1 as m_found`)
}

export function deleteStatement({ table }: RowScope, which: Condition): Sql {
  return table.dialect.rows.delete(table, which, sql`1 as m_found`)
}

function nowIn({ name, isScimTable, dialect: { instants } }: SqlTable, column: string): Sql {
  return isScimTable ? instants.now : instants.nowIn(name, column)
}

/** What every change sets in a row besides what is changed. */
export function touch(table: SqlTable): readonly Assignment[] {
  const modified: Assignment = [table.lastModified, nowIn(table, table.lastModified)]
  return table.version === undefined
    ? [modified]
    : [[table.version, sql`${columnOf(table.version)} + 1`], modified]
}

/** Whether a row is that of an id, at a version where one is expected. */
export function isRow({ table, tenant }: RowScope, id: string, version: string | undefined): Condition {
  return and([
    isOwn(table, tenant),
    sql`${columnOf(table.id.column)} = ${idParameter(id, table.id.type, table.dialect)}`,
    version === undefined || table.dialect.rows.isAtVersion(table, version),
  ])
}

/** Tells whether a row exists. */
export function existsStatement({ table }: RowScope, which: Condition): Sql {
  return sql`select 1 as m_found from ${sql.table(table.name)} as ${alias} where ${which}`
}

/** Selects the elements of a resource that are in another table. */
export function selectElementsStatement(mapping: ChildTableMapping, row: RowScope, id: string): Sql {
  const { table } = row
  const elements = sql`${elementsOf(mapping, row)} as ${sql.id(`k_${mapping.table}`)}`
  return sql`select ${metaSelection(table)}, ${elements} from ${sql.table(table.name)} as ${alias} where ${isRow(row, id, undefined)}`
}

/** Selects a resource. */
export function selectStatement(row: RowScope, id: string, projection: Projection): Sql {
  return sql`select ${selection(row, projection)} from ${sql.table(row.table.name)} as ${alias} where ${isRow(row, id, undefined)}`
}
