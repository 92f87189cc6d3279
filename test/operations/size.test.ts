import { describe, expect, it } from 'vitest'
import type { ResourceStore, User } from '../../src/index.js'
import { memoryStore, urns } from '../../src/index.js'
import { type Options, serve } from '../http/service.js'
import { openKinds } from './groups/kinds.js'

// A page of sixty users of 10 MB each was a 500: what is stored has a size that a page can hold.

const kinds = openKinds()
const limits = { maxTextLength: 100, maxResourceBytes: 2000 }
const long = 'x'.repeat(101)
const most = 'x'.repeat(100)
const user = (attributes: object) => ({ schemas: [urns.user], userName: 'ada', ...attributes })
const add = (value: object) => [{ op: 'add', value }]

function expectTooLong(reply: { readonly status: number; readonly body: object }, path: string) {
  expect(reply).toMatchObject({
    status: 400,
    body: { scimType: 'invalidValue', detail: `${path} is longer than maxTextLength (100 characters)` },
  })
}

describe.each(kinds)('a text, with $kind', ({ makeStores }) => {
  const make = (options: Options = {}) => serve({ ...makeStores(), limits, ...options })
  const texts: readonly (readonly [string, (text: string) => object])[] = [
    ['title', (title) => ({ title })],
    ['password', (password) => ({ password })],
    ['name.familyName', (familyName) => ({ name: { familyName } })],
    ['emails.value', (value) => ({ emails: [{ value: 'a@b.c', primary: true }, { value }] })],
    // Added to an address that is there, a display changes nothing.
    ['emails.display', (display) => ({ emails: [{ value: `${display.length}@b.c`, display }] })],
    [`${urns.enterpriseUser}:department`, (department) => ({ [urns.enterpriseUser]: { department } })],
  ]

  it.each(texts)('of %s has a longest length, in every write', async (path, attributes) => {
    const scim = make({ hashPassword: () => 'hash' })
    expectTooLong(await scim.post('/Users', user(attributes(long))), path)
    expect((await scim.get('/Users')).body.totalResults).toBe(0)
    const { id } = await scim.createUser(user(attributes(most)))
    const before = await scim.storedUser(id)
    expectTooLong(await scim.put(`/Users/${id}`, user(attributes(long))), path)
    expectTooLong(await scim.patch(`/Users/${id}`, add(attributes(long))), path)
    const bulk = await scim.post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'b', data: user({ userName: 'b', ...attributes(long) }) },
        { method: 'POST', path: '/Users', bulkId: 'c', data: user({ userName: 'c', ...attributes(most) }) },
      ],
    })
    expect(bulk.body.Operations).toMatchObject([
      { status: '400', response: { scimType: 'invalidValue' } },
      { status: '201' },
    ])
    expect(await scim.storedUser(id)).toEqual(before)
    expect(scim.errors).toEqual([])
  })

  it('of a group and its members has one too', async () => {
    const scim = make()
    const { id: value } = await scim.createUser()
    expectTooLong(await scim.post('/Groups', { schemas: [urns.group], displayName: long }), 'displayName')
    const { id } = await scim.createGroup()
    const member = { value, display: long }
    for (const op of ['add', 'replace']) {
      expectTooLong(
        await scim.patch(`/Groups/${id}`, [{ op, path: 'members', value: [member] }]),
        'members.display',
      )
    }
    const put = { schemas: [urns.group], displayName: 'g', members: [member] }
    expectTooLong(await scim.put(`/Groups/${id}`, put), 'members.display')
    const short = [{ op: 'add', path: 'members', value: [{ value, display: most }] }]
    expect((await scim.patch(`/Groups/${id}`, short)).status).toBe(204)
  })

  it('of a certificate or a picture may be as long as the resource allows', async () => {
    const scim = make()
    const value = 'a'.repeat(400)
    const attributes = {
      x509Certificates: [{ value }],
      photos: [{ value: `data:image/png;base64,${value}` }],
    }
    expect((await scim.post('/Users', user(attributes))).status).toBe(201)
  })
})

