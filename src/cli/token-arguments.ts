import { parseArgs } from 'node:util'
import { reasonOf } from './optional.js'
import type { StoreLocation } from './options.js'
import { readStoreLocation, UsageError } from './options.js'

/** What `scimkit token` was told. */
export interface TokenArguments {
  readonly action: (typeof actions)[number]
  readonly place: Exclude<StoreLocation, { readonly memory: true }>
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
kyselyConnections. The text of a new token is all that new and rotate print to
standard output, and it is nowhere else: TOKEN=$(scimkit token new). What is said
about it is printed to standard error.

new issues a token: of the connection that is named by its id, of a new one with a
name, or else of the only one that there is. rotate issues one in place of another,
which still works for the time of --overlap. revoke ends one within 5 seconds in
every process. A connection has two live tokens at most.

  --data DIR        where data is kept (default .scimkit)
  --store S         where else: pglite:DIR or the URL of a PostgreSQL database
  --tenant T        the tenant (default: none, as for scimkit serve)
  --connection ID   the connection
  --name NAME       the name of a new connection
  --provider P      its identity provider, as --idp of scimkit guide (default other)
  --expires TIME    how long the token lives, such as 90d or 12h (default 365d)
  --overlap TIME    how long the old one still works, from 0 on (default 7d)
  --token-prefix P  how tokens of the service begin (default scim)
  --json            the list as JSON

It exits with 1 where the store refuses, as for a token that there is not, and with
2 where it was asked for something that there is not, or the store cannot be used.
`

const common = ['data', 'store', 'tenant']
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
  if (!action) throw new UsageError(`token is followed by ${actions.join(', ')}; see scimkit token --help`)
  const { values, positionals } = parse(rest)
  const foreign = Object.keys(values).find((option) => !optionsOf[action].includes(option))
  if (foreign !== undefined) throw new UsageError(`--${foreign} is no option of scimkit token ${action}`)
  const takesId = action === 'rotate' || action === 'revoke'
  const [token = '', ...others] = positionals
  if (others.length > 0 || takesId !== (token !== ''))
    throw new UsageError(
      takesId
        ? `name one token by its id, which scimkit token list shows: scimkit token ${action} ID`
        : `scimkit token ${action} takes options only`,
    )
  const place = readStoreLocation(values.store, values.data)
  if ('memory' in place)
    throw new UsageError('--store memory is of one process, and gone with it: name another, or --data')
  if (values.connection !== undefined && (values.name !== undefined || values.provider !== undefined))
    throw new UsageError('--connection is one that there is; --name and --provider are of a new one')
  if (values.provider !== undefined && values.name === undefined)
    throw new UsageError('--provider is of a new connection, which needs --name')
  return {
    action,
    place,
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

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        store: { type: 'string' },
        tenant: { type: 'string' },
        connection: { type: 'string' },
        name: { type: 'string' },
        provider: { type: 'string' },
        expires: { type: 'string' },
        overlap: { type: 'string' },
        'token-prefix': { type: 'string' },
        json: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(reasonOf(error))
  }
}

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
