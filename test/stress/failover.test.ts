import { afterAll, beforeAll, expect, it } from 'vitest'
import { isFull, Load, send } from './load.js'
import { type Replicated, startReplicated } from './replicated.js'
import { assertNothingLost, type Served, seconds, serveProcess } from './servers.js'

let database: Replicated | undefined
let served: Served | undefined
beforeAll(async () => {
  database = await startReplicated()
  served = await serveProcess(database, 'outbox')
}, 60_000)
afterAll(async () => {
  await served?.program[Symbol.asyncDispose]()
  await database?.close()
})

it('a primary that dies under load is 503 until its standby takes over, and loses nothing', {
  timeout: 180_000,
}, async () => {
  if (!database || !served) throw new Error('nothing was started')
  const { base, program } = served
  const load = new Load(() => [base], 40)
  await seconds(isFull ? 10 : 1.5)
  database.killPrimary()
  await expect
    .poll(() => send(base, 'GET', '/Users'), { timeout: 10_000, interval: 1 })
    .toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^[1-9]\d*$/) })
  await seconds(isFull ? 5 : 0.5)
  expect((await send(base, 'GET', '/Users')).status).toBe(503)
  await database.promote()
  // By itself: nothing but the address's other end has changed.
  await expect.poll(() => send(base, 'GET', '/Users'), { timeout: 30_000 }).toMatchObject({ status: 200 })
  const [refused, written] = [load.refused.length, load.created.size]
  await expect.poll(() => load.created.size, { timeout: 30_000 }).toBeGreaterThan(written + 20)
  await seconds(isFull ? 10 : 0)
  await load.stop()
  expect(program.child.exitCode).toBe(null)
  expect(load.broken).toBe(0)
  expect(refused).toBeGreaterThan(0)
  for (const { status, retryAfter } of load.refused)
    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^[1-9]\d*$/) })
  await assertNothingLost(database, load)
})
