import type { ApiToken, Connection, Connections, IssuedToken } from '../connections/index.js'
import { createConnections } from '../connections/index.js'
import { isScimError, ScimError } from '../index.js'
import { exitCodes } from './exit-codes.js'
import { openConnections } from './open-connections.js'
import { printText } from './print.js'
import type { TokenArguments } from './token-arguments.js'
import { UsageError } from './usage-error.js'

/**
 * Issues, lists, rotates or revokes tokens of a store.
 *
 * @returns the exit code.
 * @throws UsageError for a store that cannot be used, and for options that are wrong.
 */
export async function token(given: TokenArguments): Promise<number> {
  const { place, action, tokenPrefix, schema, prefix } = given
  const { store, close } = await openConnections(place, { schema, prefix })
  try {
    const connections = createConnections({ store, ...(tokenPrefix !== undefined && { tokenPrefix }) })
    await run[action](connections, given)
    return exitCodes.done
  } catch (error) {
    if (isScimError(error) && error.status < 500) {
      console.error(`scimkit: ${error.detail}`)
      return exitCodes.no
    }
    // What the options were given to names what is wrong with them, behind its own name.
    if (error instanceof TypeError)
      throw new UsageError(error.message.slice(error.message.indexOf(': ') + 2), { cause: error })
    throw error
  } finally {
    await close()
  }
}

type Run = (connections: Connections, given: TokenArguments) => Promise<void>

const run: Readonly<Record<TokenArguments['action'], Run>> = { new: issue, list, rotate, revoke }

/** Who has issued it, for the page that lists tokens. */
const createdBy = 'scimkit token'

function endOf({ expires }: TokenArguments) {
  return expires === undefined ? {} : { expires: new Date(Date.now() + expires) }
}

async function issue(connections: Connections, given: TokenArguments): Promise<void> {
  const { tenant } = given
  const { id, name, isNew = false } = await connectionFor(connections, given)
  await show(await connections.issueToken({ tenant, connection: id, createdBy, ...endOf(given) }), name)
  if (isNew) console.error(`There were no connections ${ofTenant(tenant)}; this one is new`)
}

/** The connection that a new token is of. */
async function connectionFor(
  connections: Connections,
  { tenant, connection, name, provider = 'other' }: TokenArguments,
): Promise<Pick<Connection, 'id' | 'name'> & { readonly isNew?: boolean }> {
  if (connection !== undefined) return (await connections.get({ tenant, connection })) ?? refuse('connection')
  if (name !== undefined) return connections.create({ tenant, name, provider, createdBy })
  const live = (await connections.list({ tenant })).filter(({ disconnected }) => disconnected === undefined)
  const [only, ...others] = live
  if (!only)
    return { ...(await connections.create({ tenant, name: 'API token', provider, createdBy })), isNew: true }
  if (others.length === 0) return only
  const all = live.map(({ id, name }) => `  --connection ${id}  ${name}`)
  throw new UsageError(`there are several connections; name one of them\n${all.join('\n')}`)
}

async function rotate(connections: Connections, given: TokenArguments): Promise<void> {
  const { tenant, token, overlap } = given
  const found = (await allTokens(connections, tenant)).find(({ tokens }) =>
    tokens.some(({ id }) => id === token),
  )
  if (!found) return refuse('token')
  const next = await connections.rotateToken({
    tenant,
    connection: found.connection.id,
    token,
    createdBy,
    ...(overlap !== undefined && { overlap }),
    ...endOf(given),
  })
  await show(next, found.connection.name)
}

async function revoke(connections: Connections, { tenant, token }: TokenArguments): Promise<void> {
  await connections.revokeToken({ tenant, token })
  console.error('Revoked: it is refused by every process within 5 seconds')
}

interface Listed {
  readonly connection: Connection
  readonly tokens: readonly ApiToken[]
}

async function allTokens(connections: Connections, tenant: string | undefined): Promise<readonly Listed[]> {
  const all: Listed[] = []
  for (const connection of await connections.list({ tenant }))
    all.push({ connection, tokens: await connections.tokens({ tenant, connection: connection.id }) })
  return all
}

async function list(connections: Connections, { tenant, json }: TokenArguments): Promise<void> {
  const all = await allTokens(connections, tenant)
  if (json)
    return printText(
      `${JSON.stringify(
        all.map(({ connection, tokens }) => ({ ...connection, tokens })),
        undefined,
        2,
      )}\n`,
    )
  const lines = all.flatMap(({ connection, tokens }) => [
    `${connection.name} (${connection.provider}) ${connection.id}${connection.disconnected === undefined ? '' : ` disconnected ${day(connection.disconnected)}`}`,
    ...tokens.map(
      ({ id, ending, state, expires, revoked, lastUsed }) =>
        `  ${id}  ...${ending}  ${state.padEnd(7)}  ${revoked === undefined ? `until ${day(expires)}` : `since ${day(revoked)}`}  ${lastUsed === undefined ? 'never used' : `last used ${lastUsed}`}`,
    ),
  ])
  await printText(
    lines.length > 0 ? `${lines.join('\n')}\n` : `There are no connections ${ofTenant(tenant)} yet\n`,
  )
}

/** So that a tenant that was forgotten is missed. */
function ofTenant(tenant: string | undefined): string {
  return tenant === undefined ? 'without a tenant (--tenant names one)' : `of the tenant "${tenant}"`
}

/** As the connections themselves refuse. */
function refuse(what: string): never {
  throw ScimError.notFound(`There is no such ${what}`)
}

function day(time: string): string {
  return time.slice(0, 10)
}

/** The text alone on standard output, so that a script can take it from there. */
async function show({ id, secret, expires }: IssuedToken, connection: string): Promise<void> {
  console.error(
    `Token ${id} of the connection "${connection}", until ${day(expires)}; it is shown this once:`,
  )
  await printText(`${secret}\n`)
}
