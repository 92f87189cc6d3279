import { afterAll, beforeAll, expect, it } from 'vitest'
import { postgresServer, type TestDatabase } from '../stores/kysely/databases.js'
import { send } from './load.js'
import { type Served, seconds, serveProcess } from './servers.js'

let database: TestDatabase
let served: Served
beforeAll(async () => {
  database = await postgresServer()
  served = await serveProcess(database)
})
afterAll(async () => {
  await served.program[Symbol.asyncDispose]()
  await database.close()
})

it('a database that restarts while nobody asks for anything ends no process', {
  timeout: 60_000,
}, async () => {
  const { base, program } = served
  // Connections that the pool keeps, with nothing to do.
  await Promise.all(Array.from({ length: 20 }, () => send(base, 'GET', '/Users')))
  await database.server?.restart(() => seconds(0.5))
  await expect.poll(() => send(base, 'GET', '/Users'), { timeout: 10_000 }).toMatchObject({ status: 200 })
  expect(program.child.exitCode).toBe(null)
})
