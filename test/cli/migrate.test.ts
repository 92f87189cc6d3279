import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import Libsql from 'libsql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scimTables } from '../../src/stores/kysely/index.js'
import { printSql } from '../../src/stores/kysely/tables/print-sql.js'
import { postgres, type TestDatabase } from '../stores/kysely/databases.js'
import { root, start } from './program.js'

const folder = mkdtempSync(join(tmpdir(), 'scimkit-migrate-'))
let database: TestDatabase
beforeAll(async () => {
  database = await postgres()
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await database.close()
})

async function run(...args: readonly string[]) {
  await using program = start(['node', join(root, 'dist/cli/main.js'), ...args], { cwd: folder })
  const code = await program.ended
  return { code, out: program.out(), err: program.err() }
}

test('creates the tables that are asked for, once, in the database of a service', async () => {
  const file = join(folder, 'app.db')
  const app = new Libsql(file)
  app.exec('create table employees (id integer primary key)')
  const args = [
    '--store',
    'sqlite:app.db',
    '--tables',
    'users, groups,events,log,connections,walks',
    '--prefix',
    'acme_',
  ]
  for (let count = 0; count < 2; count++)
    expect(await run('migrate', ...args)).toEqual({
      code: 0,
      out: `Up to date in ${file}: users, groups, events, log, connections, walks\n`,
      err: '',
    })
  const names = app.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[]
  const created = ['users', 'groups', 'members', 'events', 'request_log', 'connections', 'tokens', 'walks']
  expect(names.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['employees', ...created.map((name) => `acme_${name}`)]),
  )
  expect((await run('token', 'list', '--store', 'sqlite:app.db', '--prefix', 'acme_')).code).toBe(0)
  await scimTables(app, { prefix: 'acme_', outbox: true }).migrate()
  app.close()
})

test('lists names that become one, changes nothing, and goes on when they are apart', async () => {
  const { db, url = '' } = database
  const first = printSql({ tables: ['users', 'groups'], dialect: 'postgres', from: 0, down: false }).split(
    '-- ===== version 2',
  )[0]
  for (const statement of (first ?? '').split('--> statement-breakpoint'))
    await sql.raw(statement).execute(db)
  const record = sql`create table scim_migrations (name varchar(255) primary key, timestamp varchar(255) not null)`
  await record.execute(db)
  await sql`insert into scim_migrations values ('0001_scim', '2026-01-01')`.execute(db)
  const document = (userName: string) => JSON.stringify({ userName })
  for (const userName of ['ΟΔΟΣ', 'οδος', 'someone'])
    await sql`insert into scim_users (id, tenant, user_name, document, version, created, last_modified) values (${crypto.randomUUID()}, 'acme', ${userName}, ${document(userName)}::jsonb, 1, now(), now())`.execute(
      db,
    )
  const { rows } = await sql<{ id: string }>`select id from scim_users where user_name <> 'someone'`.execute(
    db,
  )
  const refused = await run('migrate', '--store', url)
  expect({ ...refused, err: '' }).toEqual({ code: 1, out: '', err: '' })
  expect(refused.err).toMatch(
    /^scimkit: Rows of scim_users differ in the case of one name only.*\n- tenant "acme": /,
  )
  for (const { id } of rows) expect(refused.err).toContain(id)
  expect(refused.err).not.toMatch(/\n +at |ΟΔΟΣ|οδος/)

  await sql`delete from scim_users where user_name = 'οδος'`.execute(db)
  const done = await run('migrate', '--store', url)
  expect(done).toMatchObject({ code: 0, err: '' })
  expect(done.out).toMatch(/^Up to date in postgres at .*: users, groups\n$/)
  await scimTables(db).migrate()
})

test('creates no database, and says in a sentence what it cannot do', async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['--store', 'memory'], '--store memory is of one process, and gone with it'],
    [['--store', 'sqlite:mistyped.db'], 'there is no file '],
    [['--data', 'mistyped'], 'there is no scimkit data in '],
    [
      ['--store', 'postgres://ada:hush-hush@127.0.0.1:1/scim'],
      'postgres at 127.0.0.1:1/scim cannot be used: ',
    ],
    [['--store', 'sqlite:app.db', '--tables', 'userz'], 'there is no "userz"; did you mean "users"?'],
    [['--store', 'sqlite:app.db', '--schema', 'identity'], 'SQLite has no schemas: leave --schema out'],
    [['--store', 'sqlite:app.db', '--prefix', 'A-'], '--prefix must be of small letters'],
  ]
  const before = readdirSync(folder)
  for (const [args, message] of cases) {
    const { code, out, err } = await run('migrate', ...args)
    expect({ code, out }, args.join(' ')).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^scimkit: .+\n$/)
    expect(err).toContain(message)
    expect(err).not.toContain('hush')
  }
  expect(readdirSync(folder)).toEqual(before)
})
