import type { TableShape } from '../sql/table.js'
import { isId } from '../sql/table.js'
import type { IdColumn } from './options.js'
import { idColumnOf } from './shape.js'

/** Makes the id of each new row; undefined where the database does. */
export function idsOf(options: {
  readonly id?: string | IdColumn
}): (table: TableShape) => string | undefined {
  const { type, generate } = idColumnOf(options)
  const isInteger = type === 'integer' || type === 'bigint'
  if (generate === 'database' || (isInteger && generate === undefined)) return () => undefined
  if (generate === undefined) return () => crypto.randomUUID()
  return (table) => {
    const id = String(generate())
    if (isId(table.id.type, id)) return id
    throw new Error(`id.generate has returned what is no id of the type ${table.id.type}`)
  }
}
