import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bearerTokens,
  createScim,
  entra,
  type Group,
  memoryStore,
  okta,
  type Profile,
  type Scim,
  type User,
} from '../../src/index.js'
import { type WireProfile, wireSuite } from '../../src/testing/index.js'
import { allHosts, listen, type Running } from '../adapters/hosts.js'
import { baseUrl, fetchOf } from './in-process.js'
import { makeStores, token } from './providers.js'
import { inMemory, type OpenStores, openEmployees, storeKinds } from './stores.js'

// The public suite against the service: the RFCs and what Okta and Microsoft run before they list a service, on every
// store; in memory under the profile of each client too; and through every adapter what a transport can break.

const authenticate = bearerTokens([{ token, tenant: 'acme' }])

/** A suite against a service that is there only when the tests run. */
function suiteOf(reach: () => typeof fetch, as: WireProfile | readonly WireProfile[]) {
  return wireSuite({ baseUrl, token, as, optional: true, fetch: (url, init) => reach()(url, init) })
}

/**
 * What a service cannot pass on a host's tables, and what is said of it: a manager is a column that refers to another
 * row, so that nobody can be one.
 */
const missed: readonly (readonly [RegExp, string])[] = [
  [/^entra\/hosted-manager-(?:add|replace|remove):/, 'the manager is nothing'],
]

/** What no store has a part in: tried in memory and nowhere else. */
const withoutStore = /^(?:rfc\/(?:auth-|error-|media-|method-|bulk-url|discovery-|sort-un)|entra\/rate:)/
/** Much work for one answer: tried where members are rows of the service's own. */
const withMany = /^rfc\/group-many:/

/** Resources of Okta's own types, which its tests of entitlements ask for. */
async function addEntitlements(send: typeof fetch): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  for (const [path, displayName] of [
    ['Roles', 'Editors'],
    ['Roles', 'Readers'],
    ['Entitlements', 'Writers'],
    ['Entitlements', 'Printers'],
  ] as const) {
    const schemas = [`urn:okta:scim:schemas:core:1.0:${path === 'Roles' ? 'Role' : 'Entitlement'}`]
    const type = path === 'Roles' ? {} : { type: 'Licence' }
    const body = JSON.stringify({ schemas, displayName, ...type })
    expect((await send(`${baseUrl}/${path}`, { method: 'POST', headers, body })).status).toBe(201)
  }
}

interface Run {
  readonly run: string
  readonly stores: string
  readonly open: () => Promise<OpenStores>
  readonly isMapped?: boolean
  readonly profile?: Profile
  readonly as: readonly WireProfile[]
}

/** The reviewers' cases once on each database and on each kind of tables; the RFCs' on every store. */
function profilesOn(stores: string): readonly WireProfile[] {
  return stores === 'SQLite' || stores === 'the tables and the pool of a host'
    ? ['rfc']
    : ['rfc', 'okta', 'entra']
}

const runs: readonly Run[] = [
  ...storeKinds.map((kind): Run => ({ run: `on ${kind.stores}`, ...kind, as: profilesOn(kind.stores) })),
  { run: 'under the profile okta', stores: 'memory', open: inMemory, profile: okta(), as: ['okta'] },
  { run: 'under the profile entra', stores: 'memory', open: inMemory, profile: entra(), as: ['entra'] },
]

/** Whether a case has something to find on these stores. */
function isTriedOn(stores: string, name: string, profile?: Profile): boolean {
  if (withoutStore.test(name)) return stores === 'memory' && (!profile || !/^entra\/rate/.test(name))
  return !withMany.test(name) || stores === 'memory' || stores === 'PostgreSQL' || stores === 'PGlite'
}

describe.each(runs)('$run', ({ stores, open, isMapped, profile, as }) => {
  let opened: OpenStores
  let send: typeof fetch
  beforeAll(async () => {
    opened = await open()
    send = fetchOf(createScim({ authenticate, ...makeStores(opened), ...(profile && { profile }) }))
    await addEntitlements(send)
  })
  afterAll(() => opened.close())

  for (const { name, run } of suiteOf(() => send, as)) {
    if (!isTriedOn(stores, name, profile)) continue
    const [, message] = (isMapped && missed.find(([pattern]) => pattern.test(name))) || []
    test(name, () => (message === undefined ? run() : expect(run()).rejects.toThrow(message)))
  }
})

/** What tables have no place for in which a member of a team refers to an employee, and an address is primary by its place. */
const noPlace = /^rfc\/(?:group-in-group|group-circle|group-of-user-places|sort-primary):/

describe('on tables with foreign keys', () => {
  let opened: OpenStores
  let send: typeof fetch
  beforeAll(async () => {
    opened = await openEmployees()
    send = fetchOf(createScim({ authenticate, users: opened.users, groups: opened.groups }))
  })
  afterAll(() => opened.close())
  for (const { name, run } of suiteOf(() => send, 'rfc'))
    if (!noPlace.test(name) && isTriedOn('tables with foreign keys', name)) test(name, run)
})

/** Methods, paths, parameters, headers and bodies of every kind, and each status: what a transport carries. */
const carried =
  /^rfc\/(?:auth-|error-|media-type|not-found|method-not-allowed|etag|me:|create-(?:status|location|read|unicode)|put:|put-echo|patch-(?:attributes|reply|path-case|urn-path)|delete-|filter-(?:plus|escapes|urn|wrong):|get-|list-count|cursor:|search|bulk|discovery-)/

function serveInMemory(): Scim {
  let me: string | undefined
  return createScim({
    authenticate,
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
    identify: () => (me === undefined ? undefined : { id: me }),
    on: {
      'user.created': ({ after }) => {
        me = after.id
      },
    },
  })
}

describe.each(allHosts)('$name', ({ listener }) => {
  let host: Running
  beforeAll(async () => {
    host = await listen(listener(serveInMemory()))
  })
  afterAll(() => host[Symbol.asyncDispose]())
  // Where it listens is known once it does.
  const reach: typeof fetch = (url, init) =>
    fetch(String(url).replace('https://app.example.com', host.url), init)
  for (const { name, run } of suiteOf(() => reach, 'rfc')) if (carried.test(name)) test(name, run)
})
