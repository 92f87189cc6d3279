import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { urns } from '../../src/index.js'
import { foldedLetters, foldText } from '../../src/protocol/index.js'
import { runMigrations } from '../../src/stores/kysely/database/migrate.js'
import { scimTables } from '../../src/stores/kysely/index.js'
import { serve } from '../http/service.js'
import { databases, type TestDatabase } from './kysely/databases.js'

// Σ, σ and ς, and İ, were told apart by one store and not by another.

const kinds = [{ database: 'memory', open: undefined }, ...databases]

/** Names that are one account, and then names that are all accounts of their own. */
const same = [
  ['ΟΔΟΣ', 'οδος', 'οδοσ'],
  ['STRAẞE', 'straße'],
  ['\u212aarl', 'karl', 'Karl'],
  ['\uab70\uab71', '\u13a0\u13a1'],
  ['\u{10400}x', '\u{10428}X'],
  ['JÖRG', 'jörg'],
] as const
const others = ['İlk', 'ilk', 'ılk', 'strasse', 'jo\u0308rg', 'ﬀ', 'ff'] as const

describe.each(kinds)('names that differ in case only, in $database', ({ open }) => {
  let database: TestDatabase | undefined
  let scim: ReturnType<typeof serve>

  beforeAll(async () => {
    database = await open?.()
    const tables = database && scimTables(database.db)
    await tables?.migrate()
    scim = serve(tables ? { users: tables.users, groups: tables.groups } : {})
  })
  afterAll(() => database?.close())

  const add = (userName: string) =>
    scim.post('/Users', {
      schemas: [urns.user],
      userName,
      displayName: `${userName}!`,
      emails: [{ value: userName, type: 'work' }],
    })
  const found = async (filter: string) => {
    const { body, text, status } = await scim.get(
      `/Users?sortBy=userName&filter=${encodeURIComponent(filter)}`,
    )
    expect(status, text).toBe(200)
    return body.Resources.map(({ userName }) => userName)
  }

  it('are one account, found by eq, co, sw and ew of every attribute and by a PATCH', async () => {
    for (const name of others) expect((await add(name)).status, name).toBe(201)
    for (const [first, ...spellings] of same) {
      const { body } = await add(first)
      for (const name of [first, ...spellings]) {
        expect((await add(name)).status, name).toBe(409)
        expect(await found(`userName eq "${name}"`)).toEqual([first])
        expect(await found(`displayName eq "${name}!"`)).toEqual([first])
        expect(await found(`displayName sw "${name}"`)).toEqual([first])
        expect(await found(`displayName ew "${name}!"`)).toEqual([first])
        expect(await found(`displayName co "${name}"`)).toEqual([first])
        expect(await found(`emails.value eq "${name}"`)).toEqual([first])
        expect(await found(`emails[type eq "WORK" and value eq "${name}"]`)).toEqual([first])
        const path = `emails[value eq "${name}"].display`
        const patched = await scim.patch(`/Users/${body.id}`, [{ op: 'replace', path, value: name }])
        expect(patched.status, patched.text).toBe(200)
      }
    }
    for (const name of others) expect(await found(`userName eq "${name}"`)).toEqual([name])
  })

  it('sort by what they fold to, by code point', async () => {
    const names = [...others, ...same.map(([first]) => first)]
    const keys = await found('userName pr')
    const bytes = (name: string) => Buffer.from(foldText(name))
    expect(keys).toEqual([...names].sort((a, b) => Buffer.compare(bytes(a), bytes(b))))
  })

  it.runIf(open)('are folded by the database as every letter is', async () => {
    if (!database) throw new Error('There is no database')
    const all = [
      'Az',
      ...[...foldedLetters().keys()].map((point) => `x${String.fromCodePoint(point)}X`),
      '中Aé文',
    ]
    const { rows } = await sql<{
      folded: string
    }>`select scim_fold_16(t) as folded from unnest(${all}::text[]) with ordinality as u(t, n) order by n`.execute(
      database.db,
    )
    expect(rows.map(({ folded }) => folded)).toEqual(all.map(foldText))
  })
})

describe.each(databases)('tables of an earlier version, in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  /** As a process of an earlier version writes it. */
  const insert = (userName: string) =>
    sql<{
      id: string
    }>`insert into scim_users (tenant, id, version, created, last_modified, user_name, document) values ('acme', gen_random_uuid(), 1, now(), now(), ${userName}, '{}') returning id::text`.execute(
      database.db,
    )

  it('list rows that are one name, change nothing until they are gone, and then take over what old processes write', async () => {
    const { db } = database
    const tables = scimTables(db)
    await runMigrations(
      db,
      { '0001_scim': tables.migrations['0001_scim'] as Migration },
      { table: 'scim_migrations' },
    )
    const twins = [await insert('ΟΔΟς'), await insert('οδοσ')].map(({ rows }) => rows[0]?.id ?? '')
    await insert('İlk')
    const failure = await tables.migrate().catch((error: unknown) => error)
    for (const id of twins) expect(String(failure)).toContain(id)
    // An old process goes on: nothing was changed.
    await expect(insert('İLK')).rejects.toThrow('scim_users_user_name')
    await sql`delete from scim_users where id = ${twins[0]}`.execute(db)
    await tables.migrate()
    await tables.migrate()
    await expect(insert('ΟΔΟΣ')).rejects.toThrow('scim_users_user_name')
    await insert('ilk')
    const scim = serve({ users: tables.users, groups: tables.groups })
    const names = async (filter: string) =>
      (await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)).body.Resources.map(
        ({ userName }) => userName,
      )
    expect(await names('userName eq "ΟΔΟΣ"')).toEqual(['οδοσ'])
    expect(await names('userName eq "ILK"')).toEqual(['ilk'])
  })
})
