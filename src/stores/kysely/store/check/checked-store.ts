import type { Finding } from '../../../store.js'
import type { IndexFacts, TableFacts } from '../../dialect/catalogue.js'
import type { SqlTable } from '../../dialect/dialect.js'
import type { RowFilter } from '../../sql/row-filter.js'
import type { StoreShape } from '../shape.js'
import type { FoldedSample } from './folded-sample.js'
import type { NeededColumn } from './needed-columns.js'

/** A store with what its database knows of its tables. */
export interface CheckedStore extends Pick<StoreShape, 'table' | 'membership' | 'childTables'> {
  /** Every column that the configuration names. */
  readonly needed: readonly NeededColumn[]
  /** Whether scimkit has created the tables. */
  readonly ownsTable: boolean
  /** Whether they are as an earlier version has made them. */
  readonly isOutdated: boolean
  /** The table that lifecycle events are recorded in; undefined without an outbox. */
  readonly eventsTable: string | undefined
  /** The tables of the service's other resource types in the same database, by the types' names. */
  readonly others: ReadonlyMap<string, SqlTable>
  /** Whether a function of the host's may give new rows values of columns that are not named. */
  readonly fillsAnything: boolean
  /** Whether the database itself may keep tenants apart, by policies that a hook of transactions sets up. */
  readonly hasPolicies: boolean
  /** What rows have that are not deleted; undefined where the others are gone, or revived. */
  readonly undeleted: RowFilter | undefined
  /** Whether a deletion marks a row, and leaves it where it is. */
  readonly keepsDeleted: boolean
  /** What samples of rows have in the columns whose texts have no case, by the lines of the mapping. */
  readonly foldedSample: ReadonlyMap<string, FoldedSample>
  /** Whether tenants are written as a function of the host's says. */
  readonly translatesTenants: boolean
  /** What the database knows of a table; undefined where there is none. */
  facts(table: string): TableFacts | undefined
  /** Names that the database has instead of a table's. */
  similarTo(table: string): readonly string[]
}

/** One look at a store: a new kind of finding is a file with one of these, and a line in `checks.ts` and `codes.ts`. */
export type Check = (store: CheckedStore) => Iterable<Finding>

/** A table's name in a sentence. */
export function named(table: string): string {
  return `"${table}"`
}

/** Whether an index is about all rows. */
export function coversAllRows({ condition }: IndexFacts): boolean {
  return condition === undefined
}

/** The keys of an index without the tenant's column. */
export function keysOf(index: IndexFacts, tenant: string | undefined): IndexFacts['keys'] {
  return index.keys.filter(({ column, isLower }) => isLower || column === undefined || column !== tenant)
}

/** Whether an index finds rows by a column, within the tenant where it begins with it. */
export function findsBy(
  index: IndexFacts,
  column: string,
  tenant: string | undefined,
  isLower = false,
): boolean {
  if (!coversAllRows(index)) return false
  const [first] = keysOf(index, tenant)
  const leading = index.keys.slice(0, 2)
  return (
    first !== undefined && leading.includes(first) && first.column === column && first.isLower === isLower
  )
}
