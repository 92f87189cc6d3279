import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  attribute,
  type BeforeContext,
  defineExtension,
  defineResourceType,
  defineSchema,
  memoryStore,
  type ResourceStore,
  ScimError,
  type User,
  urns,
} from '../../src/index.js'
import type { Options } from '../http/service.js'
import { serve } from '../http/service.js'

// A host has rules that SCIM does not know: a login must end in the company's domain, the owner is never deleted, a
// reserved name is given to nobody. Its hooks see every write before it is done, and change or refuse it.

type Hooks = NonNullable<Options['before']>
type Service = ReturnType<typeof serve>

const user = (attributes: object = {}) => ({ schemas: [urns.user], userName: 'ada', ...attributes })
const replaceTitle = [{ op: 'replace', path: 'title', value: 'Countess' }]

/** Hooks that say what they were asked. */
function listening() {
  const asked: (BeforeContext & Readonly<Record<string, unknown>>)[] = []
  const listen = (question: BeforeContext) => void asked.push({ ...question })
  const before: Hooks = {
    'user.create': listen,
    'user.update': listen,
    'user.delete': listen,
    'group.create': listen,
    'group.update': listen,
    'group.delete': listen,
  }
  return { before, asked, names: () => asked.map(({ name }) => name) }
}

afterEach(() => void vi.restoreAllMocks())

describe('a hook is told', () => {
  test('what will be created, by whom, and that it is the first time', async () => {
    const { before, asked } = listening()
    const { post } = serve({ before })
    const reply = await post('/Users', user({ password: 'secret', title: 'Countess' }))
    expect(reply.status).toBe(201)
    expect(asked).toEqual([
      {
        name: 'user.create',
        resourceType: 'User',
        tenant: 'acme',
        actor: 'okta',
        requestId: reply.event.requestId,
        attempt: 1,
        signal: undefined,
        draft: { schemas: [urns.user], userName: 'ada', title: 'Countess', active: true },
      },
    ])
  })

  test('what is there and what will be, for PUT, PATCH and POST of what exists', async () => {
    const { before, asked } = listening()
    const { put, patch, post, createUser } = serve({ before, onConflict: () => 'reactivate' })
    const { id } = await createUser(user({ active: false }))
    asked.length = 0
    await patch(`/Users/${id}`, replaceTitle)
    await put(`/Users/${id}`, user({ nickName: 'A' }))
    expect((await post('/Users', user({ locale: 'en' }))).status).toBe(201)
    expect(asked).toMatchObject([
      {
        name: 'user.update',
        resourceId: id,
        before: { id, userName: 'ada', active: false },
        after: { id, userName: 'ada', active: false, title: 'Countess' },
        changed: ['title'],
      },
      { name: 'user.update', after: { nickName: 'A' }, changed: ['nickName', 'title'] },
      { name: 'user.update', after: { active: true, locale: 'en' }, changed: ['locale', 'active'] },
    ])
  })

  test('what will be deleted', async () => {
    const { before, asked } = listening()
    const { createUser, delete: remove } = serve({ before, hashPassword: () => 'hash' })
    const { id } = await createUser(user({ password: 'secret' }))
    expect((await remove(`/Users/${id}`)).status).toBe(204)
    expect(asked[1]).toMatchObject({ name: 'user.delete', resourceId: id, before: { id, userName: 'ada' } })
    expect(JSON.stringify(asked)).not.toMatch(/secret|hash/)
  })

  test('that a password changes, and not which', async () => {
    const { before, asked } = listening()
    const { createUser, patch } = serve({ before, hashPassword: (clear) => `hash of ${clear}` })
    const { id } = await createUser(user({ password: 'one' }))
    await patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: 'two' }])
    expect(asked[1]).toMatchObject({ name: 'user.update', changed: ['password'] })
    expect(JSON.stringify(asked)).not.toMatch(/one|two|hash/)
  })

  test('what a change does to members, without the other members', async () => {
    const { before, asked } = listening()
    const { createUser, createGroup, patch, put, storedGroup } = serve({ before })
    const [ada, ben, eve] = [await createUser(), await createUser(), await createUser()]
    const group = await createGroup({ displayName: 'Team', members: [{ value: ada.id }] })
    const path = `/Groups/${group.id}`
    asked.length = 0
    const add = {
      op: 'add',
      path: 'members',
      value: [{ value: ada.id }, { value: ben.id }, { value: 'nobody' }],
    }
    await patch(path, [add])
    await patch(path, [{ op: 'remove', path: `members[value eq "${ada.id}"]` }])
    await patch(path, [{ op: 'replace', path: 'members', value: [{ value: eve.id }] }])
    await put(path, { schemas: [urns.group], displayName: 'Crew', members: [{ value: ada.id }] })
    expect(asked).toMatchObject([
      { changed: ['members'], members: { added: [ben.id], removed: [] } },
      { changed: ['members'], members: { added: [], removed: [ada.id] } },
      { changed: ['members'], members: { added: [eve.id], removed: [ben.id] } },
      { changed: ['displayName', 'members'], members: { added: [ada.id], removed: [eve.id] } },
    ])
    for (const question of asked) {
      expect(question.before).not.toHaveProperty('members')
      expect(question.after).not.toHaveProperty('members')
    }
    expect((await storedGroup(group.id)).members).toMatchObject([{ value: ada.id }])
  })
})

