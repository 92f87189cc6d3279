import { describe, expect, it } from 'vitest'
import {
  attribute,
  defineExtension,
  entra,
  type Group,
  lenient,
  memoryStore,
  okta,
  type Profile,
  type RuleName,
  rules,
  strict,
  type User,
  urns,
} from '../../src/index.js'
import { type Reply, serve } from '../http/service.js'
import { fiveMethods } from '../operations/groups/stores.js'

const enterprise = urns.enterpriseUser
const user = { schemas: [urns.user], userName: 'bjensen' }
type Service = ReturnType<typeof serve>

/** What a rule is about: a request, the line that it leaves, what comes of it, and what comes of it without. */
interface Case {
  readonly rule: RuleName
  readonly shape: string
  /** Sends the request about a user who is there already; gives the reply and what must be looked at afterwards. */
  readonly send: (service: Service, id: string) => Promise<readonly [Reply, unknown]>
  readonly path: string | undefined
  readonly outcome: unknown
  /** Without the rule: the error's type, or another outcome. */
  readonly without: string | { readonly outcome: unknown }
  /** By the RFC alone, where that is something else. */
  readonly strictly?: string | { readonly outcome: unknown }
}

const role = '{"id":"1","value":"25","displayName":"Admin"}'
const before = { title: 'Guide', emails: [{ value: 'a@b.c', type: 'work' }] }

/** A PATCH of one operation, and what is stored of an attribute afterwards. */
function patching(operation: object, name: string): Case['send'] {
  return async (service, id) => {
    const reply = await service.patch(`/Users/${id}`, [operation])
    return [reply, (await service.storedUser(id))[name as 'title']]
  }
}

/** A POST, and what is stored of an attribute afterwards. */
function posting(attributes: object, name: string): Case['send'] {
  return async (service) => {
    const reply = await service.post('/Users', { ...user, ...attributes })
    return [
      reply,
      reply.status === 201 ? (await service.storedUser(reply.body.id))[name as 'title'] : undefined,
    ]
  }
}

function filtering(filter: string): Case['send'] {
  return async (service) => {
    const reply = await service.get(`/Users?filter=${encodeURIComponent(filter)}`)
    return [reply, reply.body.totalResults]
  }
}

