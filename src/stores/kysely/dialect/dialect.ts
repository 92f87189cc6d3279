import type { KeyChanges } from '../../../mapping/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { TransactionOptions } from '../../store.js'
import type { ChildRows } from '../sql/child-rows.js'
import type { Database, ResultRow } from '../sql/query.js'
import type { Condition, Sql } from '../sql/sql.js'
import type { TableShape, ValueType } from '../sql/table.js'
import type { Operator, OrderOperator, SqlValue } from '../sql/value.js'
import type { CatalogueDialect, MendDialect } from './catalogue.js'
import type { EventDialect } from './events.js'
import type { OwnNames } from './names.js'
import type { SchemaDialect } from './schema.js'

/**
 * What a store needs of one kind of database, by purpose: the port between the statements that every database
 * understands and the SQL that only one does. A new kind of database is one implementation of this interface;
 * `postgres` is the one for PostgreSQL and PGlite, and `sqlite` that for SQLite.
 *
 * Methods return SQL without looking at data, so that statements can be compiled once, and give the same SQL for the
 * same arguments.
 */
export interface Dialect {
  readonly values: ValueDialect
  readonly text: TextDialect
  readonly instants: InstantDialect
  readonly json: JsonDialect
  /** How scimkit's own tables are searched, where that is another way than a host's. */
  readonly own?: (names: OwnNames) => { readonly text: TextDialect; readonly json: JsonDialect }
  readonly rows: RowDialect
  readonly members: MemberDialect
  readonly events: EventDialect
  readonly schema: SchemaDialect
  readonly catalogue: CatalogueDialect
  readonly mends: MendDialect

  /** What an error of a driver or of the database means; undefined where it means nothing to the protocol. */
  failureOf(error: unknown): DatabaseFailure | undefined

  /** Whether a transaction goes on when a statement of it has failed. */
  readonly keepsFailedTransactions?: boolean

  /** Whether an error says that scimkit's own tables lack what they are searched by since their second version. */
  lacksOwnFolding?(error: unknown): boolean

  /** Runs work in a transaction: in the open one, where there is one; else one as the options say. */
  inTransaction<T>(db: Database, work: (db: Database) => Promise<T>, options?: TransactionOptions): Promise<T>

  /**
   * Locks a name until the end of the transaction, when no other transaction holds it any more. Waits `timeout`
   * milliseconds at most, and less where the host has set a shorter time for locks.
   */
  lock(transaction: Database, name: string, timeout: number): Promise<void>
}

/** A table in a database of some kind. */
export interface SqlTable extends TableShape {
  readonly dialect: Dialect
}

/** Values, parameters, and lists of them. */
export interface ValueDialect {
  /** A value as text, so that every driver returns it as a string. */
  asText(value: Sql): Sql
  /** A value, often a text, as one of another type. */
  cast(value: Sql, type: ValueType): Sql
  /** A column that stores an attribute's value untranslated. */
  ofColumn(column: Sql, attribute: CompiledAttribute): SqlValue
  compareNumber(operator: 'eq' | OrderOperator, value: Sql, literal: number | string): Condition
  /** A list as one parameter, so that a statement has the same text for lists of any length. */
  listParameter(values: readonly string[]): unknown
  /** Whether a value is in a list that {@link listParameter} made. */
  isOneOf(value: Sql, list: unknown, type: ValueType): Sql
  /** Parameters as rows in the columns `c0`, `c1` and so on of `n`: a list of values and a type for each column. */
  parameterRows(lists: readonly (readonly unknown[])[], types: readonly ValueType[]): Sql
  /** Whether there is a row. */
  exists(from: Sql, condition: Condition): Condition
  /** A term of `order by`: rows without a value come last when ascending and first when descending. */
  orderTerm(value: Sql, isDescending: boolean, hasMissing: boolean): Sql
  /** The first of some values that is not null. */
  firstOf(values: readonly Sql[]): Sql
  /** Whether booleans are read as 0 and 1. */
  readonly booleansAreNumbers: boolean
}

/** Texts: in the order of their code points, whatever the database's collation; case folded where it is not exact. */
export interface TextDialect {
  compare(operator: Operator, text: Sql, literal: string, caseExact: boolean): Condition
  /** A text in lower case, as comparisons have it where case does not matter. */
  lower(text: Sql): Sql
  /** What texts are sorted by. */
  sortKey(text: Sql, caseExact: boolean): Sql
}

