import type { WriteRecorder } from '../auth/index.js'
import { connectionOf } from '../auth/index.js'
import type { Profile } from '../idp/index.js'
import { isProfile, lenient } from '../idp/index.js'
import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, didYouMean, showName } from '../protocol/index.js'
import type { ConnectionsStore, StoredToken } from '../stores/index.js'
import { clientRegistry } from './client-registry.js'
import type {
  ConnectionName,
  Connections,
  LinkOptions,
  NewClient,
  NewConnection,
  NewToken,
  RefusedCredential,
  TokenRotation,
} from './connections.js'
import { CredentialCheck } from './credential-check.js'
import { readClient } from './new-client.js'
import {
  assertObject,
  defaultLife,
  oneDay,
  readExpiry,
  readId,
  readLabel,
  readNumber,
  readOptionalLabel,
  readTenant,
} from './options.js'
import { endingOf, makeSecret, sha256 } from './secret-text.js'
import { assertAdded, noSuch, toClient, toToken } from './shown.js'

/** Options of {@link createConnections}. */
export interface ConnectionsOptions {
  /** Where connections live: `memoryConnections()`, or `kyselyConnections(db)` of `scimkit/kysely`. */
  readonly store: ConnectionsStore
  /**
   * How tokens begin, such as the name of the service, and of the environment where there are several: lower-case
   * letters, digits and `_`, 20 characters at most. Tokens with another prefix are refused. Default: `scim`.
   */
  readonly tokenPrefix?: string
  /**
   * Milliseconds within which a credential that was revoked in another process is refused in this one, from 0 on: so
   * long a valid one is remembered. Default: 5,000.
   */
  readonly revokedWithin?: number
  /** Profiles that connections may name, such as `{ okta: okta(), entra: entra() }`. Default: none. */
  readonly profiles?: Readonly<Record<string, Profile>>
  /** The profile of connections that name none. Default: {@link lenient}. */
  readonly defaultProfile?: Profile
  /** Called for each credential that was refused, to count and show them; never with the credential. */
  readonly onRefused?: (refusal: RefusedCredential) => void
  /** Receives what kept a use of a credential from being written down. Default: a line on the console. */
  readonly onError?: (error: unknown) => void
}

const optionNames = {
  store: true,
  tokenPrefix: true,
  revokedWithin: true,
  profiles: true,
  defaultProfile: true,
  onRefused: true,
  onError: true,
} satisfies OptionNames<ConnectionsOptions>

const nameNames = { tenant: true, connection: true } satisfies OptionNames<ConnectionName>
const connectionNames = {
  tenant: true,
  name: true,
  provider: true,
  profile: true,
  createdBy: true,
} satisfies OptionNames<NewConnection>
const tokenNames = { ...nameNames, expires: true, createdBy: true } satisfies OptionNames<NewToken>
const rotationNames = { ...tokenNames, token: true, overlap: true } satisfies OptionNames<TokenRotation>
const linkNames = {
  ...nameNames,
  resourceType: true,
  after: true,
  limit: true,
} satisfies OptionNames<LinkOptions>

/** How many tokens of a connection may be live: the one in use, and the one that takes its place. */
const maxTokens = 2
/** How many clients of a connection may be live. */
const maxClients = 10
const defaultOverlap = 7 * oneDay
const longestRemembered = 60_000

/**
 * Connections of a service's tenants to their identity providers: tokens that are shown once, two of them live at a
 * time, and clients of the token endpoint of `scimkit/oauth`. The store has digests only.
 *
 * A wrong token is refused without a query where its checksum is wrong. A valid one is remembered for `revokedWithin`,
 * and asked for again apart from unknown ones, so that others' wrong tokens never slow it. When it was last used is
 * written once a minute.
 *
 * Each call names the tenant, and finds nothing of another one: ids from a form or a URL may be passed as they are.
 *
 * @throws TypeError for an option that there is not, or that is wrong.
 * @example
 * const connections = createConnections({ store: kyselyConnections(pool) })
 * const scim = createScim({ authenticate: connections.authenticate, users })
 * const { id } = await connections.create({ tenant: 'acme', name: 'Okta production', provider: 'okta' })
 * const { secret } = await connections.issueToken({ tenant: 'acme', connection: id })
 */
