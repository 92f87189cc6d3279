import { isNegated, listOf } from '../../sql/row-filter.js'
import type { ColumnKind, MendDialect, NewKey } from '../catalogue.js'
import { quoted, quotedTable } from '../names.js'

const types: Readonly<Record<ColumnKind, string>> = {
  uuid: 'uuid',
  text: 'text',
  integer: 'bigint',
  number: 'numeric',
  boolean: 'boolean',
  instant: 'timestamptz',
  localTime: 'timestamp',
  date: 'date',
  json: 'json',
  document: 'jsonb',
  other: 'text',
}

export const mendDialect: MendDialect = {
  index(table, keys, isUnique) {
    const name = [table.slice(table.lastIndexOf('.') + 1), ...keys.flatMap(columnOfKey), 'scim'].join('_')
    const kind = isUnique ? 'unique index' : 'index'
    // PostgreSQL cuts longer names.
    return `create ${kind} concurrently ${quoted(name.slice(0, 63))} on ${quotedTable(table)} (${keys.map(textOfKey).join(', ')});`
  },

  indexOf(index, chosen) {
    const conditions = [...chosen].map(([column, values]) => {
      const list = listOf(isNegated(values) ? values.not : values)
      const isOne = list.map(
        (value) => `${quoted(column)} ${value === null ? 'is null' : `= ${textLiteral(value)}`}`,
      )
      const isAny = isOne.length === 1 ? isOne.join() : `(${isOne.join(' or ')})`
      return isNegated(values) ? `(${isOne.join(' or ')}) is not true` : isAny
    })
    return index.replace(/;$/, ` where ${conditions.join(' and ')};`)
  },

  addColumn: (table, column, kind) =>
    `alter table ${quotedTable(table)} add column ${quoted(column)} ${types[kind]};`,

  setType(table, column, kind) {
    const name = quoted(column)
    const using = kind === 'instant' ? `${name} at time zone 'UTC'` : `${name}::${types[kind]}`
    return `alter table ${quotedTable(table)} alter column ${name} type ${types[kind]} using ${using};`
  },

  forbidNull: (table, column) =>
    `alter table ${quotedTable(table)} alter column ${quoted(column)} set not null;`,

  fillLower(table, column, of) {
    const lower = `lower(${quoted(of)})`
    return `update ${quotedTable(table)} set ${quoted(column)} = ${lower} where ${quoted(column)} is distinct from ${lower};`
  },

  enableTrigger: (table, trigger) => `alter table ${quotedTable(table)} enable trigger ${quoted(trigger)};`,

  allowNull: (table, column) =>
    `alter table ${quotedTable(table)} alter column ${quoted(column)} drop not null;`,

  addVersion: (table, _id, column = 'version') =>
    `alter table ${quotedTable(table)} add column ${column === 'version' ? column : quoted(column)} ${mendDialect.versionColumn};`,

  versionColumn: 'bigint not null default 1',

  useDefaultCollation: (table, column, type) =>
    `alter table ${quotedTable(table)} alter column ${quoted(column)} type ${type} collate "default";`,

  foldAllLetters:
    "Use a database with a UTF-8 locale: create database scim template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'",
}

function textLiteral(value: unknown): string {
  const text = value instanceof Date ? value.toISOString() : String(value)
  return `'${text.replaceAll("'", "''")}'`
}

function columnOfKey(key: NewKey): readonly string[] {
  if (typeof key === 'string') return [key]
  return 'lower' in key ? [key.lower] : key.member
}

function textOfKey(key: NewKey): string {
  if (typeof key === 'string') return quoted(key)
  if ('lower' in key) return `lower(${quoted(key.lower)})`
  const path = key.member.map((name) => `'${name.replaceAll("'", "''")}'`)
  return `lower(${[quoted(key.of), ...path.slice(0, -1)].join(' -> ')} ->> ${path.at(-1) ?? "''"})`
}
