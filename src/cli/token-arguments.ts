import { didYouMean } from '../protocol/index.js'
import { readArguments } from './arguments.js'
import type { DatabaseLocation } from './store-location.js'
import { readDatabaseLocation } from './store-location.js'
import { UsageError } from './usage-error.js'

/** What `scimkit token` was told. */
export interface TokenArguments {
  readonly action: (typeof actions)[number]
  readonly place: DatabaseLocation
  /** The schema of the tables of connections, and what their names begin with. */
  readonly schema: string | undefined
  readonly prefix: string | undefined
  readonly tenant: string | undefined
  /** The id of the token that is rotated or revoked. */
  readonly token: string
  /** The id of a connection. */
  readonly connection: string | undefined
  /** Of a new connection. */
  readonly name: string | undefined
  readonly provider: string | undefined
  readonly tokenPrefix: string | undefined
  /** Milliseconds. */
  readonly expires: number | undefined
  /** Milliseconds. */
  readonly overlap: number | undefined
  readonly json: boolean
}

const actions = ['new', 'list', 'rotate', 'revoke'] as const

export const tokenHelp = `scimkit token new [--connection ID | --name NAME [--provider P]] [options]
scimkit token list [--json] [options]
scimkit token rotate TOKEN-ID [--overlap TIME] [options]
scimkit token revoke TOKEN-ID [options]

API tokens of the connections in the store of scimkit serve, or of a service with
kyselyConnections; a store that is not there is not made. The text of a new token is
all that new and rotate print to standard output, and it is nowhere else:
TOKEN=$(scimkit token new). What is said about it is printed to standard error.

new issues a token: of the connection that is named by its id, of a new one with a
name, or else of the only one that there is. rotate issues one in place of another,
which still works for the time of --overlap. revoke ends one within 5 seconds in
every process. A connection has two live tokens at most.

  --data DIR        the data directory of scimkit serve (default .scimkit)
  --store S         where else, as for scimkit serve: sqlite:FILE, pglite:DIR or the URL
                    of a PostgreSQL database; also the database of a service
  --schema S        the schema of PostgreSQL that the tables are in (default: the search
                    path's), as it is given to kyselyConnections
  --prefix P        what the names of the tables begin with (default scim_), likewise
  --tenant T        the tenant (default: none, as for scimkit serve)
  --connection ID   the connection
  --name NAME       the name of a new connection
  --provider P      its identity provider, as --idp of scimkit guide (default other)
  --expires TIME    how long the token lives, such as 90d or 12h (default 365d)
  --overlap TIME    how long the old one still works, from 0 on (default 7d)
  --token-prefix P  how the token begins (default scim, as scimkit serve wants it; a
                    service wants the tokenPrefix of its createConnections)
  --json            the list as JSON

It exits with 0, 1 where the store refuses, as for a token that there is not, and 2 where
it was asked for something that there is not, or the store cannot be used.

Examples:
  scimkit token new --name Production --expires 90d
  scimkit token list --store sqlite:app.db --tenant acme
`

const common = ['data', 'store', 'schema', 'prefix', 'tenant']
/** The options of each action. */
const optionsOf: Readonly<Record<TokenArguments['action'], readonly string[]>> = {
  new: [...common, 'connection', 'name', 'provider', 'expires', 'token-prefix'],
  list: [...common, 'json'],
  rotate: [...common, 'expires', 'overlap', 'token-prefix'],
  revoke: common,
}

/**
 * Reads the arguments after `token`.
 *
 * @throws UsageError
 */
export function readTokenArguments(args: readonly string[]): TokenArguments {
  const [first, ...rest] = args
  const action = actions.find((name) => name === first)
  if (!action) {
    const meant = didYouMean(first ?? '', actions)
    throw new UsageError(
      `token is followed by ${actions.join(', ')}${meant}${meant ? ' See' : '; see'} scimkit token --help`,
    )
  }
  const { values, positionals } = readArguments('token', rest, argumentOptions)
  const foreign = Object.keys(values).find((option) => !optionsOf[action].includes(option))
  if (foreign !== undefined)
    throw new UsageError(`--${foreign} is no option of scimkit token ${action}; see scimkit token --help`)
  const takesId = action === 'rotate' || action === 'revoke'
  const [token = '', ...others] = positionals
  if (others.length > 0 || takesId !== (token !== ''))
    throw new UsageError(
      takesId
        ? `name one token by its id, which scimkit token list shows: scimkit token ${action} ID`
        : `scimkit token ${action} takes options only`,
    )
  const place = readDatabaseLocation(values.store, values.data)
  if (values.connection !== undefined && (values.name !== undefined || values.provider !== undefined))
    throw new UsageError('--connection is one that there is; --name and --provider are of a new one')
  if (values.provider !== undefined && values.name === undefined)
    throw new UsageError('--provider is of a new connection, which needs --name')
  return {
    action,
    place,
    schema: values.schema,
    prefix: values.prefix,
    token,
    tenant: values.tenant,
    connection: values.connection,
    name: values.name,
    provider: values.provider,
    tokenPrefix: values['token-prefix'],
    expires: readTime('--expires', values.expires),
    overlap: readTime('--overlap', values.overlap),
    json: values.json ?? false,
  }
}

const argumentOptions = {
  data: { type: 'string' },
  store: { type: 'string' },
  schema: { type: 'string' },
  prefix: { type: 'string' },
  tenant: { type: 'string' },
  connection: { type: 'string' },
  name: { type: 'string' },
  provider: { type: 'string' },
  expires: { type: 'string' },
  overlap: { type: 'string' },
  'token-prefix': { type: 'string' },
  json: { type: 'boolean' },
} as const

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 }

/** A time such as `90d` in milliseconds. */
function readTime(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, digits, unit = ''] = /^(\d{1,6})([dhm]?)$/.exec(text) ?? []
  const milliseconds = digits === '0' ? 0 : Number(digits) * (units[unit] ?? Number.NaN)
  if (Number.isNaN(milliseconds))
    throw new UsageError(`${option} must be days, hours or minutes, such as 90d, 12h or 30m`)
  return milliseconds
}
