import { sql } from 'kysely'
import type { Dialect } from '../dialect/dialect.js'
import type { ResultRow } from '../sql/query.js'
import type { Sql } from '../sql/sql.js'

/** What a column holds: texts, names of tenants, or points in time. */
export type ColumnType = 'text' | 'tenant' | 'time'

/** The rows of a table of connections: each field in the column of its name. */
export class StoredRows<R extends object> {
  readonly table: Sql
  private readonly fields: readonly (readonly [field: string, column: string, type: ColumnType])[]

  constructor(
    table: string,
    types: Readonly<Record<keyof R & string, ColumnType>>,
    private readonly dialect: Dialect,
  ) {
    this.table = sql.table(table)
    this.fields = Object.entries<ColumnType>(types).map(([field, type]) => [field, columnName(field), type])
  }

  /** What {@link read} needs of the row with a name in a statement. */
  columns(name: string): Sql {
    return this.select(name, (column) => sql.ref(`${name}.${column}`))
  }

  /** The same for `returning`, where SQLite knows no other name of the row. */
  returned(name: string): Sql {
    return this.select(name, (column) => sql.id(column))
  }

  private select(name: string, columnAs: (column: string) => Sql): Sql {
    const { instants } = this.dialect
    const selected = this.fields.map(([, column, type]) => {
      const value = columnAs(column)
      return sql`${type === 'time' ? instants.asText(value) : value} as ${sql.id(`${name}_${column}`)}`
    })
    return sql.join(selected)
  }

  insert(row: R): Sql {
    const given = new Map<string, unknown>(Object.entries(row))
    const values = this.fields.map(([field, , type]) => {
      const value = given.get(field)
      const text = typeof value === 'string' ? storable(value) : null
      return sql`${type === 'tenant' ? (text ?? '') : text}`
    })
    const columns = this.fields.map(([, column]) => sql.id(column))
    return sql`insert into ${this.table} (${sql.join(columns)}) values (${sql.join(values)})`
  }

  read(row: ResultRow, name: string): R {
    const values = this.fields.map(([field, column, type]) => {
      const value = row[`${name}_${column}`]
      return [field, readValue(value, type)]
    })
    // The store has written it, by the same list of fields.
    return Object.fromEntries(values) as R
  }
}

function readValue(value: unknown, type: ColumnType): string | undefined {
  if (value === null || value === undefined) return undefined
  if (type === 'time') return readTime(value)
  const text = String(value)
  return type === 'tenant' && text === '' ? undefined : text
}

/** A time that {@link Dialect.instants} has made text, as the port has it. */
export function readTime(value: unknown): string {
  return new Date(String(value)).toISOString()
}

/** Text that every database can be asked for: one with U+0000 is none of theirs. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD')
}

/** A tenant as it is stored. */
export function tenantKey(tenant: string | undefined): string {
  return storable(tenant ?? '')
}

function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
