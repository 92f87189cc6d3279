import { describe, expect, it } from 'vitest'
import { memoryStore, ScimError } from '../../src/index.js'
import { csvCell } from '../../src/log/index.js'
import { ada, logged, wordsOfAda } from './logged.js'

const acme = { tenant: 'acme' }

describe('an entry', () => {
  it('says what was done, and to what', async () => {
    const service = logged()
    const { id } = await service.createUser(ada)
    await service.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }])
    await service.patch(`/Users/${id}`, [{ op: 'replace', value: { title: 'Countess', nickName: 'Al' } }])
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }])
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }])
    await service.get(`/Users/${id}`)
    await service.get(`/Users?filter=${encodeURIComponent('userName eq "nobody@example.com"')}`)
    await service.get('/ServiceProviderConfig')
    await service.delete(`/Users/${id}`)
    const entries = [...(await service.entries())].reverse()
    expect(entries.map(({ outcome }) => outcome)).toEqual([
      'created',
      'deactivated',
      'changed',
      'reactivated',
      'unchanged',
      'found',
      'listed',
      'described',
      'deleted',
    ])
    const [created, deactivated, changed] = entries
    expect(created).toMatchObject({
      tenant: 'acme',
      actor: 'okta',
      method: 'POST',
      path: '/Users',
      status: 201,
      operation: 'create',
      resourceType: 'User',
      resourceId: id,
    })
    expect(deactivated).toMatchObject({
      changed: ['active'],
      asked: 'inactive',
      body: { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] },
    })
    expect(deactivated?.rules?.map(({ rule }) => rule)).toContain('booleanStrings')
    expect(changed?.changed).toEqual(['nickName', 'title'])
    expect(entries[6]).toMatchObject({ filter: 'userName eq …', found: 0 })
  })

  it('names the connection that the request came by', async () => {
    const authenticate = () => ({ tenant: 'acme', connection: 'c-1' })
    const service = logged({ authenticate })
    await service.createUser(ada)
    const [entry] = await service.entries()
    expect(entry?.connection).toBe('c-1')
    expect((await service.log.entries({ ...acme, connection: 'c-2' })).entries).toEqual([])
  })

  it('has the shape of the body and none of its values', async () => {
    const service = logged()
    await service.createUser(ada)
    const [entry] = await service.entries()
    expect(entry?.body).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: '<text>',
      externalId: '<text>',
      name: { givenName: '<text>', familyName: '<text>', formatted: '<text>' },
      displayName: '<text>',
      nickName: '<text>',
      emails: [
        { value: '<text>', type: '<text>', primary: true },
        { value: '<text>', type: '<text>' },
      ],
      phoneNumbers: [{ value: '<text>', type: '<text>' }],
      addresses: [{ streetAddress: '<text>', locality: '<text>', type: '<text>' }],
      title: '<text>',
      active: true,
    })
  })

  it('names nobody, whatever is sent', async () => {
    const service = logged({
      before: {
        'user.update': ({ before }) => {
          if (before.title === 'refuse')
            throw ScimError.invalidValue(`${before.userName} (${before.name?.givenName}) is protected`)
        },
      },
    })
    const { id } = await service.createUser(ada)
    const path = `/Users/${id}`
    const address = 'emails[value eq "ada@analytical.example"]'
    await service.patch(path, [{ op: 'replace', path: `${address}.type`, value: 'home' }])
    await service.patch(path, [{ op: 'replace', value: { [`${address}.type`]: 'work' } }])
    await service.patch(path, [{ op: 'remove', path: 'emails[value eq "private@home.example"' }])
    await service.patch(path, [{ op: 'replace', path: 'path', value: 'Augusta' }])
    await service.patch(path, [
      { op: 'replace', value: { Augusta: 'Kingnoel', 'ada@analytical.example': 1 } },
    ])
    await service.post('/Users', ada)
    await service.post('/Users', { ...ada, schemas: ['urn:ada:lovelace'], path: 'Augusta', op: 'Byron' })
    await service.post('/Users', { ...ada, userName: 'Augusta', emails: 'private@home.example' })
    await service.get(`/Users?filter=${encodeURIComponent('emails.value eq "private@home.example"')}`)
    await service.get(`/Users?filter=${encodeURIComponent('userName eq Lovelace')}`)
    await service.get('/Users/ada.lovelace@example.com')
    await service.get('/lovelace/Countess')
    await service.get('/Countess')
    await service.get('/Users', { headers: { 'x-request-id': 'Lovelace_1815.augusta' } })
    await service.put(path, { ...ada, nickName: 'Enchantress' }, { headers: { 'x-request-id': 'augusta-1' } })
    await service.patch(path, [{ op: 'replace', path: 'title', value: 'refuse' }])
    const refused = await service.patch(path, [{ op: 'replace', path: 'nickName', value: 'x' }])
    expect(refused.body.detail).toBe('Ada.Lovelace@Example.com (Augusta) is protected')
    await service.send('POST', '/Bulk', {
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          { method: 'PATCH', path, data: { Operations: [{ op: 'add', path: 'nickName', value: 'Byron' }] } },
          { method: 'POST', path: '/Users', bulkId: 'lovelace', data: ada },
          { method: 'Countess', path: '/Byron/Augusta', data: ada },
          { method: 'PATCH', path: '/Users/bulkId:Enchantress', data: { Operations: [] } },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'g',
            data: { displayName: 'g', members: [{ value: 'bulkId:Numberer' }] },
          },
        ],
      },
    })
    await service.delete(path)
    const text = (await service.stored()).toLowerCase()
    expect(wordsOfAda.filter((word) => text.includes(word))).toEqual([])
    const told = (await service.entries()).find(({ error }) => error?.detail.endsWith('protected'))
    expect(told?.error?.detail).toBe('… (…) is protected')
  })

  it.each([
    ['0f8fad5b-d9cb-469f-a165-70867728950e', '0f8fad5b-d9cb-469f-a165-70867728950e'],
    ['4bf92f3577b34da6a3ce929d0e0e4736', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['V1StGXR8_Z5jdHi6B-myT', 'V1StGXR8_Z5jdHi6B-myT'],
    ['req-12', 'req-12'],
    ['1731', '1731'],
    ['ada.lovelace', '….…'],
    ['Lovelace1815', '…1815'],
  ])('has the id %s of a request as %s', async (sent, kept) => {
    const service = logged()
    await service.get('/Users', { headers: { 'x-request-id': sent } })
    expect((await service.entries())[0]?.requestId).toBe(kept)
  })

  it('has an HMAC for an id that may name a person, the same in every entry', async () => {
    const ids = ['ada.lovelace']
    const service = logged({ users: memoryStore({ newId: () => ids.pop() ?? '' }) })
    await service.createUser(ada)
    await service.get('/Users/ada.lovelace')
    const entries = await service.entries()
    expect(new Set(entries.map(({ resourceId }) => resourceId)).size).toBe(1)
    expect(entries[0]?.resourceId).toMatch(/^~[\w-]{24}$/)
    expect(await service.stored()).not.toContain('lovelace')
    const why = await service.log.why(ada.userName, acme)
    expect(why.requests.map(({ outcome }) => outcome)).toEqual(['found', 'created'])
  })

  it('tells two tenants apart, who do not know each other by an HMAC either', async () => {
    const service = logged()
    await service.createUser(ada)
    await service.createUser(ada, { token: 'globex-token' })
    const [inAcme] = await service.entries('acme')
    const [inGlobex] = await service.entries('globex')
    expect(inAcme?.subjects).toHaveLength(4)
    expect(inGlobex?.subjects.filter((subject) => inAcme?.subjects.includes(subject))).toEqual([])
    await expect(service.log.entries()).rejects.toThrow("say whose log it is: { tenant: 'acme' }")
    await expect(service.log.why('ada@example.com')).rejects.toThrow('say whose log it is')
  })
})

