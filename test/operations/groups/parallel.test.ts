import { describe, expect, test } from 'vitest'
import { attribute, createScim, defineExtension, memoryStore, urns } from '../../../src/index.js'
import { authenticate, serve } from '../../http/service.js'
import { openKinds } from './kinds.js'
import { fiveMethods } from './stores.js'

const kinds = openKinds()

// Identity providers send changes of one group and of one user side by side. None may undo another.

const many = Array.from({ length: 64 }, (_, index) => index)

describe.each(kinds)('64 requests at once, with $kind', ({ makeStores }) => {
  test('each adds a member', async () => {
    const scim = serve(makeStores())
    const users = await Promise.all(many.map(() => scim.createUser()))
    const group = await scim.createGroup()
    const replies = await Promise.all(
      users.map(({ id }) =>
        scim.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: id }] }]),
      ),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([204]))
    const { members } = await scim.storedGroup(group.id)
    expect(new Set(members?.map(({ value }) => value))).toEqual(new Set(users.map(({ id }) => id)))
    expect(members).toHaveLength(64)
  })

  test('half of them add a member and half of them remove one, each in another form', async () => {
    const scim = serve(makeStores())
    const users = await Promise.all(many.map(() => scim.createUser()))
    const [stay, leave] = [users.slice(0, 32), users.slice(32)]
    const group = await scim.createGroup({ members: leave.map(({ id }) => ({ value: id })) })
    const path = `/Groups/${group.id}`
    await Promise.all([
      ...stay.map(({ id }) =>
        scim.patch(path, [{ op: 'Add', path: 'members', value: [{ $ref: null, value: id }] }]),
      ),
      ...leave.map(({ id }, index) =>
        scim.patch(path, [
          index % 2 === 0
            ? { op: 'remove', path: `members[value eq "${id}"]` }
            : { op: 'Remove', path: 'members', value: [{ value: id }] },
        ]),
      ),
      scim.patch(path, [{ op: 'replace', value: { displayName: 'Renamed meanwhile' } }]),
    ])
    const stored = await scim.storedGroup(group.id)
    expect(new Set(stored.members?.map(({ value }) => value))).toEqual(new Set(stay.map(({ id }) => id)))
    expect(stored.displayName).toBe('Renamed meanwhile')
  })

  test('each adds an e-mail to one user', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser({ title: 'Engineer' })
    const replies = await Promise.all(
      many.map((index) =>
        scim.patch(`/Users/${user.id}`, [
          { op: 'add', path: 'emails', value: [{ value: `e${index}@example.com`, type: `t${index}` }] },
        ]),
      ),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    const { emails, title } = await scim.storedUser(user.id)
    expect(new Set(emails?.map(({ value }) => value))).toEqual(new Set(many.map((n) => `e${n}@example.com`)))
    expect(title).toBe('Engineer')
    // Each has made a version of its own.
    expect(new Set(replies.map(({ body }) => body.meta.version)).size).toBe(64)
  })

  test('one of those who all start from the same version is first, the others are told', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const replies = await Promise.all(
      many.map((index) =>
        scim.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'title', value: `t${index}` }], {
          headers: { 'if-match': user.meta.version },
        }),
      ),
    )
    const statuses = replies.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 412)).toHaveLength(63)
  })
})

const Wide = defineExtension('urn:example:params:scim:schemas:extension:wide:2.0:User', {
  ...Object.fromEntries(many.map((index) => [`a${index}`, attribute.string()])),
})

test.each([
  ['a store in memory', memoryStore],
  ['a store of five methods', () => fiveMethods(memoryStore())],
])('64 requests at once each set another attribute of one user, with %s', async (_, makeStore) => {
  const scim = createScim({ authenticate, users: makeStore(), extensions: { User: [Wide] } })
  const send = async (method: string, path: string, body?: object) => {
    const headers = { authorization: 'Bearer acme-token', 'content-type': 'application/scim+json' }
    const url = `https://app.example.com/scim/v2${path}`
    const response = await scim.fetch(
      new Request(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    )
    return { status: response.status, json: (await response.json()) as { readonly id: string } & object }
  }
  const { json: user } = await send('POST', '/Users', { schemas: [urns.user], userName: 'wide' })
  const replies = await Promise.all(
    many.map((index) =>
      send('PATCH', `/Users/${user.id}`, {
        schemas: [urns.patchOp],
        Operations: [{ op: 'add', path: `${Wide.urn}:a${index}`, value: `v${index}` }],
      }),
    ),
  )
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
  const { json } = await send('GET', `/Users/${user.id}`)
  expect(json).toMatchObject({
    [Wide.urn]: Object.fromEntries(many.map((index) => [`a${index}`, `v${index}`])),
  })
})
