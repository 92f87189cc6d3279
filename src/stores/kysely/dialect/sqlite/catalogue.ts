import { sql } from 'kysely'
import { isObject } from '../../../../protocol/index.js'
import type {
  CatalogueDialect,
  ColumnFacts,
  ColumnKind,
  IndexFacts,
  IndexKey,
  TableFacts,
} from '../catalogue.js'

const columns = sql`select json_group_array(json_object('name', c.name, 'type', c.type, 'nullable', c."notnull" = 0 and c.pk = 0, 'filled', c.dflt_value is not null or c.hidden in (2, 3)) order by c.cid) from pragma_table_xinfo(n.value) c`
const keys = sql`select json_group_array(json_object('column', x.name, 'collation', x.coll) order by x.seqno) from pragma_index_xinfo(i.name) x where x.key = 1`
const indexes = sql`select json_group_array(json_object('name', i.name, 'unique', i."unique" = 1, 'partial', i.partial = 1, 'sql', (select s.sql from sqlite_schema s where s.type = 'index' and s.name = i.name), 'keys', json((${keys})))) from pragma_index_list(n.value) i`
// The column that is the number of a row: of no index, as the key of any other table is.
const rowid = sql`select json_group_array(c.name) from pragma_table_info(n.value) c where c.pk > 0 and upper(c.type) = 'INTEGER' and (select count(*) from pragma_table_info(n.value) o where o.pk > 0) = 1 and not exists (select 1 from pragma_index_list(n.value) i where i.origin = 'pk')`

export const sqliteCatalogue: CatalogueDialect = {
  tables: (names) =>
    sql`select n.value as m_table, m.type as m_kind, m.sql as m_sql, (${columns}) as m_columns, (${indexes}) as m_indexes, (${rowid}) as m_rowid, (select json_group_array(o.name) from sqlite_schema o where m.type is null and o.type in ('table', 'view') and lower(o.name) = lower(n.value)) as m_similar from json_each(${JSON.stringify(names)}) n left join sqlite_schema m on m.name = n.value and m.type in ('table', 'view')`,

  read(row): TableFacts {
    const indexes = list(row.m_indexes).filter(isObject).map(readIndex)
    const rowids = list(row.m_rowid).map(String)
    const countsOn = autoincrement.test(String(row.m_sql).replace(quotes, ''))
    const found = list(row.m_columns)
      .filter(isObject)
      .map(readColumn)
      .map((column) =>
        rowids.includes(column.name) ? { ...column, fillsItself: true, reusesNumbers: !countsOn } : column,
      )
    // The key of a table whose rows are numbered by it is unique without an index.
    const numbered = rowids.map((column): IndexFacts => {
      const key = { column, isLower: false, foldsCase: false, text: column }
      return { name: 'primary key', isUnique: true, keys: [key], condition: undefined }
    })
    return {
      name: String(row.m_table),
      exists: typeof row.m_kind === 'string',
      isTable: row.m_kind === 'table',
      hasRowVersion: false,
      columns: new Map(found.map((column) => [column.name, column])),
      indexes: [...numbered, ...indexes],
      policies: undefined,
      triggers: new Set(),
      similar: list(row.m_similar).map(String),
      foldsAllLetters: false,
    }
  },
}

/** What a definition has in quotes or comments. */
const quotes = /'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|--.*|\/\*[\s\S]*?(?:\*\/|$)/g
const autoincrement = /\bautoincrement\b/i

function list(text: unknown): readonly unknown[] {
  const values: unknown = typeof text === 'string' ? JSON.parse(text) : []
  return Array.isArray(values) ? values : []
}

/** What a declared type is taken for, and what it holds besides, by SQLite's rules of affinity. */
const types: readonly (readonly [type: RegExp, kind: ColumnKind, alsoHolds: readonly ColumnKind[]])[] = [
  [/BOOL/i, 'boolean', ['integer', 'number']],
  [/JSON/i, 'document', []],
  [/DATE|TIME/i, 'instant', []],
  [/UUID/i, 'uuid', ['text']],
  [/INT/i, 'integer', ['number', 'boolean', 'instant']],
  [/CHAR|CLOB|TEXT/i, 'text', ['uuid', 'instant', 'document']],
  [/REAL|FLOA|DOUB|NUM|DEC/i, 'number', ['integer', 'boolean', 'instant']],
  [/BLOB|ANY|^$/i, 'other', ['text', 'uuid', 'integer', 'number', 'boolean', 'instant', 'document']],
]

const unknownType = [undefined, 'other', []] as const

function readColumn({ name, type, nullable, filled }: Readonly<Record<string, unknown>>): ColumnFacts {
  const [, kind, alsoHolds] = types.find(([declared]) => declared.test(String(type))) ?? unknownType
  return {
    name: String(name),
    kind,
    alsoHolds: new Set(alsoHolds),
    type: String(type),
    isNullable: nullable === 1,
    fillsItself: filled === 1,
    foldsCase: false,
  }
}

function readIndex({
  name,
  unique,
  sql: text,
  partial,
  keys,
}: Readonly<Record<string, unknown>>): IndexFacts {
  const definition = typeof text === 'string' ? text : ''
  const expressions = expressionsOf(definition)
  const condition = partial === 1 ? /\)\s*where\s+(.*)$/is.exec(definition)?.[1] : undefined
  return {
    name: String(name),
    isUnique: unique === 1,
    keys: (Array.isArray(keys) ? keys : [])
      .filter(isObject)
      .map((key, index) => readKey(key, expressions[index] ?? '')),
    condition: condition !== undefined && !isNotNull.test(condition) ? condition.trim() : undefined,
  }
}

/** The rows without a value are not about what the index is about. */
const isNotNull = /^\(*(?:\w+|"(?:[^"]|"")+") is not null\)*$/i
const lower = /^lower\(\s*(?:(\w+)|["`[]([^"`\]]+)["`\]])\s*\)$/i

function readKey({ column, collation }: Readonly<Record<string, unknown>>, text: string): IndexKey {
  const match = lower.exec(text)
  const folded = match?.[1] ?? match?.[2]
  const named = typeof column === 'string' ? column : folded
  return {
    column: named,
    isLower: folded !== undefined,
    foldsCase: folded !== undefined || /^nocase$/i.test(String(collation)),
    text: text === '' ? String(named) : text,
  }
}

/** The keys of an index, as they were written. */
function expressionsOf(definition: string): readonly string[] {
  const start = definition.indexOf('(')
  if (start < 0) return []
  const found: string[] = []
  let depth = 0
  let from = start + 1
  for (let at = start; at < definition.length; at++) {
    const letter = definition[at]
    if (letter === '(') depth += 1
    if (letter === ')') depth -= 1
    if ((letter === ',' && depth === 1) || depth === 0) {
      found.push(definition.slice(from, at).trim())
      from = at + 1
    }
    if (depth === 0) break
  }
  return found
}
