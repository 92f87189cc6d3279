import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  attribute,
  bindFilter,
  type CompiledResourceType,
  defineExtension,
  defineResourceType,
  type Group,
  groupResourceType,
  memoryStore,
  type StoreContext,
  type User,
  urns,
  userResourceType,
} from '../../src/index.js'
import { ScimError } from '../../src/protocol/index.js'
import {
  compileResourceType,
  defaultProjection,
  fullProjection,
  getAttribute,
} from '../../src/schema/index.js'
import type { ListCursor, ListQuery } from '../../src/stores/store.js'

const type = compileResourceType(userResourceType)
const groupType = compileResourceType(groupResourceType)
const all = fullProjection(type)

function contextOf(resourceType: CompiledResourceType = type, tenant?: string): StoreContext {
  return { tenant, actor: undefined, requestId: 'r', resourceType, signal: undefined }
}
const context = contextOf()
const draft = (attributes: Partial<User> = {}) => ({
  schemas: [urns.user],
  userName: 'bjensen',
  ...attributes,
})
const queryOf = (query: Partial<ListQuery> = {}): ListQuery => ({
  filter: undefined,
  sort: undefined,
  startIndex: 1,
  count: 100,
  projection: all,
  ...query,
})
const filterOf = (text: string, resourceType = type) => bindFilter(resourceType, text)
const sortOf = (path: string, order: 'ascending' | 'descending' = 'ascending') => ({
  attribute: getAttribute(type, path, ScimError.invalidPath),
  order,
})

describe('one resource', () => {
  it('gets an id and times, and another version with each change', async () => {
    let time = 0
    const store = memoryStore<User>({ newId: () => 'u1', now: () => new Date(++time * 1000) })
    const created = await store.create(draft(), context)
    expect(created).toEqual({
      ...draft(),
      id: 'u1',
      meta: {
        resourceType: 'User',
        created: '1970-01-01T00:00:01.000Z',
        lastModified: '1970-01-01T00:00:01.000Z',
        version: '1',
      },
    })
    expect(await store.get('u1', all, context)).toBe(created)
    const replaced = await store.replace('u1', draft({ title: 'Guide' }), '1', context)
    expect(replaced).toEqual({
      ...draft({ title: 'Guide' }),
      id: 'u1',
      meta: { ...created.meta, lastModified: '1970-01-01T00:00:02.000Z', version: '2' },
    })
    expect(await store.get('u1', all, context)).toBe(replaced)
    expect(created).not.toHaveProperty('title')
    await store.delete('u1', '2', context)
    expect(await store.get('u1', all, context)).toBeUndefined()
  })

  it('is written by who knows its version only', async () => {
    const store = memoryStore<User>()
    const { id } = await store.create(draft(), context)
    await expect(store.replace(id, draft({ title: 'x' }), '0', context)).rejects.toMatchObject({
      status: 412,
    })
    await expect(store.delete(id, '7', context)).rejects.toMatchObject({ status: 412 })
    await expect(store.replace('nobody', draft(), '1', context)).rejects.toMatchObject({ status: 404 })
    await expect(store.delete('nobody', undefined, context)).rejects.toMatchObject({ status: 404 })
    expect(await store.get(id, all, context)).not.toHaveProperty('title')
    await store.delete(id, undefined, context)
  })

  it('has its id for itself', async () => {
    const store = memoryStore<User>({ newId: () => 'same' })
    await store.create(draft(), context)
    await expect(store.create(draft({ userName: 'other' }), context)).rejects.toMatchObject({ status: 409 })
    expect((await store.list(queryOf(), context)).totalResults).toBe(1)
  })
})

describe('unique values', () => {
  it('belong to one resource, in any case where case means nothing', async () => {
    const store = memoryStore<User>()
    const one = await store.create(draft(), context)
    const two = await store.create(draft({ userName: 'babs' }), context)
    const taken = { status: 409, scimType: 'uniqueness', path: 'userName' }
    await expect(store.create(draft({ userName: 'BJensen' }), context)).rejects.toMatchObject(taken)
    await expect(store.replace(two.id, draft(), '1', context)).rejects.toMatchObject(taken)
    expect((await store.replace(one.id, draft({ userName: 'BJENSEN' }), '1', context)).userName).toBe(
      'BJENSEN',
    )
    await store.replace(one.id, draft({ userName: 'barbara' }), '2', context)
    await store.replace(two.id, draft(), '1', context)
    await store.delete(two.id, undefined, context)
    await store.create(draft(), context)
  })

  it('may be in an extension, and may be missing', async () => {
    const badge = defineExtension('urn:example:badge', {
      code: attribute.string({ uniqueness: 'server', caseExact: true }),
      number: attribute.integer({ uniqueness: 'global' }),
    })
    const badged = contextOf(
      compileResourceType(
        defineResourceType({
          name: 'Badged',
          endpoint: '/Badged',
          schema: userResourceType.schema,
          extensions: [badge],
        }),
      ),
    )
    const store = memoryStore<User & Record<string, unknown>>()
    let count = 0
    const create = (extension: object | undefined) =>
      store.create({ ...draft({ userName: `u${++count}` }), [badge.urn]: extension }, badged)
    await create({ code: 'A', number: 1 })
    await expect(create({ code: 'A' })).rejects.toMatchObject({ path: `${badge.urn}:code` })
    await expect(create({ number: 1 })).rejects.toMatchObject({ path: `${badge.urn}:number` })
    await create({ code: 'a', number: 2 })
    await create({})
    await create(undefined)
  })
})

