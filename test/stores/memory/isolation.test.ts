import { describe, expect, it, vi } from 'vitest'
import type { Group, User } from '../../../src/index.js'
import { bindFilter, memoryStore, urns } from '../../../src/index.js'
import { fullProjection } from '../../../src/schema/index.js'
import { serve } from '../../http/service.js'
import { contextOf, draftOf, groupType, queryOf, userType } from './setup.js'

describe('what the store hands out', () => {
  const all = fullProjection(userType)
  const name = { givenName: 'Ada', familyName: 'Lovelace' }
  const emails = [{ value: 'ada@example.com', type: 'work' }]

  /** Changes that whoever has a resource could make to it. */
  const changes: readonly ((user: {
    userName: string
    name?: { givenName?: string }
    emails?: { value?: string }[]
    meta: { version: string }
    schemas: string[]
  }) => unknown)[] = [
    (user) => Object.assign(user, { userName: 'eve' }),
    (user) => Object.assign(user.name ?? {}, { givenName: 'Eve' }),
    (user) => Object.assign(user.emails?.[0] ?? {}, { value: 'eve@example.com' }),
    (user) => user.emails?.push({ value: 'eve@example.com' }),
    (user) => user.schemas.pop(),
    (user) => Object.assign(user.meta, { version: '9' }),
  ]

  it('cannot be changed: to try is a TypeError', async () => {
    const store = memoryStore<User>()
    const context = contextOf()
    const created = await store.create(draftOf('ada', { name, emails }), context)
    const expected = structuredClone(created)
    const replaced = await store.replace(created.id, draftOf('ada', { name, emails }), '1', context)
    const stored = structuredClone(replaced)
    const { resources } = await store.list(queryOf(), context)
    const got = await store.get(created.id, all, context)
    for (const resource of [created, replaced, resources[0], got]) {
      for (const change of changes) expect(() => change(resource as never)).toThrow(TypeError)
    }
    expect(created).toEqual(expected)
    expect(await store.get(created.id, all, context)).toEqual(stored)
  })

  it('cannot be changed where it has members', async () => {
    const store = memoryStore<Group>()
    const context = contextOf(groupType)
    const projection = fullProjection(groupType)
    const members = [{ value: 'a', display: 'A' }]
    const { id } = await store.create({ schemas: [urns.group], displayName: 'G', members }, context)
    await store.changeMembers?.(id, { add: [{ value: 'b', display: 'B' }], remove: [] }, undefined, context)
    const before = structuredClone(await store.get(id, projection, context))
    const group = await store.get(id, projection, context)
    const list = (group?.members ?? []) as { display?: string }[]
    expect(list).toHaveLength(2)
    expect(() => list.pop()).toThrow(TypeError)
    for (const member of list) expect(() => Object.assign(member, { display: 'X' })).toThrow(TypeError)
    expect(() => Object.assign(group ?? {}, { displayName: 'X' })).toThrow(TypeError)
    expect(await store.get(id, projection, context)).toEqual(before)
  })
})

describe('a tenant that has nothing', () => {
  it('leaves nothing behind, however many such tenants read', async () => {
    const groups = memoryStore<Group>()
    const users = memoryStore<User>()
    await users.create(draftOf('ada'), contextOf(userType, 'acme'))
    const set = vi.spyOn(Map.prototype, 'set')
    const filter = bindFilter(userType, 'title pr')
    for (let at = 0; at < 20; at++) {
      const context = contextOf(userType, `unknown-${at}`)
      const ofGroups = contextOf(groupType, `unknown-${at}`)
      expect(await users.get('x', fullProjection(userType), context)).toBeUndefined()
      expect(await users.list(queryOf(), context)).toEqual({ resources: [], totalResults: 0 })
      expect((await users.list(queryOf({ filter }), context)).totalResults).toBe(0)
      expect((await users.list(queryOf({ cursor: { from: 'start' } }), context)).next).toBeUndefined()
      expect((await groups.groupsOf?.(['x'], ofGroups))?.size).toBe(0)
      const missing = { status: 404 }
      await expect(users.replace('x', draftOf('x'), '1', context)).rejects.toMatchObject(missing)
      await expect(users.delete('x', undefined, context)).rejects.toMatchObject(missing)
      await expect(
        groups.changeMembers?.('x', { add: [{ value: 'a' }], remove: [] }, undefined, ofGroups),
      ).rejects.toMatchObject(missing)
    }
    const kept = set.mock.calls.filter(([key]) => /^(?:unknown|Group)/.test(String(key)))
    set.mockRestore()
    expect(kept).toEqual([])
  })

  it('sees an empty service, and can begin', async () => {
    const scim = serve()
    await scim.createUser()
    const sent = { token: 'globex-token' }
    expect((await scim.get('/Users', sent)).body.totalResults).toBe(0)
    expect((await scim.get('/', sent)).body.totalResults).toBe(0)
    const { id } = await scim.createUser({}, sent)
    expect((await scim.get('/Users', sent)).body.Resources.map((one) => one.id)).toEqual([id])
  })
})
