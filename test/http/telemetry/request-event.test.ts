import { describe, expect, it } from 'vitest'
import { strict, urns } from '../../../src/index.js'
import { serve } from '../service.js'

// What a host logs of requests ends up with people who have no business with its users.

const person = 'barbara.jensen'
const mail = `${person}@example.com`
const literal = 'FilterLiteral42'
const token = 'acme-token'
const personal = /barbara|jensen|FilterLiteral42|acme-token|hunter2|Guidebook|555-0100/i

const user = {
  schemas: [urns.user],
  userName: mail,
  externalId: person,
  title: 'Guidebook',
  password: 'hunter2',
  name: { givenName: 'Barbara', familyName: 'Jensen' },
  emails: [{ value: mail, type: 'work', primary: 'True' }],
  phoneNumbers: [{ value: '555-0100', type: 'work' }],
}

const paths = [
  `emails[value eq "${mail}"].type`,
  `emails[value eq ${mail}].type`,
  `emails[value eq ${literal}].type`,
  `emails[value eq "${literal}" and type eq ${person}].display`,
  `emails[value eq "${literal}`,
  `emails[value eq "${mail}"].nosuch`,
  `nosuch[value eq "${mail}"].value`,
  `nosuch[value eq ${literal}].value`,
  `nosuch[value eq ${literal} or value sw ${person}]`,
  `${urns.enterpriseUser}.manager[value eq ${literal}]`,
  `urn:example:unknown:2.0:User:badges[value eq ${literal}]`,
  `addresses[streetAddress eq 12 ${literal} Street].locality`,
  `emails[value eq(${literal})].value`,
  `emails[value is ${literal}].value`,
  `emails[value eq "a" ${literal}].value`,
  `nosuch[value is ${literal}]`,
  `title eq "${literal}"`,
  `"${literal}"`,
]
const filters = [
  `userName eq "${mail}"`,
  `userName eq ${literal}`,
  `userName eq "${literal}`,
  `active eq ${literal}`,
  `active eq "${literal}"`,
  `userName eq "${literal}" and`,
  `userName foo "${literal}"`,
  `nosuch eq "${literal}"`,
  `nosuch eq ${literal}`,
  `emails[nosuch eq "${literal}"]`,
  `"${literal}" eq userName`,
  `userName eq "\\u00zz${literal}"`,
  `password eq "${literal}"`,
  `meta.created gt "${literal}"`,
  `(((userName eq "${literal}"`,
]

