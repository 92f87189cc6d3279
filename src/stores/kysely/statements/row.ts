import { sql } from 'kysely'
import type { ChildTableMapping, Layout, RowReader } from '../../../mapping/index.js'
import { withoutTwins } from '../../../mapping/index.js'
import type { Meta, Projection } from '../../../schema/index.js'
import type { SqlTable } from '../dialect/dialect.js'
import { lookedUpText } from '../search/lookups.js'
import type { RowScope } from '../search/scope.js'
import { referencedColumn, referencedId } from '../search/scope.js'
import type { ResultRow } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'
import { columnOf } from '../sql/table.js'

const metaSelections = new WeakMap<SqlTable, Sql>()

/** The selection of a resource's `id` and `meta`. */
export function metaSelection(table: SqlTable): Sql {
  let selected = metaSelections.get(table)
  if (!selected) {
    const { values, rows, instants } = table.dialect
    const textOf = (column: string) =>
      table.isScimTable ? instants.asText(columnOf(column)) : instants.columnAsText(columnOf(column))
    selected = sql.join([
      sql`${values.asText(columnOf(table.id.column))} as m_id`,
      sql`${rows.version(table)} as m_version`,
      sql`${textOf(table.created)} as m_created`,
      sql`${textOf(table.lastModified)} as m_modified`,
    ])
    metaSelections.set(table, selected)
  }
  return selected
}

const timeColumnsByLayout = new WeakMap<Layout, ReadonlySet<string>>()

/** The columns of dateTimes, which have more digits in the database than in a driver's dates. */
export function timeColumnsOf(layout: Layout): ReadonlySet<string> {
  let columns = timeColumnsByLayout.get(layout)
  if (!columns) {
    columns = new Set(
      [...layout.attributes].flatMap(([attribute, mapping]) =>
        attribute.type === 'dateTime' && mapping.kind === 'column' && !mapping.read ? [mapping.column] : [],
      ),
    )
    timeColumnsByLayout.set(layout, columns)
  }
  return columns
}

/** The selection of a row for a projection: what {@link readRow} reads. */
export function selection(row: RowScope, projection: Projection, withChildTables = true): Sql {
  const { table } = row
  const { layout, dialect } = table
  const { columns, json } = layout.columnsFor(projection)
  const timeColumns = timeColumnsOf(layout)
  const parts = [metaSelection(table)]
  for (const name of columns) {
    const column = timeColumns.has(name)
      ? dialect.instants.columnAsText(columnOf(name))
      : readable(name, table)
    parts.push(sql`${column} as ${sql.id(`c_${name}`)}`)
  }
  for (const name of json) parts.push(sql`${dialect.json.asText(columnOf(name))} as ${sql.id(`j_${name}`)}`)
  for (const { column, displayName } of layout.referencesFor(projection)) {
    if (displayName !== undefined)
      parts.push(sql`${referencedColumn(table, column, displayName)} as ${sql.id(`r_${column}`)}`)
  }
  for (const mapping of layout.lookupsFor(projection))
    parts.push(sql`${lookedUpText(table, mapping)} as ${sql.id(`l_${mapping.column}`)}`)
  if (withChildTables) {
    for (const mapping of layout.childTablesFor(projection)) {
      parts.push(sql`${elementsOf(mapping, row)} as ${sql.id(`k_${mapping.table}`)}`)
    }
  }
  return sql.join(parts)
}

const referenceColumnsByLayout = new WeakMap<Layout, ReadonlySet<string>>()

function referenceColumnsOf(layout: Layout): ReadonlySet<string> {
  let columns = referenceColumnsByLayout.get(layout)
  if (!columns) {
    columns = new Set(
      [...layout.attributes.values()].flatMap((mapping) =>
        mapping.kind === 'reference' ? [mapping.column] : [],
      ),
    )
    referenceColumnsByLayout.set(layout, columns)
  }
  return columns
}

/** A column as it is selected: a reference to what is in the directory, and an id in digits that no driver rounds. */
function readable(name: string, table: SqlTable): Sql {
  if (!referenceColumnsOf(table.layout).has(name)) return columnOf(name)
  const id = referencedId(table, name)
  return table.id.type === 'integer' ? table.dialect.values.asText(id) : id
}

