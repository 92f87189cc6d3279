import { integer, real, SQLiteSyncDialect, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import fc from 'fast-check'
import Database from 'libsql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Filter } from '../../src/index.js'
import { toDrizzle, toSql } from '../../src/translate/index.js'
import { bind, filters, matching, type Person, people } from './people.js'

const persons = sqliteTable('people', {
  key: text('key'),
  login: text('login'),
  nick: text('nick.name'),
  code: text('code'),
  enabled: integer('enabled', { mode: 'boolean' }),
  level: integer('level'),
  score: real('score'),
  joined: integer('joined_ms', { mode: 'timestamp_ms' }),
  given: text('given'),
  family: text('family'),
})
const mails = sqliteTable('mails', {
  person: text('person'),
  address: text('address'),
  kind: text('kind'),
  main: integer('main', { mode: 'boolean' }),
})
const tags = sqliteTable('tags', { person: text('person'), tag: text('tag') })

const file = new Database(':memory:')
beforeAll(() => {
  file.exec(`create table people (key text primary key, login text, "nick.name" text, code text, enabled integer, level integer, score real, joined text, joined_ms integer, given text, family text);
    create table mails (person text, id integer, address text, kind text, main integer);
    create table tags (person text, tag text)`)
})
afterAll(() => file.close())

const flag = (value: boolean | undefined) => (value === undefined ? null : Number(value))

function store(all: readonly Person[]): void {
  file.exec('delete from people; delete from mails; delete from tags')
  for (const one of all) {
    const joined = one.joined === undefined ? null : new Date(one.joined)
    file
      .prepare('insert into people values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run([
        ...[
          one.id,
          one.userName,
          one.nickName ?? null,
          one.code ?? null,
          flag(one.enabled),
          one.level ?? null,
        ],
        ...[one.score ?? null, joined?.toISOString() ?? null, joined?.getTime() ?? null],
        ...[one.name?.givenName ?? null, one.name?.familyName ?? null],
      ])
    for (const { value, type, primary } of one.emails ?? [])
      file
        .prepare('insert into mails values (?, 7, ?, ?, ?)')
        .run([one.id, value ?? null, type ?? null, flag(primary)])
    for (const tag of one.tags ?? []) file.prepare('insert into tags values (?, ?)').run([one.id, tag])
  }
}

function idsWhere(condition: string, parameters: readonly unknown[]): readonly string[] {
  const rows = file
    .prepare(`select key as id from people where ${condition} order by cast(key as integer)`)
    .all([...parameters]) as { id: string }[]
  return rows.map(({ id }) => id)
}

const columns = {
  id: 'key',
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
    ...{ table: 'mails', key: 'person', id: 'key' },
    columns: { value: 'address', type: 'kind', primary: 'main' },
  },
  tags: { table: 'tags', key: 'person', id: 'key', columns: { value: 'tag' } },
} as const

function bySql(filter: Filter): readonly string[] {
  const { text, parameters } = toSql(filter, { columns, dialect: 'sqlite', table: 'people' })
  return idsWhere(text, parameters)
}

function byDrizzle(filter: Filter): readonly string[] {
  const condition = toDrizzle(filter, {
    columns: {
      id: persons.key,
      userName: persons.login,
      nickName: persons.nick,
      code: persons.code,
      enabled: persons.enabled,
      level: persons.level,
      score: persons.score,
      joined: { column: persons.joined, type: 'milliseconds' },
      'name.givenName': persons.given,
      'name.familyName': persons.family,
      emails: {
        ...{ table: mails, key: mails.person, id: persons.key },
        columns: { value: mails.address, type: mails.kind, primary: mails.main },
      },
      tags: { table: tags, key: tags.person, id: persons.key, columns: { value: tags.tag } },
    },
  })
  if (!condition) throw new Error('there is a filter')
  const { sql, params } = new SQLiteSyncDialect().sqlToQuery(condition)
  return idsWhere(sql, params)
}

it.each([
  ['toSql', bySql],
  ['toDrizzle', byDrizzle],
] as const)('%s finds in SQLite what the predicate does', (_, find) => {
  fc.assert(
    fc.property(people, fc.array(filters(true), { minLength: 12, maxLength: 12 }), (all, texts) => {
      store(all)
      for (const filterText of texts) {
        const filter = bind(filterText)
        expect(find(filter), filterText).toEqual(matching(filter, all))
      }
    }),
    { numRuns: 40 },
  )
})
