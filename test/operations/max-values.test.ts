import { describe, expect, it } from 'vitest'
import { memoryStore, type User, urns } from '../../src/index.js'
import { serve } from '../http/service.js'
import { openKinds } from './groups/kinds.js'

const kinds = openKinds()

// Users with fifty thousand e-mails made everything slow that touched them, and no limit kept them out.

function emails(count: number, from = 0) {
  return Array.from({ length: count }, (_, i) => ({ value: `u${from + i}@example.com`, type: 'other' }))
}

const detail = 'emails may have 3 values at most (maxValues)'

describe.each(kinds)('an attribute with more values than maxValues, with $kind', ({ makeStores }) => {
  const open = () => serve({ ...makeStores(), limits: { maxValues: 3 } })

  it('is refused, however it is written', async () => {
    const scim = open()
    const user = { schemas: [urns.user], userName: 'ada', emails: emails(4) }
    const posted = await scim.post('/Users', user)
    expect([posted.status, posted.body.scimType, posted.body.detail]).toEqual([400, 'invalidValue', detail])

    const { id } = await scim.createUser({ emails: emails(3) })
    const before = await scim.storedUser(id)
    const put = await scim.put(`/Users/${id}`, user)
    expect([put.status, put.body.detail]).toEqual([400, detail])
    for (const operation of [
      { op: 'add', path: 'emails', value: emails(1, 3) },
      { op: 'add', value: { emails: emails(1, 3) } },
      { op: 'replace', path: 'emails', value: emails(4) },
      { op: 'add', path: 'emails[type eq "work"].value', value: 'w@example.com' },
    ]) {
      const patched = await scim.patch(`/Users/${id}`, [operation])
      expect([patched.status, patched.body.detail]).toEqual([400, detail])
    }
    const bulk = await scim.post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: user }],
    })
    expect(bulk.body.Operations).toMatchObject([{ status: '400', response: { detail } }])
    expect(await scim.storedUser(id)).toEqual(before)
  })

  it('is counted after all operations', async () => {
    const scim = open()
    const { id } = await scim.createUser({ emails: emails(3) })
    const reply = await scim.patch(`/Users/${id}`, [
      { op: 'add', path: 'emails', value: emails(2, 3) },
      { op: 'remove', path: 'emails', value: emails(2) },
    ])
    expect(reply.status).toBe(200)
    expect((await scim.storedUser(id)).emails).toHaveLength(3)
  })

  it('may be members', async () => {
    const scim = open()
    const ids = await Promise.all(Array.from({ length: 5 }, async () => (await scim.createUser()).id))
    const { id } = await scim.createGroup({ members: ids.map((value) => ({ value })) })
    expect((await scim.storedGroup(id)).members).toHaveLength(5)
  })

  it('stays where it was stored before: the user is read, switched off, and loses values, but gains none', async () => {
    const stores = makeStores()
    const { id } = await serve(stores).createUser({ emails: emails(6) })
    const scim = serve({ ...stores, limits: { maxValues: 3 } })
    expect((await scim.get(`/Users/${id}`)).body.emails).toHaveLength(6)
    const off = await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
    expect([off.status, off.body.active]).toEqual([200, false])
    const remove = { op: 'remove', path: 'emails[value eq "u0@example.com"]' }
    expect((await scim.patch(`/Users/${id}`, [remove])).body.emails).toHaveLength(5)
    const swap = [
      { op: 'remove', path: 'emails[value eq "u1@example.com"]' },
      { op: 'add', path: 'emails', value: emails(1, 9) },
    ]
    expect((await scim.patch(`/Users/${id}`, swap)).body.emails).toHaveLength(5)
    const grown = await scim.patch(`/Users/${id}`, [{ op: 'add', path: 'emails', value: emails(1, 10) }])
    expect([grown.status, grown.body.detail]).toEqual([400, detail])
    const echo = (await scim.get(`/Users/${id}`)).body
    expect((await scim.put(`/Users/${id}`, { ...echo, title: 'Countess' })).status).toBe(200)
  })
})

it('two thousand values are allowed by default', async () => {
  const scim = serve({ users: memoryStore<User>() })
  expect((await scim.createUser({ emails: emails(2000) })).emails).toHaveLength(2000)
  const more = await scim.post('/Users', { schemas: [urns.user], userName: 'ada', emails: emails(2001) })
  expect([more.status, more.body.detail]).toEqual([400, 'emails may have 2000 values at most (maxValues)'])
})
