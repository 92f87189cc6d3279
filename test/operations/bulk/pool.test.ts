import { Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ScimOptions } from '../../../src/index.js'
import { urns } from '../../../src/index.js'
import { scimTables } from '../../../src/stores/kysely/index.js'
import { openPool, pglite, postgres, type TestDatabase } from '../../stores/kysely/databases.js'
import { patchOf, postGroup, postUser, serveBulk } from './bulk.js'

// Bulk requests in one transaction each held a connection and waited for callbacks that needed another, and undid each
// other where they changed the same rows.

let database: TestDatabase
const pools: pg.Pool[] = []
beforeAll(async () => {
  database = await postgres()
  await scimTables(database.db, { outbox: true }).migrate()
})
afterAll(async () => {
  for (const pool of pools) await pool.end()
  await database.close()
})
beforeEach(() => sql`truncate scim_users, scim_groups, scim_events cascade`.execute(database.db))

/** A pool of so many connections, which gives up rather than wait for ever. */
function poolOf(max: number, isolation = 'read\\ committed') {
  const options = `-c default_transaction_isolation=${isolation}`
  const connectionString = database.url
  const pool = openPool({ connectionString, max, connectionTimeoutMillis: 10_000, options })
  pools.push(pool)
  return pool
}

function serveOn(db: Kysely<unknown>, options: Partial<ScimOptions> = {}) {
  return serveBulk({ ...scimTables(db), atomicBulk: true, ...options })
}

function kyselyOf(pool: pg.Pool) {
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
}

/** Every callback of a service asks the database something. */
function askingCallbacks(db: Kysely<unknown>) {
  const asked: string[] = []
  const ask = async (name: string) => {
    asked.push(name)
    await sql`select pg_sleep(0.002)`.execute(db)
  }
  const options: Partial<ScimOptions> = {
    authorize: async () => {
      await ask('authorize')
      return true
    },
    hashPassword: async (password) => {
      await ask('hashPassword')
      return `hash of ${password}`
    },
    onConflict: async () => {
      await ask('onConflict')
      return 'link' as const
    },
    on: {
      'user.created': () => ask('user.created'),
      'user.updated': () => ask('user.updated'),
      'group.created': () => ask('group.created'),
    },
  }
  return { asked, options }
}

describe.each([1, 4])('with a pool of %s connections, on which callbacks ask too', (max) => {
  it('8 bulk requests at once all succeed', async () => {
    const db = kyselyOf(poolOf(max))
    const { asked, options } = askingCallbacks(db)
    const service = serveOn(db, options)
    const { id } = await service.createUser({ userName: 'ada' })
    const requests = Array.from({ length: 8 }, (_, index) =>
      service.bulk([
        postUser('ada', { title: `t${index}`, password: 'secret' }),
        postUser(`new${index}`, { password: 'secret' }),
        postGroup(`g${index}`, `new${index}`, 'ada'),
        patchOf(`/Users/${id}`, { op: 'replace', path: 'nickName', value: `n${index}` }),
        patchOf(`/Users/bulkId:new${index}`, { op: 'add', value: { password: `other ${index}` } }),
      ]),
    )
    for (const reply of await Promise.all(requests)) {
      expect(reply.detail).toBeUndefined()
      expect(reply.statuses).toEqual(['201', '201', '201', '200', '200'])
    }
    const count = (name: string) => asked.filter((one) => one === name).length
    // Once for each operation of 8 requests and for each user that is linked, for the requests themselves, and for the
    // user before them.
    expect(count('authorize')).toBe(8 * 6 + 8 + 1)
    expect(count('onConflict')).toBe(8)
    expect(count('hashPassword')).toBe(8 * 3)
    expect(service.errors).toEqual([])
    const stored = await service.storedUser(id)
    expect(stored).toMatchObject({ password: 'hash of secret' })
  })
})

