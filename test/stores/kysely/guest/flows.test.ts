import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { nodeHandler } from '../../../../src/adapters/node.js'
import { bearerTokens, createScim, entra, lenient, memoryStore, okta } from '../../../../src/index.js'
import { listen } from '../../../adapters/hosts.js'
import { type Exchange, exchange, readFlow, runFlow } from '../../../fixtures/flow.js'
import { client, flows, token } from '../../../wire/providers.js'
import { allDatabases, type TestDatabase } from '../databases.js'
import { createStaff, emptyStaff, hire, leastMapping, rowsOf, staffStore } from './staff.js'

// Okta and Entra send what their mappings say, whatever the service keeps. Over a table with places for the name of an
// account, its owner's name and its state, every request is taken, and every deactivation counts.

const profiles = { lenient, okta, entra }

/** What a request says of the state, wherever it says it. */
function stateIn(body: unknown): boolean | undefined {
  const text = JSON.stringify(body ?? {})
  const [, value] =
    /"active":\s*"?(true|false)"?/i.exec(text) ?? /"path":"active","value":"?(true|false)"?/i.exec(text) ?? []
  return value === undefined ? undefined : value.toLowerCase() === 'true'
}

const isWrite = ({ request }: Exchange) => request.path.startsWith('/Users') && request.method !== 'GET'

describe.each(allDatabases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await createStaff(database)
  })
  afterAll(() => database.close())
  beforeEach(() => emptyStaff(database))

  async function serve(profile: keyof typeof profiles) {
    const errors: unknown[] = []
    const scim = createScim({
      authenticate: bearerTokens([{ token, tenant: 'acme' }]),
      users: staffStore(database, leastMapping),
      groups: memoryStore(),
      profile: profiles[profile](),
      onError: (error) => void errors.push(error),
    })
    const running = await listen(nodeHandler(scim, { basePath: '/scim/v2' }))
    return { running, errors, target: { baseUrl: `${running.url}/scim/v2`, token } }
  }

  it.each([
    ['entra-user-lifecycle', 'lenient'],
    ['entra-user-lifecycle', 'entra'],
    ['entra-legacy-quirks', 'lenient'],
    ['entra-legacy-quirks', 'entra'],
    ['okta-user-lifecycle', 'lenient'],
    ['okta-user-lifecycle', 'okta'],
  ] as const)(
    '%s, to a %s service: every write is taken, and the state is what it says',
    async (flow, profile) => {
      const { running, errors, target } = await serve(profile)
      let values = await flows[flow]?.(client(running).create)
      const failures: string[] = []
      let states = 0
      for (const one of readFlow(flow)) {
        // What is read is less than the flow has written.
        const expect_ = isWrite(one)
          ? { status: one.expect.status }
          : { status: [200, 201, 204, 400, 401, 404, 409] }
        const ran = await runFlow([{ ...one, expect: expect_ }], { ...target, ...(values && { values }) })
        const { 'missing.id': _missing, token: _token, ...captured } = ran.values
        values = captured
        failures.push(...ran.failures)
        const state = stateIn(one.request.body)
        const id = /\{\{(.*?)\}\}/.exec(one.request.path)?.[1]
        const status = id && (await rowsOf(database, 'staff')).get(values[id] ?? '')?.state
        if (!isWrite(one) || state === undefined || !status || one.expect.status[0] !== 200) continue
        states++
        if ((status === '"ACTIVE"') !== state) failures.push(`${one.name}: the state is ${status}`)
      }
      await running[Symbol.asyncDispose]()
      expect(failures).toEqual([])
      expect(states).toBeGreaterThan(0)
      expect(errors).toEqual([])
    },
  )

  it.each([
    ['entra-user-lifecycle', 'entra'],
    ['entra-legacy-quirks', 'entra'],
    ['okta-user-lifecycle', 'okta'],
    ['entra-user-lifecycle', 'lenient'],
    ['entra-legacy-quirks', 'lenient'],
    ['okta-user-lifecycle', 'lenient'],
  ] as const)(
    'every PATCH of %s switches off what it is sent with, in a %s service',
    async (flow, profile) => {
      const { running, errors, target } = await serve(profile)
      const id = '5e0f0d2c-1111-4222-8333-444455556666'
      await hire(database, { id, login: 'ann', state: 'ON_LEAVE', given: 'Ann', title: 'Cook', salary: 7 })
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' }
      const off = { op: 'Replace', path: 'active', value: false }
      const failures: string[] = []
      for (const { name, request } of readFlow(flow)) {
        if (request.method !== 'PATCH' || !request.path.startsWith('/Users')) continue
        const { Operations, schemas } = request.body as { Operations: readonly object[]; schemas: unknown }
        if (stateIn(Operations) === true || JSON.stringify(Operations).includes('userName')) continue
        const plain = { op: profile === 'okta' ? 'replace' : 'Replace' }
        for (const operations of [
          [{ ...off, ...plain }, ...Operations],
          [...Operations, { ...off, ...plain }],
        ]) {
          await sql`update staff set state = 'ON_LEAVE', title = 'Cook' where id = ${id}`.execute(database.db)
          const body = JSON.stringify({ schemas, Operations: operations })
          const reply = await exchange('PATCH', `${target.baseUrl}/Users/${id}`, headers, body)
          const row = (await rowsOf(database, 'staff')).get(id)
          const seen = [reply.status, row?.state, row?.title, row?.salary]
          if (seen.join() !== [200, '"LEFT"', '"Cook"', '7'].join())
            failures.push(`${name}: ${seen} ${reply.text}`)
        }
      }
      await running[Symbol.asyncDispose]()
      expect(failures).toEqual([])
      expect(errors).toEqual([])
    },
  )
})
