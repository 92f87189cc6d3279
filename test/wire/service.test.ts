import { describe, expect, test } from 'vitest'
import { bearerTokens, createScim, type Group, memoryStore, type User, urns } from '../../src/index.js'
import { baseUrl, fetchOf } from './in-process.js'

// What this service promises on the wire beyond what any correct server does: tenants of its tokens, and which of the
// answers that the RFCs allow it gives.

type Json = Readonly<Record<string, unknown>>

const send = fetchOf(
  createScim({
    authenticate: bearerTokens([
      { token: 'token-of-acme', tenant: 'acme' },
      { token: 'token-of-globex', tenant: 'globex' },
    ]),
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
  }),
)

/** A client of one tenant. */
function clientOf(token: string) {
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const reply = await send(`${baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(text !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    })
    const received = await reply.text()
    const json = received === '' ? undefined : (JSON.parse(received) as Json)
    return { status: reply.status, headers: reply.headers, json }
  }
}

const acme = clientOf('token-of-acme')
const globex = clientOf('token-of-globex')

let count = 0
const unique = (name: string) => `${name}-${++count}`

async function create(path: '/Users' | '/Groups', attributes: Json = {}) {
  const base =
    path === '/Users'
      ? { schemas: [urns.user], userName: unique('user') }
      : { schemas: [urns.group], displayName: unique('Group') }
  const { status, json } = await acme('POST', path, { ...base, ...attributes })
  expect(status).toBe(201)
  return json as Json & { readonly id: string; readonly userName: string; readonly meta: Json }
}

const patch = (path: string, ...operations: readonly Json[]) =>
  acme('PATCH', path, { schemas: [urns.patchOp], Operations: operations })
const search = (filter: string, more = '') => `?filter=${encodeURIComponent(filter)}${more}`

describe('tenants', () => {
  test('do not see each other', async () => {
    const { id, userName } = await create('/Users')
    expect((await globex('GET', `/Users/${id}`)).status).toBe(404)
    expect((await globex('DELETE', `/Users/${id}`)).status).toBe(404)
    const found = await globex('GET', `/Users${search(`userName eq "${userName}"`)}`)
    expect(found.json).toMatchObject({ totalResults: 0 })
    const again = { schemas: [urns.user], userName }
    expect((await globex('POST', '/Users', again)).status).toBe(201)
    expect((await acme('GET', `/Users/${id}`)).status).toBe(200)
  })

  test('cannot use each other’s cursors', async () => {
    for (let made = 0; made < 3; made++) await create('/Users')
    const { json } = await acme('GET', '/Users?cursor=&count=1')
    const next = `/Users?count=1&cursor=${encodeURIComponent(String(json?.nextCursor))}`
    expect((await acme('GET', next)).status).toBe(200)
    expect(await globex('GET', next)).toMatchObject({ status: 400, json: { scimType: 'invalidCursor' } })
  })
})

describe('of the answers that are allowed', () => {
  test('a change of members is answered with 204, any other with the resource', async () => {
    const user = await create('/Users')
    const group = await create('/Groups')
    const path = `/Groups/${group.id}`
    const members = [{ value: user.id, display: 'Babs Jensen' }]
    for (const operation of [
      { op: 'add', path: 'members', value: members },
      { op: 'add', path: 'members', value: members },
      { op: 'replace', path: 'members', value: members },
      { op: 'remove', path: `members[value eq "${user.id}"]` },
      { op: 'remove', path: 'members' },
    ])
      expect(await patch(path, operation)).toMatchObject({ status: 204, json: undefined })
    const renamed = await patch(`/Users/${user.id}`, { op: 'add', path: 'title', value: 'x' })
    expect(renamed).toMatchObject({ status: 200, json: { title: 'x' } })
  })

  test('a member shows the name that it was given with', async () => {
    const { id } = await create('/Users')
    const group = await create('/Groups')
    const value = [{ value: id, display: 'Babs Jensen' }]
    await patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value })
    const { json } = await acme('GET', `/Groups/${group.id}`)
    expect(json).toMatchObject({ members: [{ value: id, type: 'User', display: 'Babs Jensen' }] })
  })

  test('the scheme of the challenge is Bearer', async () => {
    const reply = await clientOf('wrong')('GET', '/Users')
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  test('a version is a weak ETag, and names what a bulk request has made', async () => {
    const { id, meta } = await create('/Users')
    const { headers } = await acme('GET', `/Users/${id}`)
    expect(headers.get('etag')).toBe(meta.version)
    expect(headers.get('etag')).toMatch(/^W\/".+"$/)
    const data = { schemas: [urns.user], userName: unique('bulk') }
    const Operations = [{ method: 'POST', path: '/Users', bulkId: 'a', data }]
    const { json } = await acme('POST', '/Bulk', { schemas: [urns.bulkRequest], Operations })
    expect(json).toMatchObject({ Operations: [{ status: '201', version: expect.stringMatching(/^W\//) }] })
  })

  test('another media type is 415, and a reply that is not wanted 406', async () => {
    expect((await acme('POST', '/Users', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await acme('GET', '/Users', undefined, { accept: 'text/html' })).status).toBe(406)
  })

  test('a method that a path does not know is 405, with those that it knows', async () => {
    const reply = await acme('DELETE', '/Users')
    expect(reply.status).toBe(405)
    expect(reply.headers.get('allow')).toMatch(/GET.*POST/)
    expect((await acme('GET', '/Bulk')).status).toBe(405)
    expect((await acme('GET', '/Users/a/b')).status).toBe(404)
  })

  test('errors have the type that table 9 of RFC 7644 has for them', async () => {
    const { id, userName } = await create('/Users')
    const path = `/Users/${id}`
    const body = { schemas: [urns.user] }
    const bulk = { schemas: [urns.bulkRequest] }
    for (const [reply, status, scimType] of [
      [await acme('POST', '/Users', { ...body, userName: userName.toUpperCase() }), 409, 'uniqueness'],
      [await acme('POST', '/Users', body), 400, 'invalidValue'],
      [await acme('PUT', path, body), 400, 'invalidValue'],
      [await acme('POST', '/Users', ''), 400, 'invalidSyntax'],
      [await acme('POST', '/Bulk', bulk), 400, 'invalidSyntax'],
      [await acme('GET', `/Users${search('')}`), 400, 'invalidFilter'],
      [await acme('GET', `/Users${search('shoeSize eq 44')}`), 400, 'invalidFilter'],
      [await acme('GET', `/Users${search('password eq "x"')}`), 400, 'invalidFilter'],
      [await patch(path, { op: 'replace', path: 'id', value: 'x' }), 400, 'mutability'],
      [await patch(path, { op: 'remove', path: 'userName' }), 400, 'mutability'],
      [await patch(path, { op: 'replace', path: 'shoe size', value: 44 }), 400, 'invalidPath'],
    ] as const)
      expect(reply).toMatchObject({ status, json: { scimType, status: String(status) } })
  })

  test('an extension without a value leaves its schema too', async () => {
    const { id } = await create('/Users')
    const path = `${urns.enterpriseUser}:department`
    await patch(`/Users/${id}`, { op: 'add', path, value: 'Tours' })
    const { json } = await patch(`/Users/${id}`, { op: 'remove', path })
    expect(json?.schemas).toEqual([urns.user])
    expect(json).not.toHaveProperty([urns.enterpriseUser])
  })

  test('sixteen PATCHes at the same time are all taken', async () => {
    const { id } = await create('/Users')
    const values = Array.from({ length: 16 }, (_, index) => `e${index}@example.com`)
    const add = (value: string) => patch(`/Users/${id}`, { op: 'add', path: 'emails', value: [{ value }] })
    for (const { status } of await Promise.all(values.map(add))) expect(status).toBe(200)
    const { json } = await acme('GET', `/Users/${id}`)
    const emails = json?.emails as readonly Json[]
    expect(emails.map(({ value }) => value).sort()).toEqual([...values].sort())
  })
})
