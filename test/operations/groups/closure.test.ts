import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { CommonAttributes, Group, ResourceStore, User } from '../../../src/index.js'
import { bindFilter, memoryStore, userResourceType } from '../../../src/index.js'
import { serve } from '../../http/service.js'
import { openKinds } from './kinds.js'

// Thirteen layers of four groups, each holding all of the layer below, once stopped a service for minutes: the ways
// from a user to the top are 4 to the power of 13, and all of them were gone.

const kinds = openKinds()

/** The same store, with a note of each call. */
function watched<R extends CommonAttributes>(store: ResourceStore<R>, asked: string[]): ResourceStore<R> {
  return new Proxy(store, {
    get(target, name: keyof ResourceStore<R>) {
      const found: unknown = target[name]
      if (typeof found !== 'function') return found
      return (...given: readonly unknown[]) => {
        asked.push(name)
        return Reflect.apply(found, target, given)
      }
    },
  })
}

type Service = ReturnType<typeof serve>

/** Layers of groups, each group holding all of the layer below; under the lowest, users. */
async function lattice(scim: Service, layers: number, width: number, userNames: readonly string[]) {
  const users: string[] = []
  for (const userName of userNames) users.push((await scim.createUser({ userName })).id)
  let below: readonly string[] = users
  const groups: string[] = []
  for (let layer = 0; layer < layers; layer++) {
    const members = below.map((value) => ({ value }))
    const made: string[] = []
    for (let at = 0; at < width; at++) {
      made.push((await scim.createGroup({ displayName: `G${layer}-${at}`, members })).id)
    }
    groups.push(...made)
    below = made
  }
  return { users, groups, top: below[0] ?? '' }
}

const idsIn = (groups: unknown) => (groups as readonly { readonly value: string }[]).map(({ value }) => value)

describe.each(kinds)('layers of groups that hold each other, with $kind', ({ makeStores }) => {
  test('are each visited once, a layer at a time, wherever groups are shown or asked for', async () => {
    const layers = 13
    const stores = makeStores()
    const asked: string[] = []
    let me = ''
    const scim = serve({
      users: stores.users,
      groups: watched(stores.groups, asked),
      identify: () => ({ id: me }),
      on: { 'user.updated': () => {} },
    })
    const { users, groups, top } = await lattice(scim, layers, 4, ['ada', 'ben', 'eve'])
    me = users[0] ?? ''
    const filter = encodeURIComponent(`groups.value eq "${top}" and groups[type eq "indirect"]`)
    const shown = {
      '/Users': 3,
      [`/Users?filter=${filter}`]: 3,
      '/?filter=userName%20pr': 3,
      '/Me': 1,
    }
    for (const [path, count] of Object.entries(shown)) {
      asked.length = 0
      const { status, body } = await scim.get(path)
      expect(status).toBe(200)
      const found = body.Resources ?? [body]
      expect(found).toHaveLength(count)
      for (const user of found) expect(idsIn(user.groups).sort()).toEqual([...groups].sort())
      // One call for each layer and one that finds nothing above; for the filter, a call that reads the groups.
      expect(asked.length, path).toBeLessThanOrEqual(layers + 3)
    }
    asked.length = 0
    const patched = await scim.patch(`/Users/${me}`, [{ op: 'replace', path: 'title', value: 'x' }])
    expect(idsIn(patched.body.groups)).toHaveLength(groups.length)
    expect(asked.length).toBeLessThanOrEqual(layers + 1)
  })

  test('may go round in a circle', async () => {
    const scim = serve(makeStores())
    const { id: user } = await scim.createUser({ userName: 'ada' })
    const one = await scim.createGroup({ displayName: 'One', members: [{ value: user }] })
    const two = await scim.createGroup({ displayName: 'Two', members: [{ value: one.id }] })
    const three = await scim.createGroup({ displayName: 'Three', members: [{ value: two.id }] })
    const add = (group: string, value: string) =>
      scim.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value }] }])
    await add(one.id, three.id)
    await add(two.id, two.id)
    const { groups } = (await scim.get(`/Users/${user}`)).body
    expect(groups).toMatchObject([
      { value: one.id, type: 'direct' },
      { value: two.id, type: 'indirect' },
      { value: three.id, type: 'indirect' },
    ])
    for (const [filter, total] of [
      [`groups[value eq "${three.id}" and type eq "indirect"]`, 1],
      [`groups[value eq "${one.id}" and type eq "indirect"]`, 0],
      ['groups.type eq "indirect"', 1],
    ] as const) {
      const { body } = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
      expect(body.totalResults, filter).toBe(total)
    }
  })
})

/** Groups whose key is counted whenever it is read. */
function counting<T extends object>(object: T, key: keyof T, count: () => void): T {
  const value = object[key]
  return Object.defineProperty({ ...object }, key, {
    enumerable: true,
    get: () => {
      count()
      return value
    },
  })
}