const cases: readonly Case[] = [
  {
    rule: 'operationCase',
    shape: 'a capital letter',
    send: patching({ op: 'Replace', path: 'title', value: 'Chief' }, 'title'),
    path: 'op',
    outcome: 'Chief',
    without: 'invalidSyntax',
  },
  {
    rule: 'pathKeys',
    shape: 'a dotted name',
    send: patching({ op: 'replace', value: { 'name.givenName': 'B', title: 'Chief' } }, 'name'),
    path: 'name.givenName',
    outcome: { givenName: 'B' },
    without: { outcome: undefined },
    strictly: 'invalidSyntax',
  },
  {
    rule: 'pathKeys',
    shape: 'a value filter',
    send: patching({ op: 'replace', value: { 'emails[type eq "work"].value': 'x' } }, 'emails'),
    path: 'emails[type eq …].value',
    outcome: [{ value: 'x', type: 'work' }],
    without: { outcome: before.emails },
    strictly: 'invalidSyntax',
  },
  {
    rule: 'dottedUrn',
    shape: 'in a path',
    send: patching({ op: 'add', path: `${enterprise}.department`, value: 'Tours' }, enterprise),
    path: `${enterprise}:department`,
    outcome: { department: 'Tours' },
    // What looks like another schema is ignored.
    without: { outcome: undefined },
    strictly: 'invalidPath',
  },
  {
    rule: 'unqualifiedExtensions',
    shape: 'in a path',
    send: patching({ op: 'add', path: 'department', value: 'Tours' }, enterprise),
    path: `${enterprise}:department`,
    outcome: { department: 'Tours' },
    without: 'invalidPath',
  },
  {
    rule: 'unqualifiedExtensions',
    shape: 'in a filter',
    send: filtering('manager.value eq "m1"'),
    path: `${enterprise}:manager.value`,
    outcome: 0,
    without: 'invalidFilter',
  },
  {
    rule: 'stringifiedValues',
    shape: 'a role',
    send: patching(
      { op: 'add', path: 'roles', value: [{ value: '{"id":"1","value":"25","displayName":"Admin"}' }] },
      'roles',
    ),
    path: 'value',
    outcome: [{ value: '25', display: 'Admin' }],
    without: { outcome: [{ value: '{"id":"1","value":"25","displayName":"Admin"}' }] },
  },
  {
    rule: 'stringifiedValues',
    shape: 'a role without an array around it',
    send: patching({ op: 'add', path: 'roles', value: { value: role } }, 'roles'),
    path: 'value',
    outcome: [{ value: '25', display: 'Admin' }],
    without: { outcome: [{ value: role }] },
  },
  {
    rule: 'stringifiedValues',
    shape: 'the value of a role that a filter selects',
    send: patching({ op: 'Replace', path: 'roles[primary eq "True"].value', value: role }, 'roles'),
    path: 'value',
    outcome: [{ primary: true, value: '25', display: 'Admin' }],
    without: { outcome: [{ primary: true, value: role }] },
    strictly: 'invalidSyntax',
  },
  {
    rule: 'stringifiedValues',
    shape: 'without a path',
    send: patching({ op: 'replace', value: { Roles: [{ value: role }] } }, 'roles'),
    path: 'value',
    outcome: [{ value: '25', display: 'Admin' }],
    without: { outcome: [{ value: role }] },
  },
  {
    rule: 'stringifiedValues',
    shape: 'in a resource',
    send: posting({ userName: 'new', roles: [{ value: role }] }, 'roles'),
    path: 'value',
    outcome: [{ value: '25', display: 'Admin' }],
    without: { outcome: [{ value: role }] },
  },
  {
    rule: 'emptyOperations',
    shape: 'none',
    send: async (service, id) => [
      await service.patch(`/Users/${id}`, []),
      (await service.storedUser(id)).title,
    ],
    path: 'Operations',
    outcome: 'Guide',
    without: 'invalidSyntax',
  },
  {
    rule: 'createFromFilter',
    shape: 'with replace',
    send: patching({ op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '1' }, 'phoneNumbers'),
    path: 'phoneNumbers',
    outcome: [{ type: 'work', value: '1' }],
    without: 'noTarget',
  },
  {
    rule: 'createFromFilter',
    shape: 'with add',
    send: patching({ op: 'add', path: 'emails[type eq "home"]', value: { value: 'h@b.c' } }, 'emails'),
    path: 'emails',
    outcome: [...before.emails, { type: 'home', value: 'h@b.c' }],
    without: 'noTarget',
  },
  {
    rule: 'removeByValue',
    shape: 'an array',
    send: patching({ op: 'remove', path: 'emails', value: [{ value: 'other@b.c' }] }, 'emails'),
    path: 'emails',
    outcome: before.emails,
    without: 'invalidSyntax',
  },
  {
    rule: 'keptActivation',
    shape: 'a remove',
    send: async (service, id) => {
      await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: true }])
      return patching({ op: 'remove', path: 'active' }, 'active')(service, id)
    },
    path: 'active',
    outcome: true,
    without: { outcome: undefined },
  },
  {
    rule: 'wrappedValues',
    shape: "the attribute's name",
    send: patching({ op: 'remove', path: 'emails', value: { emails: [before.emails[0]] } }, 'emails'),
    path: 'emails',
    outcome: undefined,
    without: 'invalidValue',
    strictly: 'invalidSyntax',
  },
  {
    rule: 'wrappedValues',
    shape: 'JSON as text',
    send: patching({ op: 'remove', path: 'emails', value: JSON.stringify([before.emails[0]]) }, 'emails'),
    path: 'emails',
    outcome: undefined,
    without: 'invalidValue',
    strictly: 'invalidSyntax',
  },
  {
    rule: 'wrappedValues',
    shape: "the attribute's name, around a boolean",
    send: patching({ op: 'replace', path: 'active', value: [{ Active: false }] }, 'active'),
    path: 'active',
    outcome: false,
    without: 'invalidValue',
  },
  {
    rule: 'wrappedValues',
    shape: "the attribute's name, around an object",
    send: patching({ op: 'replace', path: 'name', value: { name: { givenName: 'B' } } }, 'name'),
    path: 'name',
    outcome: { givenName: 'B' },
    without: { outcome: undefined },
    strictly: 'invalidSyntax',
  },
  {
    rule: 'wrappedValues',
    shape: 'an array around attributes',
    send: patching({ op: 'replace', value: [{ active: false }] }, 'active'),
    path: 'value',
    outcome: false,
    without: 'invalidValue',
  },
  {
    rule: 'wrappedValues',
    shape: 'attributes as text',
    send: patching({ op: 'replace', value: '{"active":false}' }, 'active'),
    path: 'value',
    outcome: false,
    without: 'invalidValue',
  },
  {
    rule: 'wrappedValues',
    shape: 'a list as text, which replaces another',
    send: patching(
      { op: 'replace', path: 'emails', value: '[{"value":"x@b.c"},{"value":"y@b.c"}]' },
      'emails',
    ),
    path: 'emails',
    outcome: [{ value: 'x@b.c' }, { value: 'y@b.c' }],
    without: 'invalidValue',
  },
  {
    rule: 'wrappedValues',
    shape: 'elements as texts',
    send: patching({ op: 'remove', path: 'emails', value: ['{"value":"a@b.c"}'] }, 'emails'),
    path: 'emails',
    outcome: undefined,
    without: 'invalidValue',
    strictly: 'invalidSyntax',
  },
  {
    rule: 'wrappedValues',
    shape: 'a list as text, in a resource',
    send: posting({ userName: 'new', emails: '[{"value":"x@b.c"},{"value":"y@b.c"}]' }, 'emails'),
    path: 'emails',
    outcome: [{ value: 'x@b.c' }, { value: 'y@b.c' }],
    without: 'invalidValue',
  },
  {
    rule: 'wrappedValues',
    shape: 'an object as text, in a resource',
    send: posting({ userName: 'new', [enterprise]: '{"department":"Tours"}' }, enterprise),
    path: enterprise,
    outcome: { department: 'Tours' },
    without: 'invalidValue',
  },
  {
    rule: 'echoedReadOnly',
    shape: 'inside of a value',
    send: patching({ op: 'replace', value: { id: 'x', title: 'Chief' } }, 'title'),
    path: 'id',
    outcome: 'Chief',
    without: 'mutability',
  },
  {
    rule: 'unknownAttributes',
    shape: 'in a resource',
    send: posting({ userName: 'new', title: 'x', adreses: [], custom: 1 }, 'title'),
    path: 'custom',
    outcome: 'x',
    without: 'invalidSyntax',
  },
  {
    rule: 'unknownAttributes',
    shape: 'of another schema, in a path',
    send: patching({ op: 'add', path: 'urn:example:other:User:badge', value: 'A' }, 'title'),
    path: 'urn:example:other:User:badge',
    outcome: 'Guide',
    without: 'invalidPath',
  },
  {
    rule: 'unknownAttributes',
    shape: 'in a path',
    send: patching({ op: 'add', path: 'companyName', value: 'A' }, 'title'),
    path: 'companyName',
    outcome: 'Guide',
    without: 'invalidPath',
  },
  {
    rule: 'legacyNames',
    shape: 'in a path',
    send: patching(
      { op: 'add', path: 'urn:scim:schemas:extension:enterprise:1.0:department', value: 'Tours' },
      enterprise,
    ),
    path: `${enterprise}:department`,
    outcome: { department: 'Tours' },
    without: { outcome: undefined },
    strictly: 'invalidPath',
  },
  {
    rule: 'legacyNames',
    shape: 'in a resource',
    send: posting(
      { userName: 'new', 'urn:scim:schemas:extension:enterprise:1.0': { department: 'Tours' } },
      enterprise,
    ),
    path: enterprise,
    outcome: { department: 'Tours' },
    without: { outcome: undefined },
    strictly: 'invalidSyntax',
  },
  {
    rule: 'coreUrnKeys',
    shape: 'in a value',
    send: patching({ op: 'replace', value: { [urns.user]: { active: false } } }, 'active'),
    path: urns.user,
    outcome: false,
    without: { outcome: true },
    strictly: 'invalidSyntax',
  },
  {
    rule: 'coreUrnKeys',
    shape: 'in a resource',
    send: posting({ userName: 'new', [urns.user]: { title: 'x' } }, 'title'),
    path: urns.user,
    outcome: 'x',
    without: { outcome: undefined },
    strictly: 'invalidSyntax',
  },
  {
    rule: 'unqualifiedExtensions',
    shape: 'in a resource',
    send: posting({ userName: 'new', department: 'Tours' }, enterprise),
    path: `${enterprise}:department`,
    outcome: { department: 'Tours' },
    without: { outcome: undefined },
    strictly: 'invalidSyntax',
  },
  {
    rule: 'echoedReadOnly',
    shape: 'as a path among the keys of a value',
    send: patching({ op: 'replace', value: { 'meta.lastModified': 'x', title: 'Chief' } }, 'title'),
    path: 'meta',
    outcome: 'Chief',
    without: 'mutability',
    strictly: 'invalidSyntax',
  },
  {
    rule: 'unknownAttributes',
    shape: 'in a query',
    send: async (service) => {
      const reply = await service.get('/Users?attributes=nosuch')
      return [reply, reply.body.totalResults]
    },
    path: 'nosuch',
    outcome: 1,
    without: 'invalidPath',
  },
  {
    rule: 'unknownSchemas',
    shape: 'beside the right one',
    send: posting({ userName: 'new', title: 'x', schemas: [urns.user, 'urn:example:other'] }, 'title'),
    path: 'schemas',
    outcome: 'x',
    without: 'invalidSyntax',
  },
  {
    rule: 'legacySchemas',
    shape: 'instead of the right one',
    send: posting({ userName: 'new', title: 'x', schemas: ['urn:scim:schemas:core:1.0'] }, 'title'),
    path: 'schemas',
    outcome: 'x',
    // It is nearly right, too.
    without: { outcome: 'x' },
    strictly: 'invalidSyntax',
  },
  {
    rule: 'missingSchemas',
    shape: 'in a resource',
    send: posting({ userName: 'new', title: 'x', schemas: undefined }, 'title'),
    path: 'schemas',
    outcome: 'x',
    without: 'invalidSyntax',
  },
  {
    rule: 'missingSchemas',
    shape: 'in a PATCH',
    send: async (service, id) => [
      await service.send('PATCH', `/Users/${id}`, {
        body: { Operations: [{ op: 'replace', path: 'active', value: false }] },
      }),
      (await service.storedUser(id)).active,
    ],
    path: 'schemas',
    outcome: false,
    without: 'invalidSyntax',
  },
  {
    rule: 'misnamedSchemas',
    shape: 'in a resource',
    send: posting({ userName: 'new', title: 'x', schemas: ['urn:scim:schemas:core:2.0'] }, 'title'),
    path: 'schemas',
    outcome: 'x',
    without: 'invalidSyntax',
  },
  {
    rule: 'shortSortOrder',
    shape: 'in a query',
    send: async (service) => {
      const reply = await service.get('/Users?sortBy=userName&sortOrder=desc')
      return [reply, reply.body.totalResults]
    },
    path: 'sortOrder',
    outcome: 1,
    without: 'invalidValue',
  },
  {
    rule: 'unquotedLiterals',
    shape: 'in a filter',
    send: filtering('title eq Guide'),
    path: 'title',
    outcome: 1,
    without: 'invalidFilter',
  },
  {
    rule: 'unquotedLiterals',
    shape: 'in a path',
    send: patching({ op: 'replace', path: 'emails[type eq work].value', value: 'x' }, 'emails'),
    path: 'emails.type',
    outcome: [{ value: 'x', type: 'work' }],
    without: 'invalidFilter',
  },
  {
    rule: 'booleanStrings',
    shape: 'in a path',
    send: patching({ op: 'replace', path: 'active', value: 'False' }, 'active'),
    path: 'active',
    outcome: false,
    without: 'invalidValue',
  },
  {
    rule: 'booleanStrings',
    shape: 'in a resource',
    send: posting({ userName: 'new', active: 'FALSE' }, 'active'),
    path: 'active',
    outcome: false,
    without: 'invalidValue',
  },
  {
    rule: 'booleanStrings',
    shape: 'in a filter',
    send: filtering('active eq "True"'),
    path: 'active',
    outcome: 1,
    without: 'invalidFilter',
  },
  {
    rule: 'numberStrings',
    shape: 'for a text',
    send: posting({ userName: 'new', [enterprise]: { employeeNumber: 701984 } }, enterprise),
    path: `${enterprise}:employeeNumber`,
    outcome: { employeeNumber: '701984' },
    without: 'invalidValue',
  },
  {
    rule: 'loneValue',
    shape: 'in a resource',
    send: posting({ userName: 'new', emails: { value: 'x@b.c' } }, 'emails'),
    path: 'emails',
    outcome: [{ value: 'x@b.c' }],
    without: 'invalidValue',
  },
  {
    rule: 'loneValue',
    shape: 'in a replace',
    send: patching({ op: 'replace', path: 'emails', value: { value: 'x@b.c' } }, 'emails'),
    path: 'emails',
    outcome: [{ value: 'x@b.c' }],
    without: 'invalidValue',
  },
  {
    rule: 'unwrapArray',
    shape: 'around a text',
    send: patching({ op: 'replace', path: 'title', value: ['Chief'] }, 'title'),
    path: 'title',
    outcome: 'Chief',
    without: 'invalidValue',
  },
  {
    rule: 'unwrapArray',
    shape: 'around an object',
    send: patching({ op: 'add', path: `${enterprise}:manager`, value: [{ value: 'm1' }] }, enterprise),
    path: `${enterprise}:manager`,
    outcome: { manager: { value: 'm1' } },
    without: 'invalidValue',
  },
  {
    rule: 'unwrapValue',
    shape: 'around a text',
    send: patching({ op: 'replace', path: 'title', value: { value: 'Chief' } }, 'title'),
    path: 'title',
    outcome: 'Chief',
    without: 'invalidValue',
  },
  {
    rule: 'unwrapValue',
    shape: 'under a name in capitals',
    send: patching({ op: 'replace', path: 'active', value: { Value: 'False' } }, 'active'),
    path: 'active',
    outcome: false,
    without: 'invalidValue',
  },
  {
    rule: 'wrapValue',
    shape: 'of a reference',
    send: patching({ op: 'add', path: `${enterprise}:manager`, value: 'm1' }, enterprise),
    path: `${enterprise}:manager`,
    outcome: { manager: { value: 'm1' } },
    without: 'invalidValue',
  },
  {
    rule: 'wrapValue',
    shape: 'in an array',
    send: posting({ userName: 'new', emails: ['x@b.c'] }, 'emails'),
    path: 'emails',
    outcome: [{ value: 'x@b.c' }],
    without: 'invalidValue',
  },
]