describe('a hook is not asked', () => {
  test('about what changes nothing', async () => {
    const { before, asked, names } = listening()
    const { createUser, createGroup, patch, put, get } = serve({ before })
    const { id } = await createUser(user({ title: 'Countess' }))
    const group = await createGroup({ displayName: 'Team', members: [{ value: id }] })
    asked.length = 0
    const echo = (await get(`/Users/${id}`)).body
    expect((await patch(`/Users/${id}`, replaceTitle)).status).toBe(200)
    expect((await put(`/Users/${id}`, echo)).status).toBe(200)
    // This service keeps no passwords.
    expect((await put(`/Users/${id}`, { ...echo, password: 'secret' })).status).toBe(200)
    const path = `/Groups/${group.id}`
    await patch(path, [{ op: 'add', path: 'members', value: [{ value: id }] }])
    await patch(path, [{ op: 'replace', path: 'members', value: [{ value: id }] }])
    await patch(path, [{ op: 'remove', path: 'members[value eq "nobody"]' }])
    await put(path, { schemas: [urns.group], displayName: 'Team', members: [{ value: id }] })
    expect(names()).toEqual([])
  })

  test('about what is not valid, not there, or at another version', async () => {
    const { before, asked, names } = listening()
    const { createUser, patch, post, delete: remove } = serve({ before })
    const { id } = await createUser()
    asked.length = 0
    const stale = { headers: { 'if-match': 'W/"stale"' } }
    expect((await post('/Users', { schemas: [urns.user] })).status).toBe(400)
    expect((await post('/Users', user({ emails: [{ value: {} }] }))).status).toBe(400)
    expect((await patch('/Users/nobody', replaceTitle)).status).toBe(404)
    expect((await patch(`/Users/${id}`, replaceTitle, stale)).status).toBe(412)
    expect((await remove(`/Users/${id}`, stale)).status).toBe(412)
    expect((await remove('/Users/nobody')).status).toBe(404)
    expect(names()).toEqual([])
  })

  test('about what follows from another write', async () => {
    const { before, asked, names } = listening()
    const { createUser, createGroup, delete: remove, storedGroup } = serve({ before })
    const { id } = await createUser()
    const group = await createGroup({ displayName: 'Team', members: [{ value: id }] })
    asked.length = 0
    expect((await remove(`/Users/${id}`)).status).toBe(204)
    expect(names()).toEqual(['user.delete'])
    expect((await storedGroup(group.id)).members).toBeUndefined()
  })

  test('for the other types of a service', async () => {
    const asked: string[] = []
    const {
      createUser,
      createGroup,
      delete: remove,
    } = serve({
      before: { 'group.delete': ({ name }) => void asked.push(name) },
    })
    const [{ id }, group] = [await createUser(), await createGroup()]
    await remove(`/Users/${id}`)
    await remove(`/Groups/${group.id}`)
    expect(asked).toEqual(['group.delete'])
  })
})