describe('why', () => {
  it('knows that nobody has asked', async () => {
    const { log } = logged()
    const why = await log.why('ada@analytical.example')
    expect(why.state).toBe('neverSent')
    expect(why.requests).toEqual([])
    expect(why.text).toContain('the identity provider has not sent them')
  })

  it('knows that somebody was looked up and not created', async () => {
    const service = logged()
    await service.get(`/Users?filter=${encodeURIComponent(`userName eq "${ada.userName}"`)}`)
    const why = await service.log.why(ada.userName.toUpperCase(), acme)
    expect(why.state).toBe('onlyLookedUp')
    expect(why.sentences.map(({ code }) => code)).toEqual(['onlyLookedUp', 'onlyLookedUpAdvice'])
  })

  it('knows what was told when a creation was refused', async () => {
    const service = logged({
      before: {
        'user.create': ({ draft }) => {
          throw ScimError.invalidValue(`${draft.userName} is outside of the domains allowed here`)
        },
      },
    })
    await service.post('/Users', ada)
    const why = await service.log.why('ADA@analytical.example', acme)
    expect(why.state).toBe('notCreated')
    expect(why.told).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
      detail: '… is outside of the domains allowed here',
    })
    expect(why.text).toContain('It was told: 400 … is outside of the domains allowed here')
  })

  it('knows who was deactivated, by which request, and by every name', async () => {
    const service = logged()
    const { id } = await service.createUser(ada)
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
    for (const name of ['ada.lovelace@example.com', 'PRIVATE@home.example', '00uPersonal1815']) {
      const why = await service.log.why(name, acme)
      expect(why.state).toBe('inactive')
      expect(why.requests.map(({ outcome }) => outcome)).toEqual(['deactivated', 'created'])
      expect(why.sentences[0]).toMatchObject({ code: 'inactive', time: why.requests[0]?.time })
    }
  })

  it('knows that no deactivation has come, and one that did not succeed', async () => {
    let isRefusing = false
    const service = logged({
      before: {
        'user.update': () => {
          if (isRefusing) throw ScimError.forbidden('The owner cannot be deactivated')
        },
      },
    })
    const { id } = await service.createUser(ada)
    const before = await service.log.why(ada.userName, acme)
    expect(before.state).toBe('active')
    expect(before.sentences.map(({ code }) => code)).toEqual([
      'created',
      'noDeactivation',
      'noDeactivationAdvice',
    ])
    isRefusing = true
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
    const after = await service.log.why(ada.userName, acme)
    expect(after.state).toBe('active')
    expect(after.sentences.map(({ code }) => code)).toEqual(['created', 'deactivationFailed', 'told'])
    expect(after.told?.detail).toBe('The owner cannot be deactivated')
  })

  it('knows who was deactivated before a hundred lookups', async () => {
    const service = logged({}, { readsPerSecond: 10_000 })
    const { id } = await service.createUser(ada)
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
    const filter = encodeURIComponent(`userName eq "${ada.userName}"`)
    for (let count = 0; count < 150; count++) await service.get(`/Users?filter=${filter}`)
    const why = await service.log.why(ada.userName, acme)
    expect(why.state).toBe('inactive')
    expect(why.requests).toHaveLength(100)
    expect((await service.log.why(ada.userName, { ...acme, limit: 1 })).state).toBe('inactive')
  })

  it('follows a person whose names have changed', async () => {
    const service = logged()
    const { id } = await service.createUser(ada)
    await service.patch(`/Users/${id}`, [
      { op: 'replace', path: 'userName', value: 'new@example.com' },
      { op: 'replace', path: 'emails', value: [{ value: 'new@example.com' }] },
    ])
    await service.delete(`/Users/${id}`)
    const why = await service.log.why('new@example.com', acme)
    expect(why.state).toBe('deleted')
    expect(why.requests.map(({ outcome }) => outcome)).toEqual(['deleted', 'changed', 'created'])
  })

  it('speaks German', async () => {
    const { log } = logged()
    const why = await log.why('ada@example.com', { locale: 'de' })
    expect(why.sentences[0]?.text).toContain('hat sie nicht gesendet')
    await expect(log.why('ada@example.com', { locale: 'fr' as never })).rejects.toThrow('locale')
  })
})

