import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Group,
  memoryStore,
  type ResourceStore,
  ScimError,
  type User,
  type UserStore,
  urns,
} from '../../src/index.js'
import { compileResourceType, userResourceType } from '../../src/schema/index.js'
import { serve } from '../http/service.js'

// What a store is told of a change, and that a change is no larger than what was asked for.

/** A store in memory, and what it was told of each replacement. */
function watched<R extends User | Group>() {
  const store = memoryStore<R>()
  const told: { readonly changes: readonly string[] | undefined; readonly stored: unknown }[] = []
  const watching: ResourceStore<R> = {
    ...store,
    replace(id, resource, version, context) {
      told.push({ changes: context.changes && [...context.changes], stored: context.stored })
      return store.replace(id, resource, version, context)
    },
  }
  return { store: watching, told }
}

const full = {
  schemas: [urns.user],
  userName: 'ann',
  title: 'Cook',
  name: { givenName: 'Ann', familyName: 'A' },
  emails: [{ value: 'a@work.example', type: 'work' }],
  [urns.enterpriseUser]: { department: 'Kitchen', costCenter: '1' },
}

describe('a store is told which attributes change', () => {
  it.each([
    ['a simple one', [{ op: 'replace', path: 'title', value: 'Chef' }], ['title']],
    ['one that loses its value', [{ op: 'remove', path: 'title' }], ['title']],
    ['a state', [{ op: 'replace', path: 'active', value: false }], ['active']],
    [
      'a part of a complex one',
      [{ op: 'replace', path: 'name.givenName', value: 'Anne' }],
      ['name.givenName'],
    ],
    ['all of a complex one', [{ op: 'remove', path: 'name' }], ['name.familyName', 'name.givenName']],
    ['an element', [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'x@y' }], ['emails']],
    [
      'an attribute of an extension',
      [{ op: 'replace', path: `${urns.enterpriseUser}:department`, value: 'Bar' }],
      [`${urns.enterpriseUser}:department`],
    ],
    [
      'several at once',
      [{ op: 'add', value: { nickName: 'A', active: false, title: 'Cook' } }],
      ['nickName', 'active'],
    ],
  ])('%s', async (_what, operations, paths) => {
    const { store, told } = watched<User>()
    const service = serve({ users: store })
    const { id } = await service.createUser(full)
    const before = await service.storedUser(id)
    expect((await service.patch(`/Users/${id}`, operations)).status).toBe(200)
    expect(told).toEqual([{ changes: paths, stored: before }])
  })

  it('by a PUT', async () => {
    const { store, told } = watched<User>()
    const service = serve({ users: store })
    const { id } = await service.createUser(full)
    await service.put(`/Users/${id}`, { ...full, title: 'Chef', name: { givenName: 'Ann' } })
    expect(told.map(({ changes }) => changes)).toEqual([['name.familyName', 'title']])
    await service.put(`/Users/${id}`, { ...full, title: 'Chef', name: { givenName: 'Ann' } })
    expect(told).toHaveLength(1)
  })

  it('of a group', async () => {
    const { store, told } = watched<Group>()
    const { changeMembers: _changeMembers, ...five } = store
    const service = serve({ groups: five })
    const user = await service.createUser(full)
    const { id } = await service.createGroup({ displayName: 'Team' })
    await service.patch(`/Groups/${id}`, [
      { op: 'add', path: 'members', value: [{ value: user.id }] },
      { op: 'replace', path: 'displayName', value: 'Crew' },
    ])
    expect(told.map(({ changes }) => new Set(changes))).toEqual([new Set(['displayName', 'members'])])
  })

  it('once, however often it asks', async () => {
    const store = memoryStore<User>()
    const sets: unknown[] = []
    const service = serve({
      users: {
        ...store,
        replace(id, resource, version, context) {
          sets.push(context.changes, context.changes)
          return store.replace(id, resource, version, context)
        },
      },
    })
    const { id } = await service.createUser(full)
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'Chef' }])
    expect(sets[0]).toBe(sets[1])
  })
})

interface Employee {
  readonly id: string
  readonly login: string
  readonly firstName: string | undefined
  /** A leave is none of the identity provider's business. */
  readonly status: 'active' | 'leave' | 'terminated'
  readonly salary: number
  readonly revision: number
}

