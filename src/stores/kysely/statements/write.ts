import { sql } from 'kysely'
import type { ChildTableMapping, RowValues } from '../../../mapping/index.js'
import { ScimError } from '../../../protocol/index.js'
import type { CompiledAttribute, Projection } from '../../../schema/index.js'
import type { RowScope } from '../search/scope.js'
import type { Condition, Sql } from '../sql/sql.js'
import { allOf } from '../sql/sql.js'
import type { TableShape } from '../sql/table.js'
import { alias, columnOf, isId } from '../sql/table.js'
import { elementColumns, metaSelection, selection } from './row.js'

/** A column with what is written to it. */
export type Assignment = readonly [column: string, value: Sql]

/** Times have milliseconds, as clients see them. */
const now = sql`date_trunc('milliseconds', now())`

/** What a statement gives back: the new `meta`, or the row as the database has it after defaults and triggers. */
export function returning(row: RowScope, projection: Projection | undefined): Sql {
  return projection ? selection(row, projection, false) : metaSelection(row.table)
}

/** What is written to columns. Columns that are left out have the database's default. */
export function assignments(written: RowValues, keepMissing: boolean): readonly Assignment[] {
  const output: Assignment[] = []
  for (const [column, value] of written.columns) {
    if (value === undefined && !keepMissing) continue
    if (value === undefined || value === null) output.push([column, sql`null`])
    else if (written.json.has(column)) output.push([column, sql`${JSON.stringify(value)}::jsonb`])
    else output.push([column, sql`${value}`])
  }
  return output
}

/** @throws ScimError `invalidValue` for a reference to what can be no id. */
export function checkReferences(written: RowValues, { layout, id }: TableShape): void {
  for (const [attribute, place] of layout.attributes) {
    if (place.kind !== 'reference') continue
    const value = written.columns.get(place.column)
    if (value === undefined || (typeof value === 'string' && isId(id.type, value))) continue
    throw ScimError.invalidValue(`${attribute.path} refers to something that does not exist`, {
      path: attribute.path,
    })
  }
}

export function insertStatement(
  row: RowScope,
  id: string | undefined,
  values: readonly Assignment[],
  result: Sql,
): Sql {
  const { table } = row
  const all: Assignment[] = []
  if (table.tenant !== undefined) all.push([table.tenant, sql`${row.tenant}`])
  if (id !== undefined) all.push([table.id.column, sql`${id}`])
  if (table.version !== undefined) all.push([table.version, sql`1`])
  all.push([table.created, now], [table.lastModified, now], ...values)
  const columns = sql.join(all.map(([column]) => sql.id(column)))
  return sql`insert into ${sql.table(table.name)} as ${alias} (${columns}) values (${sql.join(all.map(([, value]) => value))}) returning ${result}`
}

/** The row with an id, at a version where one is expected. */
export function theRow(row: RowScope, id: string, version: string | undefined): Condition {
  const { table } = row
  return allOf([
    table.tenant === undefined ? true : sql`${columnOf(table.tenant)} = ${row.tenant}`,
    sql`${columnOf(table.id.column)} = ${id}`,
    version === undefined ? true : isVersion(table, version),
  ])
}

function isVersion(table: TableShape, version: string): Condition {
  if (!/^\d{1,18}$/.test(version)) return false
  return table.version === undefined
    ? sql`${columnOf('xmin')}::text = ${version}`
    : sql`${columnOf(table.version)} = ${version}`
}

/** What every change does to a row besides what is changed. */
export function touch(table: TableShape): Sql {
  const modified = sql`${sql.id(table.lastModified)} = ${now}`
  if (table.version === undefined) return modified
  return sql`${sql.id(table.version)} = ${columnOf(table.version)} + 1, ${modified}`
}

export function updateStatement(
  row: RowScope,
  values: readonly Assignment[],
  which: Condition,
  result: Sql,
): Sql {
  const { table } = row
  const set = [...values.map(([column, value]) => sql`${sql.id(column)} = ${value}`), touch(table)]
  return sql`update ${sql.table(table.name)} as ${alias} set ${sql.join(set)} where ${which} returning ${result}`
}

export function deleteStatement(row: RowScope, which: Condition): Sql {
  return sql`delete from ${sql.table(row.table.name)} as ${alias} where ${which} returning 1 as m_found`
}

/** The rows of a table of elements that belong to a resource. */
export function ownElements(place: ChildTableMapping, row: RowScope, id: string, name: Sql): Condition {
  const isOwn = sql`${name}.${sql.id(place.key)} = ${id}`
  return place.tenant === undefined
    ? isOwn
    : allOf([sql`${name}.${sql.id(place.tenant)} = ${row.tenant}`, isOwn])
}

/** The statement that takes away all elements of a resource. */
export function deleteElements(place: ChildTableMapping, row: RowScope, id: string): Sql {
  const name = sql.ref('e')
  return sql`delete from ${sql.table(place.table)} as ${name} where ${ownElements(place, row, id, name)}`
}

/** The type that an element's sub-attribute has in an array of parameters. */
export function elementType(
  place: ChildTableMapping,
  name: string,
  attribute: CompiledAttribute,
  table: TableShape,
): Sql {
  const sub = attribute.subAttributes.get(name.toLowerCase()) ?? attribute
  if (name === 'value' && attribute.subAttributes.has('$ref')) {
    const type = place.ids ?? table.id.type
    return sql.raw(type === 'integer' ? 'bigint' : type)
  }
  switch (sub.type) {
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

/** Some elements as rows: `unnest($1, $2) as n(c0, c1)`. */
export function unnest(
  place: ChildTableMapping,
  attribute: CompiledAttribute,
  table: TableShape,
  elements: readonly unknown[],
): Sql {
  const lists = elementColumns(place, elements)
  const names = Object.keys(place.columns)
  const arrays = names.map(
    (name, index) => sql`${lists[index] ?? []}::${elementType(place, name, attribute, table)}[]`,
  )
  const columns = names.map((_, index) => sql.id(`c${index}`))
  return sql`unnest(${sql.join(arrays)}) as n(${sql.join(columns)})`
}

/** The statement that enters elements of a resource. */
export function insertElements(
  place: ChildTableMapping,
  attribute: CompiledAttribute,
  row: RowScope,
  id: Sql,
  from: Sql,
  elements: readonly unknown[],
): Sql {
  const columns = [place.key, ...Object.values(place.columns)].map((name) => sql.id(name))
  const values = [id, ...Object.keys(place.columns).map((_, index) => sql`n.${sql.id(`c${index}`)}`)]
  if (place.tenant !== undefined) {
    columns.unshift(sql.id(place.tenant))
    values.unshift(sql`${row.tenant}`)
  }
  return sql`insert into ${sql.table(place.table)} (${sql.join(columns)}) select ${sql.join(values)} from ${from}${unnest(place, attribute, row.table, elements)}`
}
