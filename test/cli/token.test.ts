import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import Libsql from 'libsql'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createConnections } from '../../src/connections/index.js'
import { createRequestLog } from '../../src/portal/index.js'
import { kyselyConnections, kyselyRequestLog } from '../../src/stores/kysely/index.js'
import { postgres, type TestDatabase } from '../stores/kysely/databases.js'
import { ask, node, root, served, start } from './program.js'

// Programs one after the other, each of which takes seconds to begin where the machine is busy.
vi.setConfig({ testTimeout: 300_000 })

const main = [...node, join(root, 'dist/cli/main.js')]

let folder: string
let database: TestDatabase
let url: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scimkit-token-'))
  database = await postgres()
  url = database.url?.replace('postgres://postgres@', 'postgres://postgres:postgres@') ?? ''
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

/** Runs `scimkit token` to its end. */
async function token(place: readonly string[], ...args: readonly string[]) {
  await using program = start([...main, 'token', ...args, ...place], { cwd: folder })
  const code = await program.ended
  return { code, out: program.out(), err: program.err() }
}

interface Listed {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly tokens: readonly { readonly id: string; readonly state: string; readonly ending: string }[]
}

async function list(place: readonly string[], ...args: readonly string[]): Promise<readonly Listed[]> {
  const { code, out, err } = await token(place, 'list', '--json', ...args)
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out)
}

/** A new token, from the command that prints it. */
async function issued(place: readonly string[], ...args: readonly string[]) {
  const { code, out, err } = await token(place, ...args)
  expect([code, out]).toEqual([0, expect.stringMatching(/^scim_token_\w{38}\n$/)])
  const secret = out.trim()
  const [, id = ''] = /^Token (\S+) of the connection/.exec(err) ?? []
  expect(err).not.toContain(secret.slice(-20))
  return { id, secret }
}

const serve = (place: readonly string[]) =>
  start([...main, 'serve', '--port', '0', '--token', 'of-the-command-line', ...place], { cwd: folder })

/** `scimkit serve` creates the store, and ends. */
async function made(place: readonly string[]): Promise<readonly string[]> {
  await using program = serve(place)
  await served(program)
  program.child.kill('SIGTERM')
  expect(await program.ended).toBe(0)
  return place
}

const shared = [
  ['SQLite', () => ['--data', join(folder, 'sqlite')]],
  ['PostgreSQL', () => ['--store', url]],
] as const

describe.each(shared)('two processes over one database of %s', (kind, at) => {
  test('take tokens of the command, rotate them without a failed request, and refuse what was revoked', async () => {
    const place = await made(at())
    const old = await issued(place, 'new', '--name', 'Okta production', '--provider', 'okta')
    await using first = serve(place)
    await using second = serve(place)
    const urls = [`${await served(first)}/Users`, `${await served(second)}/Users`]
    const statuses = async (secret: string) =>
      Promise.all(urls.map(async (one) => (await ask(one, secret)).status))
    expect(await statuses(old.secret)).toEqual([200, 200])

    // An identity provider that takes the new token when it is there, and never stops.
    let current = old.secret
    let isOver = false
    const seen: number[] = []
    const load = urls.flatMap((one) =>
      [1, 2].map(async () => {
        while (!isOver) seen.push((await ask(one, current)).status)
      }),
    )
    const next = await issued(place, 'rotate', old.id)
    const before = seen.length
    expect(await statuses(old.secret)).toEqual([200, 200])
    current = next.secret
    while (seen.length < before + 40) await setTimeout(20)
    isOver = true
    await Promise.all(load)
    expect(new Set(seen)).toEqual(new Set([200]))

    expect((await token(place, 'revoke', old.id)).code).toBe(0)
    // However late a request is: from then on it is refused.
    await setTimeout(5_000)
    expect(await statuses(old.secret)).toEqual([401, 401])
    expect(await statuses(next.secret)).toEqual([200, 200])
    const [connection] = await list(place)
    expect(connection).toMatchObject({ name: 'Okta production', provider: 'okta' })
    expect(connection?.tokens.map(({ id, state }) => [id, state])).toEqual([
      [old.id, 'revoked'],
      [next.id, 'live'],
    ])
  })

  test('keep connections and the log when they end', async () => {
    const place = at()
    const { secret } = await issued(place, 'new', '--name', 'Second')
    for (const userName of ['Ada@example.com', 'bob@example.com']) {
      await using program = serve(place)
      const users = `${await served(program)}/Users`
      const body = JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName })
      expect((await ask(users, secret, { method: 'POST', body })).status).toBe(201)
      program.child.kill('SIGTERM')
      expect(await program.ended).toBe(0)
    }
    if (kind === 'SQLite') {
      const data = join(folder, 'sqlite')
      const file = new Libsql(join(data, 'scim.db'))
      // By the key that the first of the processes has made.
      const log = createRequestLog({
        store: kyselyRequestLog(file),
        secret: readFileSync(join(data, 'log.key'), 'utf8'),
      })
      for (const person of ['ada@example.com', 'BOB@example.com'])
        expect((await log.why(person)).requests).toMatchObject([{ outcome: 'created' }])
      file.close()
    } else {
      const { rows } = await sql`select * from scim_request_log where outcome = 'created'`.execute(
        database.db,
      )
      expect(rows).toHaveLength(2)
    }
    const all = await list(place)
    const connection = all.find(({ name }) => name === 'Second')
    expect(connection?.tokens).toMatchObject([{ state: 'live' }])
  })
})