describe('bulk requests about the same rows', () => {
  /** The operations in another order for each request. */
  function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
    const rest = [...list]
    const output: T[] = []
    for (let state = seed + 1; rest.length > 0; state = (state * 16807) % 2147483647)
      output.push(...rest.splice(state % rest.length, 1))
    return output
  }

  it.each([
    ['one process', 1, undefined],
    ['three processes', 3, undefined],
    ['three processes, of a database that is serializable by default', 3, 'serializable'],
  ])('all succeed in whatever order they have them, in %s', async (_name, processes, isolation) => {
    const services = Array.from({ length: processes }, () => serveOn(kyselyOf(poolOf(4, isolation))))
    const [first] = services
    if (!first) throw new Error('There is a service')
    const ids = await Promise.all(Array.from({ length: 12 }, async () => (await first.createUser()).id))
    const requests = Array.from({ length: 24 }, (_, index) =>
      services[index % processes]?.bulk(
        shuffled(ids, index).map((id) =>
          patchOf(`/Users/${id}`, { op: 'replace', path: 'title', value: `t${index}` }),
        ),
      ),
    )
    for (const reply of await Promise.all(requests))
      expect([reply?.status, reply?.detail]).toEqual([200, undefined])
    // All or nothing: the last one has written every row.
    const titles = await Promise.all(ids.map(async (id) => (await first.storedUser(id)).title))
    expect(new Set(titles).size).toBe(1)
    for (const { errors } of services) expect(errors).toEqual([])
  })

  it('leave room for other writes of the same rows, which all succeed too', async () => {
    const service = serveOn(kyselyOf(poolOf(4)))
    const ids = await Promise.all(Array.from({ length: 6 }, async () => (await service.createUser()).id))
    const group = await service.createGroup({ members: ids.map((value) => ({ value })) })
    const bulks = Array.from({ length: 12 }, (_, index) =>
      service.bulk([
        ...shuffled(ids, index).map((id) =>
          patchOf(`/Users/${id}`, { op: 'replace', path: 'title', value: `t${index}` }),
        ),
        patchOf(`/Groups/${group.id}`, { op: 'remove', path: `members[value eq "${ids[index % 6]}"]` }),
        patchOf(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: ids[index % 6] }] }),
      ]),
    )
    const singles = Array.from({ length: 24 }, (_, index) =>
      service.patch(`/Users/${ids[index % 6]}`, [{ op: 'replace', path: 'nickName', value: `n${index}` }]),
    )
    const members = Array.from({ length: 12 }, (_, index) =>
      service.patch(`/Groups/${group.id}`, [
        { op: 'add', path: 'members', value: [{ value: ids[index % 6] }] },
      ]),
    )
    for (const { status, detail } of await Promise.all(bulks))
      expect([status, detail]).toEqual([200, undefined])
    for (const { status } of await Promise.all(singles)) expect(status).toBe(200)
    for (const { status } of await Promise.all(members)) expect(status).toBe(204)
  })

  it('wait with an answer where the host lets them wait less', async () => {
    let go = () => {}
    const isIn = new Promise<void>((begun) => {
      go = begun
    })
    let leave = () => {}
    const stay = new Promise<void>((done) => {
      leave = done
    })
    const { users, groups } = scimTables(kyselyOf(poolOf(4)))
    const slow = {
      ...users,
      create: async (...asked: Parameters<typeof users.create>) => {
        go()
        await stay
        return users.create(...asked)
      },
    }
    const limits = { maxBulkWait: 20 }
    const service = serveBulk({ users: slow, groups, atomicBulk: true, limits })
    const first = service.bulk([postUser('ada')])
    await isIn
    const send = { body: { schemas: [urns.bulkRequest], Operations: [postUser('bob')] } }
    const second = await service.send('POST', '/Bulk', send)
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1'])
    leave()
    expect((await first).statuses).toEqual(['201'])
  })
})

