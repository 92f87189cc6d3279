import { describe, expect, it } from 'vitest'
import {
  attribute,
  defineExtension,
  defineResourceType,
  defineSchema,
  memoryStore,
  strict,
  urns,
} from '../../src/index.js'
import { type Options, serve } from '../http/service.js'

// One rule for one name, wherever it stands: what nobody knows is ignored and undoes nothing beside it, and what was
// called otherwise once is found.

const enterprise = urns.enterpriseUser
const off = { op: 'replace', value: { active: false } }

const keys = defineExtension('urn:example:keys:2.0:Door', { floor: attribute.string() })
const doorSchema = defineSchema('urn:example:2.0:Door', {
  label: attribute.string({ required: true }),
  open: attribute.boolean(),
})

function service(options: Options = {}) {
  const Door = defineResourceType({
    name: 'Door',
    endpoint: '/Doors',
    schema: doorSchema,
    extensions: [keys],
    store: memoryStore(),
  })
  return serve({ ...options, resourceTypes: [Door] })
}

describe('a name that no schema has, in the path of a PATCH', () => {
  it.each([
    'companyName',
    `${urns.user}:companyName`,
    'name.nickname2',
    'title.part',
    'emails.nosuch',
    'emails[type eq "work"].nosuch',
    'emails[nosuch eq "work"].value',
    'emails[type eq "work" and not (nosuch pr)]',
    'nosuch[type eq "work"].value',
    `${enterprise}:nosuch`,
    `${enterprise}:manager.nosuch`,
    'urn:example:nosuch:2.0:User:badge',
    'urn:scim:schemas:extension:enterprise:1.0:nosuch',
  ])('%s: is ignored, and a deactivation beside it is not', async (path) => {
    for (const op of ['add', 'replace', 'remove', 'Add']) {
      const scim = service()
      const { id } = await scim.createUser({ emails: [{ value: 'a@b.c', type: 'work' }] })
      const before = await scim.storedUser(id)
      const strange = { op, path, value: op === 'remove' ? undefined : 'A' }
      const { status, body, trace } = await scim.patch(`/Users/${id}`, [strange, off])
      expect([status, body.active]).toEqual([200, false])
      expect(trace.map(({ rule }) => rule)).toContain('unknownAttributes')
      const { active: _off, meta: _meta, ...after } = await scim.storedUser(id)
      const { active: _on, meta: _was, ...same } = before
      expect(after).toEqual(same)
    }
  })

  it('is ignored in groups, types of the host and bulk requests', async () => {
    const scim = service()
    const strange = { op: 'add', path: 'nosuch', value: 'A' }
    const group = await scim.createGroup()
    await scim.patch(`/Groups/${group.id}`, [
      strange,
      { op: 'replace', path: 'displayName', value: 'Guides' },
    ])
    expect((await scim.storedGroup(group.id)).displayName).toBe('Guides')
    const door = (await scim.post('/Doors', { schemas: [doorSchema.urn], label: 'Front', open: true })).body
    const shut = await scim.patch(`/Doors/${door.id}`, [
      strange,
      { op: 'replace', path: 'open', value: false },
    ])
    expect(shut.body.open).toBe(false)
    const { id } = await scim.createUser()
    const data = { schemas: [urns.patchOp], Operations: [strange, off] }
    const Operations = [{ method: 'PATCH', path: `/Users/${id}`, data }]
    await scim.post('/Bulk', { schemas: [urns.bulkRequest], Operations })
    expect((await scim.storedUser(id)).active).toBe(false)
  })

  it.each([
    'no such',
    'emails[nosuch eq',
    'nosuch[',
    'nosuch[type eq "a"',
    'nosuch[a b c].value',
    '9',
    'a..b',
    urns.user,
  ])('%s: what is no path of an attribute is refused', async (path) => {
    const scim = service()
    const { id } = await scim.createUser()
    const { status, body } = await scim.patch(`/Users/${id}`, [{ op: 'remove', path }, off])
    expect([status, body.scimType]).toEqual([400, expect.stringMatching(/^invalid(?:Path|Filter)$/)])
    expect((await scim.storedUser(id)).active).toBe(true)
  })

  it('is refused in a filter, and by the RFC alone', async () => {
    const scim = service()
    expect((await scim.get('/Users?filter=companyName%20eq%20%22A%22')).body.scimType).toBe('invalidFilter')
    const strictly = service({ profile: strict() })
    const { id } = await strictly.createUser()
    const path = 'companyName'
    const reply = await strictly.patch(`/Users/${id}`, [{ op: 'add', path, value: 'A' }])
    expect(reply.body.scimType).toBe('invalidPath')
  })
})

