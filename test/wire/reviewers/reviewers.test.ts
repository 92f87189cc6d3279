import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entra, type Group, memoryStore, okta, type Profile, type User } from '../../../src/index.js'
import { VerifyRun, type WireProfile, wireCases, wireSuite } from '../../../src/testing/wire/index.js'
import type { Running } from '../../adapters/hosts.js'
import type { WireClient } from '../case.js'
import { client as clientOf, makeStores, serve, token } from '../providers.js'
import { type OpenStores, storeKinds } from '../stores.js'
import { hostedFaults } from './entra-faults.js'
import { workflowFaults } from './entra-workflow-faults.js'
import { oktaFaults } from './okta-faults.js'

// What Okta and Microsoft run against a service before they list it: the public suite over HTTP, on every store, and
// in memory under the profile of each client too.

const reviewers: readonly WireProfile[] = ['okta', 'entra']

/** What a service cannot pass whose managers are a column that refers to another row: those who are nobody. */
const needsNoManager = /^entra\/hosted-manager-(?:add|replace|remove):/

/** Resources of Okta's own types, which its tests of entitlements ask for. */
async function addEntitlements(host: Running): Promise<void> {
  const { create } = clientOf(host)
  const urn = 'urn:okta:scim:schemas:core:1.0:'
  for (const displayName of ['Editors', 'Readers']) {
    await create('/Roles', { schemas: [`${urn}Role`], displayName })
    await create('/Entitlements', { schemas: [`${urn}Entitlement`], displayName, type: 'Licence' })
  }
}

const inMemory = (): OpenStores => ({
  users: memoryStore<User>(),
  groups: memoryStore<Group>(),
  more: (_, newId) => memoryStore({ newId }),
  close: async () => {},
})

const runs = [
  ...storeKinds.map(({ stores, open, isMapped = false }) => ({
    run: `on ${stores}`,
    open,
    isMapped,
    profile: undefined as Profile | undefined,
    as: reviewers,
  })),
  ...[okta(), entra()].map((profile) => ({
    run: `under the profile ${profile.name}`,
    open: async () => inMemory(),
    isMapped: false,
    profile: profile as Profile | undefined,
    as: [profile.name === 'okta' ? 'okta' : 'entra'] as readonly WireProfile[],
  })),
]

describe.each(runs)('$run', ({ open, isMapped, profile, as }) => {
  let opened: OpenStores
  let host: Running
  beforeAll(async () => {
    opened = await open()
    host = await serve(makeStores(opened), 'acme', profile)
    await addEntitlements(host)
  })
  afterAll(async () => {
    await host[Symbol.asyncDispose]()
    await opened.close()
  })

  // Where the service listens is known once it does.
  const baseUrl = 'http://service.example.com/scim/v2'
  const reach: typeof fetch = (url, init) =>
    fetch(String(url).replace('http://service.example.com', host.url), init)
  for (const { name, run } of wireSuite({ baseUrl, token, fetch: reach, as, optional: true }))
    test(name, async () => {
      if (isMapped && needsNoManager.test(name)) await expect(run()).rejects.toThrow('the manager is nothing')
      else await run()
    })
})

const cases = Object.values(wireCases).flat()

describe.each([
  { reviewer: 'Okta', faults: oktaFaults, profile: okta() },
  { reviewer: 'Microsoft', faults: [...hostedFaults, ...workflowFaults], profile: entra() },
])('a service that does one thing wrong fails a case of $reviewer', ({ faults, profile }) => {
  let host: Running
  beforeAll(async () => {
    host = await serve(makeStores(inMemory()), 'faults', profile)
    await addEntitlements(host)
  })
  afterAll(() => host[Symbol.asyncDispose]())

  /** The service behind something that does one thing wrong. */
  function verify(plant: (client: WireClient) => WireClient): Promise<VerifyRun> {
    const baseUrl = `${host.url}/scim/v2`
    const direct: WireClient = async (method, path, { body, headers, query } = {}) => {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
      const search = query ? `?${new URLSearchParams(query)}` : ''
      const reply = await fetch(`${baseUrl}${path}${search}`, {
        method,
        // What the fault itself asks for carries no token.
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...(text !== undefined && { body: text }),
      })
      const received = await reply.text()
      return {
        status: reply.status,
        headers: Object.fromEntries(reply.headers),
        json: received === '' ? undefined : JSON.parse(received),
      }
    }
    const planted = plant(direct)
    const faulty = async (url: string, init: RequestInit) => {
      const { body: text, headers, method = 'GET' } = init
      const body = typeof text === 'string' && /^[[{]/.test(text) ? readJson(text) : text
      const reply = await planted(method, url.slice(baseUrl.length), {
        headers: Object.fromEntries(new Headers(headers)),
        ...(body !== undefined && body !== null && { body }),
      })
      const answer = reply.json === undefined ? null : JSON.stringify(reply.json)
      return new Response(answer, { status: reply.status, headers: reply.headers })
    }
    return VerifyRun.start({ baseUrl, token, fetch: faulty })
  }

  test.each(faults)('$name: $caught', async ({ caught, plant }) => {
    const one = cases.find(({ id }) => id === caught)
    if (!one) throw new Error(`there is no case ${caught}`)
    expect(await (await verify((client) => client)).run(one)).toMatchObject({ outcome: 'passed' })
    expect(await (await verify(plant)).run(one)).toMatchObject({ outcome: 'failed' })
  })
})

/** JSON, or the text where it is none: some cases send such. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
