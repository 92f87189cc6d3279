import { isScimError } from '../../../protocol/index.js'
import type { StoreDescription } from '../../description.js'
import type { SqlTable } from '../dialect/dialect.js'
import { filterToSql } from '../search/filter.js'
import { RowScope } from '../search/scope.js'
import type { RowRules } from './row-rules.js'

export { describeAs } from '../../describe-as.js'

/** What a store over a table says of itself. */
export function descriptionOf(
  { where, marks, lastingWhere, revives }: RowRules<never>,
  table: SqlTable,
  ownsTable: boolean,
): StoreDescription {
  return {
    // Marked rows are never those that `where` chooses: other options are refused.
    deletion: !marks || !where ? 'removes' : revives ? 'revives' : 'hides',
    showsAll: lastingWhere === undefined,
    uniqueness: ownsTable ? 'store' : 'host',
    evaluates({ tree }) {
      try {
        filterToSql(tree, new RowScope(table, ''))
        return true
      } catch (error) {
        if (isScimError(error)) return false
        throw error
      }
    },
  }
}
