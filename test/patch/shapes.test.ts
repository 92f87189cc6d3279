import { describe, expect, it } from 'vitest'
import { urns } from '../../src/index.js'
import { serve, usersWith } from '../http/service.js'

const enterprise = urns.enterpriseUser
const fired = (trace: readonly { rule: string }[]) => trace.map(({ rule }) => rule)

/** What is stored of a new user after a PATCH, without what every user has. */
async function afterwards(attributes: object, operations: unknown) {
  const service = serve({ users: usersWith('m1') })
  const user = await service.createUser(attributes)
  const reply = await service.patch(`/Users/${user.id}`, operations)
  const stored = await service.storedUser(user.id)
  const { schemas, id: _id, userName: _userName, active: _active, meta: _meta, ...rest } = stored
  return { ...reply, stored, schemas, rest }
}

describe('where an attribute is named', () => {
  it('its case and its URN do not matter, and no stray key is stored', async () => {
    const core = urns.user
    for (const path of ['Title', 'TITLE', `${core}:title`, `${core.toUpperCase()}:Title`]) {
      const { status, rest } = await afterwards({}, [{ op: 'replace', path, value: 'Guide' }])
      expect(status, path).toBe(200)
      expect(rest, path).toEqual({ title: 'Guide' })
    }
    const { stored } = await afterwards({}, [{ op: 'replace', path: 'UserName', value: 'renamed' }])
    expect(stored.userName).toBe('renamed')
    expect(stored).not.toHaveProperty('UserName')
  })

  it('an extension is found by its URN, with a path, without one and in any case', async () => {
    for (const operation of [
      { op: 'add', path: `${enterprise}:department`, value: 'Tours' },
      { op: 'add', path: `${enterprise.toLowerCase()}:Department`, value: 'Tours' },
      { op: 'add', path: `${enterprise}.department`, value: 'Tours' },
      { op: 'add', path: 'department', value: 'Tours' },
      { op: 'add', path: enterprise, value: { department: 'Tours' } },
      { op: 'add', path: enterprise, value: { Department: 'Tours', nosuch: 1 } },
      { op: 'add', value: { [enterprise]: { department: 'Tours' } } },
      { op: 'add', value: { [enterprise.toUpperCase()]: { department: 'Tours' } } },
      { op: 'add', value: { [`${enterprise}:department`]: 'Tours' } },
      { op: 'add', value: { [`${enterprise}.department`]: 'Tours' } },
      { op: 'add', value: { schemas: [urns.user, enterprise], [enterprise]: { department: 'Tours' } } },
    ]) {
      const { rest, schemas, body } = await afterwards({}, [operation])
      expect(rest, JSON.stringify(operation)).toEqual({ [enterprise]: { department: 'Tours' } })
      expect(schemas).toEqual([urns.user, enterprise])
      expect(body[enterprise]).toEqual({ department: 'Tours' })
    }
  })

  it('keys of a value without a path may be paths', async () => {
    const { rest, trace } = await afterwards({ emails: [{ type: 'work', value: 'a@b.c' }] }, [
      {
        op: 'replace',
        value: {
          title: 'Guide',
          'name.givenName': 'Barbara',
          'name.familyName': 'Jensen',
          'emails[type eq "work"].value': 'x@y.z',
          'emails[type eq "home"].value': 'home@y.z',
          [`${enterprise}:department`]: 'Tours',
          [`${enterprise}:manager.value`]: 'm1',
        },
      },
    ])
    expect(rest).toEqual({
      title: 'Guide',
      name: { givenName: 'Barbara', familyName: 'Jensen' },
      emails: [
        { type: 'work', value: 'x@y.z' },
        { type: 'home', value: 'home@y.z' },
      ],
      [enterprise]: { department: 'Tours', manager: { value: 'm1' } },
    })
    expect(fired(trace)).toContain('pathKeys')
  })

  it('an extension leaves schemas with its last attribute', async () => {
    const before = { [enterprise]: { department: 'Tours' } }
    for (const operation of [
      { op: 'remove', path: `${enterprise}:department` },
      { op: 'remove', path: enterprise },
      { op: 'replace', path: `${enterprise}:department`, value: '' },
      { op: 'replace', path: enterprise, value: null },
      { op: 'replace', value: { [enterprise]: { department: null } } },
    ]) {
      const { rest, schemas, body } = await afterwards(before, [operation])
      expect(rest, JSON.stringify(operation)).toEqual({})
      expect(schemas).toEqual([urns.user])
      expect(body).not.toHaveProperty(enterprise)
    }
  })

  it('a schema that is not configured is ignored with a line in the trace, and comes back nowhere', async () => {
    const unknown = 'urn:example:params:scim:schemas:extension:unknown:2.0:User'
    for (const operation of [
      { op: 'add', path: `${unknown}:badge`, value: 'A' },
      { op: 'replace', path: `${unknown}:badges[type eq "x"].value`, value: 'A' },
      { op: 'remove', path: `${unknown}:badge` },
      { op: 'add', path: unknown, value: { badge: 'A' } },
      { op: 'add', value: { [unknown]: { badge: 'A' } } },
      { op: 'add', value: { [`${unknown}:badge`]: 'A' } },
      { op: 'add', value: { [`${unknown}:badges[type eq "x"].value`]: 'A' } },
    ]) {
      const { status, rest, schemas, text, trace } = await afterwards({ title: 'Guide' }, [operation])
      expect(status, JSON.stringify(operation)).toBe(200)
      expect(rest).toEqual({ title: 'Guide' })
      expect(schemas).toEqual([urns.user])
      expect(text).not.toContain('unknown')
      expect(fired(trace)).toEqual(['unknownAttributes'])
    }
  })
})