export function createConnections(options: ConnectionsOptions): Connections {
  assertObject('createConnections', options)
  assertKnownOptions('createConnections', options, optionNames)
  const { store, tokenPrefix: prefix = 'scim', profiles = {}, onRefused } = options
  if (typeof store?.findTokens !== 'function')
    throw new TypeError(
      'createConnections: store must be a store of connections, such as memoryConnections()',
    )
  if (typeof prefix !== 'string' || !/^[a-z][a-z0-9_]{0,19}$/.test(prefix))
    throw new TypeError(
      'createConnections: tokenPrefix must be lower-case letters, digits and "_", beginning with a letter, 20 characters at most',
    )
  const revokedWithin = readNumber(
    'createConnections: revokedWithin',
    options.revokedWithin ?? 5_000,
    0,
    longestRemembered,
  )
  const { defaultProfile = lenient() } = options
  for (const [name, profile] of [...Object.entries(profiles), ['', defaultProfile] as const]) {
    if (isProfile(profile)) continue
    const which = name === '' ? 'defaultProfile' : `profiles.${showName(name)}`
    throw new TypeError(`createConnections: ${which} must be a profile, such as lenient()`)
  }
  const report = options.onError ?? logError
  const recorder: WriteRecorder = {
    transactions: store.transactions,
    record: (write, transaction) => store.link({ ...write, time: new Date().toISOString() }, transaction),
  }
  const check = new CredentialCheck({ store, prefix, revokedWithin, recorder, onRefused, report })

  function profileName(name: string | undefined): string | undefined {
    if (name === undefined || Object.hasOwn(profiles, name)) return name
    const known = Object.keys(profiles)
    throw new TypeError(
      `create: there is no profile "${showName(name)}"${didYouMean(name, known) || '; the option "profiles" of createConnections has those that there are'}`,
    )
  }

  async function addToken(where: string, options: NewToken, rotation?: TokenRotation) {
    const { tenant, connection } = readName(where, options, rotation ? rotationNames : tokenNames)
    const now = Date.now()
    const expires = readExpiry(where, options.expires ?? new Date(now + defaultLife), now)
    const createdBy = readOptionalLabel(`${where}: createdBy`, options.createdBy)
    const replaced = rotation && {
      id: readId(`${where}: token`, rotation.token),
      expires: new Date(
        now + readNumber(`${where}: overlap`, rotation.overlap ?? defaultOverlap, 0, 90 * oneDay),
      ).toISOString(),
    }
    const secret = makeSecret(prefix, 'token')
    const token: StoredToken = {
      id: crypto.randomUUID(),
      kind: 'token',
      tenant,
      connection,
      client: undefined,
      digest: await sha256(secret),
      ending: endingOf(secret),
      created: new Date(now).toISOString(),
      createdBy,
      expires,
      lastUsed: undefined,
      revoked: undefined,
    }
    assertAdded(await store.addToken(token, maxTokens, replaced), 'token')
    if (replaced) check.forget((found) => found.token.id === replaced.id)
    return { ...toToken(token), secret }
  }

  return {
    authenticate: (request) => check.authenticate(request),
    profile: (caller) => {
      const name = connectionOf(caller)?.profile
      return name !== undefined && Object.hasOwn(profiles, name)
        ? (profiles[name] ?? defaultProfile)
        : defaultProfile
    },

    async create(given) {
      assertObject('create', given)
      assertKnownOptions('create', given, connectionNames)
      const connection = {
        id: crypto.randomUUID(),
        tenant: readTenant('create', given.tenant),
        name: readLabel('create: name', given.name),
        provider: readLabel('create: provider', given.provider, 50),
        profile: profileName(given.profile),
        created: new Date().toISOString(),
        createdBy: readOptionalLabel('create: createdBy', given.createdBy),
        lastSeen: undefined,
        disconnected: undefined,
      }
      await store.addConnection(connection)
      return connection
    },
    async list(given = {}) {
      assertKnownOptions('list', given, { tenant: true })
      return store.connections(readTenant('list', given.tenant))
    },
    async get(given) {
      const { tenant, connection } = readName('get', given, nameNames)
      return store.connection(tenant, connection)
    },
    async disconnect(given) {
      const { tenant, connection } = readName('disconnect', given, nameNames)
      const isDone = await store.disconnect(tenant, connection, new Date().toISOString())
      if (!isDone && !(await store.connection(tenant, connection))) throw noSuch('connection')
      check.forget((found) => found.connection.id === connection)
    },

    async tokens(given) {
      const { tenant, connection } = readName('tokens', given, nameNames)
      return (await store.tokens(tenant, connection)).map(toToken)
    },
    issueToken: async (given) => addToken('issueToken', given),
    rotateToken: async (given) => addToken('rotateToken', given, given),
    async revokeToken(given) {
      assertObject('revokeToken', given)
      assertKnownOptions('revokeToken', given, { tenant: true, token: true })
      const tenant = readTenant('revokeToken', given.tenant)
      const id = readId('revokeToken: token', given.token)
      if (!(await store.revokeToken(tenant, id, new Date().toISOString()))) throw noSuch('token')
      check.forget(({ token }) => token.id === id)
    },

    async clients(given) {
      const { tenant, connection } = readName('clients', given, nameNames)
      return (await store.clients(tenant, connection)).map(toClient)
    },
    async addClient(given: NewClient) {
      const { client, secret } = await readClient(given, prefix)
      assertAdded(await store.addClient(client, maxClients), 'client')
      return { ...toClient(client), secret }
    },
    async revokeClient(given) {
      assertObject('revokeClient', given)
      assertKnownOptions('revokeClient', given, { tenant: true, client: true })
      const tenant = readTenant('revokeClient', given.tenant)
      const id = readId('revokeClient: client', given.client)
      if (!(await store.revokeClient(tenant, id, new Date().toISOString()))) throw noSuch('client')
      check.forget(({ token }) => token.client === id)
    },

    async links(given) {
      const { tenant, connection } = readName('links', given, linkNames)
      const { resourceType = 'User', after, limit = 100 } = given
      return store.links({
        tenant,
        connection,
        resourceType: readLabel('links: resourceType', resourceType),
        after: after === undefined ? undefined : readId('links: after', after),
        limit: readNumber('links: limit', limit, 1, 1000),
      })
    },
    async linksOf(given) {
      assertObject('linksOf', given)
      assertKnownOptions('linksOf', given, { tenant: true, resourceType: true, id: true })
      const resourceType = readLabel('linksOf: resourceType', given.resourceType ?? 'User')
      return store.linksOf(readTenant('linksOf', given.tenant), resourceType, readId('linksOf: id', given.id))
    },

    refusals: ({ tenant, connection } = {}) => check.refusals.of(tenant, connection),
    registry: clientRegistry(store, prefix, (found) => check.countClient(found)),
    guests: store.guestLinks,
  }
}

/** The tenant and the id of a connection. @throws TypeError */
function readName(where: string, given: ConnectionName, known: object) {
  assertObject(where, given)
  assertKnownOptions(where, given, known)
  const tenant = readTenant(where, given.tenant)
  return { tenant, connection: readId(`${where}: connection`, given.connection) }
}

/** Without the message, which may hold what a database quotes. */
function logError(error: unknown): void {
  console.error(
    `scimkit: the use of a credential was not written down: ${error instanceof Error ? error.name : typeof error}`,
  )
}