describe('the work', () => {
  test('grows with the groups and not with the ways that lead to them', async () => {
    async function readsFor(layers: number) {
      const groups = memoryStore<Group>()
      let reads = 0
      const scim = serve({
        groups: {
          ...groups,
          async groupsOf(...asked) {
            const found = await groups.groupsOf?.(...asked)
            return new Map(
              [...(found ?? [])].map(([id, references]) => [
                id,
                references.map((reference) => counting(reference, 'value', () => reads++)),
              ]),
            )
          },
        },
      })
      const { users } = await lattice(scim, layers, 3, ['ada'])
      reads = 0
      await scim.get(`/Users/${users[0]}`)
      return reads
    }
    const [few, many] = [await readsFor(4), await readsFor(8)]
    expect(many).toBeLessThanOrEqual(few * 2.2)
  })

  test('grows with the groups of one user where the store has five methods', async () => {
    async function readsFor(count: number) {
      let reads = 0
      const meta = { resourceType: 'Group', created: '', lastModified: '', version: '1' }
      const { list: _list, groupsOf: _groupsOf, ...methods } = memoryStore<Group>()
      const members: { value: string }[] = []
      const groups = Array.from({ length: count }, (_, at): Group => {
        const group = { schemas: [], id: `g${at}`, displayName: 'G', members, meta }
        return counting(group, 'id', () => reads++)
      })
      const scim = serve({
        groups: {
          ...methods,
          async list({ filter, startIndex, count }) {
            const matching = groups.filter((group) => filter?.matches(group) ?? true)
            const from = startIndex - 1
            return { resources: matching.slice(from, from + count), totalResults: matching.length }
          },
        },
      })
      const { id } = await scim.createUser()
      members.push({ value: id })
      reads = 0
      expect(idsIn((await scim.get(`/Users/${id}`)).body.groups)).toHaveLength(count)
      return reads
    }
    const [few, many] = [await readsFor(150), await readsFor(300)]
    expect(many).toBeLessThanOrEqual(few * 2.2)
  })

  test('of a filter grows with the memberships and not with the groups too', async () => {
    async function addsFor(count: number) {
      const scim = serve()
      let below = ''
      for (let at = 0; at < count; at++) {
        const { id } = await scim.createUser()
        const members = [{ value: id }, ...(below === '' ? [] : [{ value: below }])]
        below = (await scim.createGroup({ members })).id
      }
      const add = vi.spyOn(Set.prototype, 'add')
      const conditions = ['groups pr', 'groups.type eq "indirect"', `groups.value ne "${below}"`]
      const { body } = await scim.get(`/Users?filter=${encodeURIComponent(conditions.join(' or '))}`)
      const adds = add.mock.calls.length
      add.mockRestore()
      expect(body.totalResults).toBe(count)
      return adds
    }
    const [few, many] = [await addsFor(60), await addsFor(120)]
    expect(many).toBeLessThanOrEqual(few * 2.2)
  })

  test('of the same condition asked many times is done once', async () => {
    const scim = serve()
    await lattice(scim, 3, 3, ['ada', 'ben'])
    async function addsFor(times: number) {
      const add = vi.spyOn(Set.prototype, 'add')
      const filter = Array.from({ length: times }, (_, at) => `groups.display ne "none-${at}"`).join(' and ')
      expect((await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)).body.totalResults).toBe(2)
      const adds = add.mock.calls.filter(([value]) => typeof value === 'string').length
      add.mockRestore()
      return adds
    }
    await addsFor(1)
    expect(await addsFor(100)).toBeLessThan((await addsFor(50)) + 50)
  })
})

describe('a filter on groups', () => {
  test('names a million resources at most, where it has several conditions', async () => {
    const members = Array.from({ length: 200_000 }, (_, at) => ({ value: `u${at}` }))
    const meta = { resourceType: 'Group', created: '', lastModified: '', version: '1' }
    const resources = Array.from(
      { length: 6 },
      (_, at): Group => ({ schemas: [], id: `g${at}`, displayName: 'G', members, meta }),
    )
    const groups: ResourceStore<Group> = {
      ...memoryStore<Group>(),
      list: async () => ({ resources, totalResults: resources.length }),
    }
    const scim = serve({ groups })
    const filter = resources.map(({ id }) => `groups.value eq "${id}"`).join(' or ')
    const { status, body } = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
    expect([status, body.scimType]).toEqual([400, 'tooMany'])
  })

  test('finds whoever shows such groups, whatever holds whatever', async () => {
    const filters = (ids: readonly string[]) => [
      'groups pr',
      'not (groups pr)',
      'groups.type eq "direct"',
      'groups.type eq "indirect"',
      'groups.type ne "direct"',
      'groups[type eq "indirect" and not (display eq "G0")]',
      ...ids.flatMap((id) => [
        `groups.value eq "${id}"`,
        `groups.value ne "${id}"`,
        `groups[value eq "${id}" and type eq "indirect"]`,
        `groups[value ne "${id}" and type eq "indirect"]`,
      ]),
    ]
    const edges = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 7 })), { maxLength: 14 })
    await fc.assert(
      fc.asyncProperty(edges, fc.boolean(), async (given, canSayGroups) => {
        const groups = memoryStore<Group>()
        if (!canSayGroups) delete (groups as { groupsOf?: unknown }).groupsOf
        const scim = serve({ users: memoryStore<User>(), groups })
        const ids: string[] = []
        for (let at = 0; at < 5; at++) ids.push((await scim.createGroup({ displayName: `G${at}` })).id)
        const all = [...ids]
        for (let at = 0; at < 3; at++) all.push((await scim.createUser()).id)
        for (const [group, member] of given) {
          const value = [{ value: all[member] }]
          await scim.patch(`/Groups/${ids[group]}`, [{ op: 'add', path: 'members', value }])
        }
        const { Resources: users } = (await scim.get('/Users')).body
        for (const text of filters(ids)) {
          const { body } = await scim.get(`/Users?filter=${encodeURIComponent(text)}`)
          const expected = users.filter((user) => bindFilter(userResourceType, text).matches(user))
          expect(
            body.Resources.map(({ id }) => id),
            text,
          ).toEqual(expected.map(({ id }) => id))
        }
      }),
      { numRuns: 60 },
    )
  })
})
