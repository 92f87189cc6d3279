import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createScim } from '../../../../src/index.js'
import { lookup, mapUser } from '../../../../src/stores/kysely/index.js'
import { databases, type TestDatabase } from '../databases.js'
import {
  byExternalId,
  check,
  fresh,
  type PeopleOptions,
  type PersonRow,
  people,
  peopleTable,
  uniqueLogin,
} from './people.js'

// A column that is misspelt in an option is told at the start, with the option that names it.

const withTeam = (table: string, value: string) =>
  mapUser<PersonRow & { team: string | null }>()({
    userName: 'login',
    externalId: 'ext',
    title: lookup('team', { table, key: 'id', value, tenant: 'org' }),
  })

const cases: readonly (readonly [string, PeopleOptions, RegExp])[] = [
  ['a column of where', { where: { kynd: 'person' } }, /^users: option where/],
  ['a column of insertDefaults', { insertDefaults: { rolle: 'x' } }, /^users: option insertDefaults/],
  [
    'a column of softDelete.set',
    { where: { gone: null }, softDelete: { set: { gone: '2026-01-01', gonne: 'x' } } },
    /^users: option softDelete/,
  ],
  ['the table of a lookup', { mapping: withTeam('teems', 'label') }, /^users: mapping of title/],
  ['a column of a lookup', { mapping: withTeam('teams', 'labell') }, /^users: mapping of title/],
]

describe.each(databases)('on $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())
  beforeEach(() =>
    fresh(database, [
      peopleTable('kind text, gone timestamptz, team uuid'),
      uniqueLogin,
      byExternalId,
      'create table teams (id uuid primary key default gen_random_uuid(), org text not null, label text not null)',
      'create unique index on teams (org, lower(label))',
    ]),
  )

  it.each(cases)('%s that is not there is an error', async (_, options, where) => {
    const found = await check(database, options)
    const errors = found.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ code }) => code)).toEqual([expect.stringMatching(/^missing-(?:column|table)$/)])
    expect(errors[0]?.where).toMatch(where)
    expect(errors[0]?.fix).not.toBe('')
  })

  it.each(cases)(
    'with %s that is not there no request is served, and nothing written',
    async (_, options) => {
      const errors: unknown[] = []
      const scim = createScim({
        authenticate: () => ({ tenant: 'acme' }),
        users: people(database, options),
        onError: (error) => void errors.push(error),
        onWarning: () => {},
      })
      await expect(scim.ready()).rejects.toThrow(/has no column|there is no table/)
      const body = JSON.stringify({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'ada',
        title: 'x',
      })
      const headers = { 'content-type': 'application/scim+json' }
      const reply = await scim.fetch(
        new Request('https://a.example/Users', { method: 'POST', headers, body }),
      )
      expect(reply.status).toBe(500)
      expect(errors.length).toBeGreaterThan(0)
      expect((await sql`select 1 from people`.execute(database.db)).rows).toEqual([])
    },
  )
})
