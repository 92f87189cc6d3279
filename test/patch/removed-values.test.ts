import { describe, expect, it } from 'vitest'
import { attribute, defineExtension, strict, urns } from '../../src/index.js'
import { serve } from '../http/service.js'
import { openKinds } from '../operations/groups/kinds.js'

// A remove whose value nobody could read was answered with success and did nothing, or emptied the group.

const Tags = defineExtension('urn:example:tags', {
  tags: attribute.string({ multiValued: true }),
})

describe.each(openKinds())('what a remove with a value means, with $kind', ({ makeStores }) => {
  async function open(options: object = {}) {
    const scim = serve({ ...makeStores(), ...options })
    const a = (await scim.createUser({ userName: 'a' })).id
    const b = (await scim.createUser({ userName: 'b' })).id
    const { id } = await scim.createGroup({ members: [{ value: a }, { value: b }] })
    const ids = async () => ((await scim.storedGroup(id)).members ?? []).map(({ value }) => value).sort()
    const remove = (value: unknown, path = 'members') =>
      scim.patch(`/Groups/${id}`, [{ op: 'remove', path, value }])
    return { scim, id, ids, remove, a, both: [a, b].sort(), b }
  }

  it.each([
    ["the attribute's name around it", (value: string) => ({ members: [{ value }] })],
    ['that name in another case', (value: string) => ({ MEMBERS: { value } })],
    ['JSON as text', (value: string) => JSON.stringify([{ value }])],
    ['both', (value: string) => JSON.stringify({ members: [{ value }] })],
    ['a list of one id where one belongs', (value: string) => ({ value: [value] })],
    ['a lone object', (value: string) => ({ value })],
    ['a lone text', (value: string) => value],
  ])('%s is read, and removes that member alone', async (_, shape) => {
    const { ids, remove, a, b } = await open()
    const reply = await remove(shape(a))
    expect(reply.status).toBe(204)
    expect(await ids()).toEqual([b])
    expect(reply.trace.map(({ rule }) => rule)).toContain('removeByValue')
  })

  it.each([
    ['a text without a letter', ''],
    ['an empty object', {}],
    ['false', false],
    ['a number', 7],
    ['nothing in a list', [null]],
    ['an empty text in a list', ['']],
    ['an empty object in a list', [{}]],
    ['an attribute that members have not', [{ id: 'A' }]],
    ['several ids where one belongs', { value: ['A', 'B'] }],
    ['nothing under the name', { members: null }],
    ['one that can be read beside one that cannot', [{ value: 'A' }, {}]],
  ])('%s is 400 and changes nothing', async (_, value) => {
    const { scim, id, ids, remove, both } = await open()
    const { meta } = await scim.storedGroup(id)
    expect((await remove(value)).body).toMatchObject({ status: '400', scimType: 'invalidValue' })
    expect(await ids()).toEqual(both)
    // Beside something else, the whole group is read.
    const operations = [
      { op: 'replace', path: 'externalId', value: 'x' },
      { op: 'remove', path: 'members', value },
    ]
    expect((await scim.patch(`/Groups/${id}`, operations)).body.scimType).toBe('invalidValue')
    expect((await scim.storedGroup(id)).meta).toEqual(meta)
  })

  it('an empty list removes nobody, and nothing or null everybody', async () => {
    const { scim, id, ids, remove, both } = await open()
    const { meta } = await scim.storedGroup(id)
    const reply = await remove([])
    expect([reply.status, await ids()]).toEqual([204, both])
    expect((await scim.storedGroup(id)).meta).toEqual(meta)
    expect(reply.trace).toContainEqual(expect.objectContaining({ rule: 'removeByValue' }))
    expect([(await remove(null)).status, await ids()]).toEqual([204, []])
  })

  it('to replace by an empty list clears', async () => {
    const { scim, id, ids } = await open()
    await scim.patch(`/Groups/${id}`, [{ op: 'replace', path: 'members', value: [] }])
    expect(await ids()).toEqual([])
  })

  it.each([[[{ foo: 1 }]], [{}], [[{}]], [[null]]])('to add %j is 400', async (value) => {
    const { scim, id, ids, both } = await open()
    const reply = await scim.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value }])
    expect(reply.body).toMatchObject({ status: '400', scimType: 'invalidValue' })
    expect(await ids()).toEqual(both)
  })

  it('by the RFC alone there is none', async () => {
    const { remove, ids, both } = await open({ profile: strict() })
    for (const value of ['', {}, [], [{ value: both[0] }], { members: [{ value: both[0] }] }])
      expect((await remove(value)).body.scimType, JSON.stringify(value)).toBe('invalidSyntax')
    expect(await ids()).toEqual(both)
  })

  it('a member who is added again stays as it is, under whatever name, and so does the group', async () => {
    const { scim, id, a } = await open()
    const before = await scim.storedGroup(id)
    for (const member of [
      { value: a },
      { value: a, display: 'Other' },
      { value: a, type: 'User', display: '' },
    ]) {
      const reply = await scim.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [member] }])
      expect(reply.status).toBe(204)
      expect(await scim.storedGroup(id)).toEqual(before)
    }
    const beside = [
      { op: 'add', path: 'members', value: [{ value: a, display: 'Other' }] },
      { op: 'add', path: 'displayName', value: before.displayName.toUpperCase() },
    ]
    await scim.patch(`/Groups/${id}`, beside)
    expect(await scim.storedGroup(id)).toEqual(before)
  })

  it('a PUT gives a member another name, and leaves the others', async () => {
    const { scim, id, a, both } = await open()
    const members = [
      { value: a, display: 'Other' },
      ...both.filter((one) => one !== a).map((value) => ({ value })),
    ]
    const { displayName } = await scim.storedGroup(id)
    await scim.put(`/Groups/${id}`, { schemas: [urns.group], displayName, members })
    const stored = (await scim.storedGroup(id)).members ?? []
    expect(stored.find(({ value }) => value === a)?.display).toBe('Other')
    expect(stored.map(({ value }) => value).sort()).toEqual(both)
  })
})