describe('erase', () => {
  it('forgets one person, also what was recorded under other names', async () => {
    const service = logged()
    const { id } = await service.createUser(ada)
    const other = await service.createUser({ userName: 'grace@example.com' })
    await service.get(`/Users/${id}`)
    await service.get(`/Users/${other.id}`)
    expect(await service.log.erase('ADA.lovelace@example.com', acme)).toEqual({ entries: 2, events: 0 })
    expect((await service.log.why(ada.userName, acme)).state).toBe('neverSent')
    expect(await service.entries()).toHaveLength(2)
  })

  it('forgets searches by every name that the person has had, and nobody else’s', async () => {
    const service = logged()
    const find = (value: string) =>
      service.get(`/Users?filter=${encodeURIComponent(`emails.value eq "${value}"`)}`)
    const { id } = await service.createUser(ada)
    const grace = await service.createUser({ userName: 'grace@example.com', emails: ada.emails.slice(1) })
    await find('private@home.example')
    await service.patch(`/Users/${id}`, [
      { op: 'replace', path: 'emails', value: [{ value: 'new@home.example' }] },
    ])
    await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'grace@example.com' }])
    await find('new@home.example')
    await find('grace@example.com')
    expect(await service.log.erase(ada.userName, acme)).toEqual({ entries: 5, events: 0 })
    const left = await service.entries()
    expect(left.map(({ outcome, resourceId }) => [outcome, resourceId])).toEqual([
      ['listed', undefined],
      ['created', grace.id],
    ])
  })

  it('forgets what is behind a thousand lookups, which name no resource', async () => {
    const service = logged({}, { readsPerSecond: 10_000, interval: 60_000 })
    const { id } = await service.createUser(ada)
    await service.get(`/Users/${id}`)
    const filter = encodeURIComponent(`userName eq "${ada.userName}" and active eq false`)
    for (let count = 0; count < 1001; count++) await service.get(`/Users?filter=${filter}`)
    expect(await service.log.erase(ada.userName, acme)).toEqual({ entries: 1003, events: 0 })
    expect(await service.stored()).toBe('[]')
  })
})