describe('a hook may change', () => {
  test('a new user', async () => {
    const { post, storedUser } = serve({
      before: {
        'user.create': async ({ draft, tenant }) => ({
          ...draft,
          userName: `${draft.userName}@${tenant}.example`,
          title: undefined,
          emails: [{ value: 'ada@example.com', type: 'work' }],
          [urns.enterpriseUser]: { department: 'Works' },
        }),
      },
    })
    const { status, body } = await post('/Users', user({ title: 'Countess', nickName: 'A' }))
    expect(status).toBe(201)
    expect(body).toMatchObject({
      schemas: [urns.user, urns.enterpriseUser],
      userName: 'ada@acme.example',
      nickName: 'A',
      active: true,
      emails: [{ value: 'ada@example.com', type: 'work' }],
      [urns.enterpriseUser]: { department: 'Works' },
    })
    expect(body).not.toHaveProperty('title')
    expect(await storedUser(body.id)).not.toHaveProperty('title')
  })

  test('what a user will be, but nothing that the service gives it', async () => {
    const { createUser, patch, storedUser } = serve({
      before: {
        'user.update': ({ before, after }) => ({
          ...after,
          // The host decides about logins.
          userName: before.userName,
          id: 'another',
          meta: { ...after.meta, version: 'another' },
          groups: [{ value: 'admins' }],
          schemas: [],
        }),
      },
    })
    const { id } = await createUser(user())
    const reply = await patch(`/Users/${id}`, [{ op: 'replace', value: { userName: 'eve', title: 'x' } }])
    expect(reply.body).toMatchObject({ schemas: [urns.user], id, userName: 'ada', title: 'x' })
    expect(reply.body).not.toHaveProperty('groups')
    expect(await storedUser(id)).toMatchObject({ id, userName: 'ada', title: 'x' })
  })

  test('a change into none: nothing is written, and nobody is told', async () => {
    const heard: string[] = []
    const { createUser, patch, storedUser } = serve({
      before: { 'user.update': ({ before }) => before },
      on: { 'user.updated': ({ name }) => heard.push(name) },
    })
    const { id } = await createUser(user())
    const before = await storedUser(id)
    const reply = await patch(`/Users/${id}`, replaceTitle)
    expect([reply.status, reply.body.meta.version]).toEqual([
      200,
      (await patch(`/Users/${id}`, [])).body.meta.version,
    ])
    expect(await storedUser(id)).toEqual(before)
    expect(heard).toEqual([])
  })

  test('and leaves a password as it is, or gives another, which is hashed', async () => {
    const hashed: string[] = []
    const service = (password?: string) =>
      serve({
        before: { 'user.create': ({ draft }) => ({ ...draft, title: 'x', ...(password && { password }) }) },
        hashPassword: (clear) => {
          hashed.push(clear)
          return `hash of ${clear}`
        },
      })
    const stored = async ({ createUser, storedUser }: Service) =>
      (await storedUser((await createUser(user({ password: 'theirs' }))).id)).password
    expect(await stored(service())).toBe('hash of theirs')
    expect(await stored(service('ours'))).toBe('hash of ours')
    expect(hashed).toEqual(['theirs', 'ours'])
  })

  test('a new group, whose members are looked up', async () => {
    let add = ''
    const { createUser, post } = serve({
      before: {
        'group.create': ({ draft }) => ({
          ...draft,
          members: [...(draft.members ?? []), { value: add }, { value: 'nobody' }],
        }),
      },
    })
    const [ada, ben] = [await createUser(), await createUser()]
    add = ben.id
    const group = { schemas: [urns.group], displayName: 'Team', members: [{ value: ada.id }] }
    const { body } = await post('/Groups', group)
    expect(body.members).toMatchObject([
      { value: ada.id, type: 'User' },
      { value: ben.id, type: 'User' },
    ])
  })

  test('a group whose members change, and is asked about the whole then', async () => {
    const attempts: number[] = []
    const { createUser, createGroup, patch, storedGroup } = serve({
      before: {
        'group.update': ({ after, attempt }) => {
          attempts.push(attempt)
          return { ...after, externalId: 'seen' }
        },
      },
    })
    const [ada, ben] = [await createUser(), await createUser()]
    const { id } = await createGroup({ displayName: 'Team', members: [{ value: ada.id }] })
    await patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: ben.id }] }])
    const members = [{ value: ada.id }, { value: ben.id }]
    expect(await storedGroup(id)).toMatchObject({ displayName: 'Team', externalId: 'seen', members })
    expect(attempts).toEqual([1, 2])
  })

  test('only what it returns, since it works on copies', async () => {
    const { createUser, patch, storedUser } = serve({
      before: {
        'user.create': ({ draft }) => void Object.assign(draft, { title: 'changed in place' }),
        'user.update': ({ before, after }) =>
          void [before, after].map((one) => Object.assign(one, { title: 'changed in place' })),
      },
    })
    const { id } = await createUser(user())
    await patch(`/Users/${id}`, [{ op: 'replace', path: 'nickName', value: 'A' }])
    expect(await storedUser(id)).toMatchObject({ nickName: 'A' })
    expect(await storedUser(id)).not.toHaveProperty('title')
  })

  test('what is read-only inside of it stays, wherever it changes something beside', async () => {
    const Badge = defineExtension('urn:example:badge', {
      number: attribute.string(),
      issued: attribute.complex({
        by: attribute.string(),
        at: attribute.string({ mutability: 'readOnly' }),
      }),
    })
    const { users, post, patch } = serve({
      extensions: { User: [Badge] },
      before: {
        'user.update': ({ after }) => ({
          ...after,
          'urn:example:badge': { number: '7', issued: { by: 'us' } },
        }),
      },
    })
    const { body } = await post(
      '/Users',
      user({ 'urn:example:badge': { number: '1', issued: { by: 'them' } } }),
    )
    // The host's own code sets it.
    const replace = users.replace.bind(users)
    const stamped = vi
      .spyOn(users, 'replace')
      .mockImplementation((id, draft, version, context) =>
        replace(
          id,
          { ...draft, 'urn:example:badge': { number: '1', issued: { by: 'them', at: 'noon' } } } as never,
          version,
          context,
        ),
      )
    await patch(`/Users/${body.id}`, replaceTitle)
    stamped.mockRestore()
    const reply = await patch(`/Users/${body.id}`, [{ op: 'remove', path: 'title' }])
    expect(reply.body['urn:example:badge']).toEqual({ number: '7', issued: { by: 'us', at: 'noon' } })
  })
})

