import { describe, expect, test } from 'vitest'
import { type Group, memoryStore, type ResourceStore, type User, urns } from '../../src/index.js'
import { serve } from '../http/service.js'

// A store of the host's own is believed only when it replies what the port says. A page with one user too many is
// served to nobody: identity providers step by `count`, and take who is missing for deleted.

/** A store in which one method replies something else. */
function replying<R extends User | Group>(method: keyof ResourceStore<R>, reply: unknown): ResourceStore<R> {
  return { ...memoryStore<R>({ newId: () => 'u1' }), [method]: async () => reply }
}

async function ask(
  stores: { readonly users?: ResourceStore<User>; readonly groups?: ResourceStore<Group> },
  method: string,
  path: string,
  body?: unknown,
) {
  const service = serve(stores)
  const reply = await service.send(method, path, { body })
  return { reply, errors: service.errors.map(({ error }) => String(error)) }
}

const meta = { created: '2026-01-01T00:00:00Z', lastModified: '2026-01-01T00:00:00Z', version: '1' }
const ada = { schemas: [urns.user], id: 'u1', userName: 'ada', meta }
const page = { resources: [ada], totalResults: 1 }

const notStored: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['a text', 'u1'],
  ['an empty object', {}],
  ['a list', [ada]],
  ['no id', { ...ada, id: undefined }],
  ['an empty id', { ...ada, id: '' }],
  ['an id that is a number', { ...ada, id: 1 }],
  ['no meta', { ...ada, meta: undefined }],
  ['a version that is a number', { ...ada, meta: { ...meta, version: 1 } }],
  ['a date for a version', { ...ada, meta: { ...meta, version: new Date() } }],
]

describe.each(notStored)('a store that gives %s as a resource', (_, resource) => {
  const patch = { schemas: [urns.patchOp], Operations: [{ op: 'add', path: 'title', value: 'x' }] }
  test.each<readonly [keyof ResourceStore<User>, string, string, unknown]>([
    ['get', 'GET', '/Users/u1', undefined],
    ['get', 'PATCH', '/Users/u1', patch],
    ['get', 'DELETE', '/Users/u1', undefined],
    ['create', 'POST', '/Users', { schemas: [urns.user], userName: 'ada' }],
  ])('from %s fails at %s %s, and the host learns which', async (method, verb, path, body) => {
    const { reply, errors } = await ask({ users: replying(method, resource) }, verb, path, body)
    expect(reply.status).toBe(500)
    expect(errors).toEqual([
      `HostFault: The store of User: ${method} gave a resource without an id or a meta.version as text`,
    ])
  })

  test('from replace or on a page fails too', async () => {
    const replaced = { ...replying<User>('replace', resource), get: async () => ada as User }
    const written = await ask({ users: replaced }, 'PATCH', '/Users/u1', patch)
    expect([written.reply.status, written.errors.join()]).toEqual([
      500,
      expect.stringContaining('The store of User: replace gave a resource without'),
    ])
    const listed = await ask({ users: replying('list', { ...page, resources: [resource] }) }, 'GET', '/Users')
    expect([listed.reply.status, listed.errors.join()]).toEqual([
      500,
      expect.stringContaining('The store of User: list gave a resource without'),
    ])
  })
})

test.each([undefined, null])('a store that gives %s has no such resource', async (nothing) => {
  const { reply, errors } = await ask({ users: replying('get', nothing) }, 'GET', '/Users/u1')
  expect([reply.status, errors]).toEqual([404, []])
})

const notPages: readonly (readonly [string, unknown, string])[] = [
  ['nothing', undefined, 'no resources, or no totalResults as a number'],
  ['a list', [ada], 'no resources, or no totalResults as a number'],
  ['no resources', { totalResults: 0 }, 'no resources, or no totalResults as a number'],
  [
    'a map of resources',
    { resources: new Map(), totalResults: 0 },
    'no resources, or no totalResults as a number',
  ],
  ['a total as text', { ...page, totalResults: '1' }, 'no resources, or no totalResults as a number'],
  ['a bigint as total', { ...page, totalResults: 1n }, 'no resources, or no totalResults as a number'],
  ['a negative total', { ...page, totalResults: -1 }, 'a totalResults that is no whole number from 0 on'],
  ['a fraction as total', { ...page, totalResults: 1.5 }, 'a totalResults that is no whole number from 0 on'],
  [
    'no number as total',
    { ...page, totalResults: Number.NaN },
    'a totalResults that is no whole number from 0 on',
  ],
  [
    'an endless total',
    { ...page, totalResults: Number.POSITIVE_INFINITY },
    'a totalResults that is no whole number from 0 on',
  ],
  [
    'more than was asked for',
    { resources: [ada, { ...ada, id: 'u2' }, { ...ada, id: 'u3' }], totalResults: 3 },
    '3 resources, which is more than the count of 2',
  ],
]

test.each([
  ['a page', '', 1],
  ['a later page', '&startIndex=3', 3],
])('a store that counts before others come has at least what %s shows', async (_, at, total) => {
  const users = replying<User>('list', { ...page, totalResults: 0 })
  const { reply, errors } = await ask({ users }, 'GET', `/Users?count=1${at}`)
  expect([reply.status, reply.body.totalResults, errors]).toEqual([200, total, []])
})

