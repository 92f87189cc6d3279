import { sql } from 'kysely'
import type { CommonAttributes, ResourceTypeDefinition } from '../../../schema/index.js'
import { compileResourceType } from '../../../schema/index.js'
import { databaseOf } from '../database/connect.js'
import { query } from '../database/execute.js'
import type { KyselyStoreOptions } from './options.js'

/**
 * Compares a mapping with the tables that are there.
 *
 * @throws TypeError that names each line whose column or table is missing.
 * @example
 * await checkMapping({ db, table: 'employees', mapping, created: 'created_at', lastModified: 'updated_at' }, userResourceType)
 */
export async function checkMapping<DB, R extends CommonAttributes>(
  options: KyselyStoreOptions<DB, R>,
  definition: ResourceTypeDefinition,
): Promise<void> {
  const { table, mapping } = options
  const layout = mapping.layout(compileResourceType(definition))
  const wanted: { readonly table: string; readonly column: string; readonly line: string }[] = []
  const want = (line: string, column: string | undefined, of = table) => {
    if (column !== undefined) wanted.push({ table: of, column, line })
  }
  want('id', typeof options.id === 'object' ? options.id.column : (options.id ?? 'id'))
  want('tenant', typeof options.tenant === 'object' ? options.tenant.column : options.tenant)
  want('version', options.version)
  want('created', options.created)
  want('lastModified', options.lastModified)
  want('overflow', layout.overflow?.column)
  for (const [{ path }, place] of layout.attributes) {
    if (place.kind === 'childTable') {
      for (const column of [place.key, place.tenant, ...Object.values(place.columns)])
        want(path, column, place.table)
    } else if (place.kind === 'computed') for (const column of place.columns) want(path, column)
    else if (place.kind !== 'constant') want(path, place.column)
    if (place.kind === 'reference') want(path, place.displayName)
  }
  for (const { key, columns } of layout.elements)
    for (const [sub, { column }] of columns) want(`${key}.${sub.name}`, column)
  const names = [...new Set(wanted.map((one) => one.table))]
  const rows = await query(
    databaseOf(options.db),
    sql`select n.name as m_table, a.attname as m_column from unnest(${names}::text[]) as n(name) join pg_attribute a on a.attrelid = to_regclass(n.name) and a.attnum > 0 and not a.attisdropped`,
  )
  const has = new Set(rows.map((row) => JSON.stringify([row.m_table, row.m_column])))
  const tables = new Set(rows.map((row) => row.m_table))
  const problems = wanted.flatMap(({ table: of, column, line }) => {
    if (has.has(JSON.stringify([of, column]))) return []
    return [
      tables.has(of)
        ? `${line}: the table "${of}" has no column "${column}"`
        : `${line}: there is no table "${of}"`,
    ]
  })
  if (problems.length > 0) throw new TypeError(`mapping: ${[...new Set(problems)].join('; ')}`)
}
