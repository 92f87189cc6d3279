import { sql } from 'kysely'
import type { Sql } from '../../sql/sql.js'
import { alias, columnOf } from '../../sql/table.js'
import { setClause } from '../assignments.js'
import type { RowDialect } from '../dialect.js'

export const rowDialect: RowDialect = {
  hasVersions: true,

  /** `xmin` changes with every update of a row, also with the host's own. */
  version: (table) =>
    table.versionColumns
      ? fingerprint(table.versionColumns)
      : sql`${columnOf(table.version ?? 'xmin')}::text`,

  isAtVersion(table, version) {
    if (table.versionColumns)
      return /^[\da-f]{32}$/.test(version) && sql`${fingerprint(table.versionColumns)} = ${version}`
    if (!/^(?:0|[1-9]\d{0,17})$/.test(version)) return false
    return table.version === undefined
      ? sql`${columnOf('xmin')}::text = ${version}`
      : sql`${columnOf(table.version)} = ${version}`
  },

  insert(table, values, returned, which) {
    const columns = sql.join(values.map(([column]) => sql.id(column)))
    const inserted = sql.join(values.map(([, value]) => value))
    const source = which === true ? sql`values (${inserted})` : sql`select ${inserted} where ${which}`
    return sql`insert into ${sql.table(table.name)} as ${alias} (${columns}) ${source} returning ${returned}`
  },

  insertNew(table, values, returned) {
    const columns = sql.join(values.map(([column]) => sql.id(column)))
    const inserted = sql.join(values.map(([, value]) => value))
    return sql`insert into ${sql.table(table)} (${columns}) values (${inserted}) on conflict do nothing returning ${returned}`
  },

  update(table, values, which, returned) {
    return sql`update ${sql.table(table.name)} as ${alias} set ${setClause(values)} where ${which} returning ${returned}`
  },

  /** Members that are added lock their rows with `for key share`, which an update alone does not wait for. */
  updateAlone(table, values, which, returned) {
    const name = sql`${sql.table(table.name)} as ${alias}`
    const locked = sql`locked as materialized (select 1 from ${name} where ${which} for update)`
    return sql`with ${locked} update ${name} set ${setClause(values)} where ${which} and (select count(*) from locked) >= 0 returning ${returned}`
  },

  delete: (table, which, returned) =>
    sql`delete from ${sql.table(table.name)} as ${alias} where ${which} returning ${returned}`,

  deleteBeside: (table, name, source, which) =>
    sql`delete from ${sql.table(table)} as ${name} using ${source} where ${which}`,

  defaultOf: () => sql`default`,
}

function fingerprint(columns: readonly string[]): Sql {
  return sql`md5(jsonb_build_array(${sql.join(columns.map((column) => columnOf(column)))})::text)`
}
