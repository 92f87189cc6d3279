import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, type Program, root, served, start } from './program.js'

// Places where a database of SQLite cannot be, or not any more: one sentence, and everything stays as it was.

const folder = mkdtempSync(join(tmpdir(), 'scimkit-places-'))
const mounted: string[] = []
afterAll(() => {
  for (const path of mounted) execFileSync('umount', ['--lazy', path])
  rmSync(folder, { recursive: true, force: true })
})

const serve = (directory: string) =>
  start(['node', join(root, 'dist/cli/main.js'), 'serve', '--port', '0', '--token', 't', '--data', directory])

/** A data directory with a user in it. */
const made = join(folder, 'made')
beforeAll(async () => {
  await using program = serve(made)
  const url = await served(program)
  expect((await post(url, 'ada')).status).toBe(201)
  await end(program)
})

function newFolder(): string {
  return mkdtempSync(join(folder, 'it-'))
}

function newDirectory(path = newFolder()): string {
  cpSync(made, path, { recursive: true })
  return path
}

async function end(program: Program): Promise<void> {
  program.child.kill('SIGINT')
  expect(await program.ended).toBe(0)
}

/** A user of some size. */
function post(url: string, userName: string, size = 0) {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const body = JSON.stringify({ schemas, userName, nickName: 'x'.repeat(size) })
  return ask(`${url}/Users`, 't', { method: 'POST', body })
}

async function namesIn(url: string): Promise<readonly string[]> {
  const { json } = await ask(`${url}/Users?count=1000&attributes=userName`, 't')
  expect(json.totalResults).toBe(json.Resources.length)
  return json.Resources.map(({ userName }: { userName: string }) => userName).sort()
}

/** The program ends by itself, with one sentence. */
async function refused(directory: string): Promise<string> {
  await using program = serve(directory)
  expect(await program.ended).toBe(1)
  expect(program.out()).toBe('')
  expect(program.err()).toMatch(/^scimkit: .+\n$/)
  return program.err()
}

/** Everything in a directory. */
function contents(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'base64')]),
  )
}

describe.concurrent('a file in the place of the database', () => {
  const header = Buffer.from('SQLite format 3\0')
  test.each([
    ['bytes', randomBytes(20_000)],
    ['a letter', Buffer.from('Dear Ada, this is no database but a letter of some length.')],
    ['the start of a database', Buffer.concat([header, randomBytes(4000)])],
  ])('that is %s stays as it is', async (_, bytes) => {
    const directory = newFolder()
    writeFileSync(join(directory, 'scim.db'), bytes)
    expect(await refused(directory)).toContain(`the data in ${directory} cannot be opened`)
    expect(readFileSync(join(directory, 'scim.db'))).toEqual(bytes)
  })

  test.each([
    [
      'other tables',
      'create table notes (id integer primary key, text text); insert into notes values (1, 2)',
    ],
    [
      'tables of the same name',
      'create table scim_users (id integer primary key); insert into scim_users values (1)',
    ],
  ])('that is a database with %s stays as it is', async (_, tables) => {
    const directory = newFolder()
    const other = new Libsql(join(directory, 'scim.db'))
    other.exec(tables)
    other.close()
    const before = contents(directory)
    expect(await refused(directory)).toContain(`${directory}/scim.db is a database of another program`)
    const { '.gitignore': _ignored, ...after } = contents(directory)
    expect(after).toEqual(before)
  })

  test('that is a directory is named', async () => {
    const directory = newFolder()
    mkdirSync(join(directory, 'scim.db'))
    expect(await refused(directory)).toContain(`the data in ${directory} cannot be opened`)
    expect(readdirSync(directory)).toEqual(['.gitignore', 'scim.db'])
  })
})