describe.each(cases)('$rule, $shape', ({ rule, send, path, outcome, without, strictly = without }) => {
  async function under(profile: Profile | undefined) {
    // The user is there before anybody reads by the profile.
    let current: Profile = lenient()
    let count = 0
    // The user is a manager too: `m1`.
    const users = memoryStore<User>({ newId: () => `m${++count}` })
    const service = serve({ users, profile: () => current })
    const { id } = await service.createUser(before)
    current = profile ?? lenient()
    return send(service, id)
  }

  async function expectOther(profile: Profile, expected: Case['without']) {
    const [reply, found] = await under(profile)
    if (typeof expected === 'string') {
      expect(reply.status).toBe(400)
      expect(reply.body).toMatchObject({ schemas: [urns.error], scimType: expected })
    } else {
      expect(reply.status).toBeLessThan(300)
      expect(found).toEqual(expected.outcome)
    }
    expect(reply.trace.map((entry) => entry.rule)).not.toContain(rule)
  }

  it('is accepted, with a line in the trace', async () => {
    const [reply, found] = await under(undefined)
    expect(reply.status).toBeLessThan(300)
    expect(found).toEqual(outcome)
    expect(reply.trace).toContainEqual({ rule, path, message: expect.any(String) })
  })

  it('can be switched off', () => expectOther(lenient({ without: [rule] }), without))

  it('is nothing that the RFC allows', () => expectOther(strict(), strictly))
})

