import type { ColumnKind, MendDialect } from '../catalogue.js'
import { commonMends, quotedText } from '../mends.js'
import { quoted, quotedTable } from '../names.js'

const types: Readonly<Record<ColumnKind, string>> = {
  uuid: 'text',
  text: 'text',
  integer: 'integer',
  number: 'numeric',
  boolean: 'boolean',
  instant: 'timestamp',
  localTime: 'timestamp',
  date: 'date',
  json: 'json',
  document: 'json',
  other: 'text',
}

export const sqliteMends: MendDialect = {
  ...commonMends({
    createIndex: (isUnique) => `create ${isUnique ? 'unique index' : 'index'}`,
    longestName: Number.POSITIVE_INFINITY,
    types,
    literal,
    member: (column, path) =>
      `${column} ->> ${quotedText(['$', ...path.map((name) => `"${name}"`)].join('.'))}`,
  }),

  setType: (table, column, kind) =>
    `-- SQLite changes no type: make ${quotedTable(table)} anew with ${quoted(column)} ${types[kind]}`,

  forbidNull: (table, column) =>
    `-- SQLite changes no column: make ${quotedTable(table)} anew with ${quoted(column)} not null`,

  // As far as ASCII goes: other letters must be written as foldText has them.
  fillLower(table, column, of) {
    const lower = `lower(${quoted(of)})`
    return `update ${quotedTable(table)} set ${quoted(column)} = ${lower} where ${quoted(column)} is not ${lower};`
  },

  // By the old rules of renaming, by which views and triggers of others may name the table while it is not there.
  countOn(table, column) {
    const [name, id, next] = [table, column, `${table}_scim`].map(quoted)
    return [
      'pragma foreign_keys = off;',
      'pragma legacy_alter_table = on;',
      'begin immediate;',
      `create table ${next} (/* the columns and rules of ${name}, with ${id} integer primary key autoincrement */);`,
      `insert into ${next} select * from ${name};`,
      `drop table ${name};`,
      `alter table ${next} rename to ${name};`,
      `/* the indexes and triggers of ${name} again */`,
      'commit;',
      'pragma legacy_alter_table = off;',
      'pragma foreign_keys = on;',
    ].join('\n')
  },

  enableTrigger: (table, trigger) => `-- create the trigger ${quoted(trigger)} of ${quotedTable(table)} anew`,

  allowNull: (table, column) =>
    `-- SQLite changes no column: make ${quotedTable(table)} anew with ${quoted(column)} and without not null`,

  // The trigger leaves alone what counts itself, as scimkit does.
  addVersion(table, id, column = 'version') {
    const local = table.slice(table.lastIndexOf('.') + 1)
    const [name, key, row] = [column, id, local].map(quoted)
    return [
      `alter table ${quotedTable(table)} add column ${column === 'version' ? column : name} ${sqliteMends.versionColumn};`,
      '-- and where the application writes the rows itself:',
      `create trigger ${quotedTable(`${table}_${column}_scim`)} after update on ${row} when new.${name} is old.${name} begin update ${row} set ${name} = old.${name} + 1 where ${key} = new.${key}; end;`,
    ].join('\n')
  },

  versionColumn: 'integer not null default 1',

  foldAllLetters:
    "Name a column that has the text without its case, with the unique index: userName: column('email', { foldedIn: 'email_key' })",

  useDefaultCollation: () => sqliteMends.foldAllLetters,
}

function literal(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return quotedText(value instanceof Date ? value.toISOString() : String(value))
}