describe('values of nearly the right type', () => {
  it('booleans as texts are stored and answered as booleans', async () => {
    const { stored, body } = await afterwards({ emails: [{ value: 'a@b.c', type: 'work' }] }, [
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', path: 'emails[type eq "work"].primary', value: 'True' },
      { op: 'Add', path: 'phoneNumbers', value: [{ value: '1', primary: 'true' }] },
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'admin' },
    ])
    expect(stored).toMatchObject({
      active: false,
      emails: [{ value: 'a@b.c', type: 'work', primary: true }],
      phoneNumbers: [{ value: '1', primary: true }],
      roles: [{ value: 'admin', primary: true }],
    })
    expect(body).toMatchObject({ active: false, emails: [{ primary: true }], roles: [{ primary: true }] })
  })

  it('a manager is a text, an object, an array of one', async () => {
    for (const path of [`${enterprise}:manager`, `${enterprise}.manager`, 'manager']) {
      for (const value of [
        'm1',
        { value: 'm1' },
        { Value: 'm1' },
        { value: 'm1', $ref: 'https://elsewhere/Users/m2', displayName: 'Somebody' },
        { $ref: 'https://app.example.com/scim/v2/Users/m1' },
        [{ $ref: null, value: 'm1' }],
        ['m1'],
      ]) {
        for (const op of ['Add', 'replace']) {
          const { rest } = await afterwards({}, [{ op, path, value }])
          expect(rest, `${path} ${JSON.stringify(value)}`).toEqual({
            [enterprise]: { manager: { value: 'm1' } },
          })
        }
      }
    }
  })

  it('a manager goes with an empty text, null, an empty value or a remove', async () => {
    const before = { [enterprise]: { department: 'Tours', manager: { value: 'm1' } } }
    for (const path of [`${enterprise}:manager`, `${enterprise}.manager`, 'manager']) {
      for (const operation of [
        { op: 'replace', path, value: '' },
        { op: 'replace', path, value: null },
        { op: 'replace', path, value: [] },
        { op: 'replace', path, value: { value: '' } },
        { op: 'replace', path, value: { value: null } },
        { op: 'remove', path },
        { op: 'Remove', path, value: 'm1' },
        { op: 'remove', path: `${path}.value` },
      ]) {
        const { rest } = await afterwards(before, [operation])
        expect(rest, JSON.stringify(operation)).toEqual({ [enterprise]: { department: 'Tours' } })
      }
    }
  })

  it('an array or an object around a single value is taken off', async () => {
    for (const value of [['Babs'], { value: 'Babs' }, [{ $ref: null, value: 'Babs' }]]) {
      const { rest } = await afterwards({}, [{ op: 'replace', path: 'displayName', value }])
      expect(rest, JSON.stringify(value)).toEqual({ displayName: 'Babs' })
    }
  })

  it('a value outside of the suggested ones is stored', async () => {
    const emails = [{ value: 'a@b.c', type: 'moon' }]
    const { rest } = await afterwards({}, [{ op: 'add', path: 'emails', value: emails }])
    expect(rest).toEqual({ emails })
  })

  it('formats that only people can judge are not judged', async () => {
    const value = { profileUrl: 'GBIBIRLDUXJX', locale: 'BJKRRPDVZRRK', timezone: 'Somewhere' }
    expect((await afterwards({}, [{ op: 'replace', value }])).rest).toEqual(value)
  })
})