test('one process at a time has a database of PGlite', async () => {
  const place = await made(['--store', `pglite:${join(folder, 'pglite')}`])
  const first = await issued(place, 'new')
  const second = await issued(place, 'new')
  const third = await token(place, 'new')
  expect([third.code, third.out]).toEqual([1, ''])
  expect(third.err).toBe('scimkit: The connection has two live tokens; revoke one of them first\n')
  expect((await token(place, 'revoke', first.id)).code).toBe(0)
  await using program = serve(place)
  const users = `${await served(program)}/Users`
  expect((await ask(users, first.secret)).status).toBe(401)
  expect((await ask(users, second.secret)).status).toBe(200)
  const busy = await token(place, 'list')
  expect([busy.code, busy.out]).toEqual([2, ''])
  expect(busy.err).toMatch(/^scimkit: the data is in use by process \d+/)
})

test('a tenant sees nothing of another', async () => {
  const place = await made(['--data', join(folder, 'tenants')])
  const { id } = await issued(place, 'new', '--tenant', 'acme')
  expect(await list(place)).toEqual([])
  expect(await list(place, '--tenant', 'rival')).toEqual([])
  for (const action of ['revoke', 'rotate']) {
    const refused = await token(place, action, id, '--tenant', 'rival')
    expect(refused).toEqual({ code: 1, out: '', err: 'scimkit: There is no such token\n' })
  }
  const [connection] = await list(place, '--tenant', 'acme')
  const foreign = await token(place, 'new', '--tenant', 'rival', '--connection', connection?.id ?? '')
  expect(foreign).toEqual({ code: 1, out: '', err: 'scimkit: There is no such connection\n' })
  expect(connection?.tokens).toMatchObject([{ id, state: 'live' }])
})

test('of several connections one must be named; what is listed has no secret', async () => {
  const place = await made(['--data', join(folder, 'several')])
  const first = await issued(place, 'new', '--name', 'One')
  await issued(place, 'new', '--name', 'Two')
  const several = await token(place, 'new')
  expect([several.code, several.out]).toEqual([2, ''])
  expect(several.err).toMatch(/name one of them\n {2}--connection \S+ {2}One\n {2}--connection \S+ {2}Two\n$/)
  const [one] = await list(place)
  await issued(place, 'new', '--connection', one?.id ?? '', '--expires', '12h')
  const shown = await token(place, 'list')
  expect(shown.out).toMatch(
    /^One \(other\) \S+\n {2}\S+ {2}\.\.\.\w{4} {2}live {5}until [\d-]{10} {2}never used\n/,
  )
  expect(shown.out).not.toContain(first.secret.slice(-20))
})

