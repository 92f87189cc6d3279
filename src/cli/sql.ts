import { parseArgs } from 'node:util'
import type { PrintSqlOptions } from '../stores/kysely/tables/print-sql.js'
import { printText } from './check.js'
import { optional, reasonOf } from './optional.js'
import { UsageError } from './options.js'

/**
 * Reads the arguments after `sql`.
 *
 * @throws UsageError
 */
export function readSqlArguments(args: readonly string[]): PrintSqlOptions {
  let values: ReturnType<typeof parse>
  try {
    values = parse(args)
  } catch (error) {
    throw new UsageError(reasonOf(error))
  }
  const { tables = 'users,groups', dialect, schema, prefix, from = '0', down = false } = values
  if (dialect === undefined) throw new UsageError('--dialect must be postgres or sqlite')
  if (!/^\d{1,6}$/.test(from))
    throw new UsageError('--from must be the version that the database has, such as 1')
  const names = tables.split(',').map((name) => name.trim())
  return { tables: names, dialect, schema, prefix, from: Number(from), down }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      tables: { type: 'string' },
      dialect: { type: 'string' },
      schema: { type: 'string' },
      prefix: { type: 'string' },
      from: { type: 'string' },
      down: { type: 'boolean' },
    },
  }).values
}

/**
 * Prints the SQL of scimkit's own tables.
 *
 * @throws UsageError for what there is not.
 */
export async function sql(options: PrintSqlOptions): Promise<void> {
  const { printSql } = await optional('kysely', () => import('../stores/kysely/tables/print-sql.js'))
  let text: string
  try {
    text = printSql(options)
  } catch (error) {
    throw new UsageError(reasonOf(error), { cause: error })
  }
  await printText(text)
}
