import type { Layout } from '../../../../mapping/index.js'
import type { Finding } from '../../../store.js'
import type { TableFacts } from '../../dialect/catalogue.js'
import type { Check, CheckedStore } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'
import { foldedColumnsOf } from './folded-sample.js'

/** Letters whose case the database does not fold, or folds otherwise than every other store does. */
export const findCaseFolding: Check = function* (store) {
  const { table, facts } = store
  const main = facts(table.name)
  if (!main) return
  if (main.foldsAllLetters) {
    yield* columnFindings(store, main)
    return
  }
  if (!table.dialect.schema.foldsCase && hasKeys(table.layout)) return
  yield finding('ascii-letters-only', 'option db', {
    message: 'the database folds the case of ASCII letters only, so that "JÖRG" and "jörg" are two users',
    why: 'SCIM takes them for one',
    fix: table.dialect.mends.foldAllLetters,
  })
}

function* columnFindings({ table, foldedSample }: CheckedStore, main: TableFacts): Iterable<Finding> {
  const { mends } = table.dialect
  for (const { line, attribute, column, key } of foldedColumnsOf(table)) {
    if (key !== undefined) continue
    const facts = main.columns.get(column)
    if (facts?.foldsAsciiOnly)
      yield finding('ascii-letters-only', line, {
        message: `the collation of "${column}" of ${named(table.name)} folds the case of ASCII letters only, so that "JÖRG" and "jörg" are two values`,
        why: 'SCIM takes them for one',
        fix: mends.useDefaultCollation(table.name, column, facts.type),
      })
    const { rows = 0, stale = 0, letters = [] } = foldedSample.get(line) ?? {}
    if (stale === 0) continue
    yield finding('letters-folded-otherwise', line, {
      message: `of ${rows} rows of ${named(table.name)} that were looked at, ${stale} have letters in "${column}" whose case the database folds otherwise than Unicode's simple case folding: ${letters.map((letter) => `"${letter}"`).join(', ')}`,
      why: `The database decides which values of ${attribute.path} are one: two that differ in such a letter may be two users here, and one to the identity provider`,
      fix: `Name a column for what foldText of scimkit/filter makes of it, with the unique index: ${attribute.path}: column('${column}', { foldedIn: '${column}_key' })`,
    })
  }
}

/** Whether every unique text has a column of its own without its case. */
function hasKeys(layout: Layout): boolean {
  return layout.type.unique.every((attribute) => {
    if (attribute.caseExact || attribute.path === 'id') return true
    const source = layout.sourceOf(attribute)
    return source.kind !== 'column' || source.mapping.foldedIn !== undefined
  })
}
