import { closestName } from '../../../../protocol/index.js'
import type { Check, CheckedStore } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'
import type { NeededColumn } from './needed-columns.js'

/** Tables and columns that the configuration names and the database does not have. */
export const findMissing: Check = function* (store) {
  const missing = new Set<string>()
  for (const needed of store.needed) {
    const { table, column, line } = needed
    if (missing.has(table)) continue
    const facts = store.facts(table)
    if (!facts) {
      missing.add(table)
      yield missingTable(store, needed)
    } else if (!facts.columns.has(column)) {
      yield finding('missing-column', line, {
        message: `the table ${named(table)} has no column "${column}"`,
        why: 'Every statement that names it fails',
        fix: fixOfColumn(store, needed, [...facts.columns.keys()]),
      })
    }
  }
}

function missingTable(store: CheckedStore, { table, line }: NeededColumn) {
  const isMain = table === store.table.name
  const [similar] = store.similarTo(table)
  return finding('missing-table', isMain ? 'option table' : line, {
    message: `there is no table ${named(table)}${similar === undefined ? '' : ` on the search path, though there is "${similar}"`}`,
    why: 'Every statement that names it fails',
    fix: fixOfTable(store, similar),
  })
}

function fixOfTable({ ownsTable }: CheckedStore, similar: string | undefined): string {
  if (ownsTable) return 'Create it: await scimTables(db).migrate()'
  if (similar !== undefined) return `Name it as it is: "${similar}"`
  return 'Name one that there is, with its schema before a dot where it is not on the search path'
}

function fixOfColumn(
  { table, ownsTable }: CheckedStore,
  { table: name, column, content }: NeededColumn,
  existing: readonly string[],
): string {
  if (ownsTable) return 'Bring the tables up to date: await scimTables(db).migrate()'
  const similar = existing.find((other) => plain(other) === plain(column))
  if (similar !== undefined) return `Name it as it is: "${similar}"`
  const meant = closestName(column, existing)
  const { mends } = table.dialect
  const added =
    content?.kind === 'version'
      ? mends.addVersion(name, table.id.column, column)
      : mends.addColumn(name, column, kindOf(content))
  return meant === undefined ? added : `Name it as it is, if you mean "${meant}"; else: ${added}`
}

/** A name without what naming conventions differ in. */
function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

function kindOf(content: NeededColumn['content']) {
  switch (content?.kind) {
    case 'id':
      return content.type
    case 'document':
      return 'document' as const
    case 'time':
      return 'instant' as const
    case 'version':
      return 'integer' as const
    case 'attribute':
      return kindOfAttribute(content.attribute.type)
    case 'tenant':
    case undefined:
      return 'text' as const
  }
}

function kindOfAttribute(type: string) {
  switch (type) {
    case 'boolean':
      return 'boolean' as const
    case 'integer':
      return 'integer' as const
    case 'decimal':
      return 'number' as const
    case 'dateTime':
      return 'instant' as const
    default:
      return 'text' as const
  }
}