describe('the names of SCIM 1.x and of drafts', () => {
  it.each([
    'urn:scim:schemas:extension:enterprise:1.0',
    'urn:scim:schemas:extension:enterprise:1.0:User',
    'urn:scim:schemas:extension:enterprise:2.0',
    'urn:SCIM:schemas:extension:enterprise:2.0:user',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0',
    'urn:ietf:params:scim:schemas:extension:enterprise:1.0:User',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0User',
  ])('%s', async (urn) => {
    const scim = service()
    const manager = await scim.createUser()
    const about = { department: 'Tours', manager: { managerId: manager.id } }
    const stored = { department: 'Tours', manager: { value: manager.id } }
    const body = { schemas: [urns.user, urn], userName: 'bjensen', [urn]: about }
    const created = await scim.post('/Users', body)
    expect(created.status, created.text).toBe(201)
    const { id } = created.body
    const path = `/Users/${id}`
    const now = async () => (await scim.storedUser(id))[enterprise]
    expect(await now()).toEqual(stored)
    expect((await scim.put(path, { ...body, [urn]: { department: 'Sales' } })).status).toBe(200)
    expect(await now()).toEqual({ department: 'Sales' })
    for (const operation of [
      { op: 'replace', value: { [urn]: about } },
      { op: 'add', path: urn, value: about },
      { op: 'replace', value: { [`${urn}:department`]: 'Tours', [`${urn}:manager.managerId`]: manager.id } },
      { op: 'Add', path: `${urn}:manager`, value: { managerId: manager.id } },
      { op: 'add', path: `${urn}:manager.managerId`, value: manager.id },
      { op: 'add', path: 'manager.managerId', value: manager.id },
    ]) {
      await scim.patch(path, [{ op: 'remove', path: `${urn}:manager` }])
      expect(await now()).not.toHaveProperty('manager')
      const { status, trace } = await scim.patch(path, [operation])
      expect(status).toBe(200)
      expect(await now()).toMatchObject({ manager: { value: manager.id } })
      expect(trace.map(({ rule }) => rule)).toContain('legacyNames')
    }
    for (const filter of [
      `${urn}:department eq "Tours"`,
      `${urn}:manager.managerId eq "${manager.id}"`,
      `manager.managerId eq "${manager.id}" and userName pr`,
    ]) {
      for (const at of ['/Users', '/']) {
        const found = await scim.get(`${at}?filter=${encodeURIComponent(filter)}`)
        expect(found.body.totalResults, filter).toBe(1)
      }
    }
    const shown = await scim.get(`${path}?attributes=${urn}:department`)
    expect(shown.body[enterprise]).toEqual({ department: 'Tours' })
    expect((await service({ profile: strict() }).post('/Users', body)).status).toBe(400)
  })

  it('the core schema', async () => {
    const scim = service()
    for (const urn of ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:core:2.0:User']) {
      const { id } = await scim.createUser()
      const reply = await scim.patch(`/Users/${id}`, [
        { op: 'replace', path: `${urn}:active`, value: false },
        { op: 'replace', value: { [urn]: { title: 'Guide' } } },
      ])
      expect(reply.body).toMatchObject({ active: false, title: 'Guide' })
      const filter = encodeURIComponent(`${urn}:active eq false and id eq "${id}"`)
      expect((await scim.get(`/Users?filter=${filter}`)).body.totalResults).toBe(1)
    }
  })

  it('are not read where a type has the URN itself, and what has the name of today counts', async () => {
    const old = defineExtension('urn:scim:schemas:extension:enterprise:1.0', {
      department: attribute.string(),
    })
    const scim = serve({ extensions: { User: [old] }, users: memoryStore() } as never)
    const { body } = await scim.post('/Users', { userName: 'a', [old.urn]: { department: 'Tours' } })
    expect(body[old.urn]).toEqual({ department: 'Tours' })
    const both = await service().post('/Users', {
      userName: 'a',
      [enterprise]: { department: 'A' },
      'urn:scim:schemas:extension:enterprise:1.0': { department: 'B', division: 'C' },
    })
    expect(both.body[enterprise]).toEqual({ department: 'A', division: 'C' })
  })
})

