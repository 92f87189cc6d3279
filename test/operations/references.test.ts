import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  attribute,
  defineExtension,
  defineResourceType,
  defineSchema,
  memoryStore,
  type User,
  type UserStore,
  urns,
} from '../../src/index.js'
import { kyselyStore, mapUser, reference } from '../../src/stores/kysely/index.js'
import { type Body, serve } from '../http/service.js'
import { postgres, type TestDatabase } from '../stores/kysely/databases.js'
import { createEmployees, type EmployeeRow, employeeStores } from '../stores/kysely/employees.js'
import { openKinds } from './groups/kinds.js'
import { fiveMethods } from './groups/stores.js'

// A manager of another tenant was accepted where a table has no row-level security: it told who exists elsewhere, and the
// other tenant could no longer delete the person.

const kinds = openKinds()
let employees: TestDatabase
beforeAll(async () => {
  employees = await postgres()
  await createEmployees(employees)
})
afterAll(() => employees.close())

const [inMemory, fiveMethodsOnly, ownTables, hostTables] = kinds
/** Where a manager is text, what refers to nothing stays; where it is a column or unknown, it does not. */
const textual = [inMemory, ownTables]
const others = [
  fiveMethodsOnly,
  hostTables,
  { kind: 'the tables of a host with foreign keys', makeStores: () => employeeStores(employees) },
]
const all = [...textual, ...others]
const { enterpriseUser } = urns
const globex = { token: 'globex-token' }
const path = `${enterpriseUser}:manager`
const nobody = '00000000-0000-4000-8000-000000000000'
const unknown = expect.objectContaining({ rule: 'unknownReferences', path })

function managerOf(resource: object): unknown {
  const extension = (
    resource as Readonly<Record<string, { readonly manager?: { value?: string } } | undefined>>
  )[enterpriseUser]
  return extension?.manager?.value
}

function withManager(value: string, userName: string) {
  return { schemas: [urns.user], userName, [enterpriseUser]: { department: 'Tours', manager: { value } } }
}

/** What differs between the replies about two resources is nothing but who they are. */
function comparable(
  { body, status }: { readonly body: Body; readonly status: number },
  { id, userName }: Body,
  manager: string,
) {
  const names = [id, String(userName), manager]
  const text = names.reduce((text, name, at) => text.replaceAll(name, `<${at}>`), JSON.stringify(body))
  return { status, text: text.replace(/"(?:created|lastModified|version)":"(?:[^"\\]|\\.)*"/g, '') }
}