describe('a hook refuses', () => {
  /** A service with a user and a group, and then with these hooks over the same stores. */
  async function withHooks(hook: () => unknown) {
    const open = serve()
    const person = await open.createUser(user())
    const group = await open.createGroup({ displayName: 'Team', members: [{ value: person.id }] })
    const state = async () => [
      (await open.get('/Users')).body.Resources,
      (await open.get('/Groups')).body.Resources,
    ]
    const heard: string[] = []
    const listen = ({ name }: { readonly name: string }) => void heard.push(name)
    const names = [
      'user.create',
      'user.update',
      'user.delete',
      'group.create',
      'group.update',
      'group.delete',
    ]
    const before = Object.fromEntries(names.map((name) => [name, hook])) as Hooks
    const on = {
      'user.created': listen,
      'user.updated': listen,
      'user.deleted': listen,
      'group.updated': listen,
    }
    const { users, groups } = open
    const scim = serve({ users, groups, before, on, onConflict: () => 'link' })
    return { ...scim, person, group, was: await state(), state, heard }
  }

  const requests: readonly [
    string,
    string,
    (service: Awaited<ReturnType<typeof withHooks>>) => Promise<unknown>,
  ][] = [
    ['POST of a user', 'user.create', ({ post }) => post('/Users', user({ userName: 'ben' }))],
    ['POST of one that exists', 'user.update', ({ post }) => post('/Users', user({ title: 'x' }))],
    ['PUT', 'user.update', ({ put, person }) => put(`/Users/${person.id}`, user({ userName: 'eve' }))],
    ['PATCH', 'user.update', ({ patch, person }) => patch(`/Users/${person.id}`, replaceTitle)],
    ['DELETE', 'user.delete', ({ delete: remove, person }) => remove(`/Users/${person.id}`)],
    [
      'POST of a group',
      'group.create',
      ({ post }) => post('/Groups', { schemas: [urns.group], displayName: 'x' }),
    ],
    [
      'PATCH of members',
      'group.update',
      ({ patch, group, person }) =>
        patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[value eq "${person.id}"]` }]),
    ],
    [
      'PATCH of all members',
      'group.update',
      ({ patch, group }) => patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members' }]),
    ],
    ['DELETE of a group', 'group.delete', ({ delete: remove, group }) => remove(`/Groups/${group.id}`)],
  ]

  describe.each(requests)('%s', (_, name, request) => {
    test.each<[number, ScimError]>([
      [400, ScimError.invalidValue('the login must end in @example.com', { path: 'userName' })],
      [403, ScimError.forbidden('only HR does this')],
      [404, ScimError.notFound()],
      [409, ScimError.uniqueness('userName')],
      // Said by a store, it would mean that others have been faster.
      [412, ScimError.versionMismatch()],
      [503, ScimError.unavailable('HR is closed')],
    ])('with a ScimError of status %i, which the client gets as it is', async (status, error) => {
      const hook = vi.fn(() => {
        throw error
      })
      const service = await withHooks(hook)
      expect(await request(service)).toMatchObject({ status, body: { detail: error.message } })
      expect(hook).toHaveBeenCalledTimes(1)
      expect(service.errors).toEqual([])
      expect([await service.state(), service.heard]).toEqual([service.was, []])
    })

    test('with an error of its own, which the host gets and the client does not', async () => {
      const error = new Error('no connection to 10.0.0.7')
      const service = await withHooks(() => Promise.reject(error))
      const reply = await request(service)
      expect(reply).toMatchObject({ status: 500 })
      expect(JSON.stringify(reply)).not.toContain('10.0.0.7')
      expect(service.errors.map((one) => one.error)).toEqual([error])
      expect([await service.state(), service.heard]).toEqual([service.was, []])
    })

    test.each<[string, unknown]>([
      ['null', null],
      ['false', false],
      ['true', true],
      ['text', 'no'],
      ['a list', []],
      ['an instance of Map', new Map()],
      ['a promise of a number', Promise.resolve(7)],
    ])('by mistake, when it returns %s', async (__, returned) => {
      const service = await withHooks(() => returned)
      expect(await request(service)).toMatchObject({ status: 500 })
      expect(service.errors.map((one) => (one.error as Error).message)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^before\\["${name}"\\] must return (a \\w+ as a plain object, or nothing|nothing, or throw to refuse), and returned `,
          ),
        ),
      ])
      expect([await service.state(), service.heard]).toEqual([service.was, []])
    })
  })

  test.each<[object, string]>([
    [{ titel: 'Countess' }, 'returned "titel", which no schema defines; did you mean "title"?'],
    [{ username: 'ada' }, 'returned "username", which no schema defines; it is called "userName"'],
    [{ name: { given: 'Ada' } }, 'returned a User that is not valid: There is no attribute "name.given"'],
    [{ userName: undefined }, 'returned no userName, which is required'],
    [{ userName: '' }, 'returned no userName, which is required'],
    [{ title: 7 }, 'returned a User that is not valid: title must be string'],
    [{ active: 'True' }, 'returned a User that is not valid: active must be boolean'],
    [{ emails: { value: 'a@b.c' } }, 'returned a User that is not valid: emails must be array'],
    [
      { emails: Array.from({ length: 3 }, (_, at) => ({ value: `${at}@example.com` })) },
      'returned a User that is not valid: emails may have 2 values at most (maxValues)',
    ],
    [
      { title: 'x'.repeat(60) },
      'returned a User that is not valid: title is longer than maxTextLength (50 characters)',
    ],
  ])('by mistake, when it returns %o', async (changes, message) => {
    const limits = { maxValues: 2, maxTextLength: 50 }
    const change = (resource: object) => ({ ...resource, ...changes }) as never
    const open = serve()
    const { id } = await open.createUser(user({ userName: 'eve' }))
    const { post, patch, errors } = serve({
      users: open.users,
      limits,
      before: { 'user.create': ({ draft }) => change(draft), 'user.update': ({ after }) => change(after) },
    })
    const before = await open.storedUser(id)
    const replies = [await post('/Users', user()), await patch(`/Users/${id}`, replaceTitle)]
    expect(replies.map(({ status }) => status)).toEqual([500, 500])
    expect(errors.map(({ error }) => (error as Error).message)).toEqual([
      `before["user.create"] ${message}`,
      `before["user.update"] ${message}`,
    ])
    expect((await open.get('/Users')).body.totalResults).toBe(1)
    expect(await open.storedUser(id)).toEqual(before)
  })

  test('by mistake, when it says who is in a group that is changed', async () => {
    const { createUser, createGroup, patch, storedGroup, errors } = serve({
      before: { 'group.update': ({ after }) => ({ ...after, members: [] }) },
    })
    const { id } = await createUser()
    const group = await createGroup({ displayName: 'Team', members: [{ value: id }] })
    const before = await storedGroup(group.id)
    expect(
      (await patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'displayName', value: 'x' }])).status,
    ).toBe(500)
    expect(errors).toMatchObject([
      { error: { message: 'before["group.update"] must leave members out, which it was not shown' } },
    ])
    expect(await storedGroup(group.id)).toEqual(before)
  })
})