describe('attributes of the core schema under its URN', () => {
  it('are those of the resource, in every verb', async () => {
    const scim = service()
    const created = await scim.post('/Users', { schemas: [urns.user], [urns.user]: { userName: 'bjensen' } })
    expect([created.status, created.body.userName]).toEqual([201, 'bjensen'])
    const path = `/Users/${created.body.id}`
    const switched = async (operation: object) => {
      await scim.patch(path, [{ op: 'replace', path: 'active', value: true }])
      return (await scim.patch(path, [operation])).body.active
    }
    const upper = urns.user.toUpperCase()
    expect(await switched({ op: 'replace', value: { [urns.user]: { active: false } } })).toBe(false)
    expect(await switched({ op: 'Replace', path: urns.user, value: { active: 'False' } })).toBe(false)
    expect(await switched({ op: 'add', value: { [upper]: { active: false }, title: 'x' } })).toBe(false)
    expect(await switched({ op: 'replace', value: { [`${urns.user}:active`]: false } })).toBe(false)
    const put = await scim.put(path, { userName: 'bjensen', [urns.user]: { active: false, title: 'Guide' } })
    expect(put.body).toMatchObject({ active: false, title: 'Guide' })
    const flat = await scim.put(path, { userName: 'bjensen', [`${urns.user}:title`]: 'Chief' })
    expect(flat.body.title).toBe('Chief')
    const removed = await scim.patch(path, [{ op: 'remove', path: urns.user }])
    expect([removed.status, removed.body.scimType]).toEqual([400, 'invalidPath'])
  })

  it('are those of groups and of types of the host', async () => {
    const scim = service()
    const { id } = await scim.createGroup()
    const members = [{ value: (await scim.createUser()).id }]
    await scim.patch(`/Groups/${id}`, [{ op: 'add', value: { [urns.group]: { members } } }])
    expect((await scim.storedGroup(id)).members).toMatchObject(members)
    const door = await scim.post('/Doors', { [doorSchema.urn]: { label: 'Front' } })
    expect(door.body.label).toBe('Front')
  })

  it('may not contradict what stands beside them', async () => {
    const scim = service()
    const { id } = await scim.createUser()
    const value = { active: true, [urns.user]: { Active: false } }
    const { status, body } = await scim.patch(`/Users/${id}`, [{ op: 'replace', value }])
    expect([status, body.scimType]).toEqual([400, 'invalidSyntax'])
    const same = { active: false, [urns.user]: { active: false } }
    expect((await scim.patch(`/Users/${id}`, [{ op: 'replace', value: same }])).body.active).toBe(false)
  })
})

