import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { memoryStore, type User, urns } from '../../../src/index.js'
import { kyselyStore, mapGroup, mapUser, scimTables } from '../../../src/stores/kysely/index.js'
import { databases, pglite, type TestDatabase } from '../../stores/kysely/databases.js'
import { postUser, serveBulk } from './bulk.js'

interface NamedRow {
  readonly id: number
  readonly tenant: string
  readonly name: string
  readonly created: Date
  readonly modified: Date
}

describe.each(databases)('a bulk request as one transaction, in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await scimTables(database.db, { outbox: true }).migrate()
  })
  afterAll(() => database.close())
  beforeEach(() => sql`truncate scim_users, scim_groups, scim_events cascade`.execute(database.db))

  describe.each([true, false])('with an outbox: %s', (outbox) => {
    function begin() {
      const heard: string[] = []
      const scim = serveBulk({
        ...scimTables(database.db, { outbox }),
        atomicBulk: true,
        on: {
          'user.created': ({ after }) => heard.push(`created ${after.userName}`),
          'user.updated': ({ after }) => heard.push(`updated ${after.userName}`),
          'group.created': ({ after }) => heard.push(`created ${after.displayName}`),
        },
      })
      const kept = async () => {
        const { rows } = await sql<{ count: number }>`select count(*)::int as count from scim_events`.execute(
          database.db,
        )
        return rows[0]?.count
      }
      return { ...scim, heard, kept }
    }
    const group = { displayName: 'Maths', members: [{ value: 'bulkId:ada' }] }
    const postGroup = {
      method: 'POST',
      path: '/Groups',
      bulkId: 'maths',
      data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], ...group },
    }

    it('does everything', async () => {
      const { bulk, heard, names, kept } = begin()
      const reply = await bulk([postGroup, postUser('ada'), postUser('bob')])
      expect([reply.status, reply.statuses]).toEqual([200, ['201', '201', '201']])
      expect(new Set(await names('/Users', 'userName'))).toEqual(new Set(['ada', 'bob']))
      expect([...heard].sort()).toEqual(['created Maths', 'created ada', 'created bob'])
      expect(reply.events).toHaveLength(3)
      expect(await kept()).toBe(outbox ? 3 : 0)
    })

    it('does nothing where one operation fails, and says which', async () => {
      const { bulk, heard, names, kept, errors } = begin()
      const again = { ...postUser('other'), data: { ...postUser('ada').data } }
      const reply = await bulk([postGroup, postUser('ada'), again, postUser('bob')], { failOnErrors: 5 })
      expect([reply.status, reply.scimType]).toEqual([409, 'uniqueness'])
      expect(reply.detail).toBe(
        'Nothing was done: operation 3 (POST /Users) failed: userName is already in use by another resource',
      )
      expect(await names('/Users', 'userName')).toEqual([])
      expect(await names('/Groups', 'displayName')).toEqual([])
      expect([heard, errors, await kept()]).toEqual([[], [], 0])
      expect(reply.events).toMatchObject([{ bulkOperation: 2, status: 409 }])
    })

    it('undoes changes and deletions too', async () => {
      const { bulk, createUser, storedUser } = begin()
      const [ada, bob] = [await createUser({ userName: 'ada' }), await createUser({ userName: 'bob' })]
      const before = [await storedUser(ada.id), await storedUser(bob.id)]
      const operations = [{ op: 'replace', path: 'title', value: 'x' }]
      const reply = await bulk([
        { method: 'PATCH', path: `/Users/${ada.id}`, data: { Operations: operations } },
        { method: 'DELETE', path: `/Users/${bob.id}` },
        { method: 'DELETE', path: '/Users/nobody' },
      ])
      expect([reply.status, reply.detail]).toEqual([
        404,
        expect.stringContaining('operation 3 (DELETE /Users/nobody)'),
      ])
      expect([await storedUser(ada.id), await storedUser(bob.id)]).toEqual(before)
    })

    it('refuses what can not be read, and undoes groups that refer to each other', async () => {
      const { bulk, names, errors } = begin()
      expect(await bulk([postUser('ada'), { method: 'GET', path: '/Users' }])).toMatchObject({
        status: 400,
        scimType: 'invalidSyntax',
      })
      const circle = (bulkId: string, other: string) => ({
        ...postGroup,
        bulkId,
        data: { ...postGroup.data, displayName: 'same', members: [{ value: `bulkId:${other}` }] },
      })
      expect((await bulk([circle('a', 'b'), circle('b', 'a')])).status).toBe(409)
      expect(await names('/Groups', 'displayName')).toEqual([])
      expect(errors).toEqual([])
    })
  })
})

describe('where types have ids in common', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await pglite()
    for (const table of ['people', 'teams']) {
      await sql`create table ${sql.table(table)} (id int generated always as identity primary key, tenant text not null, name text not null, created timestamptz not null, modified timestamptz not null)`.execute(
        database.db,
      )
    }
  })
  afterAll(() => database.close())

  // A new group has the id of a user, whom the caller may not delete: nobody asked about that user.
  it('what a POST creates is no resource of another type', async () => {
    const common = {
      db: database.db as Kysely<Record<string, NamedRow>>,
      id: { column: 'id', type: 'integer', generate: 'database' },
      tenant: 'tenant',
      created: 'created',
      lastModified: 'modified',
    } as const
    const asked: unknown[] = []
    const { bulk, names, createUser } = serveBulk({
      users: kyselyStore({ ...common, table: 'people', mapping: mapUser<NamedRow>()({ userName: 'name' }) }),
      groups: kyselyStore({
        ...common,
        table: 'teams',
        mapping: mapGroup<NamedRow>()({ displayName: 'name' }),
      }),
      atomicBulk: true,
      authorize: ({ resourceType, operation, id }) => {
        if (operation === 'remove') asked.push(id)
        return resourceType !== 'User' || operation !== 'remove' || id === undefined
      },
    })
    await createUser({ userName: 'ada' })
    const group = { schemas: [urns.group], displayName: 'Maths' }
    const reply = await bulk([
      { method: 'POST', path: '/Groups', bulkId: 'maths', data: group },
      { method: 'DELETE', path: '/Users/bulkId:maths' },
    ])
    expect(reply.status).toBe(404)
    expect(await names('/Users', 'userName')).toEqual(['ada'])
    expect(asked).toEqual([undefined])
  })
})

it('is for stores that share transactions', () => {
  expect(() => serveBulk({ atomicBulk: true, users: memoryStore<User>() })).toThrow(
    'createScim: atomicBulk is for stores that share transactions',
  )
})
