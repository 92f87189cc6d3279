import type { PrintSqlOptions } from '../stores/kysely/tables/print-sql.js'
import { readOptionsOnly } from './arguments.js'
import { optional } from './optional.js'
import { printText } from './print.js'
import { reasonOf } from './reason.js'
import { UsageError } from './usage-error.js'

export const sqlHelp = `scimkit sql --dialect postgres|sqlite [options]

Prints the SQL of the tables that scimkit creates, version by version, for Prisma,
Flyway, Drizzle and other migration tools: what migrate() of scimTables runs. It needs
the package kysely, and no database.

  --dialect D       postgres or sqlite
  --tables T        of users, groups, events, log, connections and walks, with commas
                    (default users,groups)
  --schema S        the schema of PostgreSQL that they are in (default: the search path's)
  --prefix P        what their names begin with (default scim_)
  --from N          only what follows version N, which the database has (default 0: all)
  --down            what undoes the versions, the newest first

It exits with 0, and with 2 where it was asked for something that there is not.

Example:
  scimkit sql --tables users,groups,events --dialect postgres --prefix acme_
`

/**
 * Reads the arguments after `sql`.
 *
 * @throws UsageError
 */
export function readSqlArguments(args: readonly string[]): PrintSqlOptions {
  const values = readOptionsOnly('sql', args, options)
  const { tables = 'users,groups', dialect, schema, prefix, from = '0', down = false } = values
  if (dialect === undefined) throw new UsageError('--dialect must be postgres or sqlite')
  if (!/^\d{1,6}$/.test(from))
    throw new UsageError('--from must be the version that the database has, such as 1')
  const names = tables.split(',').map((name) => name.trim())
  return { tables: names, dialect, schema, prefix, from: Number(from), down }
}

const options = {
  tables: { type: 'string' },
  dialect: { type: 'string' },
  schema: { type: 'string' },
  prefix: { type: 'string' },
  from: { type: 'string' },
  down: { type: 'boolean' },
} as const

/**
 * Prints the SQL of scimkit's own tables.
 *
 * @throws UsageError for what there is not.
 */
export async function sql(options: PrintSqlOptions): Promise<void> {
  const { printSql } = await optional(
    { packages: 'kysely', why: 'the SQL is made by Kysely, which is not installed' },
    () => import('../stores/kysely/tables/print-sql.js'),
  )
  let text: string
  try {
    text = printSql(options)
  } catch (error) {
    throw new UsageError(reasonOf(error), { cause: error })
  }
  await printText(text)
}