describe("an extension's attribute without its URN", () => {
  it('is found in bodies and values as it is by path', async () => {
    const scim = service()
    const manager = await scim.createUser()
    const { body } = await scim.post('/Users', { userName: 'a', department: 'Tours', manager: manager.id })
    expect(body[enterprise]).toMatchObject({ department: 'Tours', manager: { value: manager.id } })
    const path = `/Users/${body.id}`
    const put = { userName: 'a', Department: 'Sales', [enterprise]: { division: 'D' } }
    expect((await scim.put(path, put)).body[enterprise]).toEqual({ department: 'Sales', division: 'D' })
    const value = { department: 'Tours', 'manager.value': manager.id, active: false }
    const patched = await scim.patch(path, [{ op: 'replace', value }])
    expect(patched.body).toMatchObject({
      active: false,
      [enterprise]: { department: 'Tours', division: 'D', manager: { value: manager.id } },
    })
    const own = { userName: 'a', department: 'A', [enterprise]: { department: 'B' } }
    expect((await scim.put(path, own)).body[enterprise]).toEqual({ department: 'B' })
    const door = await scim.post('/Doors', { label: 'Front', floor: '1' })
    expect(door.body[keys.urn]).toEqual({ floor: '1' })
  })

  it('sorts a list, under its former name too', async () => {
    const scim = service()
    for (const [userName, department] of [
      ['a', 'Tours'],
      ['b', 'Art'],
      ['c', 'Sales'],
    ] as const)
      await scim.createUser({ userName, [enterprise]: { department } })
    for (const [sortBy, rule] of [
      ['department', 'unqualifiedExtensions'],
      ['DEPARTMENT', 'unqualifiedExtensions'],
      ['urn:scim:schemas:extension:enterprise:1.0:department', 'legacyNames'],
      [`${enterprise}:department`, undefined],
    ] as const) {
      for (const at of ['/Users', '/']) {
        const query = `?sortBy=${sortBy}&filter=${encodeURIComponent('userName pr')}`
        const { status, body, trace } = await scim.get(at + query)
        expect(status, `${at} ${sortBy}`).toBe(200)
        expect(body.Resources.map(({ userName }) => userName)).toEqual(['b', 'c', 'a'])
        expect(trace.map((line) => line.rule)).toEqual(rule === undefined ? [] : [rule])
      }
    }
    for (const sortBy of ['nosuch', 'tags', 'emails[type eq "work"].value', 'a..b'])
      expect((await scim.get(`/Users?sortBy=${sortBy}`)).body.scimType).toBe('invalidPath')
    const strictly = service({ profile: strict() })
    expect((await strictly.get('/Users?sortBy=department')).body.scimType).toBe('invalidPath')
  })

  it('is not where a core attribute, or two extensions, have the name', async () => {
    const badge = { badge: attribute.string() }
    const one = defineExtension('urn:example:one:2.0:User', { ...badge, title: attribute.string() })
    const two = defineExtension('urn:example:two:2.0:User', badge)
    const scim = serve({ extensions: { User: [one, two] }, users: memoryStore() } as never)
    const sent = { schemas: [urns.user], userName: 'a', title: 'T', badge: 'B' }
    const { body, trace } = await scim.post('/Users', sent)
    expect(body).toMatchObject({ title: 'T', schemas: [urns.user] })
    expect(trace.map(({ rule, path }) => [rule, path])).toEqual([['unknownAttributes', 'badge']])
  })
})

describe('a read-only attribute as a path among the keys of a value', () => {
  it.each([
    `${enterprise}:manager.displayName`,
    'manager.displayName',
    'meta.lastModified',
    'groups.value',
    'groups[type eq "direct"].value',
    `${urns.user}:id`,
    `${urns.user}:meta.created`,
  ])('%s: is ignored as it is in an object', async (key) => {
    for (const op of ['add', 'replace']) {
      const scim = service()
      const manager = await scim.createUser()
      const { id } = await scim.createUser({ [enterprise]: { manager: { value: manager.id } } })
      const value = { [key]: 'B', title: 'T', active: false }
      const { status, body, trace } = await scim.patch(`/Users/${id}`, [{ op, value }])
      expect(status).toBe(200)
      expect(body).toMatchObject({ title: 'T', active: false, id })
      expect(trace.map(({ rule }) => rule)).toContain('echoedReadOnly')
      expect((await scim.storedUser(id))[enterprise]).toEqual({ manager: { value: manager.id } })
    }
  })

  it('is refused as the path of an operation', async () => {
    const scim = service()
    const { id } = await scim.createUser()
    for (const path of [`${enterprise}:manager.displayName`, 'meta.lastModified', 'groups.value', 'id']) {
      const { status, body } = await scim.patch(`/Users/${id}`, [{ op: 'replace', path, value: 'B' }])
      expect([status, body.scimType]).toEqual([400, 'mutability'])
    }
  })
})
