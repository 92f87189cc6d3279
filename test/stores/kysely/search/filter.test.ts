import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { describe, expect, it } from 'vitest'
import { bindFilter } from '../../../../src/filter/index.js'
import { childTable, computed, mapUser } from '../../../../src/mapping/index.js'
import {
  compileResourceType,
  enterpriseUserExtension,
  userResourceType,
} from '../../../../src/schema/index.js'
import type { SqlTable } from '../../../../src/stores/kysely/dialect/dialect.js'
import { postgres } from '../../../../src/stores/kysely/dialect/postgres/postgres.js'
import { filterToSql } from '../../../../src/stores/kysely/search/filter.js'
import { RowScope } from '../../../../src/stores/kysely/search/scope.js'
import { employeeMapping } from '../employees.js'

// The SQL of filters, word by word.

const db = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
const type = compileResourceType(userResourceType)
const { urn } = enterpriseUserExtension

function shape(layout: SqlTable['layout']): SqlTable {
  const common = { created: 'created', lastModified: 'modified', version: 'version', tenant: 'tenant' }
  return {
    name: 'people',
    layout,
    id: { column: 'id', type: 'uuid' },
    dialect: postgres,
    booleansAreNumbers: false,
    isScimTable: false,
    ...common,
  }
}

const document = shape(
  mapUser<{ user_name: string; document: unknown }>()({
    userName: 'user_name',
    overflow: { column: 'document', indexed: ['emails'] },
  }).layout(type),
)
const employees = shape(employeeMapping.layout(type))
const plain = shape(
  mapUser<{ login: string; first: string; last: string; seen: Date }>()({
    userName: 'login',
    displayName: computed(['first', 'last'], (row) => `${row.first} ${row.last}`),
    phoneNumbers: childTable('phones', {
      key: 'person',
      columns: { value: 'number', type: 'kind' },
      tenant: 'tenant',
    }),
  }).layout(type),
)

function toSql(table: SqlTable, filter: string) {
  const condition = filterToSql(bindFilter(type, filter).tree, new RowScope(table, 'acme'))
  if (typeof condition === 'boolean') return [condition]
  const { sql, parameters } = condition.compile(db)
  return [sql, ...parameters]
}

const id = '5e0f0d2c-1111-4222-8333-444455556666'

describe('a document with columns for what is looked up', () => {
  it.each<[string, ...unknown[]]>([
    ['userName eq "Bob"', 'lower("t"."user_name") = lower($1)', 'Bob'],
    ['userName ne "Bob"', '(lower("t"."user_name") = lower($1)) is not true', 'Bob'],
    ['userName co "5%_\\\\"', 'lower("t"."user_name") like lower($1)', '%5\\%\\_\\\\%'],
    ['userName sw "b"', 'lower("t"."user_name") like lower($1)', 'b%'],
    ['userName ew "b"', 'lower("t"."user_name") like lower($1)', '%b'],
    ['userName gt "b"', 'lower("t"."user_name") collate "C" > lower($1)', 'b'],
    ['userName eq "a\\u0000"', false],
    ['userName ne "a\\u0000"', true],
    ['userName ge "a\\u0000"', 'lower("t"."user_name") collate "C" > lower($1)', 'a'],
    ['userName lt "a\\u0000"', 'lower("t"."user_name") collate "C" <= lower($1)', 'a'],
    ['externalId eq "E"', '"t"."document" ->> \'externalId\' = $1', 'E'],
    ['externalId gt "E"', '("t"."document" ->> \'externalId\') collate "C" > $1', 'E'],
    ['name.givenName eq "Al"', 'lower("t"."document" -> \'name\' ->> \'givenName\') = lower($1)', 'Al'],
    ['active eq true', '"t"."document" ->> \'active\' = $1', 'true'],
    ['title pr', '"t"."document" ->> \'title\' <> \'\''],
    ['not (title pr)', '("t"."document" ->> \'title\' <> \'\') is not true'],
    [
      'title pr and active eq false',
      '("t"."document" ->> \'title\' <> \'\' and "t"."document" ->> \'active\' = $1)',
      'false',
    ],
    [`id eq "${id}"`, '"t"."id" = $1', id],
    [`id eq "${id.toUpperCase()}"`, false],
    ['id eq "bob"', false],
    ['id ne "bob"', true],
    [`id eq "bob" or id eq "${id}"`, '"t"."id" = any($1::uuid[])', [id]],
    ['id sw "5e"', '("t"."id"::text) like $1', '5e%'],
    ['meta.resourceType eq "User"', true],
    ['meta.resourceType eq "Group"', false],
    ['meta.lastModified gt "2020-01-01T00:00:00Z"', '"t"."modified" > $1', '2020-01-01T00:00:00Z'],
    [
      'meta.lastModified ge "2020-01-01T00:00:00.0000001"',
      '"t"."modified" > $1',
      '2020-01-01T00:00:00.000000Z',
    ],
    ['meta.lastModified lt "0000-01-01T00:00:00Z"', '"t"."modified" < $1', '-infinity'],
    ['meta.version eq "W/\\"3\\""', '"t"."version"::text = $1', '3'],
    [
      'emails[type eq "work" and value eq "A@b"]',
      '(lower(("t"."document" -> \'emails\')::text)::jsonb @> lower($1)::jsonb and exists (select from jsonb_path_query("t"."document" -> \'emails\', \'$[*]\') as "e1"(v) where (lower("e1".v ->> \'type\') = lower($2) and lower("e1".v ->> \'value\') = lower($3))))',
      '[{"type":"work","value":"A@b"}]',
      'work',
      'A@b',
    ],
    [
      'emails.value ne "x"',
      '(exists (select from jsonb_path_query("t"."document" -> \'emails\', \'$[*]\') as "e1"(v) where (lower("e1".v ->> \'value\') = lower($1)) is not true) or (exists (select from jsonb_path_query("t"."document" -> \'emails\', \'$[*]\') as "e2"(v))) is not true)',
      'x',
    ],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', true],
    ['schemas eq "urn:none"', false],
  ])('%s', (filter, ...expected) => {
    expect(toSql(document, filter)).toEqual(expected)
  })
})

