import { describe, expect, it } from 'vitest'
import { urns } from '../../src/index.js'
import { type Options, serve } from '../http/service.js'

const user = { schemas: [urns.user], userName: 'bjensen' }
const kinds = ['created', 'updated', 'deactivated', 'reactivated', 'deleted'] as const

interface Seen {
  readonly name: string
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
  readonly changed: readonly string[]
  readonly members?: { readonly added: readonly string[]; readonly removed: readonly string[] }
  readonly tenant: string | undefined
  readonly actor: string | undefined
  readonly requestId: string
}

/** A service that keeps every event that it tells. */
function listening(options: Options = {}) {
  const seen: Seen[] = []
  const on = Object.fromEntries(
    ['user', 'group'].flatMap((type) =>
      kinds.map((kind) => {
        const name = `${type}.${kind}`
        return [name, (event: Omit<Seen, 'name'>) => void seen.push({ name, ...event })]
      }),
    ),
  )
  const service = serve({ ...options, on })
  return {
    ...service,
    seen,
    /** What a request makes happen. */
    async during(work: Promise<unknown>): Promise<readonly Seen[]> {
      seen.length = 0
      await work
      return [...seen]
    },
  }
}

const namesOf = (events: readonly Seen[]) => events.map(({ name }) => name)
const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }]

describe('what happens to users', () => {
  it('is told of every verb', async () => {
    const { during, post, put, patch, delete: remove, get } = listening()
    const created = post('/Users', user)
    expect(namesOf(await during(created))).toEqual(['user.created'])
    const path = `/Users/${(await created).body.id}`
    expect(namesOf(await during(put(path, { ...user, title: 'x' })))).toEqual(['user.updated'])
    expect(namesOf(await during(patch(path, replace('title', 'y'))))).toEqual(['user.updated'])
    expect(namesOf(await during(get(path)))).toEqual([])
    expect(namesOf(await during(get('/Users')))).toEqual([])
    expect(namesOf(await during(remove(path)))).toEqual(['user.deactivated', 'user.deleted'])
  })

  it('says who did what to whom, before and after', async () => {
    const { during, createUser, patch, events } = listening()
    const { id } = await createUser({ ...user, title: 'Guide', name: { givenName: 'Barbara' } })
    const operations = [
      ...replace('title', 'Chief'),
      ...replace('name.familyName', 'Jensen'),
      ...replace(`${urns.enterpriseUser}:manager`, id),
      { op: 'add', path: 'emails', value: [{ value: 'a@b.c' }] },
    ]
    const [event, ...others] = await during(patch(`/Users/${id}`, operations))
    expect(others).toEqual([])
    expect(event).toMatchObject({
      name: 'user.updated',
      before: { id, title: 'Guide', name: { givenName: 'Barbara' }, meta: { version: '1' } },
      after: {
        id,
        title: 'Chief',
        name: { givenName: 'Barbara', familyName: 'Jensen' },
        meta: { version: '2' },
      },
      tenant: 'acme',
      actor: 'okta',
      requestId: events.at(-1)?.requestId,
    })
    expect(event?.changed).toEqual([
      'name.familyName',
      'title',
      'emails',
      `${urns.enterpriseUser}:manager.value`,
    ])
  })

  it('is nothing where a request changes nothing, or is refused', async () => {
    const { during, createUser, put, patch, post, delete: remove } = listening()
    await createUser({ userName: 'taken' })
    const { id } = await createUser({ ...user, title: 'x' })
    const path = `/Users/${id}`
    expect(
      await during(
        Promise.all([
          put(path, { ...user, title: 'x' }),
          patch(path, replace('title', 'x')),
          patch(path, replace('active', true)),
          patch(path, replace('userName', 'taken')),
          patch(path, replace('nosuch', 'x')),
          post('/Users', user),
          remove('/Users/nobody'),
          remove(path, { headers: { 'if-match': '"7"' } }),
        ]),
      ),
    ).toEqual([])
  })
})

