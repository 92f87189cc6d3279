import { sql } from 'kysely'
import type { RowValues } from '../../../mapping/index.js'
import { isObject } from '../../../protocol/index.js'
import type { CommonAttributes } from '../../../schema/index.js'
import type { Draft } from '../../store.js'
import type { Assignment, SqlTable } from '../dialect/dialect.js'
import type { RowFilter } from '../sql/row-filter.js'
import { firstOf, includes, isNegated, listOf, literal } from '../sql/row-filter.js'
import type { IdColumn, TenantColumn, VersionColumns } from './options.js'
import type { RowCaller, RowOptions } from './row-options.js'

/** The options of a store that say which rows it has. */
interface GivenOptions<R extends CommonAttributes> extends RowOptions<never, R> {
  readonly table: string
  readonly id?: string | IdColumn
  readonly tenant?: string | TenantColumn | false | undefined
  readonly version?: string | VersionColumns | undefined
  readonly created: string
  readonly lastModified: string
}

/** What a deletion sets instead, by column: values, SQL, and functions. */
type DeletionMarks = ReadonlyMap<string, unknown>

/** Which rows a store has, and what makes and ends them. */
export interface RowRules<R extends CommonAttributes> {
  readonly where: RowFilter | undefined
  /** The part of it that is not about deletion. */
  readonly lastingWhere: RowFilter | undefined
  /** The part of it that is: what a row has that is not deleted. */
  readonly undeleted: RowFilter | undefined
  readonly marks: DeletionMarks | undefined
  readonly revives: boolean
  readonly insertDefaults: RowOptions<never, R>['insertDefaults']
  /** The columns that the store itself fills, with the options that name them. */
  readonly ownColumns: ReadonlyMap<string, string>
}

/** @throws TypeError that names the option, and the column, that is wrong. */
export function rowRulesOf<R extends CommonAttributes>(options: GivenOptions<R>): RowRules<R> {
  const ownColumns = ownColumnsOf(options)
  const where = readWhere(options.where, ownColumns)
  const marks = readMarks(options.softDelete, ownColumns)
  const { insertDefaults } = options
  if (insertDefaults !== undefined && typeof insertDefaults !== 'function') {
    if (!isObject(insertDefaults)) throw new TypeError('insertDefaults: it must be an object or a function')
    for (const column of Object.keys(insertDefaults)) assertNotOwn('insertDefaults', column, ownColumns)
  }
  if (marks) assertLeftOut(marks, where)
  const lastingWhere = partOf(where, (column) => !marks?.has(column))
  const undeleted = partOf(where, (column) => marks?.has(column) ?? false)
  const revives = options.softDelete?.revive === true
  return { where, lastingWhere, undeleted, marks, revives, insertDefaults, ownColumns }
}

function partOf(where: RowFilter | undefined, includes: (column: string) => boolean): RowFilter | undefined {
  const part = [...(where ?? [])].filter(([column]) => includes(column))
  return part.length === 0 ? undefined : new Map(part)
}

function ownColumnsOf<R extends CommonAttributes>(options: GivenOptions<R>): ReadonlyMap<string, string> {
  const { id = 'id', tenant, version, created, lastModified } = options
  const columns = new Map([
    [created, 'created'],
    [lastModified, 'lastModified'],
    [typeof id === 'string' ? id : id.column, 'id'],
  ])
  if (typeof version === 'string') columns.set(version, 'version')
  if (tenant) columns.set(typeof tenant === 'string' ? tenant : tenant.column, 'tenant')
  return columns
}

function assertNotOwn(option: string, column: string, ownColumns: ReadonlyMap<string, string>): void {
  const own = ownColumns.get(column)
  if (own !== undefined) throw new TypeError(`${option}: the column "${column}" is that of the option ${own}`)
}

function readWhere(given: unknown, ownColumns: ReadonlyMap<string, string>): RowFilter | undefined {
  if (given === undefined) return undefined
  if (!isObject(given)) throw new TypeError('where: it must be an object of columns and values')
  const filter = new Map<string, unknown>()
  for (const [column, values] of Object.entries(given)) {
    assertNotOwn('where', column, ownColumns)
    const list = listOf(isNegated(values) ? values.not : values)
    if (list.length === 0)
      throw new TypeError(`where: the list of "${column}" is empty, so that there is no row`)
    for (const value of list) {
      if (!isConstant(value))
        throw new TypeError(`where: a value of "${column}" is neither text, number, boolean, Date nor null`)
    }
    filter.set(column, values)
  }
  return filter.size === 0 ? undefined : (filter as RowFilter)
}

/** Undefined, often a setting that is missing, is none: it would let every row in. */
function isConstant(value: unknown): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return true
  if (typeof value === 'string') return !value.includes('\0')
  if (typeof value === 'number') return Number.isFinite(value)
  return value instanceof Date && !Number.isNaN(value.getTime())
}

function readMarks(given: unknown, ownColumns: ReadonlyMap<string, string>): DeletionMarks | undefined {
  if (given === undefined) return undefined
  const set = isObject(given) ? given.set : undefined
  const entries = isObject(set) ? Object.entries(set).filter(([, value]) => value !== undefined) : []
  if (entries.length === 0)
    throw new TypeError(
      'softDelete: set must say what a deletion sets, as in { deleted_at: () => new Date() }',
    )
  for (const [column] of entries) assertNotOwn('softDelete', column, ownColumns)
  return new Map(entries)
}

