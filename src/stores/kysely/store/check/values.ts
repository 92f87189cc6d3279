import type { LookupMapping } from '../../../../mapping/index.js'
import type { ColumnFacts } from '../../dialect/catalogue.js'
import type { Check, CheckedStore } from './checked-store.js'
import { named } from './checked-store.js'
import { finding } from './codes.js'
import type { NeededColumn } from './needed-columns.js'

/** Columns that must have a value, and get none. */
export const findMissingValues: Check = function* (store) {
  const { needed, facts, table, ownsTable } = store
  if (ownsTable) return
  const lookups = [...table.layout.attributes.values()].filter((mapping) => mapping.kind === 'lookup')
  for (const name of new Set(needed.map(({ table }) => table))) {
    // Its rows are the host's, or its function says what else they have.
    if (name !== table.name && isFilledByHost(lookups, name)) continue
    for (const column of facts(name)?.columns.values() ?? []) {
      if (column.isNullable || column.fillsItself) continue
      const uses = needed.filter((use) => use.table === name && use.column === column.name)
      const fix = table.dialect.mends.allowNull(name, column.name)
      if (isWithoutValue(uses, column)) {
        if (name === table.name && store.fillsAnything) continue
        yield finding('column-without-value', lineOf(uses, store, name), {
          message: `the column "${column.name}" of ${named(name)} must have a value, and nothing gives it one`,
          why: name === table.name ? 'No resource can be created' : 'No value of the attribute can be stored',
          fix: uses.some(({ line }) => line === 'option id')
            ? 'Give it a default, or name a function that makes ids: generate, in the option id'
            : `Give it a default or map an attribute to it; or: ${fix}`,
        })
        continue
      }
      const optional = uses.find(
        ({ attribute, written }) => written === 'withValue' && attribute?.required === false,
      )
      if (!optional || uses.some(({ written }) => written === 'always')) continue
      yield finding('attribute-not-null', optional.line, {
        message: `the column "${column.name}" of ${named(name)} must have a value, and clients may leave ${optional.attribute?.path ?? 'it'} out`,
        why: 'What a client sends without it is refused with 400',
        fix: `Give it a default; or: ${fix}`,
      })
    }
  }
}

function isFilledByHost(lookups: readonly LookupMapping[], table: string): boolean {
  const ofTable = lookups.filter((lookup) => lookup.table === table)
  return ofTable.length > 0 && ofTable.every(({ create }) => create !== true)
}

function isWithoutValue(uses: readonly NeededColumn[], { fillsItself }: ColumnFacts): boolean {
  return !fillsItself && uses.every(({ written }) => written === 'never')
}

function lineOf(
  [use]: readonly NeededColumn[],
  { needed, table: main }: CheckedStore,
  table: string,
): string {
  if (use) return use.line
  const other = table === main.name ? undefined : needed.find((column) => column.table === table)
  return other?.line ?? 'option table'
}
