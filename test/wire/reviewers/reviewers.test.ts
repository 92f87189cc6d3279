import { beforeAll, describe, expect, test } from 'vitest'
import { bearerTokens, createScim, entra, okta } from '../../../src/index.js'
import { type CaseResult, VerifyRun, wireCases } from '../../../src/testing/wire/index.js'
import { baseUrl, fetchOf } from '../in-process.js'
import { makeStores, token } from '../providers.js'
import { inMemory } from '../stores.js'
import { hostedFaults } from './entra-faults.js'
import { workflowFaults } from './entra-workflow-faults.js'
import type { WireClient } from './faults.js'
import { oktaFaults } from './okta-faults.js'

// A service that does one thing wrong fails the case of a reviewer that is about it, and no fault is none.

const cases = Object.values(wireCases).flat()

function caseOf(id: string) {
  const one = cases.find((each) => each.id === id)
  if (!one) throw new Error(`there is no case ${id}`)
  return one
}

describe.each([
  { reviewer: 'Okta', faults: oktaFaults, profile: okta() },
  { reviewer: 'Microsoft', faults: [...hostedFaults, ...workflowFaults], profile: entra() },
])('a service that does one thing wrong fails a case of $reviewer', ({ faults, profile }) => {
  const authenticate = bearerTokens([{ token, tenant: 'faults' }])
  let send: typeof fetch
  let honest: VerifyRun
  const passed = new Map<string, Promise<CaseResult>>()
  beforeAll(async () => {
    const stores = makeStores(await inMemory())
    send = fetchOf(createScim({ authenticate, ...stores, profile }))
    honest = await VerifyRun.start({ baseUrl, token, fetch: send })
    const schemas = (type: string) => [`urn:okta:scim:schemas:core:1.0:${type}`]
    for (const displayName of ['Editors', 'Readers']) {
      await direct('POST', '/Roles', { body: { schemas: schemas('Role'), displayName } })
      const entitlement = { schemas: schemas('Entitlement'), displayName, type: 'Licence' }
      await direct('POST', '/Entitlements', { body: entitlement })
    }
  })

  const direct: WireClient = async (method, path, { body, headers } = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const reply = await send(`${baseUrl}${path}`, {
      method,
      // What the fault itself asks for carries no token.
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json', ...headers },
      ...(text !== undefined && { body: text }),
    })
    const received = await reply.text()
    return {
      status: reply.status,
      headers: Object.fromEntries(reply.headers),
      json: received === '' ? undefined : JSON.parse(received),
    }
  }

  /** The service behind something that does one thing wrong. */
  function verify(plant: (client: WireClient) => WireClient): Promise<VerifyRun> {
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

  /** The case without a fault, once for all faults that it is about. */
  function honestly(id: string): Promise<CaseResult> {
    const result = passed.get(id) ?? honest.run(caseOf(id))
    passed.set(id, result)
    return result
  }

  test.each(faults)('$name: $caught', async ({ caught, plant }) => {
    expect(await honestly(caught)).toMatchObject({ outcome: 'passed' })
    expect(await (await verify(plant)).run(caseOf(caught))).toMatchObject({ outcome: 'failed' })
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