describe.each([
  ['leniently', undefined],
  ['strictly', strict()],
])('nothing personal is told of requests that are read %s', (_name, profile) => {
  const options = { ...(profile && { profile }), hashPassword: (clear: string) => `hash of ${clear}` }

  it('in an event or in the detail of an error', async () => {
    const service = serve(options)
    const { id } = await service.createUser({ ...user, emails: [{ value: mail, type: 'work' }] })
    const group = await service.createGroup({ displayName: 'Guidebook authors' })
    const path = `/Users/${id}`
    const failed: string[] = []
    const attempts = [
      service.post('/Users', user),
      service.post('/Users', { ...user, userName: { [mail]: mail } }),
      service.post('/Users', { ...user, userName: 'other', active: mail }),
      service.post('/Users', { ...user, userName: 'other', emails: [{ value: { mail } }] }),
      service.post('/Users', { ...user, userName: 'other', [mail]: mail, name: { [`${person} x`]: 1 } }),
      service.post('/Users', `{"userName":"${mail}`),
      service.post('/Groups', { schemas: [urns.group], displayName: 'Guidebook Authors' }),
      service.put(path, { ...user, emails: mail }),
      service.get(`/Users/${encodeURIComponent(mail)}`),
      service.get(`/Users/${mail}`),
      service.get(`/${encodeURIComponent(mail)}/x`),
      service.get(`/${person}`),
      service.send('BARBARA', '/Users'),
      service.get(`/${person}/${person}`),
      service.get(path, { headers: { 'if-match': `"${mail}"` } }),
      service.get(`/Users?attributes=${encodeURIComponent(`emails[value eq "${mail}"]`)}`),
      service.get(`/Users?attributes=${encodeURIComponent(`nosuch[value eq ${literal}]`)}`),
      service.get(`/Users?sortBy=${encodeURIComponent(`emails[value eq "${literal}"]`)}`),
      ...paths.map((one) => service.get(`/Users?sortBy=${encodeURIComponent(one)}`)),
      service.get(`/Users?count=${literal}`),
      service.get(`/Users?sortBy=userName&sortOrder=${literal}`),
      service.get(`/Users?cursor=${literal}`),
      ...filters.map((filter) => service.get(`/Users?filter=${encodeURIComponent(filter)}`)),
      ...paths.flatMap((one) => [
        service.patch(path, [{ op: 'replace', path: one, value: mail }]),
        service.patch(path, [{ op: 'add', value: { [one]: mail } }]),
        service.patch(path, [{ op: 'Remove', path: one, value: mail }]),
      ]),
      service.patch(path, [{ op: mail, path: 'title', value: mail }]),
      service.patch(path, [{ op: person.toUpperCase(), path: 'title', value: mail }]),
      service.patch(path, [{ op: 'replace', path: 'active', value: mail }]),
      service.patch(path, [{ op: 'add', path: 'emails', value: [mail] }]),
      service.patch(path, [{ op: 'add', path: 'manager', value: [mail] }]),
      service.patch(path, [{ op: 'remove', path: 'emails', value: [{ value: mail }] }]),
      service.patch(path, [{ op: 'replace', path: 'password', value: 'hunter2' }]),
      service.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: mail }] }]),
      service.patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[value eq "${literal}"]` }]),
      service.get('/Users', { token: 'hunter2' }),
      service.get('/Users', { token: '', headers: { authorization: token } }),
      service.get('/Users', { token: '', headers: { authorization: `Basic ${btoa(`${person}:hunter2`)}` } }),
      service.delete(path),
    ]
    for (const { status, body } of await Promise.all(attempts)) {
      if (status >= 400) failed.push(body.detail)
    }
    expect(failed.length).toBeGreaterThan(40)
    for (const detail of failed) expect(detail).not.toMatch(personal)
    expect(service.events).toHaveLength(attempts.length + 2)
    for (const event of service.events) expect(JSON.stringify(event)).not.toMatch(personal)
    expect(service.errors).toEqual([])
  })
})

describe('an event', () => {
  it('says what was asked for, by whom, and what came of it', async () => {
    const service = serve()
    const { id } = await service.createUser()
    await service.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }])
    expect(service.events.at(-1)).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: 'PATCH',
      path: `/Users/${id}`,
      status: 200,
      durationMs: expect.any(Number),
      tenant: 'acme',
      actor: 'okta',
      operation: 'modify',
      resourceType: 'User',
      resourceId: id,
      trace: [
        { rule: 'operationCase', path: 'op', message: 'read as "replace"' },
        { rule: 'booleanStrings', path: 'active', message: 'read the text as a boolean' },
      ],
    })
    await service.get('/Users?filter=x', { token: 'globex-token' })
    expect(service.events.at(-1)).toMatchObject({
      status: 400,
      tenant: 'globex',
      operation: 'list',
      error: expect.stringContaining('filter'),
    })
    await service.get('/Users', { token: 'wrong' })
    expect(service.events.at(-1)).toMatchObject({ status: 401, tenant: undefined, operation: undefined })
    expect(new Set(service.events.map(({ requestId }) => requestId)).size).toBe(4)
  })

  it('names the operation of every verb', async () => {
    const service = serve()
    const { id } = await service.createUser()
    const user = { schemas: [urns.user], userName: 'x' }
    await service.get('/Users')
    await service.get(`/Users/${id}`)
    await service.send('HEAD', `/Users/${id}`)
    await service.put(`/Users/${id}`, user)
    await service.patch(`/Users/${id}`, [{ op: 'remove', path: 'title' }])
    await service.delete(`/Users/${id}`)
    await service.get('/Schemas')
    expect(service.events.map(({ operation, resourceType }) => [operation, resourceType])).toEqual([
      ['create', 'User'],
      ['list', 'User'],
      ['read', 'User'],
      ['read', 'User'],
      ['replace', 'User'],
      ['modify', 'User'],
      ['remove', 'User'],
      ['discover', undefined],
    ])
  })

  it('has each line of its trace once, and a bounded number of them', async () => {
    const service = serve()
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`unknown${index}`, 1]))
    const body = { schemas: [urns.user], userName: 'x', ...many }
    const { trace } = await service.post('/Users', body)
    expect(trace).toHaveLength(100)
    const { id } = await service.createUser()
    const operation = { op: 'Add', path: 'active', value: 'True' }
    expect((await service.patch(`/Users/${id}`, [operation, operation, operation])).trace).toHaveLength(2)
  })

  it('is waited for before the client is answered', async () => {
    let isTold = false
    const service = serve({
      onRequest: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        isTold = true
      },
    })
    await service.get('/Users')
    expect(isTold).toBe(true)
  })
})