describe('tenants', () => {
  it('have tables of their own', async () => {
    const store = memoryStore<User>()
    const of = (tenant: string | undefined) => contextOf(type, tenant)
    const { id } = await store.create(draft(), of('acme'))
    for (const tenant of ['globex', undefined, '']) {
      expect(await store.get(id, all, of(tenant))).toBeUndefined()
      expect((await store.list(queryOf(), of(tenant))).totalResults).toBe(0)
      await store.create(draft(), of(tenant))
    }
    await expect(store.create(draft(), of('acme'))).rejects.toMatchObject({ status: 409 })
  })
})

describe('a list', () => {
  it('keeps the order of creation, whatever is changed or deleted', async () => {
    const store = memoryStore<User>()
    const ids: string[] = []
    for (let count = 0; count < 6; count++) {
      ids.push((await store.create(draft({ userName: `u${count}`, externalId: 'same' }), context)).id)
    }
    await store.replace(ids[0] ?? '', draft({ userName: 'zzz', externalId: 'another' }), '1', context)
    await store.replace(ids[0] ?? '', draft({ userName: 'zzz', externalId: 'same' }), '2', context)
    await store.delete(ids[2] ?? '', undefined, context)
    const left = ids.filter((_, index) => index !== 2)
    const listed = async (query: Partial<ListQuery>) => {
      const { resources, totalResults } = await store.list(queryOf(query), context)
      return [resources.map(({ id }) => id), totalResults]
    }
    expect(await listed({})).toEqual([left, 5])
    expect(await listed({ filter: filterOf('externalId eq "same"') })).toEqual([left, 5])
    expect(await listed({ startIndex: 2, count: 2 })).toEqual([left.slice(1, 3), 5])
    expect(await listed({ startIndex: 5, count: 2 })).toEqual([left.slice(4), 5])
    expect(await listed({ startIndex: 6 })).toEqual([[], 5])
    expect(await listed({ count: 0 })).toEqual([[], 5])
  })

  it('finds by an index what it would find without', async () => {
    const value = fc.constantFrom('a', 'A', 'b', 'c')
    const clause = fc.oneof(
      fc
        .tuple(fc.constantFrom('userName', 'externalId', 'id', 'title'), value)
        .map(([a, v]) => `${a} eq "${v}"`),
      fc.constantFrom('title pr', 'externalId eq null', 'userName ne "a"', 'not (externalId eq "a")'),
    )
    const filter = fc.oneof(
      clause,
      fc.tuple(clause, fc.constantFrom('and', 'or'), clause).map((parts) => parts.join(' ')),
      fc.tuple(clause, clause, clause).map(([a, b, c]) => `(${a} or ${b}) and ${c}`),
      fc.tuple(clause, clause, clause).map((parts) => parts.join(' or ')),
    )
    const users = fc.uniqueArray(
      fc.record({ userName: value, externalId: fc.option(value), title: fc.option(value) }),
      { selector: ({ userName }) => userName.toLowerCase(), maxLength: 3 },
    )
    await fc.assert(
      fc.asyncProperty(users, filter, async (given, text) => {
        let count = 0
        const store = memoryStore<User>({ newId: () => 'abcd'[count++] ?? 'x' })
        for (const { userName, externalId, title } of given) {
          const some = { ...(externalId && { externalId }), ...(title && { title }) }
          await store.create(draft({ userName, ...some }), context)
        }
        const { resources } = await store.list(queryOf(), context)
        const found = await store.list(queryOf({ filter: filterOf(text) }), context)
        const expected = resources.filter((user) => filterOf(text).matches(user))
        expect(found.resources, text).toEqual(expected)
        expect(found.totalResults).toBe(expected.length)
      }),
      { numRuns: 500 },
    )
  })

  it('is sorted with missing values last, or first in the other direction, and ids at the end', async () => {
    let count = 9
    const store = memoryStore<User>({ newId: () => `id${count--}` })
    for (const title of ['b', undefined, 'B', 'a', undefined]) {
      await store.create(draft({ userName: `u${count}`, ...(title && { title }) }), context)
    }
    const titles = async (order: 'ascending' | 'descending') =>
      (await store.list(queryOf({ sort: sortOf('title', order) }), context)).resources.map(
        ({ title, id }) => `${title} ${id}`,
      )
    expect(await titles('ascending')).toEqual(['a id6', 'B id7', 'b id9', 'undefined id5', 'undefined id8'])
    expect(await titles('descending')).toEqual(['undefined id5', 'undefined id8', 'B id7', 'b id9', 'a id6'])
  })
})

