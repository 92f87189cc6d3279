import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allDatabases, type TestDatabase } from '../stores/kysely/databases.js'
import { isFull, Load } from './load.js'
import { drained, missing, type Served, seconds, serveProcess, stored, texts } from './servers.js'

interface Delivered {
  readonly id: string
  readonly name: string
  readonly resource: string
  readonly written: readonly string[]
}

/** How many events are being delivered. */
async function inHand({ db }: TestDatabase): Promise<number> {
  const { rows } = await sql`select id from scim_events where lease is not null`.execute(db)
  return rows.length
}

async function deliveries({ db }: TestDatabase): Promise<readonly Delivered[]> {
  const { rows } = await sql<Omit<Delivered, 'written'> & { readonly written: string }>`
    select distinct id, name, resource_id as resource, written from delivered`.execute(db)
  return rows.map((row) => ({ ...row, written: JSON.parse(row.written) }))
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
    await drained(database)
    expect(load.refused).toEqual([])
    expect(load.broken).toBeGreaterThan(0)

    const rows = await stored(database)
    expect(missing(texts(load.phones), texts(rows.phones))).toEqual([])
    expect(missing(texts(load.members), texts(rows.members))).toEqual([])
    const created = [...load.created.values()].map(({ id }) => id)
    const users = rows.users.map(({ id }) => id)
    expect(missing(created, users)).toEqual([])

    // Each write is in the rows exactly if its event came: also those that no client was told of.
    const events = await deliveries(database)
    const of = (name: string) => events.filter((event) => event.name === name)
    expect(
      of('user.created')
        .map(({ resource }) => resource)
        .sort(),
    ).toEqual(users.sort())
    const written = (name: string) =>
      of(name).flatMap(({ resource, written }) => written.map((value) => ({ id: resource, value })))
    expect([...new Set(texts(written('user.updated')))]).toEqual(texts(rows.phones))
    expect([...new Set(texts(written('group.updated')))]).toEqual(texts(rows.members))
    // Each change counts the version of its resource up by one, and makes one event.
    const changes = [...rows.users, ...rows.groups].reduce((sum, { version }) => sum + Number(version), 0)
    expect(events.length).toBe(changes)
  })
})