describe('deactivation', () => {
  const off = [
    ['a PATCH with a path', { op: 'replace', path: 'active', value: false }],
    ['a PATCH without one', { op: 'replace', value: { active: false } }],
    ['a PATCH with a text', { op: 'Replace', path: 'active', value: 'False' }],
    ['an add', { op: 'add', path: 'ACTIVE', value: false }],
  ] as const

  it.each(off)('is told of %s, once, and so is reactivation', async (_name, operation) => {
    const { during, createUser, patch } = listening()
    const { id } = await createUser(user)
    const path = `/Users/${id}`
    const [event, ...others] = await during(patch(path, [operation]))
    expect(others).toEqual([])
    expect(event).toMatchObject({
      name: 'user.deactivated',
      before: { id, active: true },
      after: { id, active: false },
      changed: ['active'],
    })
    expect(await during(patch(path, [operation]))).toEqual([])
    const [again] = await during(patch(path, replace('active', true)))
    expect(again).toMatchObject({
      name: 'user.reactivated',
      before: { active: false },
      after: { active: true },
    })
  })

  it('is told of a PUT, and repeated ones do nothing', async () => {
    const { during, createUser, put } = listening()
    const { id } = await createUser(user)
    const path = `/Users/${id}`
    const put_ = (active: unknown, more = {}) => during(put(path, { ...user, active, ...more }))
    expect(namesOf(await put_(false))).toEqual(['user.deactivated'])
    expect(namesOf(await put_(false))).toEqual([])
    expect(namesOf(await put_(undefined))).toEqual([])
    expect(namesOf(await put_(true))).toEqual(['user.reactivated'])
    expect(namesOf(await put_('True'))).toEqual([])
    expect(namesOf(await put_(false, { title: 'x' }))).toEqual(['user.updated', 'user.deactivated'])
    expect(namesOf(await put_(true, { title: 'y' }))).toEqual(['user.updated', 'user.reactivated'])
  })

  it('is told of a DELETE of who was active, without an after', async () => {
    const { during, createUser, delete: remove } = listening()
    const active = await createUser()
    const inactive = await createUser({ active: false })
    const events = await during(remove(`/Users/${active.id}`))
    expect(events).toMatchObject([
      { name: 'user.deactivated', before: { id: active.id }, changed: [] },
      { name: 'user.deleted', before: { id: active.id }, changed: [] },
    ])
    expect(events[0]?.after).toBeUndefined()
    expect(namesOf(await during(remove(`/Users/${inactive.id}`)))).toEqual(['user.deleted'])
  })

  it('of a new user who comes inactive is part of being created', async () => {
    const { during, post } = listening()
    const [event, ...others] = await during(post('/Users', { ...user, active: false }))
    expect(others).toEqual([])
    expect(event).toMatchObject({ name: 'user.created', after: { active: false } })
  })

  // Entra's null updates clear whatever is mapped: nobody who was terminated comes back by one.
  it.each([
    { op: 'remove', path: 'active' },
    { op: 'replace', path: 'active', value: null },
    { op: 'replace', path: 'active', value: '' },
    { op: 'replace', value: { active: null } },
  ])('does not happen where a PATCH only clears the state: %j', async (operation) => {
    const { during, createUser, patch, get } = listening()
    const { id } = await createUser({ active: false })
    expect(namesOf(await during(patch(`/Users/${id}`, [operation])))).toEqual([])
    expect((await get(`/Users/${id}`)).body).toMatchObject({ active: false })
  })
})

describe('what happens to groups', () => {
  it('is told with the members that have come and gone', async () => {
    const { during, createUser, createGroup, patch, delete: remove } = listening()
    const [one, two] = [await createUser(), await createUser()]
    const { id } = await createGroup({ displayName: 'Guides', members: [{ value: one.id }] })
    const path = `/Groups/${id}`
    const [event, ...others] = await during(
      patch(path, [
        { op: 'add', path: 'members', value: [{ value: two.id }] },
        { op: 'remove', path: 'members', value: [{ value: one.id }] },
      ]),
    )
    expect(others).toEqual([])
    expect(event).toMatchObject({
      name: 'group.updated',
      before: { id, displayName: 'Guides' },
      after: { id, displayName: 'Guides', meta: { version: '2' } },
      changed: ['members'],
      members: { added: [two.id], removed: [one.id] },
    })
    expect(await during(patch(path, [{ op: 'add', path: 'members', value: [{ value: two.id }] }]))).toEqual(
      [],
    )
    expect(namesOf(await during(patch(path, replace('displayName', 'Chiefs'))))).toEqual(['group.updated'])
    expect(namesOf(await during(remove(path)))).toEqual(['group.deleted'])
  })

  it('is told of the group that a deleted user leaves', async () => {
    const { during, createUser, createGroup, delete: remove } = listening()
    const { id } = await createUser()
    const group = await createGroup({ members: [{ value: id }] })
    const events = await during(remove(`/Users/${id}`))
    expect(namesOf(events).sort()).toEqual(['group.updated', 'user.deactivated', 'user.deleted'])
    expect(events.find(({ name }) => name === 'group.updated')).toMatchObject({
      before: { id: group.id },
      members: { added: [], removed: [id] },
    })
  })
})