describe('elements', () => {
  const emails = [
    { value: 'a@x.example', type: 'work', primary: true },
    { value: 'b@x.example', type: 'home', primary: false },
    { value: 'c@x.example', type: 'home' },
  ]
  async function open() {
    const scim = serve({ extensions: { User: [Tags] } })
    const { id } = await scim.createUser({ emails, [Tags.urn]: { tags: ['Red', 'blue'] } })
    const patch = (op: string, path: string, value: unknown) =>
      scim.patch(`/Users/${id}`, [{ op, path, value }])
    const left = async () => ((await scim.storedUser(id)).emails ?? []).map(({ value }) => value?.charAt(0))
    return { scim, id, patch, left }
  }

  it.each([
    [[{ value: 'a@x.example', primary: true }], ['b', 'c']],
    [[{ value: 'A@X.example', primary: true }], ['b', 'c']],
    [[{ value: 'a@x.example', primary: false }], ['a', 'b', 'c']],
    [[{ value: 'b@x.example', primary: false }], ['a', 'c']],
    [[{ value: 'c@x.example', primary: false }], ['a', 'b']],
    [[{ value: 'c@x.example', display: 'C' }], ['a', 'b']],
    [[{ type: 'HOME', primary: false }], ['a']],
    [[{ value: 'a@x.example', type: 'work' }], ['b', 'c']],
    [[{ value: 'a@x.example', type: 'home' }], ['a', 'b', 'c']],
    ['A@x.example', ['b', 'c']],
  ])('that are removed are those that have all that is said: %j', async (value, expected) => {
    const { patch, left } = await open()
    expect((await patch('remove', 'emails', value)).status).toBe(200)
    expect(await left()).toEqual(expected)
  })

  it.each([[''], [{}], [[{}]], [[{ foo: 1 }]], [false], [[null]]])('are not removed by %j', async (value) => {
    const { patch, left } = await open()
    expect((await patch('remove', 'emails', value)).body.scimType).toBe('invalidValue')
    expect((await patch('remove', `${Tags.urn}:tags`, value)).body.scimType).toBe('invalidValue')
    expect(await left()).toEqual(['a', 'b', 'c'])
  })

  it('that are there are not added again, and what is said in another case changes nothing', async () => {
    const { scim, id, patch } = await open()
    const before = await scim.storedUser(id)
    await patch('add', 'emails', [{ value: 'A@X.EXAMPLE', type: 'WORK' }])
    await patch('add', `${Tags.urn}:tags`, ['RED'])
    await patch('add', `${Tags.urn}:tags`, 'Blue')
    await patch('add', 'userName', before.userName.toUpperCase())
    expect(await scim.storedUser(id)).toEqual(before)
    await patch('add', 'emails', [{ value: 'c@x.example', type: 'home', primary: true }])
    expect((await scim.storedUser(id)).emails?.map(({ primary }) => primary)).toEqual([false, false, true])
  })

  it('that have a time are known by it, however it is written', async () => {
    const since = '2020-01-01T00:00:00Z'
    const Stays = defineExtension('urn:example:stays', {
      stays: attribute.complex(
        { value: attribute.string(), since: attribute.dateTime() },
        { multiValued: true },
      ),
    })
    const scim = serve({ extensions: { User: [Stays] } })
    const { id } = await scim.createUser({ [Stays.urn]: { stays: [{ value: 'a', since }, { since }] } })
    const patch = (op: string, value: unknown) =>
      scim.patch(`/Users/${id}`, [{ op, path: `${Stays.urn}:stays`, value }])
    const before = await scim.storedUser(id)
    await patch('add', [{ since: '2020-01-01T01:00:00.000+01:00' }])
    await patch('remove', [{ value: 'a', since: '2020-01-01T00:00:00.001Z' }])
    expect(await scim.storedUser(id)).toEqual(before)
    await patch('remove', [{ value: 'a', since: '2019-12-31T23:00:00-01:00' }])
    expect(await scim.storedUser(id)).toMatchObject({ [Stays.urn]: { stays: [{ since }] } })
  })

  it('that are simple are removed by their text in any case', async () => {
    const { scim, id, patch } = await open()
    await patch('remove', `${Tags.urn}:tags`, ['RED'])
    expect(await scim.storedUser(id)).toMatchObject({ [Tags.urn]: { tags: ['blue'] } })
  })
})
