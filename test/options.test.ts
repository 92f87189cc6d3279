import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import * as express from '../src/adapters/express.js'
import * as fastify from '../src/adapters/fastify.js'
import * as hono from '../src/adapters/hono.js'
import * as lambda from '../src/adapters/lambda.js'
import * as nest from '../src/adapters/nest.js'
import * as next from '../src/adapters/next.js'
import * as node from '../src/adapters/node.js'
import * as connections from '../src/connections/index.js'
import * as main from '../src/index.js'
import * as oauth from '../src/oauth/index.js'
import * as otel from '../src/otel/index.js'
import * as portal from '../src/portal/index.js'
import * as kysely from '../src/stores/kysely/index.js'
import * as testing from '../src/testing/index.js'
import * as translate from '../src/translate/index.js'
import { authenticate } from './http/service.js'
import { makeService } from './portal/service.js'
import { recorder } from './stores/kysely/recorder.js'

// A misspelt `tenant` once compiled, through a constant, and showed everyone's rows. So no factory is deaf to an option
// that it does not know.

/** Every entry of the package, by its name. */
const entries: Readonly<Record<string, object>> = {
  '.': main,
  './node': node,
  './express': express,
  './hono': hono,
  './next': next,
  './fastify': fastify,
  './nest': nest,
  './lambda': lambda,
  './kysely': kysely,
  './connections': connections,
  './oauth': oauth,
  './filter': translate,
  './portal': portal,
  './otel': otel,
  './testing': testing,
}

/** Exported functions that take no options of a host's own. */
const withoutOptions: Readonly<Record<string, string>> = {
  printFilter: 'a filter only',
  isScimError: 'a value only',
  StoreContractError: 'thrown, not made, by a host',
  strict: 'nothing',
  interop: 'nothing',
  ipsie: 'a level only',
  expressHandler: 'a service only',
  honoHandler: 'a service only',
  nextRoute: 'a service only',
  scimPlugin: 'a service only',
  handleNodeRequest: 'what a framework knows of one request, and not what a host configures',
  splitTarget: 'a text only',
  splitArrival: 'what a framework knows of one request, and not what a host configures',
  protocolOf: 'a request only',
  visitFilter: 'a filter and a visitor only',
  foldText: 'a text only',
  memoryRequestLog: 'nothing',
  virtualClock: 'a time only',
  json: 'a name only',
  memoryConnections: 'nothing',
  constant: 'a value only',
  computed: 'names and a function only',
}

interface Case {
  /** Calls the factory with these options beside the ones that it needs. */
  readonly call: (options: object) => unknown
  readonly misspelt: string
  readonly meant: string
  /** What stands before the name in messages. Default: the case's name. */
  readonly says?: string
}

const db = recorder().db as Kysely<unknown>
const scim = main.createScim({ authenticate, users: main.memoryStore() })
const { attribute } = main
const badge = main.defineExtension('urn:example:badge', { number: attribute.string() })
const door = main.defineSchema('urn:example:door', { label: attribute.string() })
const table = { db, table: 'people', tenant: false, created: 'created', lastModified: 'changed' } as const
const mapping = kysely.mapUser<{ login: string; mail: string }>()({ userName: 'login' })
const rule = { name: 'own', description: 'Own.', source: 'here', sentBy: [] }
const as = (options: object) => options as never
const server = { baseUrl: 'http://localhost/scim/v2', token: 'token' }