describe.each(all)('a reference to another resource, with $kind', ({ kind, makeStores }) => {
  test('stays where it is of the tenant, in a POST, a PUT and a PATCH', async () => {
    const scim = serve(makeStores())
    const [ada, bob] = [await scim.createUser(), await scim.createUser()]
    const posted = await scim.createUser(withManager(ada.id, 'stays'))
    expect(managerOf(posted)).toBe(ada.id)
    const put = await scim.put(`/Users/${posted.id}`, withManager(bob.id, 'stays'))
    expect(managerOf(put.body)).toBe(bob.id)
    const patched = await scim.patch(`/Users/${posted.id}`, [{ op: 'add', path, value: { value: ada.id } }])
    expect(managerOf(patched.body)).toBe(ada.id)
    const own = await scim.patch(`/Users/${posted.id}`, [{ op: 'replace', path, value: posted.id }])
    expect(managerOf(own.body)).toBe(posted.id)
    expect(
      [posted, put, patched, own].flatMap((reply) => ('trace' in reply ? reply.trace : [])),
    ).not.toContainEqual(unknown)
    expect(managerOf(await scim.storedUser(posted.id))).toBe(posted.id)
    expect(scim.errors).toEqual([])
  })

  test('the reply does not tell whether it is nobody, or of another tenant', async () => {
    const stores = makeStores()
    const scim = serve(stores)
    const staysAs = (value: string) => (textual.some((known) => known.kind === kind) ? value : undefined)
    const theirs = await scim.createUser({}, globex)
    const mine = await scim.createUser()
    const seen = []
    for (const value of [theirs.id, nobody]) {
      const name = `out-${value}`
      const posted = await scim.post('/Users', withManager(value, name))
      expect([posted.status, managerOf(posted.body)]).toEqual([201, staysAs(value)])
      const replies = [posted]
      const at = `/Users/${posted.body.id}`
      for (const write of [
        () => scim.put(at, withManager(value, name)),
        () => scim.patch(at, [{ op: 'replace', path, value: { value } }]),
        () =>
          scim.patch(at, [{ op: 'add', value: { [enterpriseUser]: { manager: { value } }, title: 'T' } }]),
      ]) {
        await scim.patch(at, [{ op: 'replace', path, value: { value: mine.id } }])
        const reply = await write()
        expect([reply.status, managerOf(reply.body)]).toEqual([200, staysAs(value)])
        replies.push(reply)
      }
      for (const { trace } of replies) expect(trace).toContainEqual(unknown)
      expect(managerOf(await scim.storedUser(posted.body.id))).toBe(staysAs(value))
      seen.push(replies.map((reply) => comparable(reply, posted.body, value)))
    }
    expect(seen[0]).toEqual(seen[1])
    expect((await scim.delete(`/Users/${theirs.id}`, globex)).status).toBe(204)
    expect(scim.errors).toEqual([])
  })

  test('refuses the request where the host wants it so, in the same words', async () => {
    const scim = serve({ ...makeStores(), unknownReferences: 'reject' })
    const theirs = await scim.createUser({}, globex)
    const user = await scim.createUser({ title: 'T' })
    const before = await scim.storedUser(user.id)
    const details = new Set<string>()
    for (const value of [theirs.id, nobody, 'no-id-at-all']) {
      for (const reply of [
        await scim.post('/Users', withManager(value, 'refused')),
        await scim.put(`/Users/${user.id}`, withManager(value, 'refused')),
        await scim.patch(`/Users/${user.id}`, [{ op: 'replace', path, value: { value } }]),
      ]) {
        expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidValue'])
        details.add(reply.body.detail)
      }
    }
    expect([...details]).toEqual([`${path} refers to something that does not exist`])
    expect(await scim.storedUser(user.id)).toEqual(before)
    expect((await scim.get('/Users?filter=userName%20eq%20%22refused%22')).body.totalResults).toBe(0)
  })

  test('may be circular in a bulk request', async () => {
    const scim = serve(makeStores())
    const create = (bulkId: string, other: string) => ({
      method: 'POST',
      path: '/Users',
      bulkId,
      data: withManager(`bulkId:${other}`, `bulk-${bulkId}-${crypto.randomUUID()}`),
    })
    const { body } = await scim.post('/Bulk', {
      schemas: [urns.bulkRequest],
      Operations: [create('a', 'b'), create('b', 'c'), create('c', 'a'), create('d', 'd'), create('e', 'a')],
    })
    const made = (body.Operations as readonly { status: string; location: string }[]).map(
      ({ status, location }) => [status, location.split('/').at(-1) ?? ''],
    )
    expect(made.map(([status]) => status)).toEqual(Array(5).fill('201'))
    const [a, b, c] = made.map(([, id]) => id)
    const managers = await Promise.all(made.map(async ([, id = '']) => managerOf(await scim.storedUser(id))))
    expect(managers).toEqual([b, c, a, made[3]?.[1], a])
  })
})

describe.each(others)('a reference to nobody that cannot be kept, with $kind', ({ makeStores }) => {
  test('changes nothing where nothing else is asked, and takes the schema with it where it was all', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser()
    const patched = await scim.patch(`/Users/${user.id}`, [{ op: 'add', path, value: { value: nobody } }])
    expect(patched.body).toMatchObject({ schemas: [urns.user], meta: { version: user.meta.version } })
    expect(patched.body).not.toHaveProperty([enterpriseUser])
  })
})

describe.each(textual)('a reference to nobody that is text, with $kind', ({ makeStores }) => {
  // Okta's manager is free text, and Microsoft's validator reads back the id that it made up.
  test('is read back, filtered by, replaced and removed', async () => {
    const scim = serve(makeStores())
    const user = await scim.createUser(withManager('The Boss', 'text'))
    expect(managerOf(user)).toBe('The Boss')
    const filter = encodeURIComponent(`${path}.value eq "The Boss"`)
    expect((await scim.get(`/Users?filter=${filter}`)).body.totalResults).toBe(1)
    const at = `/Users/${user.id}`
    const titled = await scim.patch(at, [{ op: 'replace', path: 'title', value: 'T' }])
    expect([managerOf(titled.body), titled.trace]).toEqual(['The Boss', []])
    const replaced = await scim.patch(at, [{ op: 'replace', path, value: 'Another' }])
    expect(managerOf(replaced.body)).toBe('Another')
    const removed = await scim.patch(at, [{ op: 'replace', path, value: { value: '' } }])
    expect(removed.body).not.toHaveProperty([enterpriseUser, 'manager'])
    expect(await scim.storedUser(user.id)).not.toHaveProperty([enterpriseUser, 'manager'])
  })
})

