import type { DescribedResourceType } from '../index.js'
import type { PrintSqlOptions, ServiceTables } from '../stores/kysely/tables/print-sql.js'
import { readArguments } from './arguments.js'
import type { LoadedService, ServiceLocation } from './load-service.js'
import { loadService } from './load-service.js'
import { optional } from './optional.js'
import { printText } from './print.js'
import { reasonOf } from './reason.js'
import { UsageError } from './usage-error.js'

/** What `scimkit sql` was told. */
export interface SqlArguments extends Omit<PrintSqlOptions, 'service'> {
  /** The service that the tables are for; undefined: any. */
  readonly service: ServiceLocation | undefined
}

export const sqlHelp = `scimkit sql [MODULE] --dialect postgres|sqlite [options]

Prints the SQL of the tables that scimkit creates, version by version, for Prisma,
Flyway, Drizzle and other migration tools: what migrate() of scimTables runs. It needs
the package kysely, and no database. MODULE exports the service, as for scimkit check:
what its extensions and its groupNames change of the tables is printed behind them.

  --dialect D       postgres or sqlite
  --tables T        of users, groups, events, log, connections and walks, with commas
                    (default users,groups)
  --schema S        the schema of PostgreSQL that they are in (default: the search path's)
  --prefix P        what their names begin with (default scim_)
  --from N          only what follows version N, which the database has (default 0: all)
  --down            what undoes the versions, the newest first
  --export NAME     the name of the export (default: the first that is a service)

It exits with 0, and with 2 where it was asked for something that there is not.

Example:
  scimkit sql ./scim.js --tables users,groups,events --dialect postgres --prefix acme_
`

/**
 * Reads the arguments after `sql`.
 *
 * @throws UsageError
 */
export function readSqlArguments(args: readonly string[]): SqlArguments {
  const { values, positionals } = readArguments('sql', args, options)
  const [module, ...others] = positionals
  if (others.length > 0 || (module === undefined && values.export !== undefined))
    throw new UsageError('name one module that exports the service: scimkit sql ./scim.js --dialect postgres')
  const { tables = 'users,groups', dialect, schema, prefix, from = '0', down = false } = values
  if (dialect === undefined) throw new UsageError('--dialect must be postgres or sqlite')
  if (!/^\d{1,6}$/.test(from))
    throw new UsageError('--from must be the version that the database has, such as 1')
  const names = tables.split(',').map((name) => name.trim())
  const service = module === undefined ? undefined : { module, export: values.export }
  return { tables: names, dialect, schema, prefix, from: Number(from), down, service }
}

const options = {
  tables: { type: 'string' },
  dialect: { type: 'string' },
  schema: { type: 'string' },
  prefix: { type: 'string' },
  from: { type: 'string' },
  down: { type: 'boolean' },
  export: { type: 'string' },
} as const

/**
 * Prints the SQL of scimkit's own tables.
 *
 * @throws UsageError for what there is not.
 */
export async function sql({ service, ...options }: SqlArguments): Promise<void> {
  const { printSql } = await optional(
    { packages: 'kysely', why: 'the SQL is made by Kysely, which is not installed' },
    () => import('../stores/kysely/tables/print-sql.js'),
  )
  const of = service && serviceTables(await loadService('sql', service))
  let text: string
  try {
    text = printSql({ ...options, service: of })
  } catch (error) {
    throw new UsageError(reasonOf(error), { cause: error })
  }
  await printText(text)
}

/** What the tables have for a service. */
export function serviceTables(service: Pick<LoadedService, 'describe'>): ServiceTables {
  const types = service.describe().resourceTypes
  const of = (name: string) => types.find((type) => type.name === name)
  const names = of('Group')?.attributes.find(({ path }) => path === 'displayName')
  return {
    unique: { users: uniqueIn(of('User')), groups: uniqueIn(of('Group')) },
    groupNames: names?.unique === false ? 'any' : 'unique',
  }
}

/** The attributes of extensions that are unique: what else is has a column of its own. */
function uniqueIn(type: DescribedResourceType | undefined): ServiceTables['unique']['users'] {
  return (type?.attributes ?? [])
    .filter(({ path, unique, multiValued }) => unique && !multiValued && path.includes(':'))
    .map(({ path, caseExact }) => {
      const end = path.lastIndexOf(':')
      return { path, caseExact, keys: [path.slice(0, end), ...path.slice(end + 1).split('.')] }
    })
}