/** By the function's name; several of one function have something in brackets behind it. */
const cases: Readonly<Record<string, Case>> = {
  createScim: {
    call: (more) => main.createScim({ authenticate, users: main.memoryStore(), ...more }),
    misspelt: 'authorise',
    meant: 'authorize',
  },
  'createScim (limits)': {
    call: (limits) => main.createScim({ authenticate, users: main.memoryStore(), limits }),
    misspelt: 'limits.maxPagesize',
    meant: 'limits.maxPageSize',
  },
  createConnections: {
    call: (more) => connections.createConnections({ store: connections.memoryConnections(), ...more }),
    misspelt: 'tokenPrefx',
    meant: 'tokenPrefix',
  },
  createTokenEndpoint: {
    call: (more) =>
      oauth.createTokenEndpoint({
        connections: connections.createConnections({ store: connections.memoryConnections() }),
        url: 'https://app.example.com/oauth/token',
        ...more,
      }),
    misspelt: 'lifetim',
    meant: 'lifetime',
  },
  'createTokenEndpoint (issuers)': {
    call: (more) =>
      oauth.createTokenEndpoint({
        connections: connections.createConnections({ store: connections.memoryConnections() }),
        url: 'https://app.example.com/oauth/token',
        issuers: [{ issuer: 'https://idp.example.com', jwks: 'https://idp.example.com/jwks', ...more }],
      }),
    misspelt: 'issuers[0].nme',
    meant: 'issuers[0].name',
  },
  jwtAuth: {
    call: (more) =>
      oauth.jwtAuth({
        issuer: 'https://idp.example.com',
        audience: 'https://app.example.com',
        jwks: 'https://idp.example.com/jwks',
        tenant: () => 'acme',
        ...more,
      }),
    misspelt: 'tenat',
    meant: 'tenant',
  },
  'createScim (patchReply)': {
    call: (patchReply) => main.createScim({ authenticate, users: main.memoryStore(), patchReply }),
    misspelt: 'patchReply.group',
    meant: 'patchReply.groups',
  },
  'createScim (discovery)': {
    call: (discovery) => main.createScim({ authenticate, users: main.memoryStore(), discovery }),
    misspelt: 'discovery.paginaton',
    meant: 'discovery.pagination',
  },
  'createScim (cursors)': {
    call: (cursors) => main.createScim({ authenticate, users: main.memoryStore(), cursors }),
    misspelt: 'cursors.secrets',
    meant: 'cursors.secret',
  },
  'createScim (extensions)': {
    call: (extensions) => main.createScim({ authenticate, users: main.memoryStore(), extensions }),
    misspelt: 'extensions.Users',
    meant: 'extensions.User',
  },
  'createScim (authenticationSchemes)': {
    call: (more) =>
      main.createScim({
        authenticate,
        users: main.memoryStore(),
        authenticationSchemes: [{ type: 'oauth2', name: 'a', description: 'b', ...more }],
      }),
    misspelt: 'authenticationSchemes[0].specURL',
    meant: 'authenticationSchemes[0].specUri',
  },
  'createScim (resourceTypes)': {
    call: (more) => {
      const type = main.defineResourceType({
        name: 'Door',
        endpoint: '/Doors',
        schema: door,
        store: main.memoryStore(),
      })
      return main.createScim({
        authenticate,
        users: main.memoryStore(),
        resourceTypes: [{ ...type, ...more }],
      })
    },
    misspelt: 'resourceTypes[0].membershp',
    meant: 'resourceTypes[0].membership',
  },
  openapi: { call: (options) => scim.openapi(options), misspelt: 'baseURL', meant: 'baseUrl' },
  fetchHandler: {
    call: (options) => main.fetchHandler(scim, options),
    misspelt: 'basepath',
    meant: 'basePath',
  },
  lambdaHandler: {
    call: (options) => lambda.lambdaHandler(scim, options),
    misspelt: 'basepath',
    meant: 'basePath',
  },
  ScimModule: {
    call: (more) => nest.ScimModule.forRoot({ path: 'scim', scim, ...more }),
    misspelt: 'paht',
    meant: 'path',
    says: 'ScimModule.forRoot',
  },
  'ScimModule (forRootAsync)': {
    call: (more) => nest.ScimModule.forRootAsync({ path: 'scim', useFactory: () => scim, ...more }),
    misspelt: 'useFactry',
    meant: 'useFactory',
    says: 'ScimModule.forRootAsync',
  },
  nodeHandler: { call: (options) => node.nodeHandler(scim, options), misspelt: 'path', meant: 'basePath' },
  bearerTokens: {
    call: (more) => main.bearerTokens([{ token: 'one' }, { token: 'two', ...more }]),
    misspelt: 'tennant',
    meant: 'tenant',
    says: 'bearerTokens[1]',
  },
  toSql: {
    call: (options) => translate.toSql(undefined, { columns: {}, dialect: 'postgres', ...options }),
    misspelt: 'firstParam',
    meant: 'firstParameter',
  },
  toPrisma: {
    call: (options) => translate.toPrisma(undefined, { fields: {}, ...options }),
    misspelt: 'field',
    meant: 'fields',
  },
  toDrizzle: {
    call: (options) => translate.toDrizzle(undefined, { columns: {}, ...options }),
    misspelt: 'colums',
    meant: 'columns',
  },
  memoryRateLimit: { call: (options) => main.memoryRateLimit(options), misspelt: 'limits', meant: 'limit' },
  instrument: {
    call: (options) => otel.instrument(options),
    misspelt: 'traceProvider',
    meant: 'tracerProvider',
  },
  simulateOkta: {
    call: (more) => testing.simulateOkta({ ...server, mode: 'oin', ...more }),
    misspelt: 'tokn',
    meant: 'token',
  },
  explainTrace: {
    call: (options) => main.explainTrace([], options),
    misspelt: 'personaldata',
    meant: 'personalData',
  },
  record: {
    call: (more) => testing.record(() => new Response(), { store: { append: () => undefined }, ...more }),
    misspelt: 'basepath',
    meant: 'basePath',
  },
  replay: {
    call: (more) => testing.replay([], { ...server, ...more }),
    misspelt: 'baseURL',
    meant: 'baseUrl',
  },
  simulateOneLogin: {
    call: (more) => testing.simulateOneLogin({ ...server, ...more }),
    misspelt: 'onRemovel',
    meant: 'onRemoval',
  },
  simulateJumpCloud: {
    call: (more) => testing.simulateJumpCloud({ ...server, ...more }),
    misspelt: 'maping',
    meant: 'mapping',
  },
  simulateAuthentik: {
    call: (more) => testing.simulateAuthentik({ ...server, ...more }),
    misspelt: 'timeoutMS',
    meant: 'timeoutMs',
  },
  simulateKeycloak: {
    call: (more) => testing.simulateKeycloak({ ...server, ...more }),
    misspelt: 'update',
    meant: 'updates',
  },
  simulateGoogle: {
    call: (more) => testing.simulateGoogle({ ...server, ...more }),
    misspelt: 'onremoval',
    meant: 'onRemoval',
  },
  simulateEntra: {
    call: (more) => testing.simulateEntra({ ...server, ...more }),
    misspelt: 'flag',
    meant: 'flags',
  },
  'simulateEntra (flags)': {
    call: (flags) => testing.simulateEntra({ ...server, flags }),
    misspelt: 'flags.aadOptScim062020',
    meant: 'flags.aadOptscim062020',
  },
  wireSuite: {
    call: (more) => testing.wireSuite({ baseUrl: 'https://app.example.com/scim/v2', token: '', ...more }),
    misspelt: 'optionals',
    meant: 'optional',
  },
  storeContract: {
    call: (options) => testing.storeContract(() => main.memoryStore(), options),
    misspelt: 'tenant',
    meant: 'tenants',
  },
  guide: {
    call: (more) => portal.guide(scim, { idp: 'okta', ...more }),
    misspelt: 'suport',
    meant: 'support',
  },
  kyselyConnections: {
    call: (options) => kysely.kyselyConnections(db, options),
    misspelt: 'shcema',
    meant: 'schema',
  },
  kyselyWalks: {
    call: (options) => kysely.kyselyWalks(db, options),
    misspelt: 'prefxi',
    meant: 'prefix',
  },
  kyselyRequestLog: {
    call: (options) => kysely.kyselyRequestLog(db, options),
    misspelt: 'tables',
    meant: 'table',
  },
  createPortal: {
    call: (options) => portal.createPortal(as(options)),
    misspelt: 'autorize',
    meant: 'authorize',
  },
  'createPortal (theme)': {
    call: (theme) => makeService({ portal: { theme } }),
    misspelt: 'theme.drak',
    meant: 'theme.dark',
  },
  createRequestLog: {
    call: (more) => portal.createRequestLog({ store: portal.memoryRequestLog(), secret: 'x', ...more }),
    misspelt: 'retension',
    meant: 'retention',
  },
  'createRequestLog (retention)': {
    call: (retention) =>
      portal.createRequestLog({ store: portal.memoryRequestLog(), secret: 'x', retention }),
    misspelt: 'retention.day',
    meant: 'retention.days',
  },
  memoryStore: { call: (options) => main.memoryStore(options), misspelt: 'newID', meant: 'newId' },
  defineSchema: {
    call: (options) => main.defineSchema('urn:example:a', {}, options),
    misspelt: 'descripton',
    meant: 'description',
  },
  defineExtension: {
    call: (options) => main.defineExtension('urn:example:a', {}, options),
    misspelt: 'requird',
    meant: 'required',
  },
  defineResourceType: {
    call: (more) => main.defineResourceType({ name: 'Door', endpoint: '/Doors', schema: door, ...more }),
    misspelt: 'extension',
    meant: 'extensions',
  },
  lenient: { call: (options) => main.lenient(options), misspelt: 'wihtout', meant: 'without' },
  'lenient (with)': {
    call: (more) => main.lenient({ with: [{ ...rule, ...more }] }),
    misspelt: 'with[0].operations',
    meant: 'with[0].operation',
  },
  okta: { call: (options) => main.okta(options), misspelt: 'wth', meant: 'with' },
  entra: { call: (options) => main.entra(options), misspelt: 'Without', meant: 'without' },
  parseFilter: {
    call: (more) => main.parseFilter('a pr', { maxLength: 10, maxDepth: 1, maxClauses: 1, ...more }),
    misspelt: 'max_length',
    meant: 'maxLength',
  },
  bindFilter: {
    call: (options) => main.bindFilter(main.userResourceType, 'userName pr', options),
    misspelt: 'limit',
    meant: 'limits',
  },
  applyPatch: {
    call: (options) => main.applyPatch(main.userResourceType, {}, [], as(options)),
    misspelt: 'leniancy',
    meant: 'leniency',
  },
  ScimError: {
    call: (options) => new main.ScimError(503, undefined, 'later', options),
    misspelt: 'retryafter',
    meant: 'retryAfter',
  },
  kyselyStore: {
    call: (more) => kysely.kyselyStore({ ...table, mapping, ...more }),
    misspelt: 'tenat',
    meant: 'tenant',
  },
  'kyselyStore (id)': {
    call: (more) => kysely.kyselyStore({ ...table, mapping, id: { column: 'id', ...more } }),
    misspelt: 'id.generat',
    meant: 'id.generate',
  },
  'kyselyStore (tenant)': {
    call: (more) => kysely.kyselyStore({ ...table, mapping, tenant: { column: 'org', ...more } }),
    misspelt: 'tenant.values',
    meant: 'tenant.value',
  },
  'kyselyStore (softDelete)': {
    call: (more) =>
      kysely.kyselyStore({ ...table, mapping, softDelete: { set: { login: null }, ...more } } as never),
    misspelt: 'softDelete.reviv',
    meant: 'softDelete.revive',
  },
  scimTables: { call: (options) => kysely.scimTables(db, options), misspelt: 'outBox', meant: 'outbox' },
  'scimTables (extensions)': {
    call: (extensions) => kysely.scimTables(db, { extensions }),
    misspelt: 'extensions.Usr',
    meant: 'extensions.User',
  },
  eventsTable: { call: (options) => kysely.eventsTable(db, options), misspelt: 'tabel', meant: 'table' },
  deliverEvents: {
    call: (options) => kysely.deliverEvents(db, () => {}, options),
    misspelt: 'maxAttempt',
    meant: 'maxAttempts',
  },
  mapUser: {
    call: (options) => kysely.mapUser<{ login: string }>()({ userName: 'login' }, options),
    misspelt: 'extension',
    meant: 'extensions',
  },
  mapGroup: {
    call: (options) => kysely.mapGroup<{ name: string }>()({ displayName: 'name' }, options),
    misspelt: 'extentions',
    meant: 'extensions',
  },
  mapResource: {
    call: (options) => kysely.mapResource<{ name: string }, main.Group>()({ displayName: 'name' }, options),
    misspelt: 'Extensions',
    meant: 'extensions',
  },
  column: {
    call: (options) => kysely.column<{ mail: string }>('mail', as(options)),
    misspelt: 'primry',
    meant: 'primary',
  },
  'column (filter)': {
    call: (filter) => kysely.column<{ mail: string }>('mail', as({ read: () => true, filter })),
    misspelt: 'filter.ture',
    meant: 'filter.true',
  },
  lookup: {
    call: (options) =>
      kysely.lookup<{ team: string }>('team', { table: 't', key: 'id', value: 'name', ...options }),
    misspelt: 'tenat',
    meant: 'tenant',
  },
  sameAs: {
    call: (options) => kysely.sameAs('userName', options),
    misspelt: 'Primary',
    meant: 'primary',
  },
  reference: {
    call: (options) => kysely.reference<{ boss: string }>('boss', options),
    misspelt: 'display',
    meant: 'displayName',
  },
  childTable: {
    call: (more) => kysely.childTable('phones', { key: 'person', columns: { value: 'number' }, ...more }),
    misspelt: 'constant',
    meant: 'constants',
  },
}

