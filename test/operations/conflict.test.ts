import { describe, expect, test } from 'vitest'
import { type ConflictDecision, memoryStore, type OnConflict, type User, urns } from '../../src/index.js'
import { type Options, serve } from '../http/service.js'
import { openKinds } from './groups/kinds.js'

const kinds = openKinds()

// A user that the host had before the identity provider came: what becomes of the POST is the host's decision.

function decide(decision: ConflictDecision, stores?: Options) {
  const asked: Parameters<OnConflict>[0][] = []
  const heard: string[] = []
  const scim = serve({
    ...stores,
    onConflict: (conflict) => {
      asked.push(conflict)
      return decision
    },
    on: {
      'user.created': () => heard.push('created'),
      'user.updated': () => heard.push('updated'),
      'user.reactivated': () => heard.push('reactivated'),
      'user.deactivated': () => heard.push('deactivated'),
    },
  })
  return { scim, asked, heard }
}

const incoming = {
  schemas: [urns.user],
  userName: 'ADA@example.com',
  externalId: '00u1',
  password: 'a secret',
  title: 'Countess',
  active: true,
}

describe.each(kinds)('a POST of a userName that is there, with $kind', ({ makeStores }) => {
  const deciding = (decision: ConflictDecision) => decide(decision, makeStores())

  test('is 409 where the host says reject, and the user is as it was', async () => {
    const { scim, asked, heard } = deciding('reject')
    const user = await scim.createUser({ userName: 'ada@example.com', active: false })
    const before = await scim.storedUser(user.id)
    const reply = await scim.post('/Users', incoming)
    expect([reply.status, reply.body.scimType]).toEqual([409, 'uniqueness'])
    expect(await scim.storedUser(user.id)).toEqual(before)
    expect(asked).toHaveLength(1)
    expect(heard).toEqual(['created'])
  })

  test('tells the host who is there and what was sent, without the password', async () => {
    const { scim, asked } = deciding('reject')
    const user = await scim.createUser({ userName: 'ada@example.com' })
    await scim.post('/Users', incoming)
    expect(asked[0]?.existing).toMatchObject({ id: user.id, userName: 'ada@example.com' })
    expect(asked[0]?.incoming).toMatchObject({ userName: 'ADA@example.com', title: 'Countess' })
    expect(asked[0]?.context).toMatchObject({ tenant: 'acme', actor: 'okta', resourceType: 'User' })
    expect(JSON.stringify(asked)).not.toContain('a secret')
  })

  test('takes over what was sent where the host says link, and leaves the user on or off', async () => {
    const { scim, heard } = deciding('link')
    const user = await scim.createUser({ userName: 'ada@example.com', active: false, nickName: 'Ada' })
    const reply = await scim.post('/Users', incoming)
    expect(reply.status).toBe(201)
    expect(reply.headers.get('location')).toBe(user.meta.location)
    expect(reply.body).toMatchObject({
      id: user.id,
      userName: 'ADA@example.com',
      externalId: '00u1',
      title: 'Countess',
      nickName: 'Ada',
      active: false,
    })
    expect(reply.body.meta.version).not.toBe(user.meta.version)
    expect((await scim.get('/Users')).body.totalResults).toBe(1)
    expect(heard).toEqual(['created', 'updated'])
    expect(reply.trace).toContainEqual(expect.objectContaining({ rule: 'onConflict' }))
  })

  test('also switches the user on where the host says reactivate', async () => {
    const { scim, heard } = deciding('reactivate')
    const user = await scim.createUser({ userName: 'ada@example.com', active: false })
    const reply = await scim.post('/Users', incoming)
    expect(reply.body).toMatchObject({ id: user.id, active: true, title: 'Countess' })
    expect(heard).toEqual(['created', 'updated', 'reactivated'])
  })

  test('is found by externalId where the userName is another one', async () => {
    const { scim } = deciding('link')
    const user = await scim.createUser({ userName: 'ada.before@example.com', externalId: '00u1' })
    const reply = await scim.post('/Users', incoming)
    expect(reply.body).toMatchObject({ id: user.id, userName: 'ADA@example.com' })
  })

  test('is still 409 where the other attributes belong to a third one', async () => {
    const { scim } = deciding('link')
    await scim.createUser({ userName: 'ada@example.com', externalId: 'other' })
    await scim.createUser({ userName: 'ben@example.com', externalId: '00u1' })
    const reply = await scim.post('/Users', { ...incoming, userName: 'carl@example.com' })
    expect(reply.status).toBe(201)
    const clash = await scim.put(`/Users/${reply.body.id}`, {
      schemas: [urns.user],
      userName: 'ada@example.com',
    })
    expect(clash.status).toBe(409)
  })

  test('of another tenant is no conflict', async () => {
    const { scim, asked } = deciding('link')
    const theirs = await scim.createUser({ userName: 'ada@example.com' }, { token: 'globex-token' })
    const reply = await scim.post('/Users', incoming)
    expect(reply.status).toBe(201)
    expect(reply.body.id).not.toBe(theirs.id)
    expect(asked).toEqual([])
  })
})

