import type { Filter } from '../filter/index.js'
import { assertKnownOptions, isObject, type OptionNames } from '../protocol/index.js'
import type { Piece } from './condition.js'
import { type FilterColumns, PlaceReader } from './places.js'
import { sqlCondition } from './sql-condition.js'
import type { SqlDialectName } from './sql-dialect.js'

/** A column of a Drizzle table, of PostgreSQL or SQLite. */
export interface DrizzleColumn<Sql = unknown> {
  readonly columnType: string
  getSQL(): Sql
}

/** A Drizzle table. */
export interface DrizzleTable<Sql = unknown> {
  getSQL(): Sql
}

export interface ToDrizzleOptions<Sql = unknown> {
  /**
   * The column of each attribute that can be found by, by its path. A multi-valued one has a table of its own:
   * `emails: { table: mails, key: mails.userId, id: users.id, columns: { value: mails.address, type: mails.kind } }`.
   */
  readonly columns: FilterColumns<DrizzleColumn<Sql>, DrizzleTable<Sql>>
}

const optionNames = { columns: true } satisfies OptionNames<ToDrizzleOptions>

/** By this, Drizzle knows its classes, also those of another copy of it. */
const entityKind = Symbol.for('drizzle:entityKind')

/** SQL as it is. */
class TextChunk {
  static readonly [entityKind] = 'StringChunk'
  readonly value: readonly string[]
  constructor(text: string) {
    this.value = [text]
  }
}

/** A parameter that its column encodes. */
class ColumnParameter {
  static readonly [entityKind] = 'Param'
  constructor(
    readonly value: unknown,
    readonly encoder: unknown,
  ) {}
}

/**
 * A filter as a condition for `where`, with the meaning that `filter.matches` has; undefined without a filter, which
 * Drizzle takes for no condition. The database is that of the columns. See {@link toSql} for what it does with case.
 *
 * @throws ScimError `invalidFilter`, for the client, for what has no column or what the database cannot compare.
 * @throws TypeError for an option that there is not, or columns of another database.
 * @example
 * const condition = toDrizzle(query.filter, { columns: { userName: users.login, active: users.enabled } })
 * await db.select().from(users).where(and(eq(users.org, tenant), condition))
 * @see RFC 7644 section 3.4.2.2
 */
export function toDrizzle<Sql>(filter: Filter | undefined, options: ToDrizzleOptions<Sql>): Sql | undefined {
  assertKnownOptions('toDrizzle', options, optionNames)
  const { columns } = options
  const [some] = Object.values(columns).flatMap((place) =>
    isColumn<Sql>(place) ? [place] : 'id' in place ? [place.id] : [place.column],
  )
  if (!some) throw new TypeError('toDrizzle: columns must name a column')
  const dialect = dialectOf(some)
  if (filter === undefined) return undefined
  const condition = sqlCondition(filter, new PlaceReader(columns, isColumn<Sql>), dialect)
  const chunk = (piece: Piece<DrizzleColumn<Sql>, DrizzleTable<Sql>>): unknown => {
    if (typeof piece === 'string') return new TextChunk(piece)
    if ('table' in piece) return piece.table
    if ('column' in piece) return piece.column
    const { parameter, of } = piece
    return of ? new ColumnParameter(new Date(Number(parameter)), of) : parameter
  }
  const chunks = typeof condition === 'boolean' ? [new TextChunk(String(condition))] : condition.map(chunk)
  // Drizzle is not imported, so that others need not have it: what a column makes of itself is its class of SQL.
  const sql = some.getSQL()
  const Sql = (sql as { readonly constructor: new (chunks: readonly unknown[]) => Sql }).constructor
  return new Sql(chunks)
}

function isColumn<Sql>(place: unknown): place is DrizzleColumn<Sql> {
  return isObject(place) && 'columnType' in place && 'getSQL' in place
}

function dialectOf({ columnType }: DrizzleColumn): SqlDialectName {
  if (columnType.startsWith('Pg')) return 'postgres'
  if (columnType.startsWith('SQLite')) return 'sqlite'
  throw new TypeError(`toDrizzle: the columns must be of PostgreSQL or SQLite, and not ${columnType}`)
}