describe.each(notPages)('a store whose page is %s', (_, wrong, fault) => {
  const filter = encodeURIComponent('groups.display eq "Team"')
  const search = { schemas: [urns.searchRequest], count: 2 }
  test.each<readonly ['User' | 'Group', string, string, unknown]>([
    ['User', 'GET', '/Users?count=2', undefined],
    ['User', 'POST', '/Users/.search', search],
    ['User', 'POST', '/.search', search],
    ['User', 'GET', '/?count=2&sortBy=id', undefined],
    ['Group', 'GET', '/Groups?count=2', undefined],
    // Groups whose members a filter looks at are read in pages as well.
    ['Group', 'GET', `/Users?filter=${filter}`, undefined],
  ])('of %s fails at %s %s, and the host learns why', async (type, method, path, body) => {
    if (fault.startsWith('3 resources') && path.includes('filter')) return
    const stores =
      type === 'User' ? { users: replying<User>('list', wrong) } : { groups: replying<Group>('list', wrong) }
    const { reply, errors } = await ask(stores, method, path, body)
    expect(reply.status).toBe(500)
    // Where lists are merged, their lengths are asked for first, without resources.
    const told = path.includes('sortBy') ? '' : fault
    expect(errors).toEqual([expect.stringContaining(`HostFault: The store of ${type}: list gave ${told}`)])
  })
})

test.each([1, null, true, ['x']])('a place that is %j is not made into a cursor', async (place) => {
  for (const name of ['next', 'previous']) {
    const users = { ...replying<User>('list', { ...page, [name]: place }), cursors: true }
    const { reply, errors } = await ask({ users }, 'GET', '/Users?cursor')
    expect(reply.status).toBe(500)
    expect(errors).toEqual([
      'HostFault: The store of User: list gave a next or a previous that is neither text nor undefined',
    ])
  }
})

describe('groups', () => {
  const team = { schemas: [urns.group], id: 'g1', displayName: 'Team', meta }
  const add = { schemas: [urns.patchOp], Operations: [{ op: 'remove', path: 'members' }] }

  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['a version alone', '2'],
    ['no meta', { added: [], removed: [] }],
    ['a version that is a number', { meta: { ...meta, version: 2 }, added: [], removed: [] }],
    ['no ids', { meta }],
    ['numbers of ids', { meta, added: 0, removed: 1 }],
    ['ids that are no texts', { meta, added: [1], removed: [] }],
  ])('whose change of members gives %s fail', async (_, result) => {
    const groups = { ...replying<Group>('changeMembers', result), get: async () => team as Group }
    const { reply, errors } = await ask({ groups }, 'PATCH', '/Groups/g1', add)
    expect(reply.status).toBe(500)
    expect(errors).toEqual([
      expect.stringContaining('HostFault: The store of Group: changeMembers gave no meta.version'),
    ])
  })

  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['an object', { u1: [{ value: 'g1' }] }],
    ['a list', [['u1', [{ value: 'g1' }]]]],
    ['ids', new Map([['u1', ['g1']]])],
    ['one group', new Map([['u1', { value: 'g1' }]])],
    ['a group that is null', new Map([['u1', [null]]])],
    ['a number for an id', new Map([['u1', [{ value: 1 }]]])],
  ])('of a user that are %s fail', async (_, found) => {
    const users = { ...memoryStore<User>(), get: async () => ada as User }
    const { reply, errors } = await ask({ users, groups: replying('groupsOf', found) }, 'GET', '/Users/u1')
    expect(reply.status).toBe(500)
    expect(errors).toEqual([expect.stringContaining('HostFault: The store of Group: groupsOf gave ')])
  })

  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['a list of pages', [[{ value: 'u1' }]]],
    ['a promise', Promise.resolve([])],
  ])('whose members are %s fail', async (_, members) => {
    const groups = {
      ...memoryStore<Group>(),
      get: async () => team as Group,
      members: () => members as never,
    }
    const { reply, errors } = await ask({ groups }, 'GET', '/Groups/g1')
    expect(reply.status).toBe(500)
    expect(errors).toEqual([
      'HostFault: The store of Group: members gave nothing that can be iterated asynchronously',
    ])
  })

  test.each<readonly [string, unknown]>([
    ['a member', { value: 'u1' }],
    ['null', null],
    ['a list of ids', ['u1']],
    ['a list with a hole', [{ value: 'u1' }, undefined]],
  ])('with a page of members that is %s fail, and the iterator is closed', async (_, pageOfMembers) => {
    let closed = 0
    async function* members() {
      try {
        yield pageOfMembers as never
      } finally {
        closed += 1
      }
    }
    const groups = { ...memoryStore<Group>(), get: async () => team as Group, members }
    const { reply, errors } = await ask({ groups }, 'GET', '/Groups/g1')
    expect(reply.status).toBe(500)
    expect(errors).toEqual([
      'HostFault: The store of Group: members gave a page that is no list of members with a value as text',
    ])
    expect(closed).toBe(1)
  })
})