describe('when others are faster', () => {
  test('a hook is asked again about what is there then, and told so', async () => {
    const users = memoryStore<User>()
    const open = serve({ users })
    const { id } = await open.createUser(user())
    const seen: unknown[] = []
    const { patch, storedUser } = serve({
      users,
      before: {
        'user.update': async ({ before, after, attempt }) => {
          seen.push([attempt, before.nickName, after.title])
          // Another request, until the third time.
          if (attempt < 3)
            await open.patch(`/Users/${id}`, [{ op: 'replace', path: 'nickName', value: `${attempt}` }])
          return { ...after, locale: `attempt-${attempt}` }
        },
      },
    })
    expect((await patch(`/Users/${id}`, replaceTitle)).status).toBe(200)
    expect(seen).toEqual([
      [1, undefined, 'Countess'],
      [2, '1', 'Countess'],
      [3, '2', 'Countess'],
    ])
    expect(await storedUser(id)).toMatchObject({ title: 'Countess', nickName: '2', locale: 'attempt-3' })
  })

  test('also about a deletion, and about what takes over a resource that is there', async () => {
    const users = memoryStore<User>()
    const open = serve({ users })
    const { id } = await open.createUser(user())
    const attempts: unknown[] = []
    const disturb = async ({ name, attempt }: BeforeContext) => {
      attempts.push([name, attempt])
      if (attempt < 2) await open.patch(`/Users/${id}`, [{ op: 'replace', path: 'nickName', value: name }])
    }
    const { post, delete: remove } = serve({
      users,
      before: { 'user.update': disturb, 'user.delete': disturb },
      onConflict: () => 'link',
    })
    expect((await post('/Users', user({ title: 'x' }))).status).toBe(201)
    expect((await remove(`/Users/${id}`)).status).toBe(204)
    expect(attempts).toEqual([
      ['user.update', 1],
      ['user.update', 2],
      ['user.delete', 1],
      ['user.delete', 2],
    ])
  })

  test('with If-Match it is asked once, and the client told', async () => {
    const users = memoryStore<User>()
    const open = serve({ users })
    const { id, meta } = await open.createUser(user())
    let asked = 0
    const { patch } = serve({
      users,
      before: {
        'user.update': async () => {
          asked += 1
          await open.patch(`/Users/${id}`, [{ op: 'replace', path: 'nickName', value: 'A' }])
        },
      },
    })
    expect(
      (await patch(`/Users/${id}`, replaceTitle, { headers: { 'if-match': meta.version } })).status,
    ).toBe(412)
    expect(asked).toBe(1)
  })
})

