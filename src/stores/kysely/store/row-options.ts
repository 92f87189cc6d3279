import type { RawBuilder } from 'kysely'
import type { StoredValues } from '../../../mapping/index.js'
import type { CommonAttributes } from '../../../schema/index.js'
import type { Draft, StoreContext } from '../../store.js'

/** A row by its columns; by any names where the mapping does not say which there are. */
type Columns<Row> = [Row] extends [never] ? Readonly<Record<string, unknown>> : Row

/** What columns must have: each a value, null, any of several values, or any other than those. */
export type WhereOptions<Row> = {
  readonly [Name in keyof Columns<Row> & string]?: StoredValues<Columns<Row>[Name] | null>
}

/** Values for columns; also SQL of Kysely's, such as `` sql`now()` ``. */
export type ColumnValues<Row> = {
  readonly [Name in keyof Columns<Row> & string]?: Columns<Row>[Name] | RawBuilder<unknown>
}

/** Whose request a row is written for. */
export type RowCaller = Pick<StoreContext, 'tenant' | 'actor'>

/** Values for the columns of a new row that SCIM does not know. */
export type InsertDefaults<Row, R extends CommonAttributes> =
  | ColumnValues<Row>
  | ((draft: Draft<R>, caller: RowCaller) => ColumnValues<Row> | Promise<ColumnValues<Row>>)

/** A deletion that keeps the row. */
export interface SoftDeleteOptions<Row> {
  /**
   * What a deletion sets: values, or functions that return them. {@link RowOptions.where} must leave out a row that has
   * them.
   *
   * @example
   * { deleted_at: () => new Date(), status: 'LEFT' }
   */
  readonly set: {
    readonly [Name in keyof Columns<Row> & string]?:
      | Columns<Row>[Name]
      | RawBuilder<unknown>
      | (() => Columns<Row>[Name])
  }
  /**
   * A POST of a unique value, such as a userName, that a deleted row of the tenant has brings that row back, with its
   * id: what the request does not speak of is as it was, but for memberships. Of several, the last one that was changed.
   * Default false: the POST makes a new row, and is a 409 where a unique index covers the deleted ones too.
   */
  readonly revive?: boolean
}

/** Which rows of a table are the directory's, and what makes and ends them. */
export interface RowOptions<Row, R extends CommonAttributes> {
  /**
   * Only such rows are the directory's; to SCIM, there are no others. New rows have the values, the first where there
   * are several. Default: all rows.
   *
   * @example
   * where: { deleted_at: null, kind: ['employee', 'intern'], status: { not: 'LEFT' } }
   */
  readonly where?: WhereOptions<Row> | undefined
  /**
   * Values for columns of a new row: of those that are mapped, where the request has none. What a function throws is a
   * 500, and nothing is written. Columns without a value get the database's default.
   *
   * @example
   * insertDefaults: (draft, { tenant, actor }) => ({ source: 'scim', created_by: actor })
   */
  readonly insertDefaults?: InsertDefaults<Row, R> | undefined
  /** A DELETE marks the row as deleted instead. Default: it deletes the row. */
  readonly softDelete?: SoftDeleteOptions<Row> | undefined
}
