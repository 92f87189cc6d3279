import { afterAll, beforeAll, expect, it } from 'vitest'
import { postgresServer, type TestDatabase } from '../stores/kysely/databases.js'
import { isFull, Load, send } from './load.js'
import { drained, missing, type Served, seconds, serveProcess, stored, texts } from './servers.js'

let database: TestDatabase
let served: Served
beforeAll(async () => {
  database = await postgresServer()
  served = await serveProcess(database, 'outbox')
})
afterAll(async () => {
  await served.program[Symbol.asyncDispose]()
  await database.close()
})

it('a database that restarts is 503 while it is away, and nothing else', { timeout: 180_000 }, async () => {
  const { base, program } = served
  const load = new Load(() => [base], 50)
  for (let restarts = 0; restarts < (isFull ? 8 : 1); restarts++) {
    await seconds(1)
    await database.server?.restart(async () => {
      await seconds(0.5)
      const { status, retryAfter } = await send(base, 'GET', '/Users')
      expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '1' })
      await seconds(isFull ? 3 : 0.5)
    })
    await expect.poll(() => send(base, 'GET', '/Users'), { timeout: 10_000 }).toMatchObject({ status: 200 })
  }
  await seconds(1)
  const refused = load.refused.length
  await seconds(isFull ? 5 : 1)
  // It has recovered.
  expect(load.refused.length).toBe(refused)
  await load.stop()
  expect(program.child.exitCode).toBe(null)
  expect(load.broken).toBe(0)
  expect(refused).toBeGreaterThan(0)
  for (const { status, retryAfter } of load.refused) {
    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) })
  }
  expect(load.slowest).toBeLessThan(15_000)
  await drained(database)
  const rows = await stored(database)
  expect(missing(texts(load.phones), texts(rows.phones))).toEqual([])
  expect(missing(texts(load.members), texts(rows.members))).toEqual([])
})
