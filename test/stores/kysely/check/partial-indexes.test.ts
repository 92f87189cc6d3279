import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createScim, type User } from '../../../../src/index.js'
import { kyselyStore, mapUser } from '../../../../src/stores/kysely/index.js'
import { authenticate } from '../../../http/service.js'
import { postgres, type TestDatabase } from '../databases.js'

// An index whose condition named the same columns counted as covering all rows, whatever values it was about.

let database: TestDatabase
beforeAll(async () => {
  database = await postgres()
  const { db } = database
  await sql`create type state as enum ('on', 'off', 'away')`.execute(db)
  await sql`create table people (id uuid primary key, org text, login text, gone timestamptz, kind varchar(9), state state, bot boolean not null, level int, made timestamptz, changed timestamptz)`.execute(
    db,
  )
})
afterAll(() => database.close())

async function codesWith(condition: string, where: object, softDelete?: object): Promise<readonly string[]> {
  const { db } = database
  await sql.raw('drop index if exists logins').execute(db)
  await sql.raw(`create unique index logins on people (org, lower(login)) where ${condition}`).execute(db)
  const users = kyselyStore<unknown, User>({
    ...{ db, table: 'people', tenant: 'org', created: 'made', lastModified: 'changed' },
    ...{ where, ...(softDelete && { softDelete: { set: softDelete } }) },
    mapping: mapUser<{ login: string }>()({ userName: 'login' }),
  })
  const scim = createScim({ authenticate, users, onWarning: () => {} })
  return (await scim.check()).map(({ code }) => code)
}

describe('an index of some rows covers those that a store shows', () => {
  it.each([
    ['gone is null', { gone: null }],
    ["kind = 'x'", { kind: 'x' }],
    ["kind = 'x' and gone is null", { kind: 'x', gone: null }],
    ["kind = 'x' or gone is null", { gone: null }],
    ["kind in ('x', 'y', 'z')", { kind: ['x', 'y'] }],
    ["kind is null or kind = 'x'", { kind: ['x', null] }],
    ["kind <> 'x'", { kind: ['y', 'z'] }],
    ["(kind = 'x') is not true", { kind: { not: 'x' } }],
    ["kind is distinct from 'x'", { kind: { not: 'x' } }],
    ["not (kind = 'x' and kind is not null)", { kind: { not: 'x' } }],
    ['gone is not null', { gone: { not: null } }],
    ["state = 'on'", { state: 'on' }],
    ["state = any (array['on', 'away']::state[])", { state: ['on', 'away'] }],
    ['not bot', { bot: false }],
    ['bot is not true', { bot: false }],
    ['bot = false', { bot: false }],
    ['bot', { bot: { not: false } }],
    ['level = 5', { level: 5 }],
    ["bot or kind = 'x' or not bot", { kind: 'y' }],
  ])('where %s: %j', async (condition, where) => {
    expect(await codesWith(condition, where)).not.toContain('unique-partial')
  })
})

describe('an index of other rows does not', () => {
  it.each([
    ['gone is not null', { gone: null }],
    ["kind = 'other'", { kind: 'x' }],
    ["kind in ('x', 'y')", { kind: ['x', 'z'] }],
    ["kind <> 'x'", { kind: { not: 'x' } }],
    ["kind = 'x' and gone is null", { kind: 'x' }],
    ['bot', { bot: false }],
    ['level = 5', { level: 6 }],
    ["state = 'on'", { state: ['on', 'off'] }],
    // What is not understood is said, and never taken for all rows.
    ["lower(kind) = 'x'", { kind: 'x' }],
    ['level > 3', { level: 5 }],
    ["kind like 'x%'", { kind: 'x' }],
    ["gone = '2020-01-01'", { gone: null }],
    ['level::text = kind', { kind: 'x', level: 5 }],
  ])('where %s: %j', async (condition, where) => {
    expect(await codesWith(condition, where)).toContain('unique-partial')
  })
})

describe('the deleted are in the way', () => {
  it.each([
    ["gone is null or kind = 'x'", { gone: null, kind: 'x' }, { gone: '2020-01-01' }],
    ["state <> 'away'", { state: { not: 'off' } }, { state: 'off' }],
  ])('of an index where %s', async (condition, where, set) => {
    const codes = await codesWith(condition, where, set)
    expect(codes.filter((code) => /unique-(?:with-deleted|partial)/.test(code))).toHaveLength(1)
  })

  it.each([
    ['gone is null', { gone: null, kind: 'x' }, { gone: '2020-01-01' }],
    ["(state = 'off') is not true", { state: { not: 'off' } }, { state: 'off' }],
  ])('not of one where %s', async (condition, where, set) => {
    const codes = await codesWith(condition, where, set)
    expect(codes.filter((code) => /unique-(?:with-deleted|partial)/.test(code))).toEqual([])
  })
})
