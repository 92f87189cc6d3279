import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { kyselyWalks } from '../../../src/stores/kysely/index.js'
import { allDatabases, type TestDatabase } from './databases.js'

// The rows that walks are kept in, which nobody looks after but the store itself.

describe.each(allDatabases)('the store of walks in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await kyselyWalks(database.db).migrate()
    // As each process does when it starts.
    await kyselyWalks(database.db).migrate()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await sql`delete from scim_walks`.execute(database.db)
  })

  const count = async () => {
    const { rows } = await sql<{ n: unknown }>`select count(*) as n from scim_walks`.execute(database.db)
    return Number(rows[0]?.n)
  }
  const position = (id: string, key = 'k') => ({ key, id, text: `text of ${id}`, seconds: 300 })
  /** Adds as many as a process adds before it removes what is over. */
  async function addMany(): Promise<void> {
    const walks = kyselyWalks(database.db)
    for (let batch = 0; batch < 20; batch++)
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => walks.add(position(`${batch}-${index}`, 'many'))),
      )
  }
  const insert = (rows: number, expires: number) =>
    sql`insert into scim_walks (key, id, position, expires)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(rows)})
      select 'old', 'old-' || i, '', ${sql.lit(expires)} + i from n`.execute(database.db)

  test('finds what was added under a key, by any process, the newest first', async () => {
    const [one, other] = [kyselyWalks(database.db), kyselyWalks(database.db)]
    await one.add({ ...position('a'), seconds: 200 })
    await other.add(position('b'))
    await one.add(position('c', 'another'))
    expect(await one.find('k')).toEqual(['text of b', 'text of a'])
    expect(await other.find('another')).toEqual(['text of c'])
    expect(await other.find('K')).toEqual([])
  })

  test('removes what is replaced, and shows none whose time is over', async () => {
    const walks = kyselyWalks(database.db)
    await walks.add(position('a'))
    await walks.add({ ...position('b'), replaces: { key: 'k', id: 'a' } })
    await walks.add({ ...position('c'), seconds: 0, replaces: { key: 'k', id: 'gone before' } })
    expect(await walks.find('k')).toEqual(['text of b'])
    expect(await count()).toBe(2)
  })

  test('removes what is over', async () => {
    await insert(3000, Date.now() - 100_000)
    await addMany()
    expect(await count()).toBe(1000)
  })

  test('has 100,000 rows at most, without the oldest', { timeout: 60_000 }, async () => {
    await insert(101_000, Date.now() + 10_000)
    await addMany()
    expect(await count()).toBe(100_000)
    const { rows } = await sql<{ id: string }>`
      select id from scim_walks where key = 'old' order by expires limit 1`.execute(database.db)
    expect(rows).toEqual([{ id: 'old-2001' }])
  })

  test.each([
    [{ schemas: 'x' }, 'kyselyWalks: unknown option "schemas"'],
    [{ prefix: 'Bad' }, 'kyselyWalks: prefix must be'],
  ])('refuses %j', (options, message) => {
    expect(() => kyselyWalks(database.db, options as never)).toThrow(message)
  })
})
