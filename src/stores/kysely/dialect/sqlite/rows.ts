import type { ReferenceNode as Reference } from 'kysely'
import { ColumnNode, OperationNodeTransformer, ReferenceNode, sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import { where } from '../../sql/sql.js'
import { alias, columnOf } from '../../sql/table.js'
import { setClause } from '../assignments.js'
import type { Assignment, RowDialect } from '../dialect.js'

export const sqliteRows: Omit<RowDialect, 'defaultOf'> = {
  hasVersions: false,

  version({ name, version, versionColumns }) {
    if (versionColumns) return fingerprint(versionColumns)
    if (version === undefined) throw missingVersion(name)
    return sql`cast(${columnOf(version)} as text)`
  },

  isAtVersion({ name, version: column, versionColumns }, version) {
    if (versionColumns)
      return /^(?:[\da-f]{2})+$/.test(version) && sql`${fingerprint(versionColumns)} = ${version}`
    if (column === undefined) throw missingVersion(name)
    return /^(?:0|[1-9]\d{0,17})$/.test(version) && sql`${columnOf(column)} = cast(${version} as integer)`
  },

  /** Without statistics, SQLite takes an index of the tenant for cheaper than two of the key. */
  isOneOf({ name, id }, conditions) {
    const column = columnOf(id.column)
    const found = conditions
      .filter((condition) => condition !== false)
      .map((condition) => sql`select ${column} from ${sql.table(name)} as ${alias}${where(condition)}`)
    return found.length > 0 && sql`${column} in (${sql.join(found, sql` union all `)})`
  },

  insert(table, values, returned, which) {
    const source =
      which === true ? sql`values (${valuesOf(values)})` : sql`select ${valuesOf(values)} where ${which}`
    return sql`insert into ${sql.table(table.name)} as ${alias} (${columnsOf(values)}) ${source} returning ${ofTable(returned, table.name)}`
  },

  insertNew: (table, values, returned) =>
    sql`insert into ${sql.table(table)} (${columnsOf(values)}) values (${valuesOf(values)}) on conflict do nothing returning ${returned}`,

  update: updateRow,

  /** Nothing else writes at the same time. */
  updateAlone: updateRow,

  delete: (table, which, returned) =>
    sql`delete from ${sql.table(table.name)} as ${alias} where ${which} returning ${ofTable(returned, table.name)}`,

  changesLater: (table) =>
    sql`exists (select 1 from sqlite_schema where type = 'trigger' and tbl_name = ${sql.lit(table)} collate nocase)`,

  deleteBeside: (table, name, source, which) =>
    sql`delete from ${sql.table(table)} as ${name} where exists (select 1 from ${source} where ${which})`,
}

/** Values as they are stored, types too, in letters that an ETag can have. */
function fingerprint(columns: readonly string[]): Sql {
  const values = columns.map((column) => sql`quote(${columnOf(column)})`)
  return sql`lower(hex(${sql.join(values, sql` || ',' || `)}))`
}

function updateRow(...[table, values, which, returned]: Parameters<RowDialect['update']>): Sql {
  return sql`update ${sql.table(table.name)} as ${alias} set ${setClause(values)} where ${which} returning ${ofTable(returned, table.name)}`
}

export function missingVersion(table: string): TypeError {
  return new TypeError(
    `The store of "${table}" needs the option version: SQLite has nothing of its own that tells whether a row has changed`,
  )
}

function columnsOf(values: readonly Assignment[]): Sql {
  return sql.join(values.map(([column]) => sql.id(column)))
}

function valuesOf(values: readonly Assignment[]): Sql {
  return sql.join(values.map(([, value]) => value))
}

/** What was made of a selection that many writes return. */
const renamedBySelection = new WeakMap<Sql, { readonly local: string; readonly renamed: Sql }>()

/** What a write returns: there, SQLite knows the table by its name, and not by its alias. */
export function ofTable(returned: Sql, table: string): Sql {
  const local = table.slice(table.lastIndexOf('.') + 1)
  const known = renamedBySelection.get(returned)
  if (known?.local === local) return known.renamed
  const node = new AliasToName(local).transformNode(returned.toOperationNode())
  const renamed = sql`${{ toOperationNode: () => node }}`
  renamedBySelection.set(returned, { local, renamed })
  return renamed
}

class AliasToName extends OperationNodeTransformer {
  constructor(private readonly name: string) {
    super()
  }

  protected override transformReference(node: Reference): Reference {
    const isAlias =
      node.table === undefined && ColumnNode.is(node.column) && node.column.column.name === aliasName
    return isAlias ? ReferenceNode.create(ColumnNode.create(this.name)) : super.transformReference(node)
  }
}

const aliasName = 't'
