import { describe, expect, test } from 'vitest'
import { urns } from '../../../src/index.js'
import { openKinds } from '../../operations/groups/kinds.js'
import { type Options, serve } from '../service.js'

const kinds = openKinds()

// What is wrong is said in SCIM's words, without what was sent, and nothing is half-done.

async function prepare(stores?: Options) {
  const scim = serve({ ...stores, limits: { maxPatchOperations: 1000 } })
  const user = await scim.createUser({ userName: 'ada', title: 'Countess' })
  const group = await scim.createGroup({ members: [{ value: user.id }] })
  return { scim, user, group }
}

const add = { op: 'add', path: 'title', value: 'Dame' }

describe.each(kinds)('a PATCH, with $kind', ({ makeStores }) => {
  const prepared = () => prepare(makeStores())

  test.each<[string, unknown, string]>([
    ['without operations that are a list', 'add', 'invalidSyntax'],
    ['of an operation that is no object', [add, 'remove'], 'invalidSyntax'],
    ['of an operation without op', [add, { path: 'title', value: 'x' }], 'invalidSyntax'],
    ['of an operation nobody knows', [add, { op: 'move', path: 'title', value: 'x' }], 'invalidSyntax'],
    ['of an op that is no text', [add, { op: 1, path: 'title' }], 'invalidSyntax'],
    ['of a path that is no text', [add, { op: 'add', path: 7, value: 'x' }], 'invalidPath'],
    ['of a path that does not parse', [add, { op: 'add', path: 'emails[type', value: 'x' }], 'invalidFilter'],
    ['of a path that is none', [add, { op: 'add', path: 'shoe size', value: 44 }], 'invalidPath'],
    ['that reaches for a prototype', [add, { op: 'add', path: '__proto__.x', value: 1 }], 'invalidPath'],
    ['that removes without a path', [add, { op: 'remove' }], 'noTarget'],
    ['that replaces with nothing', [add, { op: 'replace', path: 'title' }], 'invalidValue'],
    ['of a value of another type', [add, { op: 'add', path: 'active', value: 'perhaps' }], 'invalidValue'],
    ['that adds what is no object', [add, { op: 'add', value: 'x' }], 'invalidValue'],
    ['of the id', [add, { op: 'replace', path: 'id', value: 'x' }], 'mutability'],
    ['that takes the name away', [add, { op: 'remove', path: 'userName' }], 'mutability'],
  ])('%s', async (_, operations, scimType) => {
    const { scim, user } = await prepared()
    const before = await scim.storedUser(user.id)
    const reply = await scim.patch(`/Users/${user.id}`, operations)
    expect([reply.status, reply.body.scimType, reply.body.schemas]).toEqual([400, scimType, [urns.error]])
    expect(reply.body.detail.length).toBeGreaterThan(10)
    expect(await scim.storedUser(user.id)).toEqual(before)
  })

  test('of more operations than are allowed', async () => {
    const { scim, user } = await prepared()
    const before = await scim.storedUser(user.id)
    const many = Array.from({ length: 1001 }, () => add)
    const reply = await scim.patch(`/Users/${user.id}`, many)
    expect(reply.status).toBe(413)
    expect(reply.body.detail).toContain('1000')
    expect(await scim.storedUser(user.id)).toEqual(before)
    expect((await scim.patch(`/Users/${user.id}`, many.slice(1))).status).toBe(200)
  })

  test('of a value whose keys are more paths than operations are allowed', async () => {
    const { scim, user } = await prepared()
    const before = await scim.storedUser(user.id)
    const keys = Array.from({ length: 15_000 }, (_, i) => [`emails[type eq "t${i}"].value`, 'x'])
    const reply = await scim.patch(`/Users/${user.id}`, [{ op: 'add', value: Object.fromEntries(keys) }])
    expect([reply.status, reply.body.detail]).toEqual([413, 'A PATCH may hold at most 1000 operations'])
    expect(await scim.storedUser(user.id)).toEqual(before)
  })

  // Each was looked at by every rule, before it was counted or left out.
  test.each(['k', 'name.k', 'urn:x:y:'])('with more keys than operations is 413: %s', async (start) => {
    const scim = serve({ limits: { maxPatchOperations: 1000 } })
    const user = await scim.createUser()
    const keys = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${start}${i}`, 'x']))
    const reply = await scim.patch(`/Users/${user.id}`, [
      { op: 'add', value: keys(500) },
      { op: 'replace', value: keys(501) },
    ])
    expect([reply.status, reply.trace]).toEqual([413, []])
    expect((await scim.patch(`/Users/${user.id}`, [{ op: 'add', value: keys(1000) }])).status).toBe(200)
    // A value at a path is one change, whatever it holds.
    const atPath = [{ op: 'add', path: 'name', value: { ...keys(1001), givenName: 'Ada' } }]
    expect((await scim.patch(`/Users/${user.id}`, atPath)).status).toBe(200)
  })
})

describe('a list', () => {
  test.each([
    ['filter=password%20eq%20%22x%22', 'invalidFilter'],
    ['filter=password%20pr', 'invalidFilter'],
    ['filter=shoeSize%20eq%2044', 'invalidFilter'],
    ['filter=userName%20eq', 'invalidFilter'],
    ['filter=', 'invalidFilter'],
    ['filter=userName%20eq%20%22a%22%20and', 'invalidFilter'],
    [`filter=${'('.repeat(20_000)}`, 'invalidFilter'],
    ['sortBy=shoeSize', 'invalidPath'],
    ['sortBy=password', 'invalidPath'],
    ['sortBy=userName&sortOrder=sideways', 'invalidValue'],
    ['startIndex=one', 'invalidValue'],
    ['count=1.5', 'invalidValue'],
    ['cursor=x&count=1', 'invalidCursor'],
    ['attributes=userName&excludedAttributes=emails', 'invalidValue'],
  ])('with %s', async (query, scimType) => {
    const { scim } = await prepare()
    const reply = await scim.get(`/Users?${query}`)
    expect([reply.status, reply.body.scimType]).toEqual([400, scimType])
    expect(reply.body).not.toHaveProperty('Resources')
    expect(reply.body.detail.length).toBeLessThan(500)
  })
})

describe('a body', () => {
  test.each<[string, string, number, string | undefined]>([
    ['that is no JSON', '{"userName":', 400, 'invalidSyntax'],
    ['that is empty', '', 400, 'invalidSyntax'],
    ['that is null', 'null', 400, 'invalidSyntax'],
    ['that is a list', '[]', 400, 'invalidSyntax'],
    ['that is a text', '"ada"', 400, 'invalidSyntax'],
    ['without a name', `{"schemas":["${urns.user}"]}`, 400, 'invalidValue'],
    ['with two names', `{"schemas":["${urns.user}"],"userName":["a","b"]}`, 400, 'invalidValue'],
    ['of no schema here', '{"schemas":["urn:example:params:door"],"userName":"b"}', 400, 'invalidSyntax'],
    ['that nests a thousand deep', `${'{"name":'.repeat(1000)}1${'}'.repeat(1000)}`, 400, 'invalidSyntax'],
    ['of another group', `{"schemas":["${urns.group}"],"userName":"b"}`, 400, 'invalidSyntax'],
  ])('%s', async (_, body, status, scimType) => {
    const { scim, user } = await prepare()
    for (const [method, path] of [
      ['POST', '/Users'],
      ['PUT', `/Users/${user.id}`],
    ] as const) {
      const headers = { 'content-type': 'application/scim+json' }
      const reply = await scim.send(method, path, { body, headers })
      expect([method, reply.status, reply.body.scimType]).toEqual([method, status, scimType])
    }
    expect((await scim.get('/Users')).body.totalResults).toBe(1)
    expect(await scim.storedUser(user.id)).toMatchObject({ userName: 'ada', title: 'Countess' })
  })
})

describe('a bulk request', () => {
  const user = (userName: string) => ({ schemas: [urns.user], userName })
  const post = (bulkId: unknown, userName: string) => ({
    method: 'POST',
    path: '/Users',
    bulkId,
    data: user(userName),
  })

  test.each<[string, readonly unknown[], string]>([
    ['of an operation without a method', [{ path: '/Users', data: user('b') }], '400'],
    ['of a method nobody knows', [{ method: 'MERGE', path: '/Users/1', data: user('b') }], '400'],
    ['of a POST without a bulkId', [{ method: 'POST', path: '/Users', data: user('b') }], '400'],
    ['of a bulkId that is no text', [post({ a: 1 }, 'b')], '400'],
    ['of an operation without a path', [{ method: 'DELETE' }], '400'],
    ['of a PUT without data', [{ method: 'PUT', path: '/Users/1' }], '400'],
    ['of a reference to what is not in it', [{ method: 'DELETE', path: '/Users/bulkId:nobody' }], '409'],
  ])('%s', async (_, operations, status) => {
    const { scim } = await prepare()
    const reply = await scim.post('/Bulk', { schemas: [urns.bulkRequest], Operations: operations })
    // The request as a whole, or the one operation, is answered with an error.
    const [outcome] = (reply.body.Operations ?? []) as readonly {
      readonly status: string
      readonly response: object
    }[]
    expect(reply.status === 200 ? outcome?.status : String(reply.status)).toBe(status)
    expect(reply.status === 200 ? outcome?.response : reply.body).toMatchObject({
      schemas: [urns.error],
      status,
    })
    expect((await scim.get('/Users')).body.totalResults).toBe(1)
  })

  test('of more operations than are allowed', async () => {
    const { scim } = await prepare()
    const Operations = Array.from({ length: 1001 }, (_, index) => post(`b${index}`, `user-${index}`))
    const reply = await scim.post('/Bulk', { schemas: [urns.bulkRequest], Operations })
    expect(reply.status).toBe(413)
    expect(reply.body.detail).toContain('1000')
    expect((await scim.get('/Users')).body.totalResults).toBe(1)
  })
})

test('no name of a key reaches a prototype', async () => {
  const { scim, user } = await prepare()
  const evil =
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"e","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":{"__proto__":{"polluted":1}}}'
  const posted = await scim.send('POST', '/Users', { body: evil })
  expect(posted.text).not.toContain('polluted')
  const stored = await scim.storedUser(user.id)
  for (const path of [
    '__proto__.polluted',
    'constructor.prototype.polluted',
    'toString.polluted',
    '__proto__',
  ]) {
    const reply = await scim.patch(`/Users/${user.id}`, [{ op: 'add', path, value: 1 }])
    // What could be a name is one that no schema has, and ignored.
    expect([200, 400], path).toContain(reply.status)
    expect(await scim.storedUser(user.id)).toEqual(stored)
  }
  await scim.patch(`/Users/${user.id}`, [
    { op: 'add', value: JSON.parse('{"__proto__":{"polluted":1},"__proto__.polluted":1}') },
  ])
  expect(({} as Readonly<Record<string, unknown>>).polluted).toBeUndefined()
  expect(JSON.stringify(await scim.storedUser(user.id))).not.toContain('polluted')
})
