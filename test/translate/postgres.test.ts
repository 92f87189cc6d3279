import { and, asc } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { boolean, doublePrecision, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Filter } from '../../src/index.js'
import { toDrizzle, toSql } from '../../src/translate/index.js'
import { postgres, type TestDatabase } from '../stores/kysely/databases.js'
import { bind, filters, matching, type Person, people } from './people.js'

const tables = `
  create table people (key uuid primary key, login varchar(40) not null, "nick.name" text, code text, enabled boolean, level int, score float8, joined timestamptz, joined_local timestamp, given text, family text, number int not null);
  create table mails (person uuid not null references people on delete cascade, id int, address text, kind text, main boolean);
  create table tags (person uuid not null references people on delete cascade, tag text);`

const persons = pgTable('people', {
  key: uuid('key'),
  login: text('login'),
  nick: text('nick.name'),
  code: text('code'),
  enabled: boolean('enabled'),
  level: integer('level'),
  score: doublePrecision('score'),
  joined: timestamp('joined', { withTimezone: true }),
  given: text('given'),
  family: text('family'),
  number: integer('number'),
})
const mails = pgTable('mails', {
  person: uuid('person'),
  address: text('address'),
  kind: text('kind'),
  main: boolean('main'),
})
const tags = pgTable('tags', { person: uuid('person'), tag: text('tag') })

let database: TestDatabase
let pool: pg.Pool
let db: NodePgDatabase
beforeAll(async () => {
  database = await postgres()
  if (!database.pool) throw new Error('PostgreSQL has a pool')
  pool = database.pool
  db = drizzle(pool)
  await pool.query(tables)
})
afterAll(() => database.close())

const keyOf = (id: string) => `00000000-0000-4000-8000-${id.padStart(12, '0')}`

async function store(all: readonly Person[]): Promise<void> {
  await pool.query('truncate people cascade')
  for (const one of all) {
    await pool.query(
      "insert into people values ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz, $8::timestamptz at time zone 'UTC', $9, $10, $11)",
      [
        ...[
          keyOf(one.id),
          one.userName,
          one.nickName,
          one.code,
          one.enabled,
          one.level,
          one.score,
          one.joined,
        ],
        ...[one.name?.givenName, one.name?.familyName, Number(one.id)],
      ],
    )
    for (const { value, type, primary } of one.emails ?? [])
      await pool.query('insert into mails values ($1, 7, $2, $3, $4)', [keyOf(one.id), value, type, primary])
    for (const tag of one.tags ?? [])
      await pool.query('insert into tags values ($1, $2)', [keyOf(one.id), tag])
  }
}

const columns = {
  id: { column: 'number', type: 'integer' },
  userName: 'login',
  nickName: 'nick.name',
  code: 'code',
  enabled: 'enabled',
  level: 'level',
  score: 'score',
  joined: 'joined',
  'name.givenName': 'given',
  'name.familyName': 'family',
  emails: {
    ...{ table: 'public.mails', key: 'person', id: 'key' },
    columns: { value: 'address', type: 'kind', primary: 'main' },
  },
  tags: { table: 'tags', key: 'person', id: 'key', columns: { value: 'tag' } },
} as const

async function bySql(filter: Filter, options: object = {}): Promise<readonly string[]> {
  const { text, parameters } = toSql(filter, {
    ...{ columns, dialect: 'postgres', table: 'people', firstParameter: 2 },
    ...options,
  })
  const statement = `select number::text as id from people where number >= $1 and ${text} order by number`
  const { rows } = await pool.query<{ id: string }>(statement, [0, ...parameters])
  return rows.map(({ id }) => id)
}

async function byDrizzle(filter: Filter): Promise<readonly string[]> {
  const condition = toDrizzle(filter, {
    columns: {
      id: { column: persons.number, type: 'integer' },
      userName: persons.login,
      nickName: persons.nick,
      code: persons.code,
      enabled: persons.enabled,
      level: persons.level,
      score: persons.score,
      joined: persons.joined,
      'name.givenName': persons.given,
      'name.familyName': persons.family,
      emails: {
        ...{ table: mails, key: mails.person, id: persons.key },
        columns: { value: mails.address, type: mails.kind, primary: mails.main },
      },
      tags: { table: tags, key: tags.person, id: persons.key, columns: { value: tags.tag } },
    },
  })
  const rows = await db
    .select({ id: persons.number })
    .from(persons)
    .where(and(condition, condition))
    .orderBy(asc(persons.number))
  return rows.map(({ id }) => String(id))
}

it.each([
  { name: 'toSql', find: bySql },
  {
    name: 'toSql over a timestamp without a zone',
    find: (filter: Filter) =>
      bySql(filter, { columns: { ...columns, joined: { column: 'joined_local', type: 'timestamp' } } }),
  },
  { name: 'toDrizzle', find: byDrizzle },
])('$name finds what the predicate does', { timeout: 60_000 }, async ({ find }) => {
  await fc.assert(
    fc.asyncProperty(
      people,
      fc.array(filters(true), { minLength: 12, maxLength: 12 }),
      async (all, texts) => {
        await store(all)
        for (const text of texts) {
          const filter = bind(text)
          expect(await find(filter), text).toEqual(matching(filter, all))
        }
      },
    ),
    { numRuns: 25 },
  )
})