/** All elements of a resource in another table, as the text of a JSON array of arrays: what {@link readRow} reads. */
export function elementsOf(mapping: ChildTableMapping, row: RowScope): Sql {
  const name = sql.ref('k')
  const { id, dialect } = row.table
  // Ids in JSON would be numbers, which lose digits.
  const isNumber = (mapping.ids ?? id.type) === 'integer'
  return dialect.json.rows(
    Object.entries(mapping.columns).map(([subAttribute, column]) =>
      isNumber && subAttribute === 'value'
        ? dialect.values.asText(columnOf(column, name))
        : columnOf(column, name),
    ),
    {
      from: sql`${sql.table(mapping.table)} as ${name}`,
      where: row.hasElement(mapping, name),
      order: columnOf(mapping.columns.value ?? mapping.key, name),
    },
  )
}

const booleanColumnsByLayout = new WeakMap<Layout, ReadonlySet<string>>()

/** The columns of booleans that the host does not translate. */
function booleanColumnsOf(layout: Layout): ReadonlySet<string> {
  let columns = booleanColumnsByLayout.get(layout)
  if (!columns) {
    const all = [...layout.attributes, ...layout.elements.flatMap((element) => [...element.columns])]
    columns = new Set(
      all.flatMap(([attribute, mapping]) =>
        attribute.type === 'boolean' && mapping.kind === 'column' && !mapping.read ? [mapping.column] : [],
      ),
    )
    booleanColumnsByLayout.set(layout, columns)
  }
  return columns
}

/** The sub-attributes of the elements in a table that are booleans. */
export function booleansIn(mapping: ChildTableMapping, { attributes }: Layout): ReadonlySet<string> {
  const [attribute] = [...attributes].find(([, one]) => one === mapping) ?? []
  const all = [...(attribute?.subAttributes.values() ?? [])]
  return new Set(all.flatMap(({ type, name }) => (type === 'boolean' ? [name] : [])))
}

/** Of a row that has neither of its times; one that lacks one of them has the other twice. */
const unknownTime = '1970-01-01T00:00:00.000000Z'

/** A dateTime without microseconds where they are zero. */
function shorten(time: string): string {
  return time.replace(/000Z$/, 'Z')
}

function parseJson(text: unknown): unknown {
  return typeof text === 'string' ? JSON.parse(text) : undefined
}

export function readMeta(row: ResultRow, table: SqlTable): Meta {
  const { m_created: created, m_modified: modified } = row
  return {
    resourceType: table.layout.type.name,
    created: shorten(String(created ?? modified ?? unknownTime)),
    lastModified: shorten(String(modified ?? created ?? unknownTime)),
    version: String(row.m_version),
  }
}

/** What a column without a type of its own for booleans has for one: a number, or what some frameworks write. */
function booleanOf(value: unknown): unknown {
  if (typeof value === 'number') return value !== 0
  if (typeof value !== 'string') return value
  return /^(?:t(?:rue)?|1)$/i.test(value) || (/^(?:f(?:alse)?|0)$/i.test(value) ? false : value)
}

/** A row as it was selected. */
export function readRow(row: ResultRow, table: SqlTable): RowReader {
  return {
    id: String(row.m_id),
    meta: readMeta(row, table),
    column: (name) => {
      const value = row[`c_${name}`]
      if (table.booleansAreNumbers && booleanColumnsOf(table.layout).has(name)) return booleanOf(value)
      return typeof value === 'string' && timeColumnsOf(table.layout).has(name) ? shorten(value) : value
    },
    json: (name) => parseJson(row[`j_${name}`]),
    label: ({ column }) => row[`r_${column}`],
    lookup: ({ column }) => row[`l_${column}`],
    elements: (mapping) => {
      const list = parseJson(row[`k_${mapping.table}`])
      if (!Array.isArray(list)) return undefined
      const booleans = table.booleansAreNumbers ? booleansIn(mapping, table.layout) : undefined
      return withoutTwins(mapping, list).map((values) => readElement(values, mapping, booleans))
    },
  }
}

/**
 * An element from the values of its columns, in their order.
 *
 * @param booleans the sub-attributes whose values are 0 or 1, or what {@link booleanOf} reads.
 */
export function readElement(
  values: unknown,
  mapping: ChildTableMapping,
  booleans?: ReadonlySet<string>,
): unknown {
  if (!Array.isArray(values)) return undefined
  const names = Object.keys(mapping.columns)
  const element: Record<string, unknown> = Object.assign({}, mapping.constants)
  for (const [index, name] of names.entries()) {
    const value: unknown = values[index]
    if (value === null || value === undefined) continue
    if (booleans?.has(name)) element[name] = booleanOf(value)
    else element[name] = name === 'value' && typeof value === 'number' ? String(value) : value
  }
  return element
}