describe('a callback', () => {
  it('is called after the write and before the reply, and waited for', async () => {
    const order: string[] = []
    const service = serve({
      on: {
        'user.updated': async ({ after }) => {
          const stored = await service.storedUser(after.id)
          order.push(`stored ${stored.title}`)
          await new Promise((resolve) => setTimeout(resolve, 5))
          order.push('told')
        },
      },
    })
    const { id } = await service.createUser()
    await service.patch(`/Users/${id}`, replace('title', 'Chief'))
    order.push('answered')
    expect(order).toEqual(['stored Chief', 'told', 'answered'])
  })

  it('that fails is reported, the write stays and the others are called', async () => {
    const called: string[] = []
    const service = serve({
      on: {
        'user.created': () => {
          throw new Error('no connection for hunter2')
        },
        'user.updated': () => Promise.reject(new Error('no connection for hunter2')),
        'user.deactivated': () => void called.push('deactivated'),
        'user.deleted': () => Promise.reject('hunter2'),
      },
    })
    const { id } = await service.createUser()
    const reply = await service.patch(`/Users/${id}`, [...replace('title', 'x'), ...replace('active', false)])
    expect(reply.status).toBe(200)
    expect(reply.text).not.toContain('hunter2')
    expect(await service.storedUser(id)).toMatchObject({ title: 'x', active: false })
    expect(called).toEqual(['deactivated'])
    expect((await service.delete(`/Users/${id}`)).status).toBe(204)
    expect((await service.get(`/Users/${id}`)).status).toBe(404)
    expect(service.errors.map(({ context }) => context.operation)).toEqual([
      'user.created',
      'user.updated',
      'user.deleted',
    ])
    expect(service.errors[1]?.context).toMatchObject({
      tenant: 'acme',
      requestId: reply.event.requestId,
      errorId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('may call the service again', async () => {
    const service = serve({
      on: {
        'user.updated': async ({ after }) => {
          if (after.nickName === undefined) {
            await service.patch(`/Users/${after.id}`, replace('nickName', 'from the callback'))
          }
        },
      },
    })
    const { id } = await service.createUser()
    await service.patch(`/Users/${id}`, replace('title', 'x'))
    expect(await service.storedUser(id)).toMatchObject({ title: 'x', nickName: 'from the callback' })
  })

  it('of a name that does not exist is told when the service is made', () => {
    const on = (callbacks: object) => () => serve({ on: callbacks })
    expect(on({ 'user.removed': () => {} })).toThrow('on["user.removed"]')
    expect(on({ 'User.created': () => {} })).toThrow('on["User.created"]')
    expect(on({ 'user.created': 'log' })).toThrow('on["user.created"]')
    expect(on({ 'user.created': undefined })).not.toThrow()
  })
})

describe('a callback that changes what it is shown', () => {
  it('changes nothing that is stored', async () => {
    const on = {
      'user.created': ({ after }: { after: object }) => Object.assign(after, { userName: 'mallory' }),
      'user.updated': ({ before, after }: { before: object; after: object }) => {
        Object.assign(before, { userName: 'mallory' })
        Object.assign(after, { userName: 'mallory' })
      },
    }
    const scim = serve({ on })
    const { id } = await scim.createUser({ userName: 'ada' })
    await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'x' }])
    expect(await scim.storedUser(id)).toMatchObject({ userName: 'ada', title: 'x' })
  })
})
