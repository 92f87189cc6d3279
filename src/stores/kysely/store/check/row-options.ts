import { isObject } from '../../../../protocol/index.js'
import type { IndexFacts, TableFacts } from '../../dialect/catalogue.js'
import type { RowFilter } from '../../sql/row-filter.js'
import { outcomesOf } from './index-condition.js'
import { leftOutBy } from './known-values.js'
import type { NeededColumn } from './needed-columns.js'

/** The options of a store that say which rows it has, as the host gave them. */
export interface GivenRowOptions {
  readonly where?: unknown
  readonly insertDefaults?: unknown
  readonly softDelete?: { readonly set?: unknown; readonly revive?: boolean } | undefined
}

/** The columns that these options name: what rows are chosen by is given to new ones. */
export function columnsOfRowOptions(
  { where, insertDefaults, softDelete }: GivenRowOptions,
  table: string,
): readonly NeededColumn[] {
  const named = (option: string, given: unknown, written: NeededColumn['written']) =>
    (isObject(given) ? Object.keys(given) : []).map(
      (column): NeededColumn => ({
        table,
        column,
        line: `option ${option}`,
        content: undefined,
        written,
        attribute: undefined,
      }),
    )
  return [
    ...named('where', where, 'always'),
    ...named('insertDefaults', insertDefaults, 'always'),
    ...named('softDelete', softDelete?.set, 'never'),
  ]
}

/** What rows have that are not deleted, where the deleted ones stay in the way of new ones. */
export function undeletedOf(
  { softDelete }: GivenRowOptions,
  where: RowFilter | undefined,
): RowFilter | undefined {
  if (!softDelete || softDelete.revive === true || !isObject(softDelete.set) || !where) return undefined
  const { set } = softDelete
  return new Map([...where].filter(([column]) => column in set))
}

/**
 * A table as its chosen rows see it: an index whose condition holds for all of them is about all rows. A condition that is
 * not understood stays one.
 */
export function overRows(facts: TableFacts, where: RowFilter, undeleted: RowFilter | undefined): TableFacts {
  const indexes = facts.indexes.map((index): IndexFacts => {
    const { condition } = index
    if (condition === undefined) return index
    const isAlways = (filter: RowFilter, truth: boolean) => {
      const outcomes = outcomesOf(condition, filter, facts)
      return outcomes !== undefined && [...outcomes].every((outcome) => (outcome === true) === truth)
    }
    if (!isAlways(where, true)) return index
    const columns = undeleted ? [...undeleted.keys()] : []
    const leavesOutDeleted = columns.some((column) => isAlways(leftOutBy(where, column), false))
    return { ...index, condition: undefined, leavesOutDeleted }
  })
  return { ...facts, indexes }
}
