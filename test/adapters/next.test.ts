import { afterEach, expect, test, vi } from 'vitest'
import { nextRoute } from '../../src/adapters/next.js'
import { echo } from './echo.js'

const scim = echo()
const { GET, POST } = nextRoute(scim)

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

const context = (path: string[] | undefined, more = {}) => ({ params: Promise.resolve({ ...more, path }) })

async function see(url: string, params: Parameters<typeof GET>[1], headers = {}) {
  return (await GET(new Request(url, { headers }), params)).json()
}

test('the folders before the catch-all are the mount', async () => {
  expect(await see('http://localhost:3000/scim/v2/Users/1?x=1', context(['Users', '1']))).toMatchObject({
    path: '/Users/1',
    query: 'x=1',
    baseUrl: 'http://localhost:3000/scim/v2',
  })
})

test('the host is the one that the client named', async () => {
  const host = 'app.example.com'
  expect(await see('http://localhost:3000/scim/v2/Users', context(['Users']), { host })).toMatchObject({
    baseUrl: 'http://app.example.com/scim/v2',
  })
})

test('parameters, a Users folder and encoded slashes do not confuse it', async () => {
  expect(
    await see('http://a/Users/a%20b/scim/Users/a%2Fb', context(['Users', 'a/b'], { tenant: 'a b' })),
  ).toMatchObject({ path: '/Users/a%2Fb', baseUrl: 'http://a/Users/a%20b/scim' })
})

test('a trailing slash, and an optional catch-all at the mount itself', async () => {
  expect(await see('http://a/scim/v2/Users/', context(['Users']))).toMatchObject({
    path: '/Users/',
    baseUrl: 'http://a/scim/v2',
  })
  expect(await see('http://a/scim/v2', context(undefined))).toMatchObject({
    path: '/',
    baseUrl: 'http://a/scim/v2',
  })
})

test('parameters that are no promise yet, as before Next.js 15', async () => {
  const params = { path: ['Users', '1'] } as never
  expect(await see('http://a/scim/v2/Users/1', { params })).toMatchObject({ baseUrl: 'http://a/scim/v2' })
})

test('the basePath of next.config is part of the mount', async () => {
  vi.stubEnv('__NEXT_ROUTER_BASEPATH', '/app')
  vi.resetModules()
  const fresh = await import('../../src/adapters/next.js')
  const response = await fresh
    .nextRoute(scim)
    .GET(new Request('http://a/scim/v2/Users/1'), context(['Users', '1']))
  expect(await response.json()).toMatchObject({ path: '/Users/1', baseUrl: 'http://a/app/scim/v2' })
})

test('a body is read, and the request is there for authenticate', async () => {
  const request = new Request('http://a/scim/v2/Users', { method: 'POST', body: '{"a":1}' })
  const response = await POST(request, context(['Users']))
  expect(await response.json()).toMatchObject({ method: 'POST', body: { kind: 'text', text: '{"a":1}' } })
  expect(scim.requests.at(-1)?.raw).toBe(request)
})
