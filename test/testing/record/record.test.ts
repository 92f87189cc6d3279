import { expect, it } from 'vitest'
import { fetchHandler } from '../../../src/index.js'
import type { RecordedExchange } from '../../../src/testing/index.js'
import { record, replay, simulateEntra, simulateOkta } from '../../../src/testing/index.js'
import {
  ada,
  baseUrl,
  bob,
  honestServer,
  json,
  makeScim,
  serverWith,
  token,
} from '../identity-providers/server.js'

const sian = {
  ...bob,
  userName: "Sian.O'Dowd+1@Customer.example",
  givenName: 'Siân',
  familyName: "O'Dowd",
  email: "sian.o'dowd+1@customer.example",
  mobilePhone: '+44 (20) 7946-0123',
}
const personal =
  /ada|lovelace|analyst|engines|sian|siân|dowd|customer|7946|the-token|cookie|app\.example\.com|bob|byte/i

/** What Okta and Entra did at a customer. */
async function recorded(): Promise<readonly RecordedExchange[]> {
  const exchanges: RecordedExchange[] = []
  const store = { append: (exchange: RecordedExchange) => exchanges.push(exchange) }
  const fetch = record(honestServer(), { store, basePath: '/scim/v2' })
  const okta = simulateOkta({ baseUrl, token, fetch, mode: 'aiw' })
  await okta.assign(ada)
  await okta.assign(sian)
  await okta.pushGroup({ displayName: 'Customer group', members: [ada.userName, sian.userName] })
  await okta.removeMembers('Customer group', [ada.userName])
  await okta.changePassword(ada.userName, 'the-token-of-Ada')
  await okta.unassign(ada.userName)
  const entra = simulateEntra({ baseUrl, token, fetch })
  await entra.assign({ ...sian, title: 'Analyst' })
  await entra.runCycle()
  await fetch(
    new Request(`${baseUrl}/Users/nobody`, {
      headers: { Authorization: `Bearer ${token}`, Cookie: 'cookie=1' },
    }),
  )
  return exchanges
}

it('keeps no personal data, token, cookie or host, and the same value is the same replacement', async () => {
  const exchanges = await recorded()
  expect(exchanges.length).toBeGreaterThan(20)
  expect(JSON.stringify(exchanges)).not.toMatch(personal)
  expect(decodeURIComponent(exchanges.map(({ path }) => path).join('\n'))).not.toMatch(personal)
  const creates = exchanges.filter(({ method, path }) => method === 'POST' && path === '/Users')
  const [first, second] = creates as unknown as {
    body: Record<string, string>
    reply: { body: Record<string, string> }
  }[]
  expect(first!.body).toMatchObject({
    userName: first!.reply.body.userName,
    active: true,
    password: 'Masked-Password-1',
  })
  expect(first!.body.userName).toMatch(/^user\d+@example\.com$/)
  // The apostrophe, the plus, the capital and the accent stay: failures hang on them.
  expect(second!.body.userName).toMatch(/^O'user\d+\+tag@example\.com$/)
  expect(second!.body).toMatchObject({
    name: { givenName: expect.stringMatching(/^Näme\d+$/), familyName: expect.stringMatching(/^NAME\d+'X/i) },
    emails: [{ value: second!.body.userName!.toLowerCase(), type: 'work', primary: true }],
  })
  expect(first!.reply.body.id).not.toBe(second!.reply.body.id)
  const read = exchanges.find(({ method, path }) => method === 'PUT' && path.startsWith('/Users/'))
  expect(read?.path).toBe(`/Users/${first!.reply.body.id}`)
  expect(
    exchanges.some(({ path }) => path.includes(encodeURIComponent(`userName eq "${first!.body.userName}"`))),
  ).toBe(true)
})

it('is played against another server, whose ids are its own', async () => {
  const exchanges = await recorded()
  const text = JSON.parse(JSON.stringify(exchanges)) as RecordedExchange[]
  expect(await replay(text, { baseUrl, token, fetch: honestServer() })).toEqual({
    ok: true,
    requests: exchanges.length,
    differences: [],
  })
})

it('tells where a server answers otherwise', async () => {
  const exchanges = await recorded()
  const fetch = serverWith(({ method, body, honest }) =>
    method === 'PUT' && body?.active === false ? honest({ ...body, active: true }) : undefined,
  )
  const { ok, differences } = await replay(exchanges, { baseUrl, token, fetch })
  expect(ok).toBe(false)
  expect(differences[0]).toMatchObject({ method: 'PUT', at: 'active', recorded: false, actual: true })
  const hidden = serverWith(({ method }) => (method === 'GET' ? json(500, {}) : undefined))
  expect((await replay(exchanges, { baseUrl, token, fetch: hidden })).differences[0]).toMatchObject({
    index: 0,
    at: 'status',
    recorded: 200,
    actual: 500,
  })
})

it('wraps a service as adapters mount it', async () => {
  const exchanges: RecordedExchange[] = []
  const scim = record(makeScim(), { store: { append: (one) => exchanges.push(one) } })
  const fetch = fetchHandler(scim, { basePath: '/scim/v2' })
  await simulateOkta({ baseUrl, token, fetch, mode: 'oin' }).assign(ada)
  expect(JSON.stringify(exchanges)).not.toMatch(personal)
  expect(exchanges.map(({ method, reply }) => `${method} ${reply.status}`).slice(0, 2)).toEqual([
    'GET 200',
    'POST 201',
  ])
})

it('plays a HAR file without its token, cookies and host', async () => {
  const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'har@example.com' }
  const seen: Request[] = []
  const server = honestServer()
  const url = 'https://customer.example/api/scim/v2/Users'
  const headers = [
    { name: 'Authorization', value: 'Bearer theirs' },
    { name: 'Cookie', value: 'session=1' },
    { name: 'Content-Type', value: 'application/scim+json' },
  ]
  const har = {
    log: {
      entries: [
        {
          request: { method: 'POST', url, headers, postData: { text: JSON.stringify(user) } },
          response: {
            status: 201,
            content: { text: btoa(JSON.stringify({ ...user, id: 'a1' })), encoding: 'base64' },
          },
        },
        {
          request: { method: 'GET', url: `${url}/a1?attributes=userName`, headers },
          response: { status: 200, content: { text: JSON.stringify({ ...user, id: 'a1' }) } },
        },
        { request: { method: 'DELETE', url: `${url}/a1`, headers }, response: { status: 200 } },
      ],
    },
  }
  const result = await replay(har, {
    baseUrl,
    token,
    fetch: (request) => {
      seen.push(request)
      return server(request)
    },
  })
  expect(result.differences).toMatchObject([{ index: 2, at: 'status', recorded: 200, actual: 204 }])
  expect(seen.map(({ headers }) => [headers.get('authorization'), headers.get('cookie')])).toEqual(
    Array(3).fill([`Bearer ${token}`, null]),
  )
  expect(seen.map(({ url }) => new URL(url).host)).toEqual(Array(3).fill('app.example.com'))
})

it('answers all the same where the store fails', async () => {
  const errors: unknown[] = []
  const store = { append: () => Promise.reject(new Error('disk full')) }
  const fetch = record(honestServer(), { store, onError: (error) => errors.push(error) })
  expect((await simulateOkta({ baseUrl, token, fetch, mode: 'oin' }).assign(ada)).ok).toBe(true)
  expect(errors.length).toBeGreaterThan(1)
})
