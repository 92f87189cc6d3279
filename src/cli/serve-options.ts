import { trimSlashes } from '../protocol/index.js'
import { readOptionsOnly } from './arguments.js'
import type { StoreLocation, TableNames } from './store-location.js'
import { readStoreLocation } from './store-location.js'
import { UsageError } from './usage-error.js'

/** What `scimkit serve` was told, by the command line or else the environment. */
export interface ServeOptions {
  readonly port: number
  readonly host: string
  readonly basePath: string
  /** Undefined: one is generated. */
  readonly token: string | undefined
  /** How many users to create. */
  readonly seed: number
  readonly place: StoreLocation
  readonly names: TableNames
  readonly verbose: boolean
  /** Whether the lines of `verbose` show values that may name a person. */
  readonly personalData: boolean
}

export const serveHelp = `scimkit serve [options]

Serves SCIM 2.0 for trying out an identity provider, and on an address of this
computer also the portal in which one is connected: its link is printed.

  --port N          where to listen (default 4004, or PORT)
  --host H          on which address (default 127.0.0.1)
  --base-path P     where SCIM is mounted (default /scim/v2)
  --token T         the API token (default SCIM_TOKEN, or a new one, which is printed)
  --seed N          create N users first, as far as they are not there yet (default 0)
  --data DIR        where data is kept (default .scimkit), in a database of SQLite:
                    users, groups, connections with their tokens, and the log
  --store S         where else: memory, gone at the end; sqlite:FILE; pglite:DIR, a
                    database of PGlite; or the URL of a PostgreSQL database, such as
                    postgres://user:password@localhost/scim
  --schema S        the schema of PostgreSQL that its tables are in (default: the search
                    path's)
  --prefix P        what their names begin with (default scim_)
  --verbose         a line for each request, with what was done to it and why
  --personal-data   with --verbose: the values too, which may name people

It makes the data that is not there yet. It exits with 0 when it is told to end, as by
Ctrl-C, and with 1 when it cannot serve.

Example:
  scimkit serve --port 5000 --token secret --seed 100 --verbose
`

function readNumber(text: string, name: string, max: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > max) throw new UsageError(`${name} must be a whole number up to ${max}`)
  return number
}

function readBasePath(text: string): string {
  const path = `/${trimSlashes(text)}`
  if (!/^(?:\/[\w.~-]+)+$|^\/$/.test(path))
    throw new UsageError('--base-path must be a path, such as /scim/v2')
  return path === '/' ? '' : path
}

/**
 * Reads the arguments after `serve`.
 *
 * @throws UsageError
 */
export function readServeOptions(args: readonly string[], env: NodeJS.ProcessEnv): ServeOptions {
  const values = readOptionsOnly('serve', args, options)
  // A variable that is set to nothing is not set.
  const token = values.token ?? (env.SCIM_TOKEN || undefined)
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError('the token must be printable ASCII without spaces')
  }
  const { verbose = false, 'personal-data': personalData = false } = values
  if (personalData && !verbose)
    throw new UsageError('--personal-data is about what --verbose prints: give both')
  const place = readStoreLocation(values.store, values.data)
  if ('memory' in place && (values.schema ?? values.prefix) !== undefined)
    throw new UsageError('--schema and --prefix are about tables, which --store memory does not have')
  return {
    port: readNumber(
      values.port ?? (env.PORT || '4004'),
      values.port === undefined && env.PORT ? 'PORT' : '--port',
      65535,
    ),
    host: values.host ?? '127.0.0.1',
    basePath: readBasePath(values['base-path'] ?? '/scim/v2'),
    token,
    seed: readNumber(values.seed ?? '0', '--seed', 10_000_000),
    place,
    names: { schema: values.schema, prefix: values.prefix },
    verbose,
    personalData,
  }
}

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  'base-path': { type: 'string' },
  token: { type: 'string' },
  seed: { type: 'string' },
  store: { type: 'string' },
  data: { type: 'string' },
  schema: { type: 'string' },
  prefix: { type: 'string' },
  verbose: { type: 'boolean' },
  'personal-data': { type: 'boolean' },
} as const