describe.each(kinds)('a reference that is stored, with $kind', ({ makeStores }) => {
  test('stays when its resource is deleted, through changes that do not touch it', async () => {
    const stores = makeStores()
    const scim = serve({ ...stores, unknownReferences: 'reject' })
    const boss = await scim.createUser()
    const user = await scim.createUser(withManager(boss.id, 'dangling'))
    expect((await scim.delete(`/Users/${boss.id}`)).status).toBe(204)
    const shown = await scim.get(`/Users/${user.id}`)
    expect(managerOf(shown.body)).toBe(boss.id)
    const renamed = await scim.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'title', value: 'T' }])
    expect([renamed.status, managerOf(renamed.body)]).toEqual([200, boss.id])
    const echoed = await scim.put(`/Users/${user.id}`, { ...renamed.body, title: 'U' })
    expect([echoed.status, managerOf(echoed.body)]).toEqual([200, boss.id])
    const same = await scim.patch(`/Users/${user.id}`, [{ op: 'add', path, value: { value: boss.id } }])
    expect([same.status, managerOf(same.body)]).toEqual([200, boss.id])
  })
})

const Desk = defineExtension('urn:example:params:scim:schemas:extension:desk:2.0:User', {
  assistants: attribute.complex(
    {
      value: attribute.string({ caseExact: true }),
      $ref: attribute.reference({ referenceTypes: ['User'] }),
      since: attribute.string(),
    },
    { multiValued: true },
  ),
  home: attribute.complex({
    value: attribute.string({ caseExact: true }),
    $ref: attribute.reference({ referenceTypes: ['User', 'Group'] }),
  }),
  room: attribute.complex({
    value: attribute.string({ caseExact: true }),
    $ref: attribute.reference({ referenceTypes: ['Room'] }),
  }),
})

// The tables of a host have no place for them.
describe.each(kinds.slice(0, 3))('references of an extension, with $kind', ({ kind, makeStores }) => {
  test('each of several is there or not, and one can be of several types', async () => {
    const scim = serve({ ...makeStores(), extensions: { User: [Desk] } })
    const theirs = await scim.createUser({}, globex)
    const theirGroup = await scim.createGroup({}, globex)
    const [ada, bob] = [await scim.createUser(), await scim.createUser()]
    const group = await scim.createGroup()
    const assistants = [ada.id, theirs.id, bob.id, nobody].map((value) => ({ value, since: '2020' }))
    const posted = await scim.createUser({
      [Desk.urn]: { assistants, home: { value: group.id }, room: { value: 'r1' } },
    })
    // Where the service has no such type, nobody knows what exists.
    const kept = { home: { value: group.id }, room: { value: 'r1' } }
    const desk = async () => (await scim.storedUser(posted.id)) as unknown as Readonly<Record<string, object>>
    expect((await desk())[Desk.urn]).toMatchObject(kept)
    const ids = async () =>
      ((await desk())[Desk.urn] as { assistants?: { value: string }[] }).assistants?.map(({ value }) => value)
    expect(await ids()).toEqual([ada.id, bob.id])
    const trace = await scim.patch(`/Users/${posted.id}`, [
      { op: 'add', path: `${Desk.urn}:assistants`, value: [{ value: theirs.id }, { value: posted.id }] },
      { op: 'replace', path: `${Desk.urn}:home`, value: { value: theirGroup.id } },
    ])
    expect(trace.trace.map(({ rule, path }) => [rule, path])).toEqual(
      expect.arrayContaining([
        ['unknownReferences', `${Desk.urn}:assistants`],
        ['unknownReferences', `${Desk.urn}:home`],
      ]),
    )
    expect(await ids()).toEqual([ada.id, bob.id, posted.id])
    const { home } = (await desk())[Desk.urn] as { home?: { value: string } }
    expect(home?.value).toBe(textual.some((known) => known.kind === kind) ? theirGroup.id : undefined)
  })
})

const doorSchema = defineSchema('urn:example:params:scim:schemas:Door', {
  name: attribute.string({ required: true }),
  keeper: attribute.complex(
    {
      value: attribute.string({ required: true, caseExact: true }),
      $ref: attribute.reference({ referenceTypes: ['User'] }),
    },
    { required: true },
  ),
})

