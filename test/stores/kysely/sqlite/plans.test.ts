import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bindFilter } from '../../../../src/filter/index.js'
import { compileResourceType, fullProjection, userResourceType } from '../../../../src/schema/index.js'
import { scimTables } from '../../../../src/stores/kysely/index.js'
import { sqlite, type TestDatabase } from '../databases.js'
import { planOf, type RanStatement } from './plan.js'

// What every sign-in and every import asks for reads the rows that it finds, and not the whole tenant.

const resourceType = compileResourceType(userResourceType)
const projection = fullProjection(resourceType)
const context = { tenant: 'acme', actor: undefined, requestId: 'test', resourceType, signal: undefined }

describe('the tables of scimkit in SQLite', () => {
  let database: TestDatabase
  const ran: RanStatement[] = []
  beforeAll(async () => {
    database = await sqlite(({ query }) => void ran.push(query))
    await scimTables(database.db).migrate()
  })
  afterAll(() => database.close())

  /** How SQLite runs the first statement of some work. */
  async function planOfFirst(work: () => Promise<unknown>): Promise<string> {
    ran.length = 0
    await work()
    return planOf(database, ran[0])
  }
  const list = (filter: string | undefined, more: object = {}) =>
    scimTables(database.db).users.list(
      {
        filter: filter === undefined ? undefined : bindFilter(resourceType, filter),
        sort: undefined,
        startIndex: 1,
        count: 100,
        projection,
        ...more,
      },
      context,
    )

  it('look into no document that does not have the text', async () => {
    const { users } = scimTables(database.db)
    const names = ['ann.lee+x@example.com', 'a"b\\c@example.com', 'JÖRG@example.com', 'a/b@example.com']
    for (const value of names)
      await users.create({ schemas: [], userName: value, emails: [{ value, type: 'work' }] }, context)
    for (const value of names) {
      for (const literal of [value, value.toUpperCase(), value.toLowerCase()]) {
        ran.length = 0
        const { resources } = await list(`emails[type eq "WORK" and value eq ${JSON.stringify(literal)}]`)
        expect(
          resources.map(({ userName }) => userName),
          literal,
        ).toEqual([value])
        expect(ran[0]?.sql.includes('"document" like')).toBe(true)
      }
    }
    expect((await list('not (emails[type eq "work" and value pr])')).resources).toEqual([])
    expect((await list('emails.value eq "nobody@example.com"')).resources).toEqual([])
  })

  it('find users by what identity providers look them up by', async () => {
    for (const [filter, index] of [
      ['userName eq "Ann@example.com"', 'scim_users_user_name (tenant=? AND user_name_key=?)'],
      ['userName eq "JÖRG"', 'scim_users_user_name (tenant=? AND user_name_key=?)'],
      ['externalId eq "00u1"', 'scim_users_external_id (tenant=? AND external_id=?)'],
      [`id eq "${crypto.randomUUID()}"`, 'sqlite_autoindex_scim_users_1 (tenant=? AND id=?)'],
    ] as const)
      expect(await planOfFirst(() => list(filter)), filter).toContain(index)
  })

  it('are paged in the order of an index', async () => {
    const attribute = bindFilter(resourceType, 'userName pr').tree
    const sort = { attribute: 'attribute' in attribute ? attribute.attribute : undefined, order: 'ascending' }
    for (const more of [{}, { sort }])
      expect(await planOfFirst(() => list(undefined, more))).not.toMatch(/p\b.*TEMP B-TREE|SCAN t/)
  })
})