test.each([
  ['', 'new, list, rotate, revoke'],
  ['make', 'new, list, rotate, revoke'],
  ['new --overlap 7d', '--overlap'],
  ['new --store memory', '--store memory'],
  ['new stray', 'options only'],
  ['new --expires soon', '--expires'],
  ['new --data empty --expires 5000d', 'expires must be within three years'],
  ['new --data empty --token-prefix Acme', 'tokenPrefix'],
  ['new --provider okta', '--name'],
  ['new --connection c --name n', '--connection'],
  ['new --store mysql://h/d', '--store'],
  ['rotate', 'scimkit token list'],
  ['revoke a b', 'scimkit token list'],
  ['rotate t --overlap 1y', '--overlap'],
  ['list --data missing', 'there is no scimkit data in '],
  ['new --data missing', 'there is no scimkit data in '],
  ['new --store pglite:missing', 'there is no scimkit data in '],
  ['new --store sqlite:missing.db', 'there is no file '],
  ['new --data empty --schema identity', '--schema'],
  ['new --data empty --prefix Acme', '--prefix'],
  ['new --data empty --prefix acme_', 'there are no tables of connections'],
  ['list --store postgres://ada:hush-hush@127.0.0.1:1/scim', 'postgres at 127.0.0.1:1/scim'],
])('scimkit token %s: one line that names %s, exit code 2, and nothing is made', async (args, named) => {
  if (args.includes('empty') && !existsSync(join(folder, 'empty'))) await made(['--data', 'empty'])
  const before = readdirSync(folder)
  await using program = start([...main, 'token', ...args.split(' ').filter(Boolean)], { cwd: folder })
  expect(await program.ended).toBe(2)
  expect(program.out()).toBe('')
  expect(program.err()).toMatch(/^scimkit: .+\n$/)
  expect(program.err()).toContain(named)
  expect(program.err()).not.toContain('hush-hush')
  expect(readdirSync(folder)).toEqual(before)
})

test('a database of PostgreSQL without the tables stays so', async () => {
  const empty = await postgres()
  try {
    const at = empty.url?.replace('postgres://postgres@', 'postgres://postgres:postgres@') ?? ''
    const refused = await token(['--store', at], 'new')
    expect([refused.code, refused.out]).toEqual([2, ''])
    expect(refused.err).toContain('there are no tables of connections in postgres at ')
    expect(refused.err).not.toContain('postgres:postgres')
    const { rows } = await sql`select 1 from pg_tables where tablename like 'scim%'`.execute(empty.db)
    expect(rows).toEqual([])
  } finally {
    await empty.close()
  }
})

test('a service’s own tables are found by the names that it gave them', async () => {
  const file = join(folder, 'app.db')
  const own = new Libsql(file)
  own.exec('create table people (id integer primary key)')
  const store = kyselyConnections(own, { prefix: 'acme_' })
  await store.migrate()
  const place = ['--store', `sqlite:${file}`, '--prefix', 'acme_']
  const { id } = await issued(place, 'new', '--tenant', 'acme')
  const connections = createConnections({ store })
  const [connection] = await connections.list({ tenant: 'acme' })
  expect(await connections.tokens({ tenant: 'acme', connection: connection?.id ?? '' })).toMatchObject([
    { id },
  ])
  // The file stays as the service has made it.
  expect(own.pragma('journal_mode')).toEqual([{ journal_mode: 'delete' }])
  expect(own.prepare("select name from sqlite_schema where name like 'scim%'").all()).toEqual([])
  own.close()
})

test('--store sqlite:FILE is served, and its tokens are taken', async () => {
  const place = await made(['--store', `sqlite:${join(folder, 'some/portal.db')}`])
  const forgotten = await token(place, 'new')
  expect(forgotten.err).toMatch(/\nThere were no connections without a tenant .*; this one is new\n$/)
  await using program = serve(place)
  expect((await ask(`${await served(program)}/Users`, forgotten.out.trim())).status).toBe(200)
  expect(readdirSync(join(folder, 'some')).filter((name) => !/-(?:shm|wal)$/.test(name))).toEqual([
    'portal.db',
    'portal.db.log.key',
  ])
})
