import { CompiledQuery, sql } from 'kysely'
import Libsql from 'libsql'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { serviceTables } from '../../../../src/cli/sql.js'
import {
  attribute,
  bearerTokens,
  createScim,
  defineExtension,
  memoryStore,
  urns,
} from '../../../../src/index.js'
import {
  deliverEvents,
  kyselyConnections,
  kyselyRequestLog,
  kyselyWalks,
  scimTables,
} from '../../../../src/stores/kysely/index.js'
import { printSql, type ServiceTables } from '../../../../src/stores/kysely/tables/print-sql.js'
import { tableSets } from '../../../../src/stores/kysely/tables/table-sets.js'
import { databases, isRunOfPglite, sqlite, type TestDatabase } from '../databases.js'
import { postgresCatalogue, sqliteCatalogue } from './catalogue.js'

interface Names {
  readonly schema?: string
  readonly prefix?: string
}

const all = Object.keys(tableSets)

const [{ open: postgres }] = databases

const ofPostgres = { dialect: 'postgres', open: postgres, catalogue: postgresCatalogue }
const ofSqlite = { dialect: 'sqlite', open: sqlite, catalogue: sqliteCatalogue }
const kinds = isRunOfPglite ? [ofPostgres] : [ofPostgres, ofSqlite]
/** The newest version of the tables. */
const newest = 4

const open = new Set<TestDatabase>()
afterEach(async () => {
  for (const database of open) await database.close()
  open.clear()
})

async function opened(connect: () => Promise<TestDatabase>): Promise<TestDatabase> {
  const database = await connect()
  open.add(database)
  return database
}

/** Runs a printed text as a tool does that knows nothing of it, by a plain driver. */
async function execute({ url = '', db, version }: TestDatabase, text: string): Promise<void> {
  if (version !== undefined) {
    const file = new Libsql(url)
    file.exec(text)
    file.close()
  } else if (url === '') {
    // PGlite runs one statement at a time, as Drizzle does.
    for (const part of text.split(/^--> statement-breakpoint$|^(?=-- ===== version )/m))
      await db.executeQuery(CompiledQuery.raw(part))
  } else {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(text).finally(() => client.end())
  }
}

function print(
  dialect: string,
  names: Names,
  more: { from?: number; down?: boolean; tables?: readonly string[]; service?: ServiceTables } = {},
) {
  const { from = 0, down = false, tables = all, service } = more
  return printSql({ tables, dialect, ...names, from, down, service })
}

/** As `migrate` makes them. */
async function migrated({ db }: TestDatabase, names: Names): Promise<void> {
  const { schema = '', prefix = 'scim_' } = names
  await scimTables(db, { ...names, outbox: true }).migrate()
  const table = `${schema}${schema && '.'}${prefix}request_log`
  await kyselyRequestLog(db, { table }).migrate()
  await kyselyConnections(db, names).migrate()
  await kyselyWalks(db, names).migrate()
}

/** What separates the versions of a text. */
const heading = /^-- ===== version (\d+): (up|down) =====$/gm

function versionsIn(text: string): readonly { readonly number: number; readonly text: string }[] {
  const [, ...parts] = text.split(/^(?=-- ===== version )/m)
  const numbers = [...text.matchAll(heading)].map(([, number]) => Number(number))
  expect(parts).toHaveLength(numbers.length)
  return parts.map((part, index) => ({ number: numbers[index] ?? 0, text: part }))
}

const badge = 'urn:example:params:scim:schemas:extension:badge:2.0:User'
const extensions = {
  User: [
    defineExtension(badge, {
      number: attribute.string({ uniqueness: 'server', caseExact: true }),
      office: attribute.complex({ desk: attribute.string({ uniqueness: 'server' }) }),
      keys: attribute.string({ uniqueness: 'server', multiValued: true }),
      floor: attribute.string(),
    }),
  ],
  Group: [defineExtension(`${badge}s`, { code: attribute.integer({ uniqueness: 'global' }) })],
}

/** What `scimkit sql` learns of a service with these. */
const service = serviceTables(
  createScim({
    authenticate: () => undefined,
    users: memoryStore(),
    groups: memoryStore(),
    extensions,
    groupNames: 'any',
  }),
)

