import type { CommonAttributes, ResourceTypeDefinition } from '../../../schema/index.js'
import { compileResourceType } from '../../../schema/index.js'
import { assertCaseFolding } from '../database/case-folding.js'
import { databaseOf } from '../database/connect.js'
import { query } from '../sql/query.js'
import type { KyselyStoreOptions } from './options.js'
import { idColumnOf, tenantColumnOf } from './shape.js'
import { assertStoreOptions } from './validate-options.js'

/** A column that a line of a mapping needs. */
interface NeededColumn {
  readonly table: string
  readonly column: string
  readonly line: string
}

function neededColumns<DB, R extends CommonAttributes>(
  options: KyselyStoreOptions<DB, R>,
  definition: ResourceTypeDefinition,
): readonly NeededColumn[] {
  const layout = options.mapping.layout(compileResourceType(definition))
  const needed: NeededColumn[] = []
  const add = (line: string, column: string | undefined, table = options.table) => {
    if (column !== undefined) needed.push({ table, column, line })
  }
  add('id', idColumnOf(options).column)
  add('tenant', tenantColumnOf(options)?.column)
  add('version', options.version)
  add('created', options.created)
  add('lastModified', options.lastModified)
  add('overflow', layout.overflow?.column)
  for (const [{ path }, mapping] of layout.attributes) {
    if (mapping.kind === 'childTable') {
      for (const column of [mapping.key, mapping.tenant, ...Object.values(mapping.columns)])
        add(path, column, mapping.table)
    } else if (mapping.kind === 'computed') for (const column of mapping.columns) add(path, column)
    else if (mapping.kind !== 'constant') add(path, mapping.column)
    if (mapping.kind === 'reference') add(path, mapping.displayName)
  }
  for (const { key, columns } of layout.elements)
    for (const [subAttribute, { column }] of columns) add(`${key}.${subAttribute.name}`, column)
  return needed
}

/**
 * Compares a mapping with the tables of the database.
 *
 * @throws TypeError that names each line whose column or table is missing; or for a database that folds the case of
 * ASCII letters only.
 * @example
 * await checkMapping({ db, table: 'employees', mapping, tenant: 'company', created: 'created_at', lastModified: 'updated_at' }, userResourceType)
 */
export async function checkMapping<DB, R extends CommonAttributes>(
  options: KyselyStoreOptions<DB, R>,
  definition: ResourceTypeDefinition,
): Promise<void> {
  assertStoreOptions('checkMapping', options)
  const needed = neededColumns(options, definition)
  const { db, dialect } = databaseOf(options.db)
  const names = [...new Set(needed.map(({ table }) => table))]
  const rows = await query(db, dialect.schema.columnsOf(names))
  const columns = new Set(rows.map((row) => JSON.stringify([row.m_table, row.m_column])))
  const tables = new Set(rows.map((row) => row.m_table))
  const problems = needed.flatMap(({ table, column, line }) => {
    if (columns.has(JSON.stringify([table, column]))) return []
    return [
      tables.has(table)
        ? `${line}: the table "${table}" has no column "${column}"`
        : `${line}: there is no table "${table}"`,
    ]
  })
  if (problems.length > 0) throw new TypeError(`mapping: ${[...new Set(problems)].join('; ')}`)
  await assertCaseFolding(db, dialect)
}