describe('elements that a filter describes', () => {
  it('are made once, whatever number of operations fills them', async () => {
    const { rest } = await afterwards({}, [
      { op: 'Replace', path: 'addresses[type eq "work"].locality', value: 'Oslo' },
      { op: 'Replace', path: 'addresses[type eq "work"].region', value: 'Oslo' },
      { op: 'Add', path: 'addresses[type eq "work"].country', value: 'NO' },
      { op: 'Add', path: 'addresses[type eq "home"].country', value: 'SE' },
    ])
    expect(rest).toEqual({
      addresses: [
        { type: 'work', locality: 'Oslo', region: 'Oslo', country: 'NO' },
        { type: 'home', country: 'SE' },
      ],
    })
  })

  it('get each of the terms that are to be equal', async () => {
    const path = 'emails[type eq "work" and primary eq true].value'
    expect((await afterwards({}, [{ op: 'add', path, value: 'a@b.c' }])).rest).toEqual({
      emails: [{ type: 'work', primary: true, value: 'a@b.c' }],
    })
  })

  it('are not made where the filter does not say what they look like, nor for no value', async () => {
    for (const filter of ['type eq "work" or type eq "home"', 'type ne "work"', 'type sw "w"', 'value pr']) {
      const { status, body } = await afterwards({}, [
        { op: 'add', path: `emails[${filter}].value`, value: 'a@b.c' },
      ])
      expect(status, filter).toBe(400)
      expect(body.scimType).toBe('noTarget')
    }
    const { status, rest } = await afterwards({}, [
      { op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '' },
    ])
    expect(status).toBe(200)
    expect(rest).toEqual({})
  })

  it('become the primary one, and the others no longer are', async () => {
    const emails = [{ value: 'a@b.c', type: 'work', primary: true }]
    const operation = {
      op: 'add',
      path: 'emails[type eq "home" and primary eq "True"].value',
      value: 'h@b.c',
    }
    expect((await afterwards({ emails }, [operation])).rest).toEqual({
      emails: [
        { value: 'a@b.c', type: 'work', primary: false },
        { type: 'home', primary: true, value: 'h@b.c' },
      ],
    })
  })

  it('three rows for value, primary and type of one mail make one mail', async () => {
    const { rest } = await afterwards({}, [
      { op: 'Add', path: 'emails[type eq "work"].primary', value: 'true' },
      { op: 'Add', path: 'emails[type eq "work"].type', value: 'work' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'joy@b.c' },
    ])
    expect(rest).toEqual({ emails: [{ type: 'work', primary: true, value: 'joy@b.c' }] })
  })
})

describe('operations', () => {
  it('of one request see what those before them did', async () => {
    const { rest } = await afterwards({ externalId: '1' }, [
      { op: 'remove', path: 'externalId' },
      { op: 'add', value: { externalId: '2' } },
      { op: 'replace', value: { externalId: '3' } },
    ])
    expect(rest).toEqual({ externalId: '3' })
  })

  it('may be none at all', async () => {
    const { status, stored, trace } = await afterwards({ title: 'Guide' }, [])
    expect(status).toBe(200)
    expect(stored.meta.version).toBe('1')
    expect(fired(trace)).toEqual(['emptyOperations'])
  })

  it('with clearing values clear, one by one or together', async () => {
    const before = {
      title: 'Guide',
      preferredLanguage: 'en',
      name: { givenName: 'Barbara', familyName: 'Jensen' },
      phoneNumbers: [{ type: 'work', value: '1' }],
      addresses: [{ type: 'work', country: 'NO' }],
      [enterprise]: { department: 'Tours' },
    }
    const left = { phoneNumbers: [{ type: 'work' }], addresses: [{ type: 'work' }] }
    const values = [
      ['title', ''],
      ['preferredLanguage', null],
      ['name.givenName', ''],
      ['name.familyName', ''],
      ['phoneNumbers[type eq "work"].value', ''],
      ['addresses[type eq "work"].country', ''],
      [`${enterprise}:department`, ''],
    ] as const
    const single = values.map(([path, value]) => ({ op: 'replace', path, value }))
    expect((await afterwards(before, single)).rest).toEqual(left)
    const together = [{ op: 'replace', value: Object.fromEntries(values) }]
    expect((await afterwards(before, together)).rest).toEqual(left)
  })
})