describe.each(kinds)('the SQL that is printed for $dialect', ({ dialect, open, catalogue }) => {
  const named: readonly Names[] =
    dialect === 'postgres'
      ? [{}, { prefix: 'acme_' }, { schema: 'Identity', prefix: 'x' }, { schema: 'select' }]
      : [{}, { prefix: 'acme_' }]

  it.each(named)('makes what migrate makes, and takes it away again: %j', async (names) => {
    const [printed, reference] = [await opened(open), await opened(open)]
    const empty = await catalogue(printed.db)
    await migrated(reference, names)
    const expected = await catalogue(reference.db)
    await execute(printed, print(dialect, names))
    expect(await catalogue(printed.db)).toEqual(expected)
    expect(expected.length).toBeGreaterThan(empty.length + 20)
    await execute(printed, print(dialect, names, { down: true }))
    // A schema may hold other things: it stays, and the text says how it goes.
    if (names.schema !== undefined) await execute(printed, `drop schema "${names.schema}"`)
    expect(await catalogue(printed.db)).toEqual(empty)
  })

  it.each(named)('makes what migrate makes for a service: %j', async (names) => {
    const [printed, reference] = [await opened(open), await opened(open)]
    const empty = await catalogue(printed.db)
    await scimTables(reference.db, { ...names, extensions, groupNames: 'any' }).migrate()
    const expected = await catalogue(reference.db)
    const texts = (more: { from?: number; down?: boolean }) =>
      print(dialect, names, { ...more, tables: ['users', 'groups'], service })
    await execute(printed, texts({}))
    expect(await catalogue(printed.db)).toEqual(expected)
    expect(expected.filter((line) => /display_names\b/.test(line))).not.toEqual([])
    // Again, as for a service that gets one more.
    await execute(printed, texts({ from: 2 - Number(dialect === 'sqlite') }))
    expect(await catalogue(printed.db)).toEqual(expected)
    await execute(printed, texts({ down: true }))
    if (names.schema !== undefined) await execute(printed, `drop schema "${names.schema}"`)
    expect(await catalogue(printed.db)).toEqual(empty)
  })

  it('goes version by version, up and down', async () => {
    const database = await opened(open)
    const up = versionsIn(print(dialect, {}))
    const down = versionsIn(print(dialect, {}, { down: true }))
    expect(down.map(({ number }) => number)).toEqual(up.map(({ number }) => number).reverse())
    expect(up.at(-1)?.number).toBe(newest)
    const before: (readonly string[])[] = []
    for (const { number, text } of up) {
      before.push(await catalogue(database.db))
      await execute(database, text)
      // What follows a version is what `from` prints.
      expect(versionsIn(print(dialect, {}, { from: number })).map(({ number }) => number)).toEqual(
        up.map((version) => version.number).filter((other) => other > number),
      )
    }
    for (const { text } of down) {
      await execute(database, text)
      expect(await catalogue(database.db)).toEqual(before.pop())
    }
  })

  it('is what a service runs on, beside the tables of another one', async () => {
    const database = await opened(open)
    const names = { ...(dialect === 'postgres' && { schema: 'identity' }), prefix: 'acme_' }
    await migrated(database, {})
    await execute(database, print(dialect, names))
    const { users, groups } = scimTables(database.db, { ...names, outbox: true })
    const scim = createScim({ authenticate: bearerTokens([{ token: 't', tenant: 'acme' }]), users, groups })
    const call = async (method: string, path: string, body?: object) => {
      const headers = { authorization: 'Bearer t', 'content-type': 'application/scim+json' }
      const reply = await scim.fetch(
        new Request(`http://localhost${path}`, {
          method,
          headers,
          ...(body && { body: JSON.stringify(body) }),
        }),
      )
      const text = await reply.text()
      return { status: reply.status, body: text === '' ? undefined : JSON.parse(text) }
    }
    const findings = await scim.check()
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(findings.map(({ code }) => code)).not.toContain('outdated-tables')
    const made = await call('POST', '/Users', {
      schemas: [urns.user],
      userName: 'ΟΔΟΣ',
      emails: [{ value: 'Ada@Acme.example', type: 'work' }],
    })
    expect(made.status).toBe(201)
    const { id } = made.body
    const twin = await call('POST', '/Users', { schemas: [urns.user], userName: 'οδος' })
    expect(twin).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    expect(twin.body.detail).toContain('userName')
    for (const filter of [
      'userName eq "οδοσ"',
      'userName sw "ΟΔ"',
      'emails[type eq "work"].value eq "ADA@acme.example"',
    ]) {
      const found = await call('GET', `/Users?sortBy=userName&filter=${encodeURIComponent(filter)}`)
      expect(found.body.Resources.map((user: { id: string }) => user.id)).toEqual([id])
    }
    const group = await call('POST', '/Groups', {
      schemas: [urns.group],
      displayName: 'Staff',
      members: [{ value: id }],
    })
    expect(group.status).toBe(201)
    expect((await call('GET', `/Users/${id}`)).body.groups).toMatchObject([{ display: 'Staff' }])
    expect((await call('POST', '/Groups', { schemas: [urns.group], displayName: 'STAFF' })).status).toBe(409)
    const heard: unknown[] = []
    const table = dialect === 'postgres' ? 'identity.acme_events' : 'acme_events'
    await deliverEvents(database.db, ({ name }) => heard.push(name), { table })
    expect(heard.sort()).toEqual(['group.created', 'user.created'])
    // Nothing of it is in the tables beside them.
    await deliverEvents(database.db, () => heard.push('beside'))
    expect(heard).toHaveLength(2)
    const beside = await sql<{ count: number }>`select count(*) as count from scim_users`.execute(database.db)
    expect(Number(beside.rows[0]?.count)).toBe(0)
  })
})

