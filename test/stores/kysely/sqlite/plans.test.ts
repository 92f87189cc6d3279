import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bindFilter } from '../../../../src/filter/index.js'
import { compileResourceType, fullProjection, userResourceType } from '../../../../src/schema/index.js'
import { scimTables } from '../../../../src/stores/kysely/index.js'
import { sqlite, type TestDatabase } from '../databases.js'

// What every sign-in and every import asks for reads the rows that it finds, and not the whole tenant.

const resourceType = compileResourceType(userResourceType)
const projection = fullProjection(resourceType)
const context = { tenant: 'acme', actor: undefined, requestId: 'test', resourceType, signal: undefined }

describe('the tables of scimkit in SQLite', () => {
  let database: TestDatabase
  const ran: { readonly sql: string; readonly parameters: readonly unknown[] }[] = []
  beforeAll(async () => {
    database = await sqlite(({ query }) => void ran.push(query))
    await scimTables(database.db).migrate()
  })
  afterAll(() => database.close())

  /** How SQLite runs the first statement of some work. */
  async function planOf(work: () => Promise<unknown>): Promise<string> {
    ran.length = 0
    await work()
    const [{ sql = '', parameters = [] } = {}] = ran
    const { rows } = await database.db.executeQuery(
      CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
    )
    return (rows as { detail: string }[]).map(({ detail }) => detail).join('\n')
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

  it('find users by what identity providers look them up by', async () => {
    for (const [filter, index] of [
      ['userName eq "Ann@example.com"', 'scim_users_user_name (tenant=? AND user_name_key=?)'],
      ['userName eq "JÖRG"', 'scim_users_user_name (tenant=? AND user_name_key=?)'],
      ['externalId eq "00u1"', 'scim_users_external_id (tenant=? AND external_id=?)'],
      [`id eq "${crypto.randomUUID()}"`, 'sqlite_autoindex_scim_users_1 (tenant=? AND id=?)'],
    ] as const)
      expect(await planOf(() => list(filter)), filter).toContain(index)
  })

  it('are paged in the order of an index', async () => {
    const attribute = bindFilter(resourceType, 'userName pr').tree
    const sort = { attribute: 'attribute' in attribute ? attribute.attribute : undefined, order: 'ascending' }
    for (const more of [{}, { sort }])
      expect(await planOf(() => list(undefined, more))).not.toMatch(/p\b.*TEMP B-TREE|SCAN t/)
  })
})