/** Whether the value of a mark is not known before it is written. */
function isUnknown(value: unknown): boolean {
  return typeof value === 'function' || isSql(value)
}

function isSql(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'toOperationNode' in value
}

/** Whether `where` leaves out a row with these marks; those that are not known yet are taken for other values. */
function isLeftOut(marks: DeletionMarks, where: RowFilter | undefined): boolean {
  return [...(where ?? [])].some(([column, values]) => {
    if (!marks.has(column)) return false
    const mark = marks.get(column)
    return isUnknown(mark) || !includes(values, mark)
  })
}

function assertLeftOut(marks: DeletionMarks, where: RowFilter | undefined): void {
  if (isLeftOut(marks, where)) return
  const [column] = marks.keys()
  throw new TypeError(
    `softDelete: a row that has been deleted would still be one of the directory: say in where what the others have, as in where: { ${column}: null }`,
  )
}

/** What a deletion writes. @throws Error for functions of the host that return what does not mark a row as deleted. */
export function deletionOf(marks: DeletionMarks, where: RowFilter | undefined): readonly Assignment[] {
  const values = new Map(
    [...marks].map(([column, mark]): [string, unknown] => [
      column,
      typeof mark === 'function' ? mark() : mark,
    ]),
  )
  if (!isLeftOut(values, where))
    throw new Error('softDelete: what its functions have returned does not mark a row as deleted for where')
  return [...values].map(([column, value]) => [column, sql`${value}`])
}

/** Whether new rows have values that a request does not give. */
export function fillsRows({ where, insertDefaults }: RowRules<never>): boolean {
  return where !== undefined || insertDefaults !== undefined
}

/** What the host says of the columns of a new row. @throws what its function throws. */
async function givenDefaults<R extends CommonAttributes>(
  { insertDefaults, where, ownColumns }: RowRules<R>,
  draft: Draft<R>,
  { tenant, actor }: RowCaller,
): Promise<ReadonlyMap<string, unknown>> {
  if (insertDefaults === undefined) return new Map()
  const given: unknown =
    typeof insertDefaults === 'function' ? await insertDefaults(draft, { tenant, actor }) : insertDefaults
  if (!isObject(given)) throw new TypeError('insertDefaults: its function must return an object')
  const values = new Map(Object.entries(given).filter(([, value]) => value !== undefined))
  for (const [column, value] of values) {
    assertNotOwn('insertDefaults', column, ownColumns)
    const selected = where?.get(column)
    if (selected !== undefined && !isSql(value) && !includes(selected, value))
      throw new TypeError(`insertDefaults: with this value of "${column}", where would leave the row out`)
  }
  return values
}

/** What is written to the columns of a new row for which the request has no value. */
export async function defaultsOf<R extends CommonAttributes>(
  rules: RowRules<R>,
  table: SqlTable,
  { columns }: RowValues,
  draft: Draft<R>,
  caller: RowCaller,
): Promise<readonly Assignment[]> {
  const output = new Map<string, Assignment>()
  for (const [column, values] of rules.where ?? []) {
    const value = firstOf(values)
    // A column without a value is left to the database.
    if (value !== undefined && value !== null) output.set(column, [column, literal(value, table)])
  }
  for (const [column, value] of await givenDefaults(rules, draft, caller))
    output.set(column, [column, sql`${value}`])
  for (const [column, value] of columns) if (value !== undefined) output.delete(column)
  return [...output.values()]
}

/**
 * What makes a deleted row one of the directory again: what its marks have overwritten gets the values of a new row.
 */
export async function restorationOf<R extends CommonAttributes>(
  rules: RowRules<R>,
  table: SqlTable,
  { columns }: RowValues,
  draft: Draft<R>,
  caller: RowCaller,
): Promise<readonly Assignment[]> {
  const { marks = new Map<string, unknown>(), where } = rules
  const given = await givenDefaults(rules, draft, caller)
  return [...marks.keys()].map((column): Assignment => {
    const selected = where?.get(column)
    const value = selected === undefined ? undefined : firstOf(selected)
    const written = columns.get(column)
    if (written !== undefined && (selected === undefined || includes(selected, written)))
      return [column, sql`${written}`]
    if (given.has(column)) return [column, sql`${given.get(column)}`]
    if (value === undefined) return [column, table.dialect.rows.defaultOf(table.name, column)]
    return [column, value === null ? sql`null` : literal(value, table)]
  })
}

/** Every column that the options about rows name, with the option: for checks of a table. */
export function columnsOfRules(
  rules: RowRules<never>,
): readonly (readonly [option: string, column: string])[] {
  const { where, marks, insertDefaults } = rules
  const defaults = typeof insertDefaults === 'object' ? Object.keys(insertDefaults) : []
  return [
    ...[...(where?.keys() ?? [])].map((column) => ['where', column] as const),
    ...defaults.map((column) => ['insertDefaults', column] as const),
    ...[...(marks?.keys() ?? [])].map((column) => ['softDelete', column] as const),
  ]
}