describe('rules that need more than one line', () => {
  it('every rule has a case, here or where tokens, bulk requests and stores that keep less are tested', () => {
    const elsewhere = ['rawToken', 'bareBulkPatch', 'unkeptAttributes']
    const tested = new Set<string>([...cases.map(({ rule }) => rule), ...elsewhere])
    const untested = rules.map(({ name }) => name).filter((name) => !tested.has(name))
    expect(untested, 'rules without a case in this file').toEqual([])
  })

  it('several rules may read one value, and each leaves its line', async () => {
    const service = serve()
    const { id } = await service.createUser()
    const value = [{ $ref: null, value: 'True' }]
    const { trace } = await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value }])
    expect(trace.map(({ rule }) => rule)).toEqual(['unwrapArray', 'unwrapValue', 'booleanStrings'])
    expect((await service.storedUser(id)).active).toBe(true)
    // A value that is wrapped deeper than anybody sends it is not dug out.
    const deep = [[[[[[['Chief']]]]]]]
    const reply = await service.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: deep }])
    expect(reply.body.scimType).toBe('invalidValue')
  })

  it('texts are numbers where a number belongs, if they look like one', async () => {
    const badge = defineExtension('urn:example:badge:2.0:User', {
      level: attribute.integer(),
      weight: attribute.decimal(),
    })
    const service = serve({ users: memoryStore(), extensions: { User: [badge] } } as never)
    const { id } = await service.createUser()
    const level = (value: unknown) =>
      service.patch(`/Users/${id}`, [{ op: 'replace', path: `${badge.urn}:level`, value }])
    expect((await level('-7')).body[badge.urn]).toEqual({ level: -7 })
    for (const value of ['', '7.5', 'seven', '0x10', ' 7', '1e400', 'Infinity', true]) {
      const { status, body } = await level(value)
      if (value === '') expect(body).not.toHaveProperty(badge.urn)
      else expect(status, String(value)).toBe(400)
    }
    const weight = { op: 'replace', path: `${badge.urn}:weight`, value: '1.5e3' }
    expect((await service.patch(`/Users/${id}`, [weight])).body[badge.urn]).toEqual({ weight: 1500 })
  })

  it('what a POST or PUT says of read-only attributes is ignored by the RFC itself', async () => {
    for (const profile of [strict(), lenient({ without: ['echoedReadOnly'] })]) {
      const service = serve({ profile })
      const reply = await service.post('/Users', { ...user, id: 'x', meta: { version: '7' } })
      expect(reply.status).toBe(201)
      expect(reply.body.id).not.toBe('x')
    }
  })

  it('only a verb that there is has its capital letters read', async () => {
    const service = serve()
    const { id } = await service.createUser()
    for (const op of ['Delete', 'MOVE', 'ſet', 'toString', '', 'RePlAcEd']) {
      const reply = await service.patch(`/Users/${id}`, [{ op, path: 'title', value: 'x' }])
      expect(reply.status, op).toBe(400)
      expect(reply.trace).toEqual([])
    }
  })

  it('a list as text empties no group where it is not read', async () => {
    for (const profile of [entra(), okta(), strict(), lenient({ without: ['wrappedValues'] })]) {
      const service = serve({ profile })
      const { id: value } = await service.createUser()
      const { id } = await service.createGroup({ members: [{ value }] })
      for (const text of [`[{"value":"${value}"}]`, '{}', '[]']) {
        const reply = await service.patch(`/Groups/${id}`, [{ op: 'replace', path: 'members', value: text }])
        expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidValue'])
      }
      expect((await service.storedGroup(id)).members).toMatchObject([{ value }])
    }
  })

  it('a member without an array around it replaces the others by a rule, as in other attributes', async () => {
    for (const groups of [memoryStore<Group>(), fiveMethods(memoryStore<Group>())]) {
      let profile = lenient()
      const service = serve({ groups, profile: () => profile })
      const [{ id: a }, { id: b }] = [await service.createUser(), await service.createUser()]
      const { id } = await service.createGroup({ members: [{ value: a }] })
      const replace = () =>
        service.patch(`/Groups/${id}`, [{ op: 'replace', path: 'members', value: { value: b } }])
      profile = strict()
      expect((await replace()).body.scimType).toBe('invalidValue')
      expect((await service.storedGroup(id)).members).toMatchObject([{ value: a }])
      profile = lenient()
      expect((await replace()).trace.map(({ rule }) => rule)).toEqual(['loneValue'])
      expect((await service.storedGroup(id)).members).toMatchObject([{ value: b }])
    }
  })

  it('what is in a text is read only where a body may have it', async () => {
    const service = serve()
    const nested = `${'['.repeat(20)}"a"${']'.repeat(20)}`
    const keys = JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`k${at}`, 1])))
    for (const text of ['{"value":"\\ud800"}', '{"value":"a\\u0000"}', `{"value":"a","b":${nested}}`, keys]) {
      for (const value of [text, [{ value: text }]]) {
        const { id } = await service.createUser()
        await service.patch(`/Users/${id}`, [{ op: 'add', path: 'roles', value }])
        expect((await service.storedUser(id)).roles).toEqual([{ value: text }])
      }
    }
  })

  it('a key that is no path, and one whose extension is not there, stay keys', async () => {
    const service = serve()
    const { id } = await service.createUser()
    const value = { 'no.such': 1, 'title[value eq "x"]': 1, 'urn:example:x:y': 1, 'name.nosuch': 1 }
    const reply = await service.patch(`/Users/${id}`, [{ op: 'replace', value }])
    expect(reply.body.scimType).toBe('invalidPath')
    const { 'title[value eq "x"]': _path, ...rest } = value
    const ignored = await service.patch(`/Users/${id}`, [{ op: 'replace', value: rest }])
    expect(ignored.status).toBe(200)
    expect(ignored.trace.map(({ rule, path }) => [rule, path])).toEqual(
      Object.keys(rest).map((path) => ['unknownAttributes', path]),
    )
  })
})
