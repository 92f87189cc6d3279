import { describe, expect, test } from 'vitest'
import { urns } from '../../../src/index.js'
import { type Body, serve } from '../../http/service.js'
import { openKinds } from './kinds.js'

const kinds = openKinds()

interface Member {
  readonly value: string
  readonly type?: string
  readonly display?: string
  readonly $ref?: string
}
/** In the order of their ids: a store may keep them in any. */
const sorted = (members: readonly Member[]) => [...members].sort((a, b) => (a.value < b.value ? -1 : 1))
const membersOf = (group: Body) => sorted((group.members ?? []) as readonly Member[])
const idsOf = (group: Body) => membersOf(group).map(({ value }) => value)

describe.each(kinds)('members of a group, with $kind', ({ makeStores }) => {
  test('are shown with their type, their name and where they are', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser({ displayName: 'Ada Lovelace' })
    const inner = await scim.createGroup({ displayName: 'Inner' })
    const group = await scim.createGroup({ members: [{ value: user.id }, { value: inner.id }] })
    const expected = sorted([
      { value: user.id, type: 'User', display: 'Ada Lovelace', $ref: user.meta.location },
      { value: inner.id, type: 'Group', display: 'Inner', $ref: inner.meta.location },
    ])
    expect(membersOf(group)).toEqual(expected)
    expect(membersOf((await scim.get(`/Groups/${group.id}`)).body)).toEqual(expected)
    const list = await scim.get(
      '/Groups?filter=displayName%20eq%20%22Inner%22%20or%20members%20pr&sortBy=displayName',
    )
    expect(list.status).toBe(scim.groups.sorts ? 200 : 501)
    const unsorted = await scim.get('/Groups?filter=members%20pr')
    expect(membersOf(unsorted.body.Resources[0]!)).toEqual(expected)
  })

  test('a type and a $ref of the client give way to the truth', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const $ref = 'https://elsewhere.example.com/Groups/1'
    const group = await scim.createGroup({ members: [{ value: user.id, type: 'Group', $ref }] })
    expect(membersOf(group)).toMatchObject([{ type: 'User', $ref: user.meta.location }])
  })

  test('a type is not changed by who stays, and the same members in another order are no change', async () => {
    const scim = serve(makeStores())
    const [ada, bob] = [await scim.createUser(), await scim.createUser()]
    const group = await scim.createGroup({ members: [{ value: ada.id }, { value: bob.id }] })
    const body = { schemas: [urns.group], displayName: group.displayName }
    const members = [{ value: bob.id, type: 'Group' }, { value: ada.id }]
    const same = await scim.put(`/Groups/${group.id}`, { ...body, members })
    expect([same.status, same.body.meta.version]).toEqual([200, group.meta.version])
    const renamed = await scim.put(`/Groups/${group.id}`, { ...body, displayName: 'Other', members })
    expect(membersOf(renamed.body)).toEqual(membersOf(group))
    const patched = await scim.patch(`/Groups/${group.id}?attributes=members`, [
      { op: 'replace', path: 'displayName', value: 'Third' },
      { op: 'replace', path: 'members', value: members },
    ])
    expect(membersOf(patched.body)).toEqual(membersOf(group))
  })

  test('one that is unknown is left out, with a line in the trace', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const created = await scim.post('/Groups', {
      schemas: [urns.group],
      displayName: 'Some',
      members: [{ value: user.id }, { value: 'nobody' }],
    })
    expect(created.status).toBe(201)
    expect(idsOf(created.body)).toEqual([user.id])
    const unknown = expect.objectContaining({ rule: 'unknownMembers', path: 'members' })
    expect(created.trace).toContainEqual(unknown)
    const patched = await scim.patch(`/Groups/${created.body.id}`, [
      { op: 'add', path: 'members', value: [{ value: 'nobody' }] },
    ])
    expect([patched.status, patched.trace]).toEqual([204, expect.arrayContaining([unknown])])
    const put = await scim.put(`/Groups/${created.body.id}`, {
      schemas: [urns.group],
      displayName: 'Some',
      members: [{ value: 'nobody' }, { value: user.id }],
    })
    expect(idsOf(put.body)).toEqual([user.id])
    expect((await scim.storedGroup(created.body.id)).members).toHaveLength(1)
  })

  test('one that is unknown refuses the whole request, where the host wants it so', async () => {
    const scim = serve({ ...makeStores(), unknownMembers: 'reject' })
    const user = await scim.createUser()
    const other = await scim.createUser()
    const group = await scim.createGroup({ members: [{ value: user.id }] })
    const before = await scim.storedGroup(group.id)
    const members = [{ value: other.id }, { value: 'nobody' }]
    const replies = [
      await scim.post('/Groups', { schemas: [urns.group], displayName: 'New', members }),
      await scim.put(`/Groups/${group.id}`, { schemas: [urns.group], displayName: 'New', members }),
      await scim.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: members }]),
      await scim.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'members', value: members }]),
      await scim.patch(`/Groups/${group.id}`, [
        { op: 'replace', path: 'displayName', value: 'New' },
        { op: 'add', path: 'members', value: members },
      ]),
    ]
    for (const { status, body } of replies) {
      expect([status, body.scimType]).toEqual([400, 'invalidValue'])
      expect(body.detail).toMatch(/^members: .* does not exist$/)
      expect(body.detail).not.toContain('nobody')
    }
    expect(await scim.storedGroup(group.id)).toEqual(before)
    expect((await scim.get('/Groups')).body.totalResults).toBe(1)
  })

  test.each([
    ['without a value', [{ display: 'Somebody' }]],
    ['with a value that is no text', [{ value: { id: 1 } }]],
    ['that is a boolean', [true]],
    ['beside one that is right', [{ value: '{{user}}' }, { display: 'Somebody' }]],
  ])('one %s is refused, and nothing is half-done', async (_, sent) => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const members = JSON.parse(JSON.stringify(sent).replace('{{user}}', user.id))
    const group = await scim.createGroup({ members: [{ value: user.id }] })
    const before = await scim.storedGroup(group.id)
    const replies = [
      await scim.post('/Groups', { schemas: [urns.group], displayName: 'New', members }),
      await scim.put(`/Groups/${group.id}`, { schemas: [urns.group], displayName: 'New', members }),
      await scim.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: members }]),
      await scim.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'members', value: members }]),
      await scim.patch(`/Groups/${group.id}`, [{ op: 'add', value: { members } }]),
    ]
    for (const { status, body } of replies) {
      expect([status, body.scimType]).toEqual([400, 'invalidValue'])
      expect(body.detail).toContain('members')
    }
    expect(await scim.storedGroup(group.id)).toEqual(before)
  })

  test('one that is null or empty is nobody', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const members = [null, { value: user.id }, {}, { value: null }]
    const group = await scim.createGroup({ members })
    expect(idsOf(group)).toEqual([user.id])
    const path = `/Groups/${group.id}`
    expect((await scim.patch(path, [{ op: 'add', path: 'members', value: members }])).status).toBe(204)
    expect(idsOf((await scim.get(path)).body)).toEqual([user.id])
  })

  test('are not shown where the client does not want them, nor loaded', async () => {
    const stores = makeStores()
    const scim = serve(stores)
    const user = await scim.createUser()
    const group = await scim.createGroup({ members: [{ value: user.id }] })
    const wanted: string[] = []
    const watched = serve({
      ...stores,
      groups: {
        ...stores.groups,
        get: (id, projection, context) => {
          const { membership } = context.resourceType
          wanted.push(membership && projection.includes(membership) ? 'members' : 'the rest')
          return stores.groups.get(id, projection, context)
        },
        list: (query, context) => {
          const { membership } = context.resourceType
          wanted.push(membership && query.projection.includes(membership) ? 'members' : 'the rest')
          return stores.groups.list(query, context)
        },
      },
    })
    const one = await watched.get(`/Groups/${group.id}?excludedAttributes=members`)
    const all = await watched.get('/Groups?excludedAttributes=members')
    const names = await watched.get('/Groups?attributes=displayName')
    expect(wanted).toEqual(['the rest', 'the rest', 'the rest'])
    for (const shown of [one.body, ...all.body.Resources, ...names.body.Resources]) {
      expect(shown.id).toBe(group.id)
      expect(shown).not.toHaveProperty('members')
    }
    const whole = await watched.get(`/Groups/${group.id}`)
    expect(whole.body.members).toHaveLength(1)
    // A store that gives members page by page is not asked for all of them.
    expect(wanted.at(-1)).toBe(stores.groups.members ? 'the rest' : 'members')
  })

  test('are answered with 204 and an ETag after a PATCH, unless the client names attributes', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const group = await scim.createGroup()
    const path = `/Groups/${group.id}`
    const add = [{ op: 'add', path: 'members', value: [{ value: user.id }] }]
    const first = await scim.patch(path, add)
    expect([first.status, first.text]).toEqual([204, ''])
    const read = await scim.get(path)
    expect(first.headers.get('etag')).toBe(read.headers.get('etag'))
    expect(first.headers.get('etag')).not.toBe(group.meta.version)
    const again = await scim.patch(path, add)
    expect([again.status, again.headers.get('etag')]).toEqual([204, first.headers.get('etag')])
    const asked = await scim.patch(`${path}?attributes=members`, add)
    expect([asked.status, idsOf(asked.body)]).toEqual([200, [user.id]])
    const name = await scim.patch(`${path}?attributes=displayName`, [{ op: 'remove', path: 'members' }])
    expect(name.body).toMatchObject({ displayName: group.displayName })
    expect(name.body).not.toHaveProperty('members')
    expect((await scim.storedGroup(group.id)).members).toBeUndefined()
  })

  test('a stale If-Match changes none of them', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const group = await scim.createGroup()
    const path = `/Groups/${group.id}`
    await scim.patch(path, [{ op: 'replace', path: 'displayName', value: 'Moved on' }])
    const stale = await scim.patch(path, [{ op: 'add', path: 'members', value: [{ value: user.id }] }], {
      headers: { 'if-match': group.meta.version },
    })
    expect(stale.status).toBe(412)
    expect((await scim.storedGroup(group.id)).members).toBeUndefined()
    const { headers } = await scim.get(path)
    const fresh = await scim.patch(path, [{ op: 'add', path: 'members', value: [{ value: user.id }] }], {
      headers: { 'if-match': headers.get('etag') ?? '' },
    })
    expect(fresh.status).toBe(204)
  })

  test('who is deleted is no member of anything', async () => {
    const scim = serve(makeStores())
    const [ada, ben] = [await scim.createUser(), await scim.createUser()]
    const inner = await scim.createGroup({ members: [{ value: ada.id }, { value: ben.id }] })
    const outer = await scim.createGroup({ members: [{ value: inner.id }, { value: ada.id }] })
    expect((await scim.delete(`/Users/${ada.id}`)).status).toBe(204)
    expect(idsOf((await scim.get(`/Groups/${inner.id}`)).body)).toEqual([ben.id])
    expect(idsOf((await scim.get(`/Groups/${outer.id}`)).body)).toEqual([inner.id])
    expect((await scim.get(`/Groups?filter=members%20eq%20%22${ada.id}%22`)).body.totalResults).toBe(0)
    expect((await scim.delete(`/Groups/${inner.id}`)).status).toBe(204)
    expect(await scim.storedGroup(outer.id)).not.toHaveProperty('members')
    expect((await scim.get(`/Users/${ben.id}`)).body).not.toHaveProperty('groups')
  })

  test('who leaves a group is not deleted, and a group that is deleted leaves its members', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const group = await scim.createGroup({ members: [{ value: user.id }] })
    await scim.delete(`/Groups/${group.id}`)
    expect((await scim.get(`/Users/${user.id}`)).status).toBe(200)
  })

  test('members of another tenant are nobody', async () => {
    const scim = serve(makeStores())
    const theirs = await scim.createUser({}, { token: 'globex-token' })
    const group = await scim.createGroup({ members: [{ value: theirs.id }] })
    expect(group).not.toHaveProperty('members')
  })

  test('a member that is added twice is there once', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const twice = [{ value: user.id }, { value: user.id, display: 'again' }]
    const group = await scim.createGroup({ members: twice })
    expect(idsOf(group)).toEqual([user.id])
    await scim.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'members', value: twice }])
    expect((await scim.storedGroup(group.id)).members).toHaveLength(1)
    const put = await scim.put(`/Groups/${group.id}`, { ...group, members: twice })
    expect(idsOf(put.body)).toEqual([user.id])
  })
})