/** A store of five methods over the rows of a host, which writes what has changed. */
function employeeStore(rows: Map<string, Employee>): UserStore {
  const toUser = ({ id, login, firstName, status, revision }: Employee): User => ({
    schemas: [urns.user],
    id,
    userName: login,
    ...(firstName && { name: { givenName: firstName } }),
    active: status !== 'terminated',
    meta: {
      resourceType: 'User',
      created: '2020-01-01T00:00:00Z',
      lastModified: '2020-01-01T00:00:00Z',
      version: String(revision),
    },
  })
  return {
    async get(id) {
      const row = rows.get(id)
      return row && toUser(row)
    },
    async list() {
      return { resources: [...rows.values()].map(toUser), totalResults: rows.size }
    },
    async create() {
      throw ScimError.notImplemented('the host hires')
    },
    async replace(id, user, version, { changes }) {
      const row = rows.get(id)
      if (!row || String(row.revision) !== version) throw ScimError.versionMismatch()
      const next: Employee = {
        ...row,
        login: user.userName,
        firstName: user.name?.givenName,
        ...(changes?.has('active') && { status: user.active === false ? 'terminated' : 'active' }),
        revision: row.revision + 1,
      }
      rows.set(id, next)
      return toUser(next)
    },
    async delete(id) {
      rows.delete(id)
    },
  }
}

interface Write {
  readonly operations?: readonly object[]
  readonly put?: object
  readonly about: readonly string[]
}

const text = fc.stringMatching(/^[a-z]{1,6}$/)
const set = (path: string, value: unknown) => [{ op: 'replace', path, value }]

const writes: fc.Arbitrary<Write> = fc.oneof(
  text.map((value) => ({ operations: set('title', value), about: ['title'] })),
  fc.boolean().map((value) => ({ operations: set('active', value), about: ['active'] })),
  text.map((value) => ({ operations: set('name.givenName', value), about: ['name'] })),
  text.map((value) => ({ operations: set('emails[type eq "work"].value', value), about: ['emails'] })),
  fc.constant({ operations: [{ op: 'remove', path: 'nickName' }], about: ['nickName'] }),
  fc.constant({ put: {}, about: [] }),
  text.map((title) => ({ put: { title }, about: ['title'] })),
  text.map((value) => ({ put: { emails: [{ value, type: 'work' }] }, about: ['emails'] })),
)

const without = (resource: object, names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(resource).filter(
      ([name]) => !names.includes(name) && name !== 'meta' && name !== 'schemas',
    ),
  )

describe('what a request does not speak of stays', () => {
  it('in memory, keys of the host too', async () => {
    const host = fc.record({ payroll: fc.integer(), tags: fc.array(text) })
    const element = fc.record({ value: text, type: fc.constant('work'), verified: fc.boolean() })
    const scenario = fc.tuple(host, fc.array(element, { maxLength: 1 }), fc.array(writes, { maxLength: 6 }))
    await fc.assert(
      fc.asyncProperty(scenario, async ([keys, emails, requests]) => {
        const users = memoryStore<User>()
        const service = serve({ users })
        const resourceType = compileResourceType(userResourceType)
        const context = { tenant: 'acme', actor: undefined, requestId: '1', resourceType, signal: undefined }
        const name = { givenName: 'Ann', pronounced: 'an' }
        const draft = {
          ...full,
          ...keys,
          name,
          ...(emails.length > 0 && { emails }),
          active: true,
          nickName: 'A',
        }
        const { id } = await users.create(draft as never, context)
        for (const { operations, put, about } of requests) {
          const before = await service.storedUser(id)
          const shown = (await service.get(`/Users/${id}`)).body
          const reply = operations
            ? await service.patch(`/Users/${id}`, operations)
            : await service.put(`/Users/${id}`, { ...shown, ...put })
          expect(reply.status, reply.text).toBe(200)
          const after = await service.storedUser(id)
          expect(without(after, about)).toEqual(without(before, about))
          expect((after as { name?: object }).name).toMatchObject({ pronounced: 'an' })
          if (put && about.length === 0) expect(after).toBe(before)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('in the rows of a host behind a store of five methods', async () => {
    const row = fc.record({
      status: fc.constantFrom('active', 'leave', 'terminated'),
      salary: fc.integer(),
      firstName: fc.constantFrom('Ann', undefined),
    })
    await fc.assert(
      fc.asyncProperty(row, fc.array(writes, { maxLength: 6 }), async (given, requests) => {
        const rows = new Map<string, Employee>([
          ['1', { id: '1', login: 'ann', revision: 1, ...given } as Employee],
        ])
        const service = serve({ users: employeeStore(rows) })
        for (const { operations, put, about } of requests) {
          const before = rows.get('1')
          const shown = (await service.get('/Users/1')).body
          const reply = operations
            ? await service.patch('/Users/1', operations)
            : await service.put('/Users/1', { ...shown, ...put })
          expect(reply.status, reply.text).toBe(200)
          const after = rows.get('1')
          expect(after?.salary).toBe(before?.salary)
          if (!about.includes('active')) expect(after?.status).toBe(before?.status)
          if (!about.includes('name')) expect(after?.firstName).toBe(before?.firstName)
        }
      }),
      { numRuns: 100 },
    )
  })
})