describe.each(kinds)('a resource, with $kind', ({ makeStores }) => {
  const make = (options: Options = {}) => serve({ ...makeStores(), limits, ...options })
  const emails = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({
      value: `${'y'.repeat(50)}${from + index}@example.com`,
    }))
  const tooLarge = {
    status: 413,
    body: { schemas: [urns.error], detail: 'The User would be larger than maxResourceBytes (2000 bytes)' },
  }

  it('has a largest size, in every write', async () => {
    const scim = make()
    expect(await scim.post('/Users', user({ emails: emails(0, 50) }))).toMatchObject(tooLarge)
    const { id } = await scim.createUser(user({ emails: emails(0, 15) }))
    const before = await scim.storedUser(id)
    expect(await scim.put(`/Users/${id}`, user({ emails: emails(0, 50) }))).toMatchObject(tooLarge)
    expect(await scim.patch(`/Users/${id}`, add({ emails: emails(20, 50) }))).toMatchObject(tooLarge)
    expect(await scim.storedUser(id)).toEqual(before)
    // Many small changes end at the same size as a large one.
    const statuses: number[] = []
    for (let at = 15; at < 40; at++) {
      statuses.push((await scim.patch(`/Users/${id}`, add({ emails: emails(at, at + 1) }))).status)
    }
    expect(statuses.indexOf(413)).toBeGreaterThan(5)
    expect(statuses.lastIndexOf(200)).toBeLessThan(statuses.indexOf(413))
    const bulk = await scim.post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'b', data: user({ userName: 'b', emails: emails(0, 50) }) },
        {
          method: 'PATCH',
          path: `/Users/${id}`,
          data: { schemas: [urns.patchOp], Operations: add({ title: most }) },
        },
        { method: 'POST', path: '/Users', bulkId: 'c', data: user({ userName: 'c' }) },
      ],
    })
    expect(bulk.body.Operations).toMatchObject([{ status: '413' }, { status: '413' }, { status: '201' }])
    expect(scim.errors).toEqual([])
  })

  it('is measured in bytes, not in characters, and without what JSON adds to the message', async () => {
    const scim = make()
    const spaces = ' '.repeat(5000)
    const body = JSON.stringify(user({ title: 'x' })).replace('{', `{${spaces}`)
    expect((await scim.send('POST', '/Users', { body })).status).toBe(201)
    const wide = Array.from({ length: 10 }, (_, index) => ({ value: `${'界'.repeat(70)}${index}` }))
    expect(await scim.post('/Users', user({ userName: 'b', emails: wide }))).toMatchObject({ status: 413 })
    const narrow = Array.from({ length: 10 }, (_, index) => ({ value: `${'a'.repeat(70)}${index}` }))
    expect((await scim.post('/Users', user({ userName: 'b', emails: narrow }))).status).toBe(201)
  })

  it('that is a group has as many members as there are', async () => {
    const scim = make()
    const members: { readonly value: string }[] = []
    for (let count = 0; count < 60; count++) members.push({ value: (await scim.createUser()).id })
    const { id } = await scim.createGroup({ members })
    const put = { schemas: [urns.group], displayName: 'g', members: members.slice(1) }
    expect((await scim.put(`/Groups/${id}`, put)).status).toBe(200)
    const [first] = members
    expect((await scim.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [first] }])).status).toBe(
      204,
    )
    expect((await scim.get(`/Groups/${id}`)).body.members).toHaveLength(60)
    expect((await scim.get('/Groups')).status).toBe(200)
    expect(scim.errors).toEqual([])
  })

  it('that is larger already is served, reported once, and can be changed without growing', async () => {
    const stores = makeStores()
    const filler = serve({
      ...stores,
      limits: { ...limits, maxTextLength: 10_000, maxResourceBytes: 100_000 },
    })
    const name = { familyName: 'z'.repeat(300) }
    const { id } = await filler.createUser(user({ emails: emails(0, 50), name }))
    const other = await filler.createUser(user({ userName: 'b', emails: emails(60, 110) }))
    const scim = serve({ ...stores, limits })
    for (let count = 0; count < 3; count++) {
      expect((await scim.get('/Users')).body.Resources).toHaveLength(2)
      expect((await scim.get(`/Users/${id}`)).body.emails).toHaveLength(50)
      expect((await scim.get(`/Users/${other.id}`)).status).toBe(200)
    }
    expect(scim.errors).toHaveLength(1)
    expect(String(scim.errors[0]?.error)).toMatch(
      /^HostFault: A stored User has \d+ bytes, more than .*\(2000\)/,
    )
    expect(String(scim.errors[0]?.error)).not.toMatch(/yyy|ada/)
    const path = `/Users/${id}`
    const off = await scim.patch(path, [{ op: 'replace', path: 'active', value: false }])
    expect([off.status, off.body.active]).toEqual([200, false])
    expect((await scim.put(path, { ...off.body, active: true })).body.active).toBe(true)
    expect((await scim.patch(path, add({ title: 'x' }))).status).toBe(413)
    const shorter = await scim.patch(path, [
      { op: 'replace', path: 'emails', value: emails(0, 40) },
      { op: 'add', path: 'name.givenName', value: 'Ada' },
    ])
    expect(shorter.status).toBe(200)
    expect((await scim.delete(path)).status).toBe(204)
    expect(scim.errors).toHaveLength(1)
  })
})

it('an ordinary request does not write the resource as JSON to measure it', async () => {
  let measured = 0
  const spy = (user: User) =>
    Object.defineProperty({ ...user }, 'nickName', {
      enumerable: true,
      value: { toString: () => 'n', toJSON: () => `${++measured}` },
    })
  const inner = memoryStore<User>()
  const users: ResourceStore<User> = { ...inner, get: async (...asked) => spied(await inner.get(...asked)) }
  const spied = (found: User | undefined) => (found ? spy(found) : undefined)
  const scim = serve({ users })
  const { id } = await scim.createUser()
  measured = 0
  await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
  await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'x' }])
  // Once for each reply.
  expect(measured).toBe(2)
})
