import { sql } from 'kysely'
import type { RowValues } from '../../../mapping/index.js'
import { ScimError } from '../../../protocol/index.js'
import type { CompiledAttribute } from '../../../schema/index.js'
import type { SqlTable } from '../dialect/dialect.js'
import type { RowScope } from '../search/scope.js'
import type { Database } from '../sql/query.js'
import { query } from '../sql/query.js'
import type { Condition } from '../sql/sql.js'
import { and, or } from '../sql/sql.js'
import { alias, columnOf, isId, isOwn } from '../sql/table.js'
import { isRow } from './write.js'

/** What a write refers to in one attribute, and the rows that it can be. */
export interface ReferencedRows {
  readonly attribute: CompiledAttribute
  readonly ids: readonly string[]
  readonly rows: readonly RowScope[]
}

/** Whether a row is one of the tenant's directory and has one of these ids. */
export function isOneOf({ table, tenant }: RowScope, ids: readonly string[]): Condition {
  const { values } = table.dialect
  const hasId = values.isOneOf(columnOf(table.id.column), values.listParameter(ids), table.id.type)
  return and([isOwn(table, tenant), hasId])
}

function exists(row: RowScope, id: string): Condition {
  const { name, id: column, dialect } = row.table
  if (!isId(column.type, id)) return false
  return dialect.values.exists(sql`${sql.table(name)} as ${alias}`, isRow(row, id, undefined))
}

/** Whether all that an attribute refers to exists; false where something cannot be an id. */
function isComplete({ ids, rows }: ReferencedRows): Condition {
  const [row, ...others] = rows
  if (!row || others.length > 0 || ids.length === 1)
    return and(ids.map((id) => or(rows.map((one) => exists(one, id)))))
  const { name, id: column } = row.table
  if (!ids.every((id) => isId(column.type, id))) return false
  const which = isOneOf(row, ids)
  return sql`(select count(*) from ${sql.table(name)} as ${alias} where ${which}) = ${ids.length}`
}

/** Whether all that a write refers to exists: a condition of the statement that writes it. */
export function allExist(references: readonly ReferencedRows[]): Condition {
  return and(references.map(isComplete))
}

/** The error for a write that its references have kept from being done: it names the first that is at fault. */
export async function refusal(db: Database, references: readonly ReferencedRows[]): Promise<ScimError> {
  for (const reference of references) {
    const condition = isComplete(reference)
    const [found] = condition === false ? [] : await query(db, sql`select 1 as m_found where ${condition}`)
    if (!found) return referenceError(reference.attribute)
  }
  // What is there by now was not when the write looked.
  const [first] = references
  return first ? referenceError(first.attribute) : ScimError.versionMismatch()
}

export function referenceError({ path }: CompiledAttribute): ScimError {
  return ScimError.invalidValue(`${path} refers to something that does not exist`, { path })
}

/** Throws the error of a write: one about a number beyond the column of a reference says that no row has such an id. */
export function rethrowNamingReference(error: unknown, { columns }: RowValues, table: SqlTable): never {
  const { layout, id, dialect } = table
  if (id.type === 'integer' && error instanceof Error && dialect.failureOf(error)?.kind === 'invalidValue') {
    for (const [attribute, mapping] of layout.attributes) {
      if (mapping.kind !== 'reference') continue
      const value = columns.get(mapping.column)
      // The database says which number it is.
      if (typeof value === 'string' && error.message.includes(`"${value}"`)) throw referenceError(attribute)
    }
  }
  throw error
}

/** @throws ScimError `invalidValue` for a reference to something that cannot be an id. */
export function checkReferences(values: RowValues, { layout, id }: SqlTable): void {
  for (const [attribute, mapping] of layout.attributes) {
    if (mapping.kind !== 'reference') continue
    const value = values.columns.get(mapping.column)
    if (value === undefined || (typeof value === 'string' && isId(id.type, value))) continue
    throw referenceError(attribute)
  }
}
