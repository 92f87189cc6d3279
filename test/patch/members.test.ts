import { describe, expect, it } from 'vitest'
import { type Group, type GroupStore, memoryStore, urns } from '../../src/index.js'
import { type Options, serve } from '../http/service.js'

const ids = (group: Group) => (group.members ?? []).map(({ value }) => value)
const list = (...members: readonly string[]) => members.map((value) => ({ value }))

/** A store of five methods, so that the service replaces whole groups. */
function plainStore(): GroupStore {
  const { list, delete: remove, get, create, replace } = memoryStore<Group>()
  return { list, delete: remove, get, create, replace }
}

/** A service with the users u1 to u9, and a group of the first three. */
async function groupOf(members: readonly object[], options?: Options) {
  let count = 0
  const service = serve({ users: memoryStore({ newId: () => `u${++count}` }), ...options })
  for (let number = 1; number <= 9; number++) await service.createUser({ userName: `user${number}` })
  const { id } = await service.createGroup({ members })
  return {
    ...service,
    id,
    change: (operations: unknown, query = '') => service.patch(`/Groups/${id}${query}`, operations),
    stored: () => service.storedGroup(id),
  }
}

const three = list('u1', 'u2', 'u3')

/** Both ways of changing members: as a delta, and with the whole group. */
const stores: readonly (readonly [string, () => GroupStore])[] = [
  ['a store that changes members', () => memoryStore<Group>()],
  ['a store of five methods', plainStore],
]

