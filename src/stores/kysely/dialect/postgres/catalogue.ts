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
import { quotedTable } from '../names.js'
import { columnsOfPolicies } from './policies.js'
import { foldsAllLetters } from './schema.js'

const kindsByType: Readonly<Record<string, ColumnKind>> = {
  uuid: 'uuid',
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  name: 'text',
  citext: 'text',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  numeric: 'number',
  float4: 'number',
  float8: 'number',
  bool: 'boolean',
  timestamptz: 'instant',
  timestamp: 'localTime',
  date: 'date',
  json: 'json',
  jsonb: 'document',
}

// Kysely's introspection reads every table of the database and knows no index: this reads the tables that matter.
const columns = sql`select json_agg(json_build_object('name', a.attname, 'base', b.typname, 'type', format_type(a.atttypid, a.atttypmod), 'nullable', not (a.attnotnull or t.typnotnull), 'filled', a.atthasdef or a.attidentity <> '' or t.typdefault is not null, 'folds', b.typname = 'citext' or not coalesce(l.collisdeterministic, true), 'ascii', coalesce(l.collname = 'ucs_basic' or l.collctype in ('C', 'POSIX'), false)) order by a.attnum)::text from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end left join pg_collation l on l.oid = a.attcollation where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`
const keys = sql`select json_agg(json_build_object('text', pg_get_indexdef(x.indexrelid, k, true), 'folds', not coalesce(l.collisdeterministic, true)) order by k) from generate_series(1, x.indnkeyatts) k left join pg_collation l on l.oid = x.indcollation[k - 1]`
const indexes = sql`select json_agg(json_build_object('name', i.relname, 'unique', x.indisunique, 'condition', pg_get_expr(x.indpred, x.indrelid, true), 'keys', (${keys})) order by i.relname)::text from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = c.oid and x.indisvalid`
const policies = sql`select json_agg(concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname)::text from pg_policy p where p.polrelid = c.oid and c.relrowsecurity`
const triggers = sql`select json_agg(g.tgname order by g.tgname)::text from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal and g.tgenabled <> 'D'`
const similar = sql`select json_agg(s.nspname || '.' || o.relname order by 1)::text from pg_class o join pg_namespace s on s.oid = o.relnamespace where c.oid is null and lower(o.relname) = lower(n.local) and o.relkind in ('r', 'p', 'v', 'm', 'f') and s.nspname not in ('pg_catalog', 'information_schema')`

export const catalogueDialect: CatalogueDialect = {
  tables: (names) =>
    sql`select n.name as m_table, c.relkind::text as m_kind, (${columns}) as m_columns, (${indexes}) as m_indexes, (${policies}) as m_policies, (${triggers}) as m_triggers, (${similar}) as m_similar, ${foldsAllLetters} as m_folds from unnest(${names}::text[], ${names.map(quotedTable)}::text[], ${names.map(localName)}::text[]) as n(name, quoted, local) left join pg_class c on c.oid = to_regclass(n.quoted)`,

  read(row): TableFacts {
    const found = list(row.m_columns).map(readColumn)
    const columns = new Map(found.map((column) => [column.name, column]))
    return {
      name: String(row.m_table),
      exists: typeof row.m_kind === 'string',
      isTable: row.m_kind === 'r' || row.m_kind === 'p',
      // A view may pass on that of its table.
      hasRowVersion: row.m_kind === 'r' || row.m_kind === 'p' || columns.has('xmin'),
      columns,
      indexes: list(row.m_indexes).map((index) => readIndex(index, columns)),
      policies:
        typeof row.m_policies === 'string'
          ? { columns: columnsOfPolicies(texts(row.m_policies), columns) }
          : undefined,
      triggers: new Set(texts(row.m_triggers)),
      similar: texts(row.m_similar),
      foldsAllLetters: row.m_folds === true,
    }
  },
}

function localName(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1)
}

function texts(text: unknown): readonly string[] {
  const names: unknown = typeof text === 'string' ? JSON.parse(text) : []
  return Array.isArray(names) ? names.map(String) : []
}

function list(text: unknown): readonly Readonly<Record<string, unknown>>[] {
  const values: unknown = typeof text === 'string' ? JSON.parse(text) : []
  return Array.isArray(values) ? values.filter(isObject) : []
}

function readColumn({
  name,
  base,
  type,
  nullable,
  filled,
  folds,
  ascii,
}: Readonly<Record<string, unknown>>): ColumnFacts {
  return {
    name: String(name),
    kind: kindsByType[String(base)] ?? 'other',
    type: String(type),
    isNullable: nullable === true,
    fillsItself: filled === true,
    foldsCase: folds === true,
    foldsAsciiOnly: ascii === true,
  }
}

function readIndex(
  { name, unique, condition, keys }: Readonly<Record<string, unknown>>,
  columns: ReadonlyMap<string, ColumnFacts>,
): IndexFacts {
  const read = Array.isArray(keys) ? keys.filter(isObject).map((key) => readKey(key, columns)) : []
  // The rows without a value are not about what the index is about.
  const [, plain, quotedName] = (typeof condition === 'string' && isNotNull.exec(condition)) || []
  const present = plain ?? quotedName?.replaceAll('""', '"')
  const isOfKeys = present !== undefined && read.some(({ column }) => column === present)
  return {
    name: String(name),
    isUnique: unique === true,
    keys: read,
    condition: typeof condition === 'string' && !isOfKeys ? condition : undefined,
  }
}

const isNotNull = /^\(*(?:(\w+)|"((?:[^"]|"")+)") IS NOT NULL\)*$/

const name = /^(?:([a-z_][\w$]*)|"((?:[^"]|"")+)")$/
const lower =
  /^(?:lower|(?:\w+\.|"\w+"\.)?[a-z\d_]*fold_\d+)\(\(*(?:([a-z_][\w$]*)|"((?:[^"]|"")+)")\)*(?:::(?:text|character varying|citext|bpchar)(?:\(\d+\))?)*\)$/

function readKey(
  { text: given, folds }: Readonly<Record<string, unknown>>,
  columns: ReadonlyMap<string, ColumnFacts>,
): IndexKey {
  const text = String(given)
  const folded = lower.exec(text)
  const match = folded ?? name.exec(text)
  const column = match?.[1] ?? match?.[2]?.replaceAll('""', '"')
  const isOfFoldingColumn = column !== undefined && columns.get(column)?.foldsCase === true
  return {
    column,
    isLower: folded !== null,
    foldsCase: folded !== null || folds === true || isOfFoldingColumn,
    text,
  }
}
