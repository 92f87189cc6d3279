import type { Finding } from '../../../store.js'
import type { ColumnFacts, ColumnKind } from '../../dialect/catalogue.js'
import type { Check, CheckedStore } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'
import type { NeededColumn } from './needed-columns.js'

/** Columns whose types do not fit what is mapped to them. */
export const findTypes: Check = function* (store) {
  for (const needed of store.needed) {
    const facts = store.facts(needed.table)?.columns.get(needed.column)
    const found = facts && typeFinding(store, needed, facts)
    if (found) yield found
  }
}

function typeFinding(store: CheckedStore, needed: NeededColumn, facts: ColumnFacts): Finding | undefined {
  const { content } = needed
  if (content && facts.alsoHolds?.has(kindFor(content))) return undefined
  switch (content?.kind) {
    case undefined:
      return undefined
    case 'tenant':
      return tenantFinding(store, needed, facts)
    case 'id':
      return idFinding(store, needed, facts, content.type)
    case 'version':
      return isNumeric(facts.kind)
        ? undefined
        : unfit(store, needed, facts, 'integer', 'It counts the versions of a row')
    case 'document':
      if (facts.kind === 'document' || facts.kind === 'json') return undefined
      return unfit(store, needed, facts, 'document', 'Attributes are stored in it as a document')
    case 'time':
      return timeFinding(store, needed, facts)
    case 'attribute':
      return attributeFinding(store, needed, facts, content.attribute.type)
  }
}

/** What a column must hold. */
function kindFor(content: NonNullable<NeededColumn['content']>): ColumnKind {
  switch (content.kind) {
    case 'id':
      return content.type
    case 'version':
      return 'integer'
    case 'document':
      return 'document'
    case 'time':
      return 'instant'
    case 'tenant':
      return 'text'
    case 'attribute':
      return kindsByType[content.attribute.type] ?? 'text'
  }
}

const kindsByType: Readonly<Partial<Record<string, ColumnKind>>> = {
  boolean: 'boolean',
  integer: 'number',
  decimal: 'number',
  dateTime: 'instant',
}

function tenantFinding(
  store: CheckedStore,
  { table, column, line }: NeededColumn,
  { kind, type }: ColumnFacts,
): Finding | undefined {
  if (kind === 'text' || store.translatesTenants) return undefined
  return finding('tenant-not-text', line, {
    message: `the column "${column}" of ${named(table)} is ${article(type)}${type}: tenants must be of that type`,
    why: 'A request of a tenant that it cannot hold, or of none, is a 500',
    fix: `Nothing where authenticate gives no others; else translate them: tenant: { column: '${column}', value: (tenant) => … }`,
  })
}

function attributeFinding(
  store: CheckedStore,
  needed: NeededColumn,
  facts: ColumnFacts,
  type: string,
): Finding | undefined {
  const { kind } = facts
  switch (type) {
    case 'boolean':
      if (kind === 'boolean') return undefined
      return unfit(store, needed, facts, 'boolean', 'Clients read and write true and false', 'column')
    case 'integer':
    case 'decimal':
      if (isNumeric(kind)) return undefined
      if (kind === 'text') return notComparable(needed, facts, 'numbers')
      return unfit(store, needed, facts, 'number', 'Clients read and write numbers', 'column')
    case 'dateTime':
      return timeFinding(store, needed, facts)
    default:
      if (kind === 'text') return undefined
      if (kind === 'json' || kind === 'document')
        return unfit(store, needed, facts, 'text', 'Clients read and write text', 'json')
      return notComparable(needed, facts, 'text')
  }
}

function timeFinding(store: CheckedStore, needed: NeededColumn, facts: ColumnFacts): Finding | undefined {
  const { kind, type } = facts
  if (kind === 'instant') return undefined
  const { table, column, line } = needed
  const fix = store.table.dialect.mends.setType(table, column, 'instant')
  if (kind !== 'localTime' && kind !== 'date')
    return unfit(store, needed, facts, 'instant', 'Clients read and filter by points in time')
  return finding('time-without-zone', line, {
    message: `the column "${column}" of ${named(table)} is ${article(type)}${kind === 'date' ? 'date, without a time and a zone' : type}`,
    why: 'It is read and written as UTC, whatever the time zone of the session: right where all that write it mean UTC',
    fix: `Nothing where it holds UTC; else: ${fix}`,
  })
}

function idFinding(
  store: CheckedStore,
  needed: NeededColumn,
  facts: ColumnFacts,
  type: string,
): Finding | undefined {
  const { kind } = facts
  if (kind === type || (type === 'integer' && kind === 'number')) return undefined
  const { table, column, line } = needed
  const isOwnId = line === 'option id'
  const isNamable = kind === 'uuid' || kind === 'text' || kind === 'integer'
  const option = isOwnId
    ? `id: { column: '${column}', type: '${kind}' }`
    : `ids: '${kind}' in its childTable()`
  const { mends } = store.table.dialect
  return finding('column-type', line, {
    message: `the column "${column}" of ${named(table)} is ${article(facts.type)}${facts.type}, and ${isOwnId ? 'ids are' : 'what it refers to is'} ${type}`,
    why: 'Ids in it are not found, or statements fail',
    fix:
      isNamable && (isOwnId || store.childTables.size > 0)
        ? `Say so: ${option}`
        : mends.setType(table, column, type === 'integer' || type === 'text' ? type : 'uuid'),
  })
}

function unfit(
  store: CheckedStore,
  { table, column, line, attribute }: NeededColumn,
  { type }: ColumnFacts,
  kind: ColumnKind,
  why: string,
  instead?: 'column' | 'json',
): Finding {
  const path = attribute?.path ?? 'it'
  const mapped =
    instead === 'column'
      ? `Translate it: ${path}: column('${column}', { read, write, filter }); or: `
      : instead === 'json'
        ? `Map what is in it with json('${column}'); or: `
        : ''
  return finding('column-type', line, {
    message: `the column "${column}" of ${named(table)} is ${article(type)}${type}, which does not fit`,
    why,
    fix: `${mapped}${store.table.dialect.mends.setType(table, column, kind)}`,
  })
}

function notComparable(
  { table, column, line, attribute }: NeededColumn,
  { type }: ColumnFacts,
  what: string,
) {
  return finding('column-not-text', line, {
    message: `the column "${column}" of ${named(table)} is ${article(type)}${type}, and clients send ${what}`,
    why: `Filters and orders by ${attribute?.path ?? 'it'} fail`,
    fix: `Translate it: column('${column}', { read, write }), or give it another type`,
  })
}

function isNumeric(kind: ColumnKind): boolean {
  return kind === 'integer' || kind === 'number'
}

function article(noun: string): string {
  return /^[aeiou](?!ui)/i.test(noun) && !/^u(?:uid|ser)/i.test(noun) ? 'an ' : 'a '
}