// Side by side, since each waits for as long as a lock is waited for.
describe.concurrent('a database', () => {
  test.each([
    ['all of it', 'pragma locking_mode = exclusive'],
    ['the right to write', ''],
  ])(
    'of which another process has %s is named, and served when it is free',
    {
      timeout: 120_000,
    },
    async (_, mode) => {
      const directory = newDirectory()
      const holder = new Libsql(join(directory, 'scim.db'))
      holder.exec(`${mode}; begin immediate; update scim_users set version = version`)
      expect(await refused(directory)).toMatch(/cannot be opened .*locked.*; another process has locked it/)
      holder.exec('rollback')
      holder.close()
      await using program = serve(directory)
      expect(await namesIn(await served(program))).toEqual(['ada'])
    },
  )

  test('whose lock another process keeps is 503 for writes, and not for reads', {
    timeout: 120_000,
  }, async () => {
    const directory = newDirectory()
    await using program = serve(directory)
    const url = await served(program)
    const holder = new Libsql(join(directory, 'scim.db'))
    holder.exec('begin immediate')
    const writing = Promise.all([post(url, 'grace'), post(url, 'hedy')])
    expect(await namesIn(url)).toEqual(['ada'])
    const replies = await writing
    expect(replies.map(({ status }) => status)).toEqual([503, 503])
    holder.exec('rollback')
    holder.close()
    expect((await post(url, 'grace')).status).toBe(201)
    expect(await namesIn(url)).toEqual(['ada', 'grace'])
  })
})

/** A file system of its own, of so many kilobytes. */
function mount(kilobytes: number): string {
  const path = newFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path])
  mounted.push(path)
  return path
}

function remount(path: string, options: string): void {
  execFileSync('mount', ['-o', `remount,${options}`, path])
}

function canMount(): boolean {
  try {
    execFileSync('umount', [mount(64)])
    mounted.pop()
    return true
  } catch {
    return false
  }
}

describe.runIf(canMount())('a disk', () => {
  test('that is read-only is named', async () => {
    const disk = mount(1000)
    newDirectory(join(disk, 'data'))
    const before = contents(join(disk, 'data'))
    remount(disk, 'ro')
    expect(await refused(join(disk, 'new'))).toContain(`the data directory ${disk}/new cannot be used: EROFS`)
    expect(await refused(join(disk, 'data'))).toMatch(
      /the data in .*\/data cannot be opened .*; choose a place with --data that can be written to\n$/,
    )
    expect(contents(join(disk, 'data'))).toEqual(before)
    remount(disk, 'rw')
    await using program = serve(join(disk, 'data'))
    expect(await namesIn(await served(program))).toEqual(['ada'])
  })

  test('that is full at the start is named, and does when there is room', async () => {
    const disk = mount(64)
    expect(await refused(join(disk, 'data'))).toMatch(/ cannot be opened .*full.*; make room on its disk/)
    remount(disk, 'size=1000k')
    await using program = serve(join(disk, 'data'))
    const url = await served(program)
    expect((await post(url, 'ada')).status).toBe(201)
  })

  test('that becomes full is 503 for writes, half of nothing is kept, and all is well with more room', async () => {
    const disk = mount(1000)
    const directory = newDirectory(join(disk, 'data'))
    const kept = ['ada']
    const statuses = new Set<number>()
    {
      await using program = serve(directory)
      const url = await served(program)
      const write = async (name: string, size: number) => {
        const { status, json } = await post(url, name, size)
        statuses.add(status)
        if (status === 201) kept.push(name)
        else expect(json).toMatchObject({ status: String(status), detail: expect.any(String) })
      }
      for (let count = 0; !statuses.has(503) && count < 500; count++) await write(`user-${count}`, 10_000)
      // Several at a time, large and small.
      await Promise.all(Array.from({ length: 30 }, (_, index) => write(`late-${index}`, (index % 3) * 8000)))
      expect([...statuses].sort()).toEqual([201, 503])
      expect(await namesIn(url)).toEqual(kept.sort())
      const scope = `${url}/Users?filter=${encodeURIComponent('userName eq "ada"')}`
      expect((await ask(scope, 't')).json.totalResults).toBe(1)

      remount(disk, 'size=8000k')
      statuses.clear()
      for (let count = 0; count < 5; count++) await write(`again-${count}`, 10_000)
      expect([...statuses]).toEqual([201])
      expect(await namesIn(url)).toEqual(kept.sort())
      program.child.kill('SIGKILL')
      await program.ended
    }
    await using program = serve(directory)
    expect(await namesIn(await served(program))).toEqual(kept.sort())
    const file = new Libsql(join(directory, 'scim.db'))
    expect(file.pragma('integrity_check')).toMatchObject([{ integrity_check: 'ok' }])
    file.close()
  })
})