for (const type of ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference'] as const) {
  Object.assign(cases, {
    [`attribute.${type}`]: {
      call: (options: object) => attribute[type](options),
      misspelt: 'uniquenes',
      meant: 'uniqueness',
    } satisfies Case,
  })
}
Object.assign(cases, {
  'attribute.complex': {
    call: (options) => attribute.complex({}, options),
    misspelt: 'multivalued',
    meant: 'multiValued',
  } satisfies Case,
})

/** The option without what leads to it. */
const lastOf = (path: string) => path.slice(path.lastIndexOf('.') + 1)
const secret = 'hunter2'

describe('an option that does not exist is refused', () => {
  it.each(Object.entries(cases))('by %s', async (name, { call, misspelt, meant, says = name }) => {
    const factory = says.replace(/ \(.*/, '')
    const attempt = (options: object) => (async () => call(options))()
    const message = `${factory}: unknown option "${misspelt}"; did you mean "${meant}"?`
    await expect(attempt({ [lastOf(misspelt)]: secret })).rejects.toThrow(new TypeError(message))
    // What a host computes may be nothing at all, and was meant all the same.
    await expect(attempt({ [lastOf(misspelt)]: undefined })).rejects.toThrow(message)
    // One that resembles none: the host sees which there are.
    const error: unknown = await attempt({ qqqqqqqq: secret }).catch((error) => error)
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toMatch(/unknown option "[^"]*qqqqqqqq"; the options are /)
    expect(String(error)).toContain(lastOf(meant))
    expect(String(error)).not.toContain(secret)
  })

  it('by every function that the package exports', () => {
    const { exports } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
    expect(Object.keys(entries)).toEqual(Object.keys(exports).filter((name) => name !== './package.json'))
    const functions = Object.values(entries).flatMap((entry) =>
      Object.entries(entry).flatMap(([name, value]) => {
        if (typeof value === 'function') return [name]
        return name === 'attribute' ? Object.keys(value).map((type) => `attribute.${type}`) : []
      }),
    )
    expect(functions.length).toBeGreaterThan(30)
    const untried = functions.filter((name) => !(name in cases) && !(name in withoutOptions))
    expect(untried, 'give each of them a case above').toEqual([])
  })

  it('where it is inherited', () => {
    const options = Object.create({ tenat: 'org' }, {})
    expect(() => kysely.kyselyStore(Object.assign(options, { ...table, mapping }))).toThrow(
      'did you mean "tenant"?',
    )
  })

  it('unless it is what scimTables returns beside the stores', () => {
    main.createScim({ authenticate, ...kysely.scimTables(db) })
  })
})

describe('what is no object of options is refused', () => {
  it.each<[string, () => unknown, string]>([
    ['a text', () => main.memoryStore(as('x' as never)), 'memoryStore: the options must be an object'],
    ['null', () => main.lenient(null as never), 'lenient: the options must be an object'],
    ['a list', () => kysely.scimTables(db, [] as never), 'scimTables: the options must be an object'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(new TypeError(message))
  })
})

describe('what an option cannot be is refused', () => {
  it.each<[string, () => unknown, string]>([
    [
      'an id of no type that there is',
      () => kysely.kyselyStore({ ...table, mapping, id: { column: 'id', type: 'cuid' as never } }),
      'kyselyStore: id.type must be uuid, text (also for cuid and the like), integer or bigint',
    ],
    [
      'a lookup of no column',
      () => kysely.lookup('team_id', { table: 't', key: 'id' } as never),
      'lookup: value is required: a name in the database',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(new TypeError(message))
  })
})

describe('a handler of an event that cannot happen is refused', () => {
  it.each([
    ['user.deactivate', 'user.deactivated'],
    ['role.Created', 'role.created'],
    ['userdeleted', 'user.deleted'],
  ])('%s', async (name, meant) => {
    await expect(kysely.deliverEvents(db, { [name]: () => {} })).rejects.toThrow(
      `deliverEvents: unknown event "${name}"; did you mean "${meant}"?`,
    )
  })
})

describe('a line of a mapping that leads to no attribute is refused', () => {
  const extended = (lines: object) => {
    const mapping = kysely.mapUser<{ login: string }>()({ userName: 'login', ...lines } as never)
    const users = kysely.kyselyStore<unknown, main.User>({ ...table, mapping })
    return main.createScim({ authenticate, users, extensions: { User: [badge] } })
  }
  it.each<[object, string]>([
    [{ usrType: 'a' }, 'did you mean "userType"?'],
    [{ givenName: 'a' }, 'did you mean "name.givenName"?'],
    [{ 'name.givnName': 'a' }, 'did you mean "name.givenName"?'],
    [{ 'mails[type eq "work"].value': 'a' }, 'did you mean "emails[type eq "work"].value"?'],
    [{ 'emails[type eq "work"].valeu': 'a' }, 'did you mean "emails[type eq "work"].value"?'],
    [{ 'urn:example:bagde': { number: 'a' } }, 'did you mean "urn:example:badge"?'],
    [{ 'urn:example:badge': { numbr: 'a' } }, 'did you mean "urn:example:badge:number"?'],
    [
      { phoneNumbers: kysely.childTable('phones', { key: 'p', columns: { value: 'n', typ: 'kind' } }) },
      'phoneNumbers: it has no sub-attribute "typ"; did you mean "type"?',
    ],
    [
      { overflow: { column: 'rest', index: ['emails'] } },
      'mapping: unknown option "overflow.index"; did you mean "overflow.indexed"?',
    ],
  ])('%o', (lines, message) => {
    expect(() => extended(lines)).toThrow(message)
  })
})

describe('a store without its tenant is refused', () => {
  const { tenant: _, ...forgotten } = { ...table, mapping }
  const message =
    "tenant is required: the column that keeps tenants apart, as in tenant: 'company', or tenant: false for a table of one tenant only"

  it.each([undefined, null, '', true])('as tenant: %o', (tenant) => {
    const options = as({ ...forgotten, tenant })
    expect(() => kysely.kyselyStore(options)).toThrow(new TypeError(`kyselyStore: ${message}`))
  })

  it('left out, by the types too', () => {
    // @ts-expect-error: the tenant is a decision.
    expect(() => kysely.kyselyStore(forgotten)).toThrow(message)
  })
})
