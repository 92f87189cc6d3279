import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allDatabases, type TestDatabase } from '../stores/kysely/databases.js'
import { isFull, Load } from './load.js'
import { assertNothingLost, type Served, seconds, serveProcess } from './servers.js'

/** How many events are being delivered. */
async function inHand({ db }: TestDatabase): Promise<number> {
  const { rows } = await sql`select id from scim_events where lease is not null`.execute(db)
  return rows.length
}

describe.each(allDatabases)('$database', ({ open }) => {
  let database: TestDatabase
  let served: Served | undefined
  beforeAll(async () => {
    database = await open()
  })
  afterAll(async () => {
    await served?.program[Symbol.asyncDispose]()
    await database.close()
  })

  it('a process that is killed loses no write and no event', { timeout: 300_000 }, async () => {
    served = await serveProcess(database, 'outbox')
    const load = new Load(() => [served?.base ?? ''], 40)
    for (let kills = 0; kills < (isFull ? 20 : 2); kills++) {
      await seconds(isFull ? 1 + Math.random() : 1)
      await expect.poll(() => inHand(database), { timeout: 10_000, interval: 1 }).toBeGreaterThan(0)
      // `kill -9`, and whatever it has started with it.
      await served.program[Symbol.asyncDispose]()
      expect(await served.program.ended).toBe('SIGKILL')
      served = await serveProcess(database, 'outbox')
    }
    await seconds(0.5)
    await load.stop()
    expect(load.refused).toEqual([])
    expect(load.broken).toBeGreaterThan(0)
    await assertNothingLost(database, load)
  })
})