describe('tables that are chosen', () => {
  it('are made alone, and each once', async () => {
    const database = await opened(postgres)
    await execute(database, print('postgres', {}, { tables: ['users', 'users'] }))
    const lines = await postgresCatalogue(database.db)
    expect(lines.filter((line) => line.startsWith('relation ') && line.includes(' r '))).toEqual([
      expect.stringContaining('scim_users'),
    ])
    await execute(database, print('postgres', {}, { tables: ['groups'] }))
    await execute(database, print('postgres', {}, { tables: ['events', 'log', 'connections', 'walks'] }))
    const reference = await opened(postgres)
    await migrated(reference, {})
    expect(await postgresCatalogue(database.db)).toEqual(await postgresCatalogue(reference.db))
  })

  it('say how a service uses them, what they move and what they wait for', () => {
    const text = print('postgres', { schema: 'identity', prefix: 'acme_' })
    for (const use of [
      "scimTables(db, { schema: 'identity', prefix: 'acme_', outbox: true })",
      "deliverEvents(db, handlers, { table: 'identity.acme_events' })",
      "kyselyRequestLog(db, { table: 'identity.acme_request_log' })",
      "kyselyConnections(db, { schema: 'identity', prefix: 'acme_' })",
      "kyselyWalks(db, { schema: 'identity', prefix: 'acme_' })",
    ])
      expect(text).toContain(use)
    expect(text).toMatch(/^-- Moves data: .* identity\.acme_events_heads, .* Nothing else is to be run\.$/m)
    expect(text).toMatch(/^-- Moves no data, and builds indexes, for which writers wait\./m)
    expect(text).not.toContain('scim_')
  })

  // As one transaction, in which PGlite is not given it.
  it.skipIf(isRunOfPglite)('stop where rows differ in the case of one name only, and say which', async () => {
    const database = await opened(postgres)
    const [first, second] = versionsIn(print('postgres', {}, { tables: ['users'] }))
    await execute(database, first?.text ?? '')
    const insert = (id: string, name: string) =>
      `insert into scim_users (tenant, id, version, created, last_modified, user_name, document) values ('acme', '${id}', 1, now(), now(), '${name}', '{}');`
    const ids = [crypto.randomUUID(), crypto.randomUUID()] as const
    await execute(database, insert(ids[0], 'ΟΔΟς') + insert(ids[1], 'οδοσ'))
    const before = await postgresCatalogue(database.db)
    const failure = await execute(database, second?.text ?? '').catch(String)
    for (const id of ids) expect(failure).toContain(id)
    expect(await postgresCatalogue(database.db)).toEqual(before)
    await execute(database, `delete from scim_users where id = '${ids[0]}'`)
    await execute(database, second?.text ?? '')
  })
})

describe('what cannot be printed', () => {
  const cases: readonly (readonly [object, string])[] = [
    [
      { tables: ['users', 'userz'] },
      '--tables must be of users, groups, events, log, connections, walks; there is no "userz"; did you mean "users"?',
    ],
    [{ tables: [''] }, '--tables must be of users'],
    [{ tables: ['constructor'] }, '--tables must be of users'],
    [{ dialect: 'mysql' }, '--dialect must be postgres or sqlite'],
    [{ dialect: 'constructor' }, '--dialect must be postgres or sqlite'],
    [{ schema: 'a"; drop table x; --' }, '--schema must be a name of letters, digits and underscores'],
    [{ schema: 'a.b' }, '--schema must be a name'],
    [{ schema: '' }, '--schema must be a name'],
    [{ prefix: "x'; --" }, '--prefix must be of small letters'],
    [{ prefix: 'Acme_' }, '--prefix must be of small letters'],
    [{ prefix: 'a'.repeat(33) }, '--prefix must be of small letters'],
    [{ dialect: 'sqlite', schema: 'main' }, 'SQLite has no schemas: leave --schema out'],
    [{ from: 5 }, '--from must be 4 at most'],
  ]
  it.each(cases)('%j', (given, message) => {
    const options = { tables: all, dialect: 'postgres', from: 0, down: false, ...given }
    expect(() => printSql(options)).toThrow(message)
  })
})
