import type { Filter } from '../filter/index.js'
import { assertKnownOptions, type OptionNames } from '../protocol/index.js'
import type { Piece } from './condition.js'
import { type FilterColumn, type FilterColumns, type FilterElements, PlaceReader } from './places.js'
import { sqlCondition } from './sql-condition.js'
import type { SqlDialectName } from './sql-dialect.js'

export interface ToSqlOptions {
  /**
   * The column of each attribute that can be found by, by its path. A multi-valued one has a table of its own:
   * `emails: { table: 'mails', key: 'user_id', id: 'id', columns: { value: 'address', type: 'kind' } }`.
   */
  readonly columns: FilterColumns<string, string>
  readonly dialect: SqlDialectName
  /** The table, or its alias, that columns of the resource's row are written with; required where elements have tables. */
  readonly table?: string
  /** The number of the first parameter in PostgreSQL, where others stand before it. Default 1. */
  readonly firstParameter?: number
}

/** A condition and its parameters, in the order in which they stand in it. */
export interface SqlText {
  readonly text: string
  readonly parameters: readonly unknown[]
}

const optionNames = {
  ...{ columns: true, dialect: true, table: true, firstParameter: true },
} satisfies OptionNames<ToSqlOptions>

/**
 * A filter as the condition of a `where`, with the meaning that `filter.matches` has: parameters are numbered `$1` in
 * PostgreSQL and `?` in SQLite. Without a filter it is `true`.
 *
 * Case is the database's where an attribute ignores it: `lower()`, which is that of ASCII letters in SQLite. Give such a
 * column a `foldedIn` for scimkit's.
 *
 * @throws ScimError `invalidFilter`, for the client, for what has no column or what the database cannot compare.
 * @throws TypeError for an option that there is not, or a dialect.
 * @example
 * const { text, parameters } = toSql(query.filter, { columns: { userName: 'login', active: 'enabled' }, dialect: 'postgres' })
 * await pool.query(`select * from people where org = $${parameters.length + 1} and ${text}`, [...parameters, tenant])
 * @see RFC 7644 section 3.4.2.2
 */
export function toSql(filter: Filter | undefined, options: ToSqlOptions): SqlText {
  assertKnownOptions('toSql', options, optionNames)
  const { columns, dialect, table, firstParameter = 1 } = options
  if (dialect !== 'postgres' && dialect !== 'sqlite')
    throw new TypeError("toSql: dialect must be 'postgres' or 'sqlite'")
  const places = new PlaceReader<SqlColumn, string>(
    named(columns, table),
    (place) => place instanceof SqlColumn,
  )
  const condition = filter === undefined || sqlCondition(filter, places, dialect)
  if (typeof condition === 'boolean') return { text: String(condition), parameters: [] }
  const parameters: unknown[] = []
  const write = (piece: Piece<SqlColumn, string>): string => {
    if (typeof piece === 'string') return piece
    if ('table' in piece) return quotedTable(piece.table)
    if ('column' in piece) return piece.column.text
    parameters.push(piece.parameter)
    return dialect === 'sqlite' ? '?' : `$${firstParameter + parameters.length - 1}`
  }
  return { text: condition.map(write).join(''), parameters }
}

/** A column with its table, quoted. */
class SqlColumn {
  readonly text: string
  constructor(table: string | undefined, name: string) {
    this.text = table === undefined ? quoted(name) : `${quotedTable(table)}.${quoted(name)}`
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A table may be written with its schema. */
function quotedTable(name: string): string {
  return name.split('.').map(quoted).join('.')
}

/** The places with their columns quoted. @throws TypeError for elements beside columns whose table is not named. */
function named(
  columns: FilterColumns<string, string>,
  table: string | undefined,
): FilterColumns<SqlColumn, string> {
  const inTable = (place: string | FilterColumn<string>, of: string | undefined): FilterColumn<SqlColumn> => {
    if (typeof place === 'string') return { column: new SqlColumn(of, place) }
    const { column, foldedIn, ...rest } = place
    const key = foldedIn === undefined ? {} : { foldedIn: new SqlColumn(of, foldedIn) }
    return { ...rest, column: new SqlColumn(of, column), ...key }
  }
  const elementsOf = (place: FilterElements<string, string>): FilterElements<SqlColumn, string> => {
    if (table === undefined)
      throw new TypeError(
        'toSql: table must name the table of the other columns, since elements have a table',
      )
    const subs = Object.entries(place.columns).map(([name, sub]) => [name, inTable(sub, place.table)])
    return {
      ...place,
      key: new SqlColumn(place.table, place.key),
      id: new SqlColumn(table, place.id),
      columns: Object.fromEntries(subs),
    }
  }
  return Object.fromEntries(
    Object.entries(columns).map(([path, place]) => [
      path,
      typeof place === 'object' && 'table' in place ? elementsOf(place) : inTable(place, table),
    ]),
  )
}