it('a bulk request that is not done at the deadline is undone', async () => {
  const { users, groups } = scimTables(kyselyOf(poolOf(4)))
  let calls = 0
  const slow = {
    ...users,
    create: async (...asked: Parameters<typeof users.create>) => {
      calls += 1
      const created = await users.create(...asked)
      await sql`select pg_sleep(0.05)`.execute(database.db)
      return created
    },
  }
  const created: unknown[] = []
  const service = serveBulk({
    users: slow,
    groups,
    atomicBulk: true,
    deadline: 120,
    on: { 'user.created': ({ after }) => created.push(after.userName) },
  })
  const reply = await service.bulk(Array.from({ length: 50 }, (_, index) => postUser(`u${index}`)))
  expect(reply.status).toBe(503)
  // The next one has its turn when the first has been undone.
  const patient = serveBulk({ users, groups, atomicBulk: true })
  expect((await patient.bulk([postUser('u0')])).statuses).toEqual(['201'])
  expect(await patient.names('/Users', 'userName')).toEqual(['u0'])
  expect([calls < 10, created, service.errors.length]).toEqual([true, [], 1])
})

describe('callbacks', () => {
  it('that refuse do so before a transaction begins', async () => {
    const { users, groups } = scimTables(database.db)
    let begun = 0
    const transactions = {
      ...users.transactions,
      run: (...asked: Parameters<typeof users.transactions.run>) => {
        if (!asked[1].transaction) begun += 1
        return users.transactions.run(...asked)
      },
    } as typeof users.transactions
    const asked: unknown[] = []
    const service = serveBulk({
      users: { ...users, transactions },
      groups: { ...groups, transactions },
      atomicBulk: true,
      authorize: ({ operation, resourceType, id }) => {
        asked.push([operation, resourceType, id])
        return operation !== 'remove'
      },
    })
    const { id } = await service.createUser()
    asked.length = 0
    const operations = [
      postUser('ada'),
      patchOf('/Users/bulkId:ada', { op: 'replace', path: 'title', value: 'x' }),
      patchOf(`/Users/${id}`, { op: 'replace', path: 'title', value: 'x' }),
    ]
    const refused = await service.bulk([...operations, { method: 'DELETE', path: `/Users/${id}` }])
    expect([refused.status, refused.detail]).toEqual([
      403,
      expect.stringMatching(/^Nothing was done: operation 4 \(DELETE \/Users\/[\w-]+\) failed/),
    ])
    expect(begun).toBe(0)
    expect(refused.events).toMatchObject([{ bulkOperation: 3, status: 403 }])
    asked.length = 0
    expect((await service.bulk(operations)).statuses).toEqual(['201', '200', '200'])
    // Who is only created now has no id yet.
    expect(asked).toEqual([
      ['bulk', undefined, undefined],
      ['create', 'User', undefined],
      ['modify', 'User', undefined],
      ['modify', 'User', id],
    ])
    expect(begun).toBe(1)
  })

  it('are asked about whom a reference leads to, where that is a resource from before', async () => {
    const asked: unknown[] = []
    const service = serveOn(database.db, {
      onConflict: () => 'link',
      authorize: ({ operation, id }) => {
        asked.push([operation, id])
        return operation !== 'modify'
      },
    })
    const { id } = await service.createUser({ userName: 'ada' })
    const reply = await service.bulk([
      postUser('ada'),
      patchOf('/Users/bulkId:ada', { op: 'replace', path: 'title', value: 'x' }),
    ])
    expect(reply.status).toBe(403)
    expect(await service.storedUser(id)).not.toHaveProperty('title')
    const allowing = serveOn(database.db, {
      onConflict: () => 'link',
      authorize: (request) => request.operation !== 'modify' || request.id !== id,
    })
    const linked = await allowing.bulk([
      postUser('ada'),
      patchOf('/Users/bulkId:ada', { op: 'replace', path: 'title', value: 'x' }),
    ])
    expect(linked.status).toBe(403)
    expect(await service.storedUser(id)).not.toHaveProperty('title')
  })

  it('are asked between two tries where somebody creates the resource meanwhile', async () => {
    const { users, groups } = scimTables(database.db)
    let runs = 0
    let isOpen = false
    const other = serveOn(database.db)
    const transactions = {
      ...users.transactions,
      run: async (...asked: Parameters<typeof users.transactions.run>) => {
        if (asked[1].transaction) return users.transactions.run(...asked)
        runs += 1
        if (runs === 1) await other.createUser({ userName: 'ada' })
        isOpen = true
        try {
          return await users.transactions.run(...asked)
        } finally {
          isOpen = false
        }
      },
    } as typeof users.transactions
    const asked: boolean[] = []
    const service = serveBulk({
      users: { ...users, transactions },
      groups: { ...groups, transactions },
      atomicBulk: true,
      onConflict: () => {
        asked.push(isOpen)
        return 'reactivate'
      },
    })
    const reply = await service.bulk([postUser('bob'), postUser('ada', { title: 'x' })])
    expect(reply.statuses).toEqual(['201', '201'])
    expect(asked).toEqual([false])
    expect(runs).toBe(2)
    expect(await service.names('/Users', 'userName')).toHaveLength(2)
  })

  it('do not decide about what the same request has created: that is 409', async () => {
    const asked: unknown[] = []
    const service = serveOn(database.db, {
      onConflict: () => {
        asked.push('onConflict')
        return 'link'
      },
    })
    const reply = await service.bulk([postUser('ada'), { ...postUser('again'), data: postUser('ada').data }])
    expect([reply.status, reply.scimType, asked]).toEqual([409, 'uniqueness', []])
  })

  it('that fail are the failure of their operation', async () => {
    const service = serveOn(database.db, {
      hashPassword: () => {
        throw new Error('no entropy')
      },
    })
    const reply = await service.bulk([postUser('ada'), postUser('bob', { password: 'x' })])
    expect([reply.status, reply.detail]).toEqual([500, expect.stringContaining('operation 2')])
    expect(service.errors.map(({ error }) => String(error))).toEqual(['Error: no entropy'])
    expect(await service.names('/Users', 'userName')).toEqual([])
  })

  it.each([
    [{ op: 'replace', path: 'password', value: 'p1' }],
    [{ op: 'Add', path: 'Password', value: 'p1' }],
    [{ op: 'add', value: { password: 'p1' } }],
    [{ op: 'replace', value: { [`${urns.user}:password`]: 'p1' } }],
    [{ op: 'replace', path: `${urns.user}:password`, value: 'p1' }],
  ])('hash the password of a PATCH before: %j', async (operation) => {
    const { users, groups } = scimTables(database.db)
    let isOpen = false
    let runs = 0
    const transactions = {
      ...users.transactions,
      run: async (...asked: Parameters<typeof users.transactions.run>) => {
        if (asked[1].transaction) return users.transactions.run(...asked)
        isOpen = true
        runs += 1
        return users.transactions.run(...asked).finally(() => {
          isOpen = false
        })
      },
    } as typeof users.transactions
    const hashed: unknown[] = []
    const service = serveBulk({
      users: { ...users, transactions },
      groups: { ...groups, transactions },
      atomicBulk: true,
      hashPassword: (password) => {
        hashed.push([password, isOpen])
        return `hash of ${password}`
      },
    })
    const { id } = await service.createUser()
    expect((await service.bulk([patchOf(`/Users/${id}`, operation)])).statuses).toEqual(['200'])
    expect([hashed, runs]).toEqual([[['p1', false]], 1])
    expect(await service.storedUser(id)).toMatchObject({ password: 'hash of p1' })
  })
})

it('callbacks use the one connection of PGlite too', async () => {
  const one = await pglite()
  try {
    await scimTables(one.db).migrate()
    const { options } = askingCallbacks(one.db)
    const service = serveOn(one.db, options)
    await service.createUser({ userName: 'ada' })
    const reply = await service.bulk([
      postUser('ada', { password: 'x' }),
      postUser('bob'),
      postGroup('g', 'bob'),
    ])
    expect(reply.statuses).toEqual(['201', '201', '201'])
  } finally {
    await one.close()
  }
})
