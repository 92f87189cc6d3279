import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import Libsql from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteDialect } from '../../../../src/stores/kysely/dialect/sqlite/driver/driver.js'

let folder: string
let path: string
let file: InstanceType<typeof Libsql>
let db: Kysely<unknown>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scimkit-sqlite-'))
  path = join(folder, 'test.db')
  file = new Libsql(path)
  file.exec(
    'pragma journal_mode = wal; create table counts (n integer not null); insert into counts values (0)',
  )
  db = new Kysely<unknown>({ dialect: new SqliteDialect(file) })
})
afterEach(async () => {
  await db.destroy()
  file.close()
  rmSync(folder, { recursive: true })
})

const count = async (on: Kysely<unknown> = db) =>
  (await sql<{ n: number }>`select n from counts`.execute(on)).rows[0]?.n
const add = (on: Kysely<unknown> = db) => sql`update counts set n = n + 1`.execute(on)

/** Another process that works on the file. */
function other(code: string): ChildProcess {
  const start = `const db = new (require('libsql'))(${JSON.stringify(path)}); db.exec('pragma busy_timeout = 20000'); `
  return spawn(process.execPath, ['-e', start + code], { stdio: ['ignore', 'pipe', 'inherit'] })
}

describe('the connections to a file of SQLite', () => {
  it('read what is committed while a transaction is open, also from within it', async () => {
    await db.transaction().execute(async (transaction) => {
      await add(transaction)
      expect([await count(transaction), await count()]).toEqual([1, 0])
    })
    expect(await count()).toBe(1)
  })

  it('let everything else have its turn between slow reads, however many ask at once', async () => {
    const slow = sql`select count(*) from
      (with recursive n (x) as (select 1 union all select x + 1 from n where x < 400000) select x from n)`
    await slow.execute(db)
    const seen: string[] = []
    let isDone = false
    const turn = () => {
      if (isDone) return
      if (seen.at(-1) !== 'turn') seen.push('turn')
      setImmediate(turn)
    }
    setImmediate(turn)
    await Promise.all(Array.from({ length: 4 }, () => slow.execute(db).then(() => seen.push('read'))))
    isDone = true
    expect(seen.filter((one, index) => one === 'read' && seen[index - 1] === 'read')).toEqual([])
  })

  it('write one after the other, and lose nothing that was read first', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0
          ? add()
          : db.transaction().execute(async (transaction) => {
              const before = (await count(transaction)) ?? 0
              await Promise.resolve()
              await sql`update counts set n = ${before + 1}`.execute(transaction)
            }),
      ),
    )
    expect(await count()).toBe(50)
  })

  it('roll back what fails, and go on', async () => {
    await expect(
      db.transaction().execute(async (transaction) => {
        await add(transaction)
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    await expect(sql`insert into counts values (null)`.execute(db)).rejects.toThrow('NOT NULL')
    expect(await count()).toBe(0)
    await add()
    expect(await count()).toBe(1)
  })

  it('leave the process to others while another process has the lock', async () => {
    const holder = other(
      "db.exec('begin immediate'); console.log('held'); setTimeout(() => { db.exec('commit') }, 1500)",
    )
    // It may be gone before the writes are done.
    const closed = once(holder, 'close')
    await once(holder.stdout as NodeJS.ReadableStream, 'data')
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 10)
    await Promise.all([add(), add()])
    clearInterval(timer)
    await closed
    expect(await count()).toBe(2)
    // A driver that waits by itself would have let none of them through.
    expect(turns).toBeGreaterThan(15)
  })

  it('lose no write of two processes', async () => {
    const writer = other("for (let i = 0; i < 200; i++) db.exec('update counts set n = n + 1')")
    const closed = once(writer, 'close')
    for (let index = 0; index < 200; index++) {
      await db.transaction().execute(async (transaction) => {
        const before = (await count(transaction)) ?? 0
        await sql`update counts set n = ${before + 1}`.execute(transaction)
      })
    }
    await closed
    expect(await count()).toBe(400)
  })

  it('have the settings of the host, and are its own to close', async () => {
    file.exec('pragma foreign_keys = off; create table kids (id integer references counts)')
    await sql`insert into kids values (7)`.execute(db)
    await db.destroy()
    expect(file.prepare('select count(*) as n from kids').get([])).toMatchObject({ n: 1 })
  })

  it('refuse a transaction that Kysely does not know of', async () => {
    await expect(sql`begin`.execute(db)).rejects.toThrow('db.transaction()')
  })

  it('give whole numbers that JavaScript cannot hold as text', async () => {
    const { rows } = await sql`select 9007199254740993 as big, 7 as small, ${true} as yes`.execute(db)
    expect(rows).toEqual([{ big: '9007199254740993', small: 7, yes: 1 }])
  })
})

it('a database in memory has the one connection that it is', async () => {
  const memory = new Libsql(':memory:')
  memory.exec('create table counts (n integer not null); insert into counts values (0)')
  const inMemory = new Kysely<unknown>({ dialect: new SqliteDialect(memory) })
  await inMemory.transaction().execute(async (transaction) => {
    await add(transaction)
    expect(await count(inMemory)).toBe(1)
  })
  await Promise.all([add(inMemory), add(inMemory)])
  expect(await count(inMemory)).toBe(3)
  await inMemory.destroy()
  expect(memory.prepare('select n from counts').get([])).toMatchObject({ n: 3 })
})
