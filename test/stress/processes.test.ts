import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { urns } from '../../src/protocol/index.js'
import { allDatabases, type TestDatabase } from '../stores/kysely/databases.js'
import { isFull, Load, send } from './load.js'
import { type Served, seconds, serveProcess, stored, texts } from './servers.js'

describe.each(allDatabases)('two processes over one database of $database', ({ database: name, open }) => {
  // SQLite has one writer, which all wait for.
  const clients = name === 'SQLite' ? 60 : 200
  let database: TestDatabase
  let servers: readonly Served[] = []
  beforeAll(async () => {
    database = await open()
    servers = await Promise.all([serveProcess(database), serveProcess(database)])
  }, 60_000)
  afterAll(async () => {
    await Promise.all(servers.map(({ program }) => program[Symbol.asyncDispose]()))
    await database.close()
  })

  it('lose nothing, give each name away once, and fail nobody', { timeout: 180_000 }, async () => {
    const bases = servers.map(({ base }) => base)
    const load = new Load(() => bases, clients)
    await seconds(isFull ? 60 : 5)
    await load.stop()
    expect(load.refused).toEqual([])
    expect(load.broken).toBe(0)
    const rows = await stored(database)
    expect(load.phones.length).toBeGreaterThan(20)
    expect(load.members.length).toBeGreaterThan(20)
    expect(texts(rows.phones)).toEqual(texts(load.phones))
    expect(texts(rows.members)).toEqual(texts(load.members))
    expect([...load.created].filter(([, { times }]) => times !== 1)).toEqual([])
    expect([...load.created.keys()].filter((name) => name.startsWith('race-')).length).toBeGreaterThan(1)
    const ids = [...load.created.values()].map(({ id }) => id)
    const others = rows.users.filter(({ name }) => !name.startsWith('shared-'))
    expect(others.map(({ id }) => id).sort()).toEqual(ids.sort())
  })

  it(`let ${clients} clients change one user at the same time`, { timeout: 60_000 }, async () => {
    const bases = servers.map(({ base }) => base)
    const { json } = await send(bases[0] ?? '', 'POST', '/Users', { schemas: [urns.user], userName: 'one' })
    const values = Array.from({ length: clients }, (_, index) => `+2-${index}`)
    const replies = await Promise.all(
      values.map((value, index) =>
        send(bases[index % 2] ?? '', 'PATCH', `/Users/${json.id}`, {
          schemas: [urns.patchOp],
          Operations: [{ op: 'add', path: 'phoneNumbers', value: [{ value }] }],
        }),
      ),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    const { phones } = await stored(database)
    expect(
      phones
        .filter(({ id }) => id === json.id)
        .map(({ value }) => value)
        .sort(),
    ).toEqual(values.sort())
  })
})