describe.each(stores)('%s', (_name, groups) => {
  const group = (members: readonly object[] = three) => groupOf(members, { groups: groups() })

  it('keeps members with their type and name', async () => {
    const { stored } = await group()
    expect((await stored()).members?.[1]).toEqual({ value: 'u2', type: 'User', display: 'user2' })
  })

  describe('to remove members', () => {
    it('by their values removes these and no others, whatever else is stored of them', async () => {
      for (const value of [
        [{ value: 'u2' }],
        [{ $ref: null, value: 'u2' }],
        [{ Value: 'u2' }],
        [{ value: 'u2', display: 'Another spelling' }],
        [{ value: 'u2', $ref: 'https://app.example.com/scim/v2/Users/u2' }],
        [{ $ref: 'https://app.example.com/scim/v2/Users/u2' }],
        [{ value: 'u2', type: 'Group' }],
        { value: 'u2' },
        ['u2'],
        'u2',
      ]) {
        const { change, stored } = await group()
        const reply = await change([{ op: 'Remove', path: 'members', value }])
        expect(reply.status, JSON.stringify(value)).toBe(204)
        expect(ids(await stored()), JSON.stringify(value)).toEqual(['u1', 'u3'])
        expect(reply.trace.map(({ rule }) => rule)).toContain('removeByValue')
      }
    })

    it('takes several at once', async () => {
      const { change, stored } = await group()
      await change([{ op: 'remove', path: 'members', value: list('u3', 'u1', 'u9', 'nobody') }])
      expect(ids(await stored())).toEqual(['u2'])
    })

    it('by a value that says nothing removes nobody', async () => {
      for (const value of [[], [{}], [{ value: '' }], [null], ['']]) {
        const { change, stored } = await group()
        await change([{ op: 'remove', path: 'members', value }])
        expect(ids(await stored()), JSON.stringify(value)).toEqual(['u1', 'u2', 'u3'])
      }
    })

    it('without a value empties the group', async () => {
      for (const operation of [
        { op: 'remove', path: 'members' },
        { op: 'Remove', path: 'members', value: null },
        { op: 'replace', path: 'members', value: [] },
        { op: 'replace', path: 'members', value: null },
        { op: 'replace', value: { members: [] } },
        { op: 'replace', value: { Members: null } },
      ]) {
        const { change, stored } = await group()
        expect((await change([operation])).status).toBe(204)
        expect(ids(await stored()), JSON.stringify(operation)).toEqual([])
      }
    })

    it('by a filter removes the one, and succeeds without change where it is not there', async () => {
      const { change, stored } = await group()
      await change([{ op: 'remove', path: 'members[value eq "u2"]' }])
      expect(ids(await stored())).toEqual(['u1', 'u3'])
      const before = await stored()
      expect((await change([{ op: 'remove', path: 'members[value eq "u2"]' }])).status).toBe(204)
      expect(await stored()).toEqual(before)
    })

    it('by another filter removes whom it means', async () => {
      const { change, stored } = await group()
      await change([{ op: 'remove', path: 'members[value eq "u2" or display eq "USER3"]' }])
      expect(ids(await stored())).toEqual(['u1'])
    })

    it('takes an id as it is, case and all', async () => {
      const { change, stored } = await group()
      await change([
        { op: 'remove', path: 'members', value: list('U2') },
        { op: 'remove', path: 'members[value eq "U3"]' },
      ])
      expect(ids(await stored())).toEqual(['u1', 'u2', 'u3'])
    })
  })

  describe('to add members', () => {
    it('keeps those that are there, and lists nobody twice', async () => {
      const { change, stored } = await group()
      await change([
        { op: 'Add', path: 'members', value: [{ $ref: null, value: 'u4' }, { value: 'u1' }] },
        { op: 'add', path: 'members', value: list('u4') },
        { op: 'add', value: { members: list('u5', 'u5') } },
      ])
      expect(ids(await stored())).toEqual(['u1', 'u2', 'u3', 'u4', 'u5'])
    })

    it('again is a success without change', async () => {
      const { change, stored } = await group()
      const before = await stored()
      expect((await change([{ op: 'add', path: 'members', value: list('u2', 'u3') }])).status).toBe(204)
      expect(await stored()).toEqual(before)
    })

    it('again, also under another name, is no change (RFC 7644 3.5.2.1)', async () => {
      const { change, stored } = await group()
      const before = await stored()
      await change([{ op: 'add', path: 'members', value: [{ value: 'u2', display: 'Two' }] }])
      expect(await stored()).toEqual(before)
    })

    it('takes the verb in any case, and a bare id', async () => {
      for (const op of ['add', 'Add', 'ADD', 'aDD']) {
        const { change, stored } = await group([])
        expect((await change([{ op, path: 'members', value: 'u1' }])).status).toBe(204)
        expect(ids(await stored()), op).toEqual(['u1'])
      }
    })

    it('cuts no list short', async () => {
      const count = 1500
      const service = serve({ groups: groups() })
      const users = []
      for (let number = 0; number < count; number++) users.push((await service.createUser()).id)
      const { id } = await service.createGroup()
      await service.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: list(...users) }])
      expect(ids(await service.storedGroup(id))).toEqual(users)
      expect((await service.get(`/Groups/${id}`)).body.members).toHaveLength(count)
    })

    it('and to remove them in one request ends where it began', async () => {
      const { change, stored } = await group()
      const before = await stored()
      await change([
        { op: 'add', path: 'members', value: list('u9') },
        { op: 'remove', path: 'members[value eq "u9"]' },
      ])
      expect(await stored()).toEqual(before)
      await change([
        { op: 'remove', path: 'members', value: list('u1') },
        { op: 'add', path: 'members', value: list('u1') },
      ])
      expect(ids(await stored()).sort()).toEqual(['u1', 'u2', 'u3'])
    })

    it('leaves out those that nobody knows, with a line in the trace', async () => {
      const { change, stored } = await group()
      const reply = await change([{ op: 'add', path: 'members', value: list('stranger', 'u4') }])
      expect(reply.status).toBe(204)
      expect(ids(await stored())).toEqual(['u1', 'u2', 'u3', 'u4'])
      expect(reply.trace).toContainEqual({
        rule: 'unknownMembers',
        path: 'members',
        message: 'left out a member that does not exist',
      })
    })

    it('or refuses all of them because of one that nobody knows', async () => {
      const { change, stored } = await groupOf(three, { groups: groups(), unknownMembers: 'reject' })
      for (const operations of [
        [{ op: 'add', path: 'members', value: list('u4', 'stranger') }],
        [{ op: 'replace', path: 'members', value: list('stranger') }],
        [{ op: 'replace', value: { displayName: 'x', members: list('u4', 'stranger') } }],
      ]) {
        const reply = await change(operations)
        expect(reply.status).toBe(400)
        expect(reply.body).toMatchObject({ scimType: 'invalidValue' })
        expect(reply.text).not.toContain('stranger')
        expect(ids(await stored())).toEqual(['u1', 'u2', 'u3'])
      }
    })

    it('needs an id for each', async () => {
      const { change, stored } = await group()
      for (const value of [[{ display: 'Somebody' }], [{ type: 'Group' }, { value: 'u4' }]]) {
        const reply = await change([{ op: 'add', path: 'members', value }])
        expect(reply.status, JSON.stringify(value)).toBe(400)
        expect(reply.body.scimType).toBe('invalidValue')
      }
      expect(ids(await stored())).toEqual(['u1', 'u2', 'u3'])
    })
  })

  describe('what else happens to a group', () => {
    it('replaces its members, each once, and leaves its other attributes', async () => {
      const { change, stored } = await group()
      const { displayName } = await stored()
      await change([{ op: 'replace', path: 'members', value: list('u2', 'u7', 'u7') }])
      expect(ids(await stored())).toEqual(['u2', 'u7'])
      expect((await stored()).displayName).toBe(displayName)
    })

    it('a new name or external id leaves the members', async () => {
      const { change, stored, id } = await group()
      await change([{ op: 'replace', value: { id, displayName: 'Renamed' } }])
      await change([{ op: 'Replace', path: 'displayName', value: 'Renamed again' }])
      await change([{ op: 'replace', value: { externalId: 'x' } }])
      expect(await stored()).toMatchObject({ displayName: 'Renamed again', externalId: 'x' })
      expect(ids(await stored())).toEqual(['u1', 'u2', 'u3'])
    })

    it('a query for a part of the reply leaves the members', async () => {
      for (const query of ['?attributes=displayName', '?excludedAttributes=members', '?attributes=id']) {
        const { change, stored } = await group()
        const reply = await change([{ op: 'replace', path: 'displayName', value: 'Renamed' }], query)
        expect(reply.status).toBe(200)
        expect(reply.body).not.toHaveProperty('members')
        expect(ids(await stored()), query).toEqual(['u1', 'u2', 'u3'])
        expect((await change([{ op: 'add', path: 'members', value: list('u4') }], query)).status).toBe(200)
        expect(ids(await stored()), query).toEqual(['u1', 'u2', 'u3', 'u4'])
      }
    })

    it('several removals and an addition in one request all happen', async () => {
      const { change, stored } = await group()
      await change([
        { op: 'remove', path: 'members[value eq "u1"]' },
        { op: 'remove', path: 'members[value eq "u3"]' },
        { op: 'add', path: 'members', value: [{ value: 'u8', display: 'Eight' }] },
      ])
      expect((await stored()).members).toEqual([
        { value: 'u2', type: 'User', display: 'user2' },
        { value: 'u8', type: 'User', display: 'Eight' },
      ])
    })

    it('members and a name change together, or not at all', async () => {
      const { change, stored } = await group()
      await change([{ op: 'replace', value: { displayName: 'Renamed', members: list('u5') } }])
      expect(await stored()).toMatchObject({ displayName: 'Renamed' })
      expect(ids(await stored())).toEqual(['u5'])
      const before = await stored()
      for (const operations of [
        [
          { op: 'add', path: 'members', value: list('u6') },
          { op: 'replace', path: 'meta', value: 'x' },
        ],
        [
          { op: 'remove', path: 'members' },
          { op: 'replace', path: 'displayName', value: null },
        ],
        [{ op: 'remove', path: 'members' }, { op: 'remove' }],
      ]) {
        expect((await change(operations)).status).toBe(400)
        expect(await stored()).toEqual(before)
      }
    })

    it('an error says which operation it is about', async () => {
      const { change } = await group()
      const reply = await change([
        { op: 'add', path: 'members', value: list('u4') },
        { op: 'add', path: 'id', value: 'x' },
      ])
      expect(reply.body.detail).toBe('Operations[1]: id is read-only')
    })

    it('a schema that is not configured is ignored here as everywhere', async () => {
      const { change, stored } = await group()
      const path = 'urn:example:unknown:2.0:Group:color'
      const reply = await change([
        { op: 'add', path, value: 'red' },
        { op: 'remove', path: 'members[value eq "u1"]' },
      ])
      expect(reply.status).toBe(204)
      expect(reply.trace.map(({ rule }) => rule)).toContain('unknownAttributes')
      expect(ids(await stored())).toEqual(['u2', 'u3'])
    })

    it('a PUT sets the members, and its own echo changes nothing', async () => {
      const { put, get, stored, id } = await group()
      const body = { schemas: [urns.group], displayName: 'Renamed', members: list('u3', 'u4', 'u4') }
      expect((await put(`/Groups/${id}`, body)).status).toBe(200)
      expect(ids(await stored())).toEqual(['u3', 'u4'])
      const before = await stored()
      const echo = (await get(`/Groups/${id}`)).body
      expect(echo.members).toHaveLength(2)
      expect((await put(`/Groups/${id}`, echo)).headers.get('etag')).toBe(`W/"${before.meta.version}"`)
      expect(await stored()).toEqual(before)
      const { members: _members, ...empty } = body
      expect((await put(`/Groups/${id}`, empty)).status).toBe(200)
      expect(ids(await stored())).toEqual([])
    })
  })
})

it('one removal by value leaves one line in the trace, whatever the PATCH does besides', async () => {
  const scim = serve()
  const [ada, ben] = [await scim.createUser({ userName: 'ada' }), await scim.createUser({ userName: 'ben' })]
  for (const others of [[], [{ op: 'replace', path: 'displayName', value: 'Board' }]]) {
    const group = await scim.createGroup({ members: [{ value: ada.id }, { value: ben.id }] })
    const remove = { op: 'remove', path: 'members', value: [{ value: ada.id }] }
    const reply = await scim.patch(`/Groups/${group.id}`, [remove, ...others])
    expect(reply.status).toBeLessThan(300)
    expect(reply.trace.filter(({ rule }) => rule === 'removeByValue')).toEqual([
      {
        rule: 'removeByValue',
        path: 'members',
        message: 'removed the elements that equal the value, and no others',
      },
    ])
    const { body } = await scim.get(`/Groups/${group.id}`)
    expect(body.members).toEqual([expect.objectContaining({ value: ben.id })])
  }
})
