import type { ResultRow } from '../sql/query.js'
import type { RowFilter } from '../sql/row-filter.js'
import type { Sql } from '../sql/sql.js'
import type { IdType } from '../sql/table.js'

/** What kinds of types are told apart; `localTime` is a date and time without a zone. */
export type ColumnKind =
  | IdType
  | 'number'
  | 'boolean'
  | 'instant'
  | 'localTime'
  | 'date'
  | 'json'
  /** The database's type for documents that are searched, as the store needs it. */
  | 'document'
  | 'other'

/** What a database knows about a column. */
export interface ColumnFacts {
  readonly name: string
  readonly kind: ColumnKind
  /** What it holds as well, where types are loose. */
  readonly alsoHolds?: ReadonlySet<ColumnKind>
  /** The type as the database writes it. */
  readonly type: string
  readonly isNullable: boolean
  /** Whether a new row gets a value that nobody gives: a default, an identity, or a computed one. */
  readonly fillsItself: boolean
  /** Whether its values are equal whatever the case of their letters. */
  readonly foldsCase: boolean
  /** Whether its collation folds the case of ASCII letters only, whatever the database does elsewhere. */
  readonly foldsAsciiOnly?: boolean
  /** Whether the database numbers new rows by it, and may give a new one the number of a row that was deleted. */
  readonly reusesNumbers?: boolean
}

/** One thing that an index is about. */
export interface IndexKey {
  /** The column that it is, or that is folded; undefined for any other expression. */
  readonly column: string | undefined
  /** Whether it is the column in lower case, as {@link TextDialect} compares it. */
  readonly isLower: boolean
  /** Whether it takes values for equal that differ by case only. */
  readonly foldsCase: boolean
  /** As the database writes it. */
  readonly text: string
}

/** What a database knows about an index that it uses. */
export interface IndexFacts {
  readonly name: string
  readonly isUnique: boolean
  readonly keys: readonly IndexKey[]
  /** Which rows it is about, as the database writes it; undefined for all, or all that have the columns of its keys. */
  readonly condition: string | undefined
  /** Whether it leaves out the rows that are marked as deleted. */
  readonly leavesOutDeleted?: boolean
}

/** What policies of row-level security tell rows by. */
export interface PolicyFacts {
  /** The columns that they compare with something of the session, such as a setting. */
  readonly columns: readonly string[]
}

/** What a database knows about a table or view. */
export interface TableFacts {
  /** As it was asked for. */
  readonly name: string
  /** False where there is no such table, or none on the search path. */
  readonly exists: boolean
  /** Whether it has rows of its own, and may have indexes: a view has neither. */
  readonly isTable: boolean
  /** Whether the database itself changes something in a row with every update, as the version of a row. */
  readonly hasRowVersion: boolean
  readonly columns: ReadonlyMap<string, ColumnFacts>
  readonly indexes: readonly IndexFacts[]
  /** Row-level security, where it is on; undefined: it is not. */
  readonly policies: PolicyFacts | undefined
  /** The triggers that are there and enabled. */
  readonly triggers: ReadonlySet<string>
  /** Tables that differ from the name by case or by schema only, with their schemas. */
  readonly similar: readonly string[]
  /** Whether the database folds the case of letters of any script. */
  readonly foldsAllLetters: boolean
}

/** What can be learnt of a host's tables. */
export interface CatalogueDialect {
  /** All that is known about tables: a row for each name. */
  tables(names: readonly string[]): Sql
  /** Reads a row of {@link tables}. */
  read(row: ResultRow): TableFacts
}

/** Part of an index to create: a column, or a column in lower case. */
export type NewKey =
  | string
  | { readonly lower: string }
  | { readonly member: readonly string[]; readonly of: string }

/** SQL for people, which mends a host's tables; every name is quoted. */
export interface MendDialect {
  index(table: string, keys: readonly NewKey[], isUnique: boolean): string
  /** An index, from {@link index}, of the rows that are chosen only. */
  indexOf(index: string, chosen: RowFilter): string
  addColumn(table: string, column: string, kind: ColumnKind): string
  setType(table: string, column: string, kind: ColumnKind): string
  /** A column that every row must have a value of. */
  forbidNull(table: string, column: string): string
  /** Fills a column with the lower case of another. */
  fillLower(table: string, column: string, of: string): string
  /** A column that numbers rows, and no two ever alike; of databases only in which one can do otherwise. */
  countOn?(table: string, column: string): string
  enableTrigger(table: string, trigger: string): string
  /** A column that a new row need not give. */
  allowNull(table: string, column: string): string
  /** Adds a column that counts versions, by default `version`; and what counts where the host writes the rows itself. */
  addVersion(table: string, id: string, column?: string): string
  /** What the column that counts versions is for, where the database has nothing of its own. */
  readonly versionColumn: string
  /** How the case of all letters comes to be folded. */
  readonly foldAllLetters: string
  /** Gives a column the collation of the database, instead of one that folds ASCII letters only. */
  useDefaultCollation(table: string, column: string, type: string): string
}