describe.each(kinds)('groups within groups, with $kind', ({ makeStores }) => {
  test('one that contains itself is answered, and belongs to itself', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const group = await scim.createGroup({ members: [{ value: user.id }] })
    const path = `/Groups/${group.id}`
    const added = await scim.patch(path, [{ op: 'add', path: 'members', value: [{ value: group.id }] }])
    expect(added.status).toBe(204)
    expect(idsOf((await scim.get(path)).body)).toEqual([user.id, group.id].sort())
    expect((await scim.get(`/Users/${user.id}`)).body.groups).toMatchObject([
      { value: group.id, type: 'direct' },
    ])
    expect((await scim.delete(path)).status).toBe(204)
    expect((await scim.get(`/Users/${user.id}`)).body).not.toHaveProperty('groups')
  })

  test('two that contain each other are answered in every way of looking', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const one = await scim.createGroup({ members: [{ value: user.id }] })
    const two = await scim.createGroup({ members: [{ value: one.id }] })
    await scim.patch(`/Groups/${one.id}`, [{ op: 'add', path: 'members', value: [{ value: two.id }] }])
    const groups = [
      { value: one.id, type: 'direct' },
      { value: two.id, type: 'indirect' },
    ]
    expect((await scim.get(`/Users/${user.id}`)).body.groups).toMatchObject(groups)
    expect((await scim.get('/Users')).body.Resources[0]?.groups).toMatchObject(groups)
    for (const { value } of groups) {
      const filter = encodeURIComponent(`groups eq "${value}"`)
      expect((await scim.get(`/Users?filter=${filter}`)).body.totalResults).toBe(1)
    }
    expect((await scim.delete(`/Groups/${one.id}`)).status).toBe(204)
    expect(await scim.storedGroup(two.id)).not.toHaveProperty('members')
    expect((await scim.get(`/Users/${user.id}`)).body).not.toHaveProperty('groups')
  })
})
