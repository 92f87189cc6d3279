import type { ColumnKind, MendDialect } from '../catalogue.js'
import { commonMends, quotedText } from '../mends.js'
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
  ...commonMends({
    createIndex: (isUnique) => `create ${isUnique ? 'unique index' : 'index'} concurrently`,
    longestName: 63,
    types,
    literal: (value) => quotedText(value instanceof Date ? value.toISOString() : String(value)),
    member(column, path) {
      const names = path.map(quotedText)
      return `${[column, ...names.slice(0, -1)].join(' -> ')} ->> ${names.at(-1) ?? "''"}`
    },
  }),

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
