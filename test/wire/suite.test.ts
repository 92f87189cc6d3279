import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearerTokens, createScim, type Group, memoryStore, type Scim, type User } from '../../src/index.js'
import { allHosts, listen, type Running } from '../adapters/hosts.js'
import { fiveMethods } from '../operations/groups/stores.js'
import type { Capability, Wire } from './case.js'
import { inProcess, wireOf } from './client.js'
import { type OpenStores, openEmployees, storeKinds } from './stores.js'
import { capabilities, wireSuite } from './suite.js'

// The suite against the service itself, against a service of the plainest stores, and through every adapter.

const tokens = bearerTokens([
  { token: 'token-of-acme', tenant: 'acme' },
  { token: 'token-of-globex', tenant: 'globex' },
])

function fullService({ users, groups }: Pick<OpenStores, 'users' | 'groups'>): Scim {
  let me: string | undefined
  return createScim({
    authenticate: tokens,
    users,
    groups,
    identify: () => (me === undefined ? undefined : { id: me }),
    on: {
      'user.created': ({ after }) => {
        me = after.id
      },
    },
  })
}

function plainService(): Scim {
  return createScim({ authenticate: tokens, users: fiveMethods(memoryStore<User>()) })
}

/** Runs the cases that a service of these capabilities has to pass, but for those that its tables have no place for. */
function runSuite(can: ReadonlySet<Capability>, wireAt: () => Wire, without: object = {}): void {
  const cases = wireSuite.filter(
    ({ name, needs = [] }) => !(name in without) && needs.every((one) => can.has(one)),
  )
  test.each(cases)('$section: $name', ({ run }) => run(wireAt()))
}

const inMemory = () => fullService({ users: memoryStore<User>(), groups: memoryStore<Group>() })
const full = inProcess(inMemory())
const plain = inProcess(plainService())
// What a service can do, it says itself.
const fullCan = await capabilities(full)
const plainCan = await capabilities(plain)

test('the full service has to pass every case, and the plain one some fewer', () => {
  expect(wireSuite.every(({ needs = [] }) => needs.every((one) => fullCan.has(one)))).toBe(true)
  expect(plainCan.size).toBeLessThan(fullCan.size)
})

describe.each(storeKinds)('the service itself on $stores', ({ open }) => {
  let opened: OpenStores
  let wire: Wire
  beforeAll(async () => {
    opened = await open()
    wire = inProcess(fullService(opened))
  })
  afterAll(() => opened.close())
  // Every store is to do what the one in memory does.
  runSuite(fullCan, () => wire)
})

const onlyPeople = 'a member of a team refers to an employee, so that no team is in another'
const noPlace: Readonly<Record<string, string>> = {
  'a group shows its members with what and where they are': onlyPeople,
  'the groups of a user are the same in a read, a list and a filter': onlyPeople,
  'groups that contain each other are answered': onlyPeople,
  'add puts a member into a group': 'a member of a team has no name but the employee’s own',
}

describe('the service itself on tables with foreign keys', () => {
  let opened: OpenStores
  let wire: Wire
  beforeAll(async () => {
    opened = await openEmployees()
    wire = inProcess(fullService(opened))
  })
  afterAll(() => opened.close())
  runSuite(fullCan, () => wire, noPlace)
  test('what is left out are cases of the suite', () => {
    const names = wireSuite.map(({ name }) => name)
    expect(Object.keys(noPlace).filter((name) => !names.includes(name))).toEqual([])
  })
})

describe('a service of users in the plainest store', () => {
  runSuite(plainCan, () => plain)
})

describe.each(allHosts)('$name', ({ listener }) => {
  let host: Running
  beforeAll(async () => {
    host = await listen(listener(inMemory()))
  })
  afterAll(() => host[Symbol.asyncDispose]())
  runSuite(fullCan, () => wireOf(`${host.url}/scim/v2`, fetch))
})