/** Points in time, with at least the milliseconds that clients see. */
export interface InstantDialect {
  /** The time of the statement, in whole milliseconds. */
  readonly now: Sql
  /** The same for a column of a host's, whose type may have no time zone: then it holds UTC, whatever the session's. */
  nowIn(table: string, column: string): Sql
  /** A dateTime as the value of such a column; undefined for one that the column cannot hold. */
  parameter(dateTime: string): Sql | undefined
  /** The time some milliseconds after now. */
  later(milliseconds: number): Sql
  /** An instant as an RFC 3339 text in UTC with six digits of the second. */
  asText(instant: Sql): Sql
  /** The same for a column of a host's, whose type may have no time zone. */
  columnAsText(column: Sql): Sql
  compare(operator: 'eq' | OrderOperator, instant: Sql, literal: string): Condition
  /** The type of the keys that have all digits of an instant: see {@link SqlValue.instantKey}. */
  readonly keyType: 'number' | 'text'
}

/** JSON: documents in columns, their members and elements, and rows as JSON. */
export interface JsonDialect {
  /** A value as a parameter of a JSON column's type. */
  parameter(value: unknown): Sql
  /** The same of a value that may come from a row of the host: text that the type refuses becomes U+FFFD. */
  parameterOfStored(value: unknown): Sql
  /**
   * An object with some keys changed; what else is in it stays. `mayVanish`: null where nothing is left.
   */
  merge(column: Sql, changes: KeyChanges, mayVanish: boolean): Sql
  /** A JSON column as text, so that no driver parses it. */
  asText(column: Sql): Sql
  /** A member; the keys are attribute names, and part of the SQL so that indexes can match it. */
  member(value: Sql, keys: readonly string[]): Sql
  /** A member for comparisons; without keys, the value itself. */
  valueOf(holder: Sql, keys: readonly string[]): SqlValue
  /** The elements of an array as rows of the given name, and what an element is called in them. */
  elements(array: Sql, name: Sql): { readonly from: Sql; readonly element: Sql }
  /** The first element whose `primary` is true. */
  primaryElement(array: Sql): Sql
  firstElement(array: Sql): Sql
  /**
   * A condition that an index of the array answers and that every array with an element of these texts fulfils,
   * whatever the case; true where there is no such condition.
   */
  mayContain(array: Sql, element: Readonly<Record<string, string>>): Condition
  /**
   * A condition on the text of a document of scimkit's own, cheaper than looking into it, that every document fulfils
   * which has texts, whatever the case; undefined where an index answers that.
   */
  mayHold?(document: Sql, texts: readonly string[]): Condition
  /** Columns of a row as the text of a JSON array. */
  row(columns: readonly Sql[]): Sql
  /** Columns of all rows of a table, as the text of a JSON array of arrays; null where there is none. */
  rows(
    columns: readonly Sql[],
    rows: { readonly from: Sql; readonly where: Condition; readonly order: Sql },
  ): Sql
}

/** A column with what is written to it. */
export type Assignment = readonly [column: string, value: Sql]

/** The rows of a store's table: their versions, and writes that return what was stored. */
export interface RowDialect {
  /** Whether the database itself has something for the version of a row. */
  readonly hasVersions: boolean
  /** The version of a row as text. */
  version(table: TableShape): Sql
  /** Whether a row is at a version. */
  isAtVersion(table: TableShape, version: string): Condition
  /**
   * Whether a row fulfils one of some conditions, each of which an index answers; undefined where the database finds
   * such rows by `or`.
   */
  isOneOf?(table: TableShape, conditions: readonly Condition[]): Condition
  /** `which`: a condition without which nothing is inserted. */
  insert(table: TableShape, values: readonly Assignment[], returned: Sql, which: Condition): Sql
  /** Inserts a row into any table, unless a unique index has its like already; no row is returned then. */
  insertNew(table: string, values: readonly Assignment[], returned: Sql): Sql
  update(table: TableShape, values: readonly Assignment[], which: Condition, returned: Sql): Sql
  delete(table: TableShape, which: Condition, returned: Sql): Sql
  /**
   * Tells of a write's table whether triggers may change a row after the write has returned it; undefined where a write
   * returns what they leave.
   */
  changesLater?(table: string): Sql
  /** Deletes the rows of any table, under a name, for which there is a row in `source`. */
  deleteBeside(table: string, name: Sql, source: Sql, which: Condition): Sql
  /** What a column of any table is set to that loses its value: its default. */
  defaultOf(table: string, column: string): Sql
  /** An update that waits, as a deletion does, for whoever is about to refer to the row. */
  updateAlone(table: TableShape, values: readonly Assignment[], which: Condition, returned: Sql): Sql
}