test('a reference that a resource cannot be without refuses the resource', async () => {
  const Door = defineResourceType({
    name: 'Door',
    endpoint: '/Doors',
    schema: doorSchema,
    store: memoryStore(),
  })
  const scim = serve({ resourceTypes: [Door] })
  const [mine, theirs] = [await scim.createUser(), await scim.createUser({}, globex)]
  const door = (value: string) => ({ schemas: [doorSchema.urn], name: 'D', keeper: { value } })
  expect((await scim.post('/Doors', door(mine.id))).status).toBe(201)
  for (const id of [theirs.id, nobody]) {
    const { status, body } = await scim.post('/Doors', door(id))
    expect([status, body.scimType, body.detail]).toEqual([
      400,
      'invalidValue',
      'keeper refers to something that does not exist',
    ])
  }
})

test('a store that checks nothing is asked for what is referred to, and for nothing where nothing is', async () => {
  const users = memoryStore<User>()
  const got: string[] = []
  const counted: UserStore = {
    ...fiveMethods(users),
    get(id, projection, context) {
      got.push(id)
      return users.get(id, projection, context)
    },
  }
  const scim = serve({ users: counted })
  const boss = await scim.createUser()
  expect(got).toEqual([])
  const user = await scim.createUser(withManager(boss.id, 'one'))
  expect(got.splice(0)).toEqual([boss.id])
  await scim.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'title', value: 'T' }])
  expect(got.splice(0)).toEqual([user.id])
  await scim.patch(`/Users/${user.id}`, [{ op: 'replace', path, value: user.id }])
  expect(got.splice(0)).toEqual([user.id, user.id])
})

test('a column that the mapping says is a reference is one, whatever the schema says', async () => {
  const Buddy = defineExtension('urn:example:params:scim:schemas:extension:buddy:2.0:User', {
    buddy: attribute.complex({ value: attribute.string({ caseExact: true }) }),
  })
  const users = kyselyStore<unknown, User>({
    db: employees.db,
    table: 'employees',
    tenant: 'company',
    created: 'created_at',
    lastModified: 'updated_at',
    mapping: mapUser<EmployeeRow>()({
      userName: 'login',
      [`${Buddy.urn}:buddy`]: reference('manager_id'),
    } as never),
  })
  const scim = serve({ users, extensions: { User: [Buddy] } })
  const theirs = await scim.createUser({}, globex)
  const mine = await scim.createUser()
  const buddyOf = ({ [Buddy.urn]: value }: Body) => (value as { buddy?: object } | undefined)?.buddy
  const buddy = (value: string) => ({ [Buddy.urn]: { buddy: { value } } })
  expect(buddyOf(await scim.createUser(buddy(mine.id)))).toEqual({ value: mine.id })
  expect(buddyOf(await scim.createUser(buddy(theirs.id)))).toBeUndefined()
  expect((await scim.delete(`/Users/${theirs.id}`, globex)).status).toBe(204)
})

test('a plain column for the id of a manager lets no other tenant in', async () => {
  const users = kyselyStore<unknown, User>({
    db: employees.db,
    table: 'employees',
    tenant: 'company',
    created: 'created_at',
    lastModified: 'updated_at',
    mapping: mapUser<EmployeeRow>()({ userName: 'login', [`${path}.value`]: 'manager_id' } as never),
  })
  const scim = serve({ users })
  const theirs = await scim.createUser({}, globex)
  const mine = await scim.createUser()
  const made = await scim.createUser(withManager(mine.id, `plain-${mine.id}`))
  expect(managerOf(made)).toBe(mine.id)
  for (const value of [theirs.id, nobody]) {
    const reply = await scim.patch(`/Users/${made.id}`, [{ op: 'replace', path, value: { value } }])
    expect([reply.status, managerOf(reply.body)]).toEqual([200, undefined])
  }
})

test('a reference costs no statement of its own', async () => {
  const { pool } = employees
  if (!pool) throw new Error('these tests need PostgreSQL')
  let statements = 0
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    log: () => {
      statements += 1
    },
  })
  const scim = serve(employeeStores({ ...employees, db }))
  const [boss, user] = [await scim.createUser(), await scim.createUser()]
  const counted = async (...operations: object[]) => {
    statements = 0
    expect((await scim.patch(`/Users/${user.id}`, operations)).status).toBe(200)
    return statements
  }
  const title = await counted({ op: 'replace', path: 'title', value: 'T' })
  expect(await counted({ op: 'replace', path, value: { value: boss.id } })).toBe(title)
  expect(await counted({ op: 'replace', path: 'title', value: 'U' })).toBe(title)
})