describe.each(kinds)('what the host decides about a POST, with $kind', ({ makeStores }) => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['false', false],
    ['true', true],
    ['another word', 'deny'],
    ['an empty text', ''],
    ['a word in another case', 'Link'],
    ['a list', ['link']],
    ['an object', { decision: 'link' }],
    ['a text in a box', new String('reactivate')],
    ['a number', 1],
    ['a promise of nothing', Promise.resolve(undefined)],
  ])('counts only as one of three words: %s writes nothing', async (_, decision) => {
    const { scim, heard } = decide(decision as ConflictDecision, makeStores())
    const user = await scim.createUser({ userName: 'ada@example.com', active: false })
    const before = await scim.storedUser(user.id)
    const bulk = {
      schemas: [urns.bulkRequest],
      Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: incoming }],
    }
    const single = await scim.post('/Users', incoming)
    const several = await scim.post('/Bulk', bulk)
    expect(single.status).toBe(500)
    expect(several.body.Operations).toMatchObject([{ status: '500' }])
    const fault = expect.stringMatching(
      /^HostFault: onConflict must return "reject", "link" or "reactivate", and returned /,
    )
    expect(scim.errors.map(({ error }) => String(error))).toEqual([fault, fault])
    expect(await scim.storedUser(user.id)).toEqual(before)
    expect((await scim.get('/Users')).body.totalResults).toBe(1)
    expect(heard).toEqual(['created'])
  })

  // Who may create users need not be allowed to change those that are there.
  test.each(['link', 'reactivate'] as const)(
    'needs leave to modify the user in order to %s it',
    async (word) => {
      const asked: unknown[] = []
      const heard: string[] = []
      let mayModify = false
      const scim = serve({
        ...makeStores(),
        onConflict: () => word,
        authorize: ({ operation, resourceType, id, tenant, actor }) => {
          if (operation !== 'list') asked.push([operation, resourceType, id, tenant, actor])
          return operation !== 'modify' || mayModify
        },
        on: {
          'user.updated': () => heard.push('updated'),
          'user.reactivated': () => heard.push('reactivated'),
        },
      })
      const user = await scim.createUser({ userName: 'ada@example.com', active: false })
      const before = await scim.storedUser(user.id)
      asked.length = 0
      const refused = await scim.post('/Users', incoming)
      expect([refused.status, refused.body.schemas]).toEqual([403, [urns.error]])
      const bulk = {
        schemas: [urns.bulkRequest],
        Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: incoming }],
      }
      expect((await scim.post('/Bulk', bulk)).body.Operations).toMatchObject([{ status: '403' }])
      const about = [user.id, 'acme', 'okta']
      expect(asked).toEqual([
        ['create', 'User', undefined, 'acme', 'okta'],
        ['modify', 'User', ...about],
        ['bulk', undefined, undefined, 'acme', 'okta'],
        ['create', 'User', undefined, 'acme', 'okta'],
        ['modify', 'User', ...about],
      ])
      expect(await scim.storedUser(user.id)).toEqual(before)
      expect(heard).toEqual([])
      expect(refused.trace).toEqual([])
      mayModify = true
      expect((await scim.post('/Users', incoming)).body).toMatchObject({ id: user.id, title: 'Countess' })
    },
  )

  test('undoes an atomic bulk request where it is no decision, or not allowed', async () => {
    const stores = makeStores()
    if (!('transactions' in stores.users)) return
    const open = serve(stores)
    const user = await open.createUser({ userName: 'ada@example.com', active: false })
    const before = await open.storedUser(user.id)
    const bulk = {
      schemas: [urns.bulkRequest],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'a', data: { schemas: [urns.user], userName: 'ben' } },
        { method: 'POST', path: '/Users', bulkId: 'b', data: incoming },
      ],
    }
    for (const [decision, mayModify, status] of [
      [undefined, true, 500],
      ['link', false, 403],
    ] as const) {
      const scim = serve({
        ...stores,
        atomicBulk: true,
        onConflict: () => decision as ConflictDecision,
        authorize: ({ operation }) => operation !== 'modify' || mayModify,
      })
      expect((await scim.post('/Bulk', bulk)).status).toBe(status)
      expect(scim.errors).toHaveLength(status === 500 ? 1 : 0)
      expect(await open.storedUser(user.id)).toEqual(before)
      expect((await open.get('/Users')).body.totalResults).toBe(1)
    }
  })

  /** A service in which something happens while the host decides for the first time. */
  function meanwhile(happens: (scim: ReturnType<typeof serve>, id: string) => Promise<unknown>) {
    const asked: Parameters<OnConflict>[0][] = []
    const stores = makeStores()
    const open = serve(stores)
    const scim = serve({
      ...stores,
      onConflict: async (conflict) => {
        asked.push(conflict)
        if (asked.length === 1) await happens(open, conflict.existing.id)
        return 'link' as const
      },
    })
    return { scim, asked }
  }

  test('is about a user who is there: one that is deleted meanwhile is created anew', async () => {
    const { scim, asked } = meanwhile((open, id) => open.delete(`/Users/${id}`))
    const user = await scim.createUser({ userName: 'ada@example.com', nickName: 'Ada' })
    const reply = await scim.post('/Users', incoming)
    expect(reply.status).toBe(201)
    expect(reply.body.id).not.toBe(user.id)
    expect(reply.body).not.toHaveProperty('nickName')
    expect(reply.trace).toEqual([expect.objectContaining({ rule: 'credential' })])
    expect(asked).toHaveLength(1)
    expect((await scim.get('/Users')).body.totalResults).toBe(1)
  })

  test('is about the user as the host saw it: one that changes meanwhile is asked about again', async () => {
    const { scim, asked } = meanwhile((open, id) =>
      open.patch(`/Users/${id}`, [{ op: 'add', path: 'nickName', value: 'Countess of Lovelace' }]),
    )
    const user = await scim.createUser({ userName: 'ada@example.com' })
    const reply = await scim.post('/Users', incoming)
    expect(reply.body).toMatchObject({ id: user.id, nickName: 'Countess of Lovelace', title: 'Countess' })
    expect(asked.map(({ existing }) => existing.nickName)).toEqual([undefined, 'Countess of Lovelace'])
  })

  test('is not about somebody who is called otherwise by then', async () => {
    const { scim, asked } = meanwhile((open, id) =>
      open.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'eve@example.com' }]),
    )
    const user = await scim.createUser({ userName: 'ada@example.com' })
    const reply = await scim.post('/Users', incoming)
    expect(reply.status).toBe(201)
    expect(reply.body.id).not.toBe(user.id)
    expect(asked).toHaveLength(1)
    const eve = await scim.storedUser(user.id)
    expect(eve.userName).toBe('eve@example.com')
    expect(eve).not.toHaveProperty('title')
  })
})

test('nobody is asked where there is no conflict, and nobody looks where the host does not care', async () => {
  const { scim, asked } = decide('link')
  await scim.createUser({ userName: 'ada@example.com' })
  expect(asked).toEqual([])
  const users = memoryStore<User>()
  let lists = 0
  const counting: typeof users = {
    ...users,
    list(...asked) {
      lists += 1
      return users.list(...asked)
    },
  }
  const quiet = serve({ users: counting })
  await quiet.createUser({ userName: 'ada@example.com' })
  expect((await quiet.post('/Users', incoming)).status).toBe(409)
  expect(lists).toBe(0)
})

test('a hook that throws is a 500 without its words', async () => {
  const scim = serve({
    onConflict: () => {
      throw new Error('the directory of secrets')
    },
  })
  await scim.createUser({ userName: 'ada@example.com' })
  const reply = await scim.post('/Users', incoming)
  expect(reply.status).toBe(500)
  expect(reply.text).not.toContain('directory')
  expect(scim.errors).toHaveLength(1)
})