/** Rows that members are: those of a table that fulfil a condition. */
export interface MemberRows {
  readonly table: TableShape
  readonly which: Condition
}

/** Where members that are added must exist. */
export interface MemberTargets {
  readonly rows: readonly MemberRows[]
  /** The ids of members that are in no table of this database. */
  readonly elsewhere: readonly string[]
}

/** Members to write to a group that has them in another table. */
export interface MemberWrite {
  readonly table: TableShape
  readonly members: ChildRows
  readonly tenant: unknown
  /** The id of the group. */
  readonly id: string
  /** Whether a row is the group's. */
  readonly isGroup: Condition
  /** Members to add, or all that the group will have: a list of values for each column. */
  readonly added: readonly (readonly unknown[])[]
  /** Ids of members that leave; with `replacesAll`, of those that stay. */
  readonly ids: readonly string[]
  readonly replacesAll: boolean
  /** Whether a row of the members' table, under a name, may be taken away: others are the host's. */
  readonly isRemovable: (name: Sql) => Condition
  /** Undefined where members may be anything. */
  readonly targets: MemberTargets | undefined
}

/** The group's own part in a change of its members. */
export interface GroupWrite {
  /** Whether a row is the group's, at the version that is expected. */
  readonly isExpected: Condition
  /** The selection of the group's `meta`, as `m_id`, `m_version`, `m_created` and `m_modified`. */
  readonly meta: Sql
  /** What a change sets in the group's row. */
  readonly touch: readonly Assignment[]
}

/** What a change of members did. */
export interface WrittenMembers {
  /** The group's `meta`. */
  readonly row: ResultRow
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** The members of a group, changed without reading or writing the others. */
export interface MemberDialect {
  /**
   * Changes members, and the group's version where anything changes, as one; no concurrent change is lost. Undefined
   * where no group is at the expected version.
   */
  change(db: Database, write: MemberWrite, group: GroupWrite): Promise<WrittenMembers | undefined>
  /**
   * Brings the members to a list, in the transaction of a write of the group. False where it has left out a member that
   * does not exist.
   */
  replace(db: Database, write: MemberWrite): Promise<boolean>
  /**
   * A statement that first locks what members will be added, as a deletion of it does before it changes its groups: in
   * one order, so that they do not wait for each other. `statement` receives a condition of its own `where`.
   */
  afterLock(write: MemberWrite, statement: (condition: Condition) => Sql): Sql
}

/** What an error of the database means. */
export type FailureKind =
  /** A concurrent transaction was in the way: the same work may succeed when it is run again. */
  | 'conflict'
  /** The database is away, starting, stopping, or out of connections. */
  | 'unavailable'
  | 'duplicate'
  | 'missingValue'
  | 'missingReference'
  /** A row that others refer to was to be deleted; some databases report it as `missingReference`. */
  | 'stillReferenced'
  | 'violatedCheck'
  | 'invalidValue'
  | 'invalidCharacter'
  | 'tooLongForColumn'
  | 'tooLongForIndex'

/** An error of the database that means something to the protocol. */
export interface DatabaseFailure {
  readonly kind: FailureKind
  /** As the database has it. */
  readonly code: string | undefined
  /** The table that the violated rule is of, without its schema. */
  readonly table: string | undefined
  /** The column, where the database names a single one. */
  readonly column: string | undefined
  readonly constraint: string | undefined
  /** The text that is no value of the type that it was read as, where the database quotes it. */
  readonly unreadable?: string | undefined
  /** The columns that the database names, the most telling first. */
  readonly columns: readonly string[]
}