describe('the export', () => {
  it('is a JSON array, or a table in which no cell is a formula', async () => {
    const service = logged()
    await service.createUser(ada)
    await service.get('/ServiceProviderConfig', { headers: { 'x-request-id': '-1.23' } })
    await service.log.flush()
    const read = async (format: 'json' | 'csv') => {
      let text = ''
      for await (const part of service.log.export({ ...acme, format })) text += part
      return text
    }
    expect(JSON.parse(await read('json'))).toEqual(await service.entries())
    const rows = (await read('csv')).split('\r\n')
    expect(rows[0]).toContain('time,method,path,status')
    expect(rows[1]).toContain(",'-1.23,")
    expect(rows).toHaveLength(4)
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(1)', "'@SUM(1)"],
    ['\t=1', `"'\t'=1"`],
    ['\r=1', `"'\r'=1"`],
    ['\n=1', `"'\n'=1"`],
    [' =1', "' =1"],
    ['\u00a0=1', "'\u00a0=1"],
    ['＝1', "'＝1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠SUM(1)', "'＠SUM(1)"],
    ['"=1', `"'""=1"`],
    // What a spreadsheet takes for the next cell where lists have semicolons.
    ['a;=1', `"a;'=1"`],
    ['a;"=1"', `"a;'""=1"""`],
    ['a\t@SUM(1)', `"a\t'@SUM(1)"`],
    ['a|-1', "a|'-1"],
    ['a=1; b-2', '"a=1; b-2"'],
    ['2026-11-28T10:00:00.000Z', '2026-11-28T10:00:00.000Z'],
    ['urn:a,b', '"urn:a,b"'],
  ])('writes %j as a cell that is none', (text, cell) => {
    expect(csvCell(text)).toBe(cell)
  })
})
