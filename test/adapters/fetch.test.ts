import { expect, test } from 'vitest'
import { fetchHandler } from '../../src/adapters/fetch.js'
import { bodyLimit, echo } from './echo.js'

const scim = echo()
const answer = fetchHandler(scim)
const post = (body: RequestInit['body'], headers = {}) =>
  new Request('https://app.example.com/scim/v2/Users', {
    method: 'POST',
    body,
    headers,
    duplex: 'half',
  } as RequestInit)

test('protocol, host and mount come from the URL', async () => {
  const response = await answer(new Request('https://app.example.com:8443/scim/v2/Users/1?x=1#part'))
  expect(await response.json()).toMatchObject({
    path: '/Users/1',
    query: 'x=1',
    baseUrl: 'https://app.example.com:8443/scim/v2',
  })
})

test('a path outside the base path is not answered as if it were inside', async () => {
  const inside = fetchHandler(scim, { basePath: '/scim/v2' })
  for (const path of ['/scim/v1/Users', '/Users', '/scim/v22/Users', '/']) {
    expect(await (await inside(new Request(`https://a${path}`))).json()).toMatchObject({ path: `/..${path}` })
  }
  const root = fetchHandler(scim, { basePath: '/' })
  expect(await (await root(new Request('https://a/scim/Users'))).json()).toMatchObject({
    path: '/scim/Users',
  })
})

test('a path that nobody knows is not taken for the mount', async () => {
  const see = async (path: string) => (await answer(new Request(`https://a${path}`))).json()
  expect(await see('/scim/v2/User?filter=x')).toMatchObject({ path: '/User' })
  expect(await see('/scim/v2/Nothing/')).toMatchObject({ path: '/Nothing/' })
  expect(await see('/')).toMatchObject({ path: '/' })
})

test('a stream without an end is read up to the limit', async () => {
  let chunks = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      chunks++
      controller.enqueue(new Uint8Array(1024))
    },
  })
  expect((await answer(post(endless))).status).toBe(413)
  expect(chunks).toBeLessThan(bodyLimit / 1024 + 4)
})

test('a length that lies is found out', async () => {
  expect((await answer(post('x'.repeat(bodyLimit + 1), { 'content-length': '1' }))).status).toBe(413)
  expect((await answer(post('x', { 'content-length': String(bodyLimit + 1) }))).status).toBe(413)
})

test('a byte order mark is no part of the text', async () => {
  expect(await (await answer(post('\ufeff{}'))).json()).toMatchObject({ body: { kind: 'text', text: '{}' } })
})

test('a stream that fails is an error of the client', async () => {
  const failing = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error('gone'))
    },
  })
  const response = await answer(post(failing))
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ scimType: 'invalidSyntax' })
})

test('a body that has been read before is told of', async () => {
  const request = post('{}')
  await request.text()
  const response = await answer(request)
  expect(response.status).toBe(500)
  expect(await response.json()).toMatch(/has read the request body before/)
})

test('a service that breaks its promise is answered with 500', async () => {
  const broken = fetchHandler({ ...scim, handle: () => Promise.reject(new Error('secret')) })
  const response = await broken(new Request('https://a/Users'))
  expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/scim+json'])
  expect(await response.text()).not.toContain('secret')
})
