import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { nodeHandler } from '../../../src/adapters/node.js'
import { bearerTokens, createScim, urns } from '../../../src/index.js'
import { scimTables } from '../../../src/stores/kysely/index.js'
import { listen } from '../../adapters/hosts.js'
import { type Exchange, exchange, readFlow, runFlow } from '../../fixtures/flow.js'
import { client, flows, token, toManagerColumn } from '../../wire/providers.js'
import { databases, type TestDatabase } from './databases.js'
import { createEmployees, employeeStores } from './employees.js'

// What an identity provider sends, over HTTP, to a service whose stores are in a database.

/** Too long for an index, also when it is compressed. */
const incompressible = Array.from({ length: 20_000 }, (_, index) =>
  String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
).join('')

describe.each(databases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await scimTables(database.db).migrate()
    await createEmployees(database)
  })
  afterAll(() => database.close())
  beforeEach(() => sql`truncate scim_users, scim_groups, employees, teams cascade`.execute(database.db))

  describe.each([
    ['tables of its own', () => scimTables(database.db), (one: Exchange) => one],
    ['a mapping over tables of a host', () => employeeStores(database), toManagerColumn],
  ] as const)('%s', (_, make, asked) => {
    async function serve() {
      const errors: unknown[] = []
      const scim = createScim({
        authenticate: bearerTokens([{ token, tenant: 'acme' }]),
        ...make(),
        onError: (error) => errors.push(error),
      })
      const running = await listen(nodeHandler(scim, { basePath: '/scim/v2' }))
      const baseUrl = `${running.url}/scim/v2`
      const send = async (method: string, path: string, body?: unknown) => {
        const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' }
        const reply = await exchange(
          method,
          `${baseUrl}${path}`,
          headers,
          body === undefined ? undefined : JSON.stringify(body),
        )
        return { ...reply, body: reply.json as Record<string, never> }
      }
      const close = () => running[Symbol.asyncDispose]()
      return { running, baseUrl, close, send, errors }
    }

    it.each(Object.entries(flows))('%s', async (name, prepare) => {
      // Resource types of Okta's own are in other stores.
      if (name === 'okta-entitlements') return
      const { running, baseUrl, close, errors } = await serve()
      const values = await prepare(client(running).create)
      const { failures } = await runFlow(readFlow(name).map(asked), { baseUrl, token, values })
      await close()
      expect(failures).toEqual([])
      expect(errors).toEqual([])
    })

    it('keeps groups consistent with their members', async () => {
      const { send, close } = await serve()
      const user = (await send('POST', '/Users', { schemas: [urns.user], userName: 'ann', title: 'T' })).body
      const group = (
        await send('POST', '/Groups', {
          schemas: [urns.group],
          displayName: 'Team',
          members: [{ value: user.id }],
        })
      ).body
      expect((await send('GET', `/Users/${user.id}`)).body.groups).toMatchObject([
        { value: group.id, display: 'Team' },
      ])
      expect(
        (await send('GET', `/Users?filter=${encodeURIComponent(`groups eq "${group.id}"`)}`)).body
          .totalResults,
      ).toBe(1)
      const echo = await send('PUT', `/Groups/${group.id}`, (await send('GET', `/Groups/${group.id}`)).body)
      expect(echo.body).toMatchObject({ meta: group.meta })
      expect((await send('DELETE', `/Users/${user.id}`)).status).toBe(204)
      expect((await send('GET', `/Groups/${group.id}`)).body.members).toBeUndefined()
      await close()
    })

    it('answers bad input with 400, 404 or 409, and nothing else', async () => {
      const { send, close, errors } = await serve()
      const made = await send('POST', '/Users', { schemas: [urns.user], userName: 'ann' })
      expect(made.status).toBe(201)
      const statusOf = async (...request: Parameters<typeof send>) => (await send(...request)).status
      expect(await statusOf('POST', '/Users', { schemas: [urns.user], userName: 'ANN' })).toBe(409)
      expect(await statusOf('POST', '/Users', { schemas: [urns.user], userName: 'a\0b' })).toBe(400)
      expect(
        await statusOf('POST', '/Users', {
          schemas: [urns.user],
          userName: 'x',
          title: 'a\0b',
          nickName: 'c\0d',
        }),
      ).toBe(400)
      expect(await statusOf('POST', '/Users', { schemas: [urns.user], userName: incompressible })).toBe(400)
      for (const id of ['bob', "'", '%00', '1e3', '%2e'])
        expect(await statusOf('GET', `/Users/${id}`), id).toBe(404)
      for (const text of ['%', '_', '\\', "'", '"', '\0', '$1', '--']) {
        for (const path of ['userName', 'nickName', 'id', 'emails.value', 'meta.version']) {
          const filter = encodeURIComponent(`${path} co ${JSON.stringify(text)}`)
          const { status, body } = await send('GET', `/Users?filter=${filter}`)
          expect([status, body.totalResults], `${path} co ${JSON.stringify(text)}`).toEqual([
            200,
            path === 'id' && text === '-' ? 1 : 0,
          ])
        }
      }
      expect(errors).toEqual([])
      await close()
    })

    it('loses no update of many at once', async () => {
      const { send, close } = await serve()
      const { id } = (await send('POST', '/Users', { schemas: [urns.user], userName: 'ann' })).body
      const numbers = Array.from({ length: 15 }, (_, index) => `${index}@example.com`)
      const replies = await Promise.all(
        numbers.map((value) =>
          send('PATCH', `/Users/${id}`, {
            schemas: [urns.patchOp],
            Operations: [{ op: 'add', path: 'emails', value: [{ value, type: `t${value}` }] }],
          }),
        ),
      )
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
      const { emails } = (await send('GET', `/Users/${id}`)).body
      expect((emails as unknown as { value: string }[]).map(({ value }) => value).sort()).toEqual(
        [...numbers].sort(),
      )
      await close()
    })
  })
})