describe('of the hooks of a service', () => {
  test('those of its own resource types are called too', async () => {
    const schema = defineSchema('urn:example:Door', {
      label: attribute.string({ required: true }),
      serial: attribute.string({ mutability: 'immutable' }),
    })
    const Door = defineResourceType({ name: 'Door', endpoint: '/Doors', schema, store: memoryStore() })
    const { post, patch, errors } = serve({
      resourceTypes: [Door] as never,
      before: {
        'door.create': ({ draft }: { readonly draft: object }) => ({ ...draft, serial: '4711' }),
        'door.update': ({ after }: { readonly after: object }) => ({ ...after, serial: '4712' }),
      } as never,
    })
    const { body } = await post('/Doors', { schemas: [schema.urn], label: 'Front' })
    expect(body).toMatchObject({ label: 'Front', serial: '4711' })
    expect((await patch(`/Doors/${body.id}`, [{ op: 'replace', path: 'label', value: 'Back' }])).status).toBe(
      500,
    )
    expect(errors).toMatchObject([
      { error: { message: 'before["door.update"] returned another serial, which cannot be changed' } },
    ])
  })

  test('a store of five methods needs to know nothing', async () => {
    const { get, list, create, replace, delete: remove } = memoryStore<User>()
    const five = { get, list, create, replace, delete: remove } as ResourceStore<User>
    const { createUser, patch, storedUser } = serve({
      users: five,
      before: { 'user.update': ({ after }) => ({ ...after, locale: 'en' }) },
    })
    const { id } = await createUser(user())
    await patch(`/Users/${id}`, replaceTitle)
    expect(await storedUser(id)).toMatchObject({ title: 'Countess', locale: 'en' })
  })

  test('none is called for the operations of a bulk request that take back others', async () => {
    const { before, names } = listening()
    const { post, get } = serve({
      before: {
        ...before,
        'group.update': () => {
          throw ScimError.forbidden('no')
        },
      },
    })
    const circle = (bulkId: string, other: string) => ({
      method: 'POST',
      path: '/Groups',
      bulkId,
      data: { schemas: [urns.group], displayName: bulkId, members: [{ value: `bulkId:${other}` }] },
    })
    const reply = await post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [circle('a', 'b'), circle('b', 'a')],
    })
    expect((reply.body.Operations as readonly { status: string }[]).map(({ status }) => status)).toContain(
      '403',
    )
    expect((await get('/Groups')).body.totalResults).toBe(0)
    expect(names()).toEqual(['group.create', 'group.create'])
  })

  test('one that waits for ever writes nothing once the client was told', async () => {
    let aborted = false
    let go: (() => void) | undefined
    const { post, get } = serve({
      deadline: 50,
      before: {
        'user.create': ({ signal }) =>
          new Promise<void>((resolve) => {
            go = resolve
            signal?.addEventListener('abort', () => {
              aborted = true
            })
          }),
      },
    })
    expect((await post('/Users', user())).status).toBe(503)
    expect(aborted).toBe(true)
    go?.()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await get('/Users')).body.totalResults).toBe(0)
  })
})
