import { mysqlTable, text as mysqlText } from 'drizzle-orm/mysql-core'
import { pgTable, text } from 'drizzle-orm/pg-core'
import { sqliteTable, text as sqliteText } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import { toDrizzle, toPrisma, toSql } from '../../src/translate/index.js'
import { bind } from './people.js'

// What a target cannot say is refused: an approximation would find other people, or everybody.

const fields = { userName: 'login', code: 'code', joined: 'joined', level: 'level' }
const columns = fields
const postgres = { columns, dialect: 'postgres' } as const
const sqlite = { columns, dialect: 'sqlite' } as const
const inPostgres = pgTable('people', { login: text('login') })

describe('a filter is refused, for the client', () => {
  it.each([
    ['toSql', () => toSql(bind('nickName eq "a"'), postgres), 'nickName'],
    ['toSql', () => toSql(bind('emails[type eq "work"]'), postgres), 'emails'],
    ['toSql', () => toSql(bind('userName eq "Ünal"'), sqlite), 'userName'],
    ['toSql', () => toSql(bind('userName eq "a\\u0000"'), sqlite), 'userName'],
    ['toSql', () => toSql(bind('joined gt "0000-01-01T00:00:00Z"'), postgres), 'joined'],
    ['toDrizzle', () => toDrizzle(bind('code eq "a"'), { columns: { userName: inPostgres.login } }), 'code'],
    ['toPrisma', () => toPrisma(bind('nickName eq "a"'), { fields }), 'nickName'],
    ['toPrisma', () => toPrisma(bind('code gt "a"'), { fields }), 'code'],
    ['toPrisma', () => toPrisma(bind('emails.value eq "a"'), { fields }), 'emails'],
    ['toPrisma', () => toPrisma(bind('level gt 4294967296'), { fields }), 'level'],
  ])('by %s: %s', (_, translate, path) => {
    const expected = { status: 400, scimType: 'invalidFilter', message: expect.stringContaining(path) }
    expect(translate).toThrow(expect.objectContaining(expected))
  })
})

describe('a mistake of the host is a TypeError', () => {
  const elements = { emails: { table: 'mails', key: 'person', id: 'id', columns: { value: 'address' } } }
  const mysql = mysqlTable('people', { login: mysqlText('login') })
  it.each([
    [() => toSql(bind('userName pr'), { columns, dialect: 'mysql' as never }), /dialect must be/],
    [() => toSql(bind('userName pr'), { ...postgres, columns: elements }), /table must name/],
    [
      () =>
        toSql(bind('userName pr'), {
          ...postgres,
          columns: { userName: { column: 'a', typ: 'uuid' } as never },
        }),
      /"typ"; did you mean "type"/,
    ],
    [
      () => toPrisma(bind('userName pr'), { fields: { userName: { field: 'a', nulable: true } as never } }),
      /"nulable"; did you mean "nullable"/,
    ],
    [
      () => toDrizzle(bind('userName pr'), { columns: { userName: mysql.login } }),
      /must be of PostgreSQL or SQLite/,
    ],
    [() => toDrizzle(bind('userName pr'), { columns: {} }), /must name a column/],
  ])('%#', (translate, message) => {
    expect(translate).toThrow(TypeError)
    expect(translate).toThrow(message)
  })
})

describe('what nobody or everybody fulfils', () => {
  it('without a filter is everybody', () => {
    expect(toSql(undefined, postgres)).toEqual({ text: 'true', parameters: [] })
    expect(toPrisma(undefined, { fields })).toEqual({})
    expect(toDrizzle(undefined, { columns: { userName: inPostgres.login } })).toBeUndefined()
  })

  it('is nobody also beside other conditions: Prisma leaves out an empty OR', () => {
    expect(toSql(bind('meta.resourceType eq "Group"'), postgres).text).toBe('false')
    expect(toPrisma(bind('meta.resourceType eq "Group"'), { fields })).toEqual({ login: { in: [] } })
  })

  it('names columns with what their names need', () => {
    const { text, parameters } = toSql(bind('userName eq "a"'), {
      ...{ columns: { userName: 'a"b.c' }, dialect: 'postgres', table: 'app.people', firstParameter: 3 },
    })
    expect({ text, parameters }).toEqual({
      text: 'lower("app"."people"."a""b.c") = lower($3)',
      parameters: ['a'],
    })
  })

  it('numbers the parameters of SQLite by their place, also through Drizzle', () => {
    const people = sqliteTable('people', { login: sqliteText('login') })
    expect(toSql(bind('userName sw "A"'), sqlite)).toEqual({
      text: 'substr(lower("login"), 1, length(?)) = ?',
      parameters: ['a', 'a'],
    })
    expect(toDrizzle(bind('userName eq "A"'), { columns: { userName: people.login } })).toBeDefined()
  })
})