describe("a host's table", () => {
  it.each<[string, ...unknown[]]>([
    ['userName eq "Bob"', 'lower("t"."login") = lower($1)', 'Bob'],
    ['active eq true', '("t"."status" = $1) is not true', 'TERMINATED'],
    ['active eq false', '"t"."status" = $1', 'TERMINATED'],
    ['active ne true', '(("t"."status" = $1) is not true) is not true', 'TERMINATED'],
    [`${urn}:manager eq "${id}"`, '"t"."manager_id" = $1', id],
    [`${urn}:manager eq "bob"`, false],
    [
      `${urn}:manager.displayName eq "Ann"`,
      'lower((select "r"."login" from "people" as "r" where "r"."id" = "t"."manager_id" and "r"."tenant" = "t"."tenant")) = lower($1)',
      'Ann',
    ],
    [
      'emails[type eq "work" and value eq "A@b"]',
      '(("t"."work_email" is not null and lower("t"."work_email") = lower($1)) or exists (select from jsonb_path_query("t"."scim_data" -> \'emails\', \'$[*]\') as "e1"(v) where (lower("e1".v ->> \'type\') = lower($2) and lower("e1".v ->> \'value\') = lower($3))))',
      'A@b',
      'work',
      'A@b',
    ],
    ['nickName eq "x"', 'lower("t"."scim_data" ->> \'nickName\') = lower($1)', 'x'],
  ])('%s', (filter, ...expected) => {
    expect(toSql(employees, filter)).toEqual(expected)
  })
})

describe('a table without room for the rest', () => {
  it.each<[string, ...unknown[]]>([
    ['nickName eq "x"', false],
    ['nickName ne "x"', true],
    ['not (nickName pr)', true],
    ['emails[type eq "work"]', false],
    [
      'phoneNumbers[type eq "work" and not (value pr)]',
      'exists (select from "phones" as "e1" where (("e1"."tenant" = "t"."tenant" and "e1"."person" = "t"."id") and (lower("e1"."kind") = lower($1) and ("e1"."number" <> \'\') is not true)))',
      'work',
    ],
  ])('%s', (filter, ...expected) => {
    expect(toSql(plain, filter)).toEqual(expected)
  })

  it('refuses what only the service can compute, by name', () => {
    expect(() => toSql(plain, 'displayName eq "x"')).toThrow('"displayName" cannot be used in a filter here')
    expect(() => toSql(plain, 'displayName eq "x"')).toThrow(
      expect.objectContaining({ scimType: 'invalidFilter' }),
    )
  })
})
