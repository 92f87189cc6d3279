import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { trimSlashes } from '../protocol/index.js'

/** Where data is kept: in this process, in a directory, in one with a database of PGlite, or in one of PostgreSQL. */
export type StoreLocation =
  | { readonly memory: true }
  | { readonly directory: string }
  | { readonly pglite: string }
  | { readonly postgres: string }

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
  readonly verbose: boolean
  /** Whether the lines of `verbose` show values that may name a person. */
  readonly personalData: boolean
}

/** Something that the person at the command line can put right; its message is all that they need. */
export class UsageError extends Error {}

export const help = `scimkit serve [options]
scimkit check MODULE [--export NAME] [--json]
scimkit guide [MODULE] --idp PROVIDER [options]
scimkit verify URL [options]
scimkit token new|list|rotate|revoke [options]
scimkit sql --dialect postgres|sqlite [options]

Serves SCIM 2.0 for trying out an identity provider, and on an address of this
computer also the portal in which one is connected: its link is printed.

  --port N          where to listen (default 4004, or PORT)
  --host H          on which address (default 127.0.0.1)
  --base-path P     where SCIM is mounted (default /scim/v2)
  --token T         the API token (default SCIM_TOKEN, or a new one, which is printed)
  --seed N          create N users first, as far as they are not there yet
  --data DIR        where data is kept (default .scimkit), in a database of SQLite:
                    users, groups, connections with their tokens, and the log
  --store S         where else: memory, gone at the end; pglite:DIR, a database of
                    PGlite; or the URL of a PostgreSQL database, such as
                    postgres://user:password@localhost/scim
  --verbose         a line for each request, with what was done to it and why
  --personal-data   with --verbose: the values too, which may name people

scimkit check compares the tables of a service with its mapping and prints what
will not work, with what mends it. MODULE exports the service as "scim" or by
default, or its stores as "users" and "groups", and does not listen. It exits
with 0 without errors, 1 with errors, 2 where it could not tell.

  --export N        the name of the export
  --json            the findings as JSON

scimkit guide prints the configuration guide that customers set up their identity
provider by, as Markdown. Without MODULE it is about the service of scimkit serve.

  --idp PROVIDER    okta, entra, jumpcloud, onelogin, google, ping or other
  --base-url URL    where the customer reaches the service
  --name NAME       what the service is called
  --support WHO     whom customers ask, such as an e-mail address
  --deactivation V  what happens to a person who is deactivated, such as terminates
  --locale L        en or de
  --export NAME     the name of the export

scimkit verify checks a SCIM server, in whatever language it is written, against
the RFCs and what reviewers of identity providers expect; see scimkit verify --help.

scimkit token issues, lists, rotates and revokes API tokens of the connections in the
store of scimkit serve; see scimkit token --help.

scimkit sql prints the SQL of the tables that scimkit creates, version by version,
for Prisma, Flyway, Drizzle and other migration tools: what migrate() of scimTables
runs. It exits with 2 where it was asked for something that there is not.

  --tables T        of users, groups, events, log and connections, with commas
                    (default users,groups)
  --dialect D       postgres or sqlite
  --schema S        the schema of PostgreSQL that they are in (default: the search path's)
  --prefix P        what their names begin with (default scim_)
  --from N          only what follows version N, which the database has
  --down            what undoes the versions, the newest first

  --help, --version
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

/** With nothing after the name of the host in which a part of a password could be mistaken for something else. */
const postgresUrl = /^postgres(?:ql)?:\/\/(?:[^/?#@]*@)?[^/?#@]*(?:\/[^/?#@]*)?(?:\?[^#@]*)?$/

/** Where `--store` and `--data` say that data is kept. @throws UsageError */
export function readStoreLocation(store: string | undefined, data: string | undefined): StoreLocation {
  if (store !== undefined && data !== undefined) throw new UsageError('--store and --data exclude each other')
  if (data === '') throw new UsageError('--data must be the path of a directory')
  if (store === undefined) return { directory: resolve(data ?? '.scimkit') }
  if (store === 'memory') return { memory: true }
  if (store.startsWith('pglite:')) {
    const directory = store.slice('pglite:'.length)
    if (directory === '') throw new UsageError('--store pglite: must be followed by the path of a directory')
    return { pglite: resolve(directory) }
  }
  if (!postgresUrl.test(store) || !URL.canParse(store)) {
    throw new UsageError(
      '--store must be "memory", pglite:DIR or postgres://user:password@host/database, with special characters as %XX; SQLite is where --data says',
    )
  }
  return { postgres: store }
}

/**
 * Reads the arguments after `serve`.
 *
 * @throws UsageError
 */
export function readServeOptions(args: readonly string[], env: NodeJS.ProcessEnv): ServeOptions {
  let values: ReturnType<typeof parse>
  try {
    values = parse(args)
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'bad arguments')
  }
  // A variable that is set to nothing is not set.
  const token = values.token ?? (env.SCIM_TOKEN || undefined)
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError('the token must be printable ASCII without spaces')
  }
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
    place: readStoreLocation(values.store, values.data),
    verbose: values.verbose ?? false,
    personalData: values['personal-data'] ?? false,
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      'base-path': { type: 'string' },
      token: { type: 'string' },
      seed: { type: 'string' },
      store: { type: 'string' },
      data: { type: 'string' },
      verbose: { type: 'boolean' },
      'personal-data': { type: 'boolean' },
    },
  }).values
}
