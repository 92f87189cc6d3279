import { sql } from 'kysely'
import type { ChildTableMapping, Layout, RowReader } from '../../../mapping/index.js'
import { isObject } from '../../../protocol/index.js'
import type { Projection } from '../../../schema/index.js'
import { textOfInstant } from '../search/compare.js'
import type { RowScope } from '../search/scope.js'
import { labelOf } from '../search/scope.js'
import type { Sql } from '../sql/sql.js'
import type { TableShape } from '../sql/table.js'
import { columnOf } from '../sql/table.js'

/** A row of a result, by the names that {@link selection} gives. */
export type ResultRow = Readonly<Record<string, unknown>>

/** The version of a row as text. */
export function versionOf(table: TableShape): Sql {
  return sql`${columnOf(table.version ?? 'xmin')}::text`
}

/** What makes a resource's `id` and `meta`. */
export function metaSelection(table: TableShape): Sql {
  return sql.join([
    sql`${columnOf(table.id.column)}::text as m_id`,
    sql`${versionOf(table)} as m_version`,
    sql`${textOfInstant(columnOf(table.created))} as m_created`,
    sql`${textOfInstant(columnOf(table.lastModified))} as m_modified`,
  ])
}

const times = new WeakMap<Layout, ReadonlySet<string>>()

/** The columns of dateTimes, which have more digits in the database than in a driver's dates. */
function timeColumns(layout: Layout): ReadonlySet<string> {
  let known = times.get(layout)
  if (!known) {
    const places = [...layout.attributes].flatMap(([attribute, place]) =>
      attribute.type === 'dateTime' && place.kind === 'column' && !place.read ? [place.column] : [],
    )
    known = new Set(places)
    times.set(layout, known)
  }
  return known
}

/** What is read of a row for what is wanted of the resource. */
export function selection(row: RowScope, projection: Projection, withChildren = true): Sql {
  const { table } = row
  const { layout } = table
  const { columns, json } = layout.columnsFor(projection)
  const times = timeColumns(layout)
  const parts = [metaSelection(table)]
  for (const name of columns) {
    const column = times.has(name) ? textOfInstant(columnOf(name)) : columnOf(name)
    parts.push(sql`${column} as ${sql.id(`c_${name}`)}`)
  }
  // As text, whatever the driver would make of JSON.
  for (const name of json) parts.push(sql`${columnOf(name)}::text as ${sql.id(`j_${name}`)}`)
  for (const { column, displayName } of layout.referencesFor(projection)) {
    if (displayName !== undefined)
      parts.push(sql`${labelOf(table, column, displayName)} as ${sql.id(`r_${column}`)}`)
  }
  if (withChildren) {
    for (const place of layout.childTablesFor(projection)) {
      parts.push(sql`${elements(place, row)} as ${sql.id(`k_${place.table}`)}`)
    }
  }
  return sql.join(parts)
}

/** All elements of a resource in another table, as the text of a JSON array of arrays. */
function elements(place: ChildTableMapping, row: RowScope): Sql {
  const name = sql.ref('k')
  const columns = Object.values(place.columns).map((column) => sql`${name}.${sql.id(column)}`)
  const order = sql`${name}.${sql.id(place.columns.value ?? place.key)}`
  const isOwn = row.belongs(place, name)
  return sql`(select json_agg(json_build_array(${sql.join(columns)}) order by ${order})::text from ${sql.table(place.table)} as ${name} where ${isOwn})`
}

/** A dateTime without the microseconds that nobody has. */
function shorten(time: string): string {
  return time.replace(/000Z$/, 'Z')
}

function parse(text: unknown): unknown {
  return typeof text === 'string' ? JSON.parse(text) : undefined
}

export function metaIn(row: ResultRow, table: TableShape) {
  return {
    resourceType: table.layout.type.name,
    created: shorten(String(row.m_created)),
    lastModified: shorten(String(row.m_modified)),
    version: String(row.m_version),
  }
}

/** A row as it was selected. */
export function readRow(row: ResultRow, table: TableShape): RowReader {
  return {
    id: String(row.m_id),
    meta: metaIn(row, table),
    column: (name) => {
      const value = row[`c_${name}`]
      return typeof value === 'string' && timeColumns(table.layout).has(name) ? shorten(value) : value
    },
    json: (name) => parse(row[`j_${name}`]),
    label: ({ column }) => row[`r_${column}`],
    elements: (place) => {
      const list = parse(row[`k_${place.table}`])
      return Array.isArray(list) ? list.map((one) => element(one, place)) : undefined
    },
  }
}

export function element(values: unknown, place: ChildTableMapping): unknown {
  if (!Array.isArray(values)) return undefined
  const names = Object.keys(place.columns)
  const output: Record<string, unknown> = Object.assign({}, place.constants)
  for (const [index, name] of names.entries()) {
    const value: unknown = values[index]
    if (value === null || value === undefined) continue
    output[name] = name === 'value' && typeof value === 'number' ? String(value) : value
  }
  return output
}

/** The values of some elements, a list for each column of their table, in the order of the columns. */
export function elementColumns(
  place: ChildTableMapping,
  elements: readonly unknown[],
): readonly (readonly unknown[])[] {
  return Object.keys(place.columns).map((name) =>
    elements.map((one) => {
      const value = isObject(one) ? one[name] : name === 'value' ? one : undefined
      return value === undefined ? null : value
    }),
  )
}