describe('cursors', () => {
  async function filled(size: number) {
    const store = memoryStore<User>()
    const create = (userName: string) =>
      store.create(draft({ userName, title: `t${userName.length % 3}` }), context)
    for (let count = 0; count < size; count++) await create(`user${'x'.repeat(count)}`)
    const page = (cursor: ListCursor, query: Partial<ListQuery> = {}) =>
      store.list(queryOf({ count: 3, cursor, ...query }), context)
    return { store, create, page }
  }

  it.each([
    ['creation', undefined],
    ['a sort', sortOf('title')],
    ['a sort downwards', sortOf('title', 'descending')],
  ])('in the order of %s miss nobody who stays and repeat nobody', async (_name, sort) => {
    const { store, create, page } = await filled(10)
    const before = (await store.list(queryOf(), context)).resources
    const seen: string[] = []
    const removed: string[] = []
    let cursor: ListCursor = { from: 'start' }
    for (let round = 0; ; round++) {
      const { resources, next } = await page(cursor, { sort })
      seen.push(...resources.map(({ id }) => id))
      if (next === undefined) break
      cursor = { from: 'after', place: next }
      // The last of the page goes, on which the cursor stands, and somebody comes.
      const last = resources.at(-1)?.id ?? ''
      removed.push(last)
      await store.delete(last, undefined, context)
      if (round < 2) await create(`late${round}`)
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(before.map(({ id }) => id).filter((id) => !seen.includes(id))).toEqual([])
    expect(removed.length).toBeGreaterThan(2)
  })

  it('lead back as well', async () => {
    const { page } = await filled(8)
    const first = await page({ from: 'start' })
    const second = await page({ from: 'after', place: first.next ?? '' })
    const third = await page({ from: 'after', place: second.next ?? '' })
    expect([first, second, third].map(({ resources }) => resources.length)).toEqual([3, 3, 2])
    expect(first.previous).toBeUndefined()
    expect(third.next).toBeUndefined()
    expect(await page({ from: 'before', place: third.previous ?? '' })).toEqual(second)
    expect(await page({ from: 'before', place: second.previous ?? '' })).toEqual(first)
    expect(second.totalResults).toBe(8)
  })
})

describe('members', () => {
  const groups = contextOf(groupType)
  const members = fullProjection(groupType)

  async function group(...ids: readonly string[]) {
    const store = memoryStore<Group>()
    const list = ids.map((value) => ({ value }))
    const { id } = await store.create({ schemas: [urns.group], displayName: 'G', members: list }, groups)
    const stored = async () => (await store.get(id, members, groups)) as Group
    const change: NonNullable<typeof store.changeMembers> = (...given) => {
      if (!store.changeMembers) throw new Error('the memory store changes members')
      return store.changeMembers(...given)
    }
    return { store, id, stored, change }
  }

  it('come and go without the others, and say which ones did', async () => {
    const { id, stored, change } = await group('a', 'b')
    const outcome = await change(
      id,
      { add: [{ value: 'b' }, { value: 'c' }], remove: ['a', 'x'] },
      '1',
      groups,
    )
    expect(outcome).toMatchObject({ added: ['c'], removed: ['a'], meta: { version: '2' } })
    expect((await stored()).members).toEqual([{ value: 'b' }, { value: 'c' }])
    const same = await change(id, { add: [{ value: 'c' }], remove: ['a'] }, undefined, groups)
    expect(same).toEqual({ added: [], removed: [], meta: outcome.meta })
    const others = await change(
      id,
      { replaceAll: [{ value: 'c' }, { value: 'd' }, { value: 'd' }] },
      '2',
      groups,
    )
    expect(others).toMatchObject({ added: ['d'], removed: ['b'] })
    await expect(change(id, { replaceAll: [] }, '2', groups)).rejects.toMatchObject({ status: 412 })
    await expect(change('none', { replaceAll: [] }, undefined, groups)).rejects.toMatchObject({ status: 404 })
    await change(id, { replaceAll: [] }, '3', groups)
    expect(await stored()).not.toHaveProperty('members')
  })

  it('are given back only where they will be read', async () => {
    const { store, id, stored } = await group('a')
    const bare = { ...defaultProjection(groupType), includes: () => false }
    expect(await store.get(id, bare, groups)).not.toHaveProperty('members')
    const { resources } = await store.list(queryOf({ projection: bare }), groups)
    expect(resources[0]).not.toHaveProperty('members')
    expect((await stored()).members).toEqual([{ value: 'a' }])
    const filter = filterOf('members.value eq "a"', groupType)
    expect((await store.list(queryOf({ filter, projection: bare }), groups)).totalResults).toBe(1)
    expect(
      (await store.list(queryOf({ filter: filterOf('members pr', groupType) }), groups)).totalResults,
    ).toBe(1)
  })

  it('know their groups, also after changes of either', async () => {
    const { store, id, change } = await group('a', 'b')
    const of = async (...ids: readonly string[]) =>
      Object.fromEntries((await store.groupsOf?.(ids, groups)) ?? [])
    expect(await of('a', 'c')).toEqual({ a: [{ value: id, display: 'G' }] })
    await change(id, { add: [{ value: 'c' }], remove: ['a'] }, undefined, groups)
    expect(await of('a', 'c')).toEqual({ c: [{ value: id, display: 'G' }] })
    await store.replace(
      id,
      { schemas: [urns.group], displayName: 'H', members: [{ value: 'a' }] },
      '2',
      groups,
    )
    expect(await of('a', 'b', 'c')).toEqual({ a: [{ value: id, display: 'H' }] })
    await store.delete(id, undefined, groups)
    expect(await of('a', 'b', 'c')).toEqual({})
  })
})

describe('unique values', () => {
  const Tagged = defineExtension('urn:example:tagged', {
    tags: attribute.string({ multiValued: true, uniqueness: 'server' }),
    keys: attribute.complex({ code: attribute.string({ uniqueness: 'server' }) }, { multiValued: true }),
    at: attribute.dateTime({ uniqueness: 'server' }),
  })
  const tagged = compileResourceType({ ...userResourceType, extensions: [Tagged] })
  const tenant = contextOf(tagged)
  const make = (store: ReturnType<typeof memoryStore<User>>, userName: string, values: object) =>
    store.create({ ...draft({ userName }), [Tagged.urn]: values } as ReturnType<typeof draft>, tenant)
  const found = async (store: ReturnType<typeof memoryStore<User>>, text: string) => {
    const { resources } = await store.list(queryOf({ filter: filterOf(text, tagged) }), tenant)
    return resources.map(({ userName }) => userName)
  }

  it('are looked for inside of multi-valued attributes', async () => {
    const store = memoryStore<User>()
    const { id } = await make(store, 'ada', { tags: ['t1', 'T2'], keys: [{ code: 'c1' }] })
    for (const filter of ['tags eq "T1"', 'tags eq "t2"', 'keys.code eq "c1"', 'keys[code eq "C1"]'])
      expect(await found(store, `${Tagged.urn}:${filter}`)).toEqual(['ada'])
    for (const values of [{ tags: ['t3', 't2'] }, { keys: [{ code: 'c0' }, { code: 'C1' }] }])
      await expect(make(store, 'bob', values)).rejects.toMatchObject({ scimType: 'uniqueness' })
    await store.replace(
      id,
      { ...draft({ userName: 'ada' }), [Tagged.urn]: { tags: ['t2'] } } as never,
      '1',
      tenant,
    )
    await make(store, 'bob', { tags: ['t1'], keys: [{ code: 'c1' }] })
    expect(await found(store, `${Tagged.urn}:tags eq "t1"`)).toEqual(['bob'])
    expect(await found(store, `${Tagged.urn}:tags eq "t2"`)).toEqual(['ada'])
  })

  it('are instants where they are times', async () => {
    const store = memoryStore<User>()
    await make(store, 'ada', { at: '2020-01-01T00:00:00Z' })
    expect(await found(store, `${Tagged.urn}:at eq "2020-01-01T01:00:00+01:00"`)).toEqual(['ada'])
    await expect(make(store, 'bob', { at: '2020-01-01T01:00:00.000+01:00' })).rejects.toMatchObject({
      scimType: 'uniqueness',
    })
  })
})
