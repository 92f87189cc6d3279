import { isObject } from '../../../../protocol/index.js'
import type { TableFacts } from '../../dialect/catalogue.js'
import type { RowFilter } from '../../sql/row-filter.js'
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

/** A table as its chosen rows see it: an index of no other columns than those that choose them is about all of them. */
export function overRows(facts: TableFacts, where: RowFilter): TableFacts {
  const indexes = facts.indexes.map((index) => {
    const { condition } = index
    if (condition === undefined) return index
    const words = new Set(condition.match(/[\p{L}\p{N}_$]+/gu))
    const columns = [...facts.columns.keys()].filter((column) => words.has(column))
    return columns.every((column) => where.has(column))
      ? { ...index, condition: undefined, leavesOutBy: columns }
      : index
  })
  return { ...facts, indexes }
}
