import type { TableShape } from '../sql/table.js'
import { isId } from '../sql/table.js'
import type { IdColumn } from './options.js'
import { idColumnOf } from './shape.js'

/** Whether the database makes the ids of new rows. */
export function numbersRows({ type, generate }: IdColumn): boolean {
  return generate === 'database' || (generate === undefined && (type === 'integer' || type === 'bigint'))
}

/** Makes the id of each new row; undefined where the database does. */
export function idsOf(options: {
  readonly id?: string | IdColumn
}): (table: TableShape) => string | undefined {
  const id = idColumnOf(options)
  const { generate } = id
  if (generate === 'database' || numbersRows(id)) return () => undefined
  if (generate === undefined) return () => crypto.randomUUID()
  return (table) => {
    const id = String(generate())
    if (isId(table.id.type, id)) return id
    throw new Error(`id.generate has returned what is no id of the type ${table.id.type}`)
  }
}
