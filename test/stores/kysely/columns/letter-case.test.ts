import { PGlite } from '@electric-sql/pglite'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { urns, userResourceType } from '../../../../src/index.js'
import { column, kyselyStore, mapUser, sameAs } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { postgres, type TestDatabase } from '../databases.js'

// Names with capitals in tables of hosts: written in lower case, folded by an index or by citext, or kept in a column
// without their case. What a filter finds and what may exist only once must be the same.

interface PersonRow {
  readonly id: string
  readonly org: string
  readonly login: string
  readonly login_key: string | null
  readonly badge: string | null
  readonly state: string | null
}

const databases = [
  {
    database: 'PGlite',
    async open(): Promise<TestDatabase> {
      const client = await PGlite.create({ extensions: { citext } })
      const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: client }) })
      return { db, close: () => db.destroy() }
    },
  },
  { database: 'PostgreSQL', open: postgres },
]

const common =
  'id uuid primary key, org text not null, created timestamptz not null, changed timestamptz not null'
const tables = [
  'create extension citext',
  `create table plain (${common}, login text not null, badge text)`,
  'create unique index plain_login on plain (org, login)',
  'create unique index plain_badge on plain (org, badge)',
  `create table indexed (${common}, login text not null)`,
  'create unique index indexed_login on indexed (org, lower(login))',
  `create table folded (${common}, login citext not null, badge citext)`,
  'create unique index folded_login on folded (org, login)',
  'create unique index folded_badge on folded (org, badge)',
  `create table keyed (${common}, login text not null, login_key text, state text)`,
  'create unique index keyed_login on keyed (org, login_key)',
]

/** Names in pairs that may be the same or not, by alphabets. */
const pairs: readonly (readonly [string, string])[] = [
  ['Ann', 'aNN'],
  ['JÖRG', 'jörg'],
  ['Ärmel', 'äRMEL'],
  ['ЖЕНЯ', 'женя'],
  ['ΛΑΜΔΑ', 'λαμδα'],
  ['ΟΔΟΣ', 'οδος'],
  ['ΟΔΟΣ', 'οδοσ'],
  ['STRASSE', 'straße'],
  ['ẞ', 'ß'],
  ['İzmir', 'izmir'],
  ['Izmir', 'ızmir'],
  ['Kelvin\u212a', 'kelvink'],
  ['Å', 'A\u030a'],
  ['ﬁn', 'fin'],
  ['ᲐᲑ', 'აბ'],
]

describe.each(databases)('letter case in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    for (const text of tables) await sql.raw(text).execute(database.db)
  })
  afterAll(() => database.close())
  beforeEach(() => sql`truncate plain, indexed, folded, keyed`.execute(database.db))

  const over = (table: string, mapping: ReturnType<typeof lowercase>) =>
    serve({
      users: kyselyStore({
        db: database.db,
        table,
        mapping,
        tenant: 'org',
        created: 'created',
        lastModified: 'changed',
      }),
    })
  const map = mapUser<PersonRow>()
  const lowercase = () =>
    map({
      userName: column('login', { normalize: 'lowercase' }),
      externalId: column('badge', { normalize: 'lowercase' }),
      'emails[type eq "work"].value': sameAs('userName', { primary: true }),
    })
  const asItIs = () => map({ userName: 'login' })
  const keyed = () => map({ userName: column('login', { foldedIn: 'login_key' }), title: 'state' })
  const insert = (table: string, login: string, key: string | null = null) =>
    sql`insert into ${sql.table(table)} (id, org, login, created, changed ${key === null ? sql`` : sql`, login_key`})
      values (gen_random_uuid(), 'acme', ${login}, now(), now() ${key === null ? sql`` : sql`, ${key}`})`.execute(
      database.db,
    )
  const finder =
    ({ get }: ReturnType<typeof serve>) =>
    async (filter: string, more = '') => {
      const { status, body } = await get(`/Users?filter=${encodeURIComponent(filter)}${more}`)
      if (status !== 200) throw new Error(body.detail)
      return body.Resources.map(({ userName }) => userName)
    }

  describe('a column that is written in lower case', () => {
    it('is written so, and read as it is stored', async () => {
      const { post, patch, get } = over('plain', lowercase())
      const made = await post('/Users', {
        schemas: [urns.user],
        userName: 'Ann.Ö@Example.com',
        externalId: 'AB',
      })
      expect(made.body).toMatchObject({
        userName: 'ann.ö@example.com',
        externalId: 'ab',
        emails: [{ value: 'ann.ö@example.com' }],
      })
      await patch(`/Users/${made.body.id}`, [{ op: 'replace', path: 'userName', value: 'BOB' }])
      const { rows } = await sql`select login, badge from plain`.execute(database.db)
      expect(rows).toEqual([{ login: 'bob', badge: 'ab' }])
      await insert('plain', 'EVE')
      expect((await get('/Users?sortBy=userName')).body.Resources).toMatchObject([
        { userName: 'bob' },
        { userName: 'EVE' },
      ])
    })

    it('is found in any case, by every operator', async () => {
      const service = over('plain', lowercase())
      const find = finder(service)
      await service.createUser({ userName: 'Ann', externalId: 'AB-1' })
      await insert('plain', 'ANNE')
      for (const [filter, names] of [
        ['userName eq "ANN"', ['ann']],
        ['userName sw "aNn"', ['ann', 'ANNE']],
        ['userName co "NNE"', ['ANNE']],
        ['userName ew "N"', ['ann']],
        ['userName gt "ANN"', ['ANNE']],
        ['userName ne "ann"', ['ANNE']],
        ['externalId eq "ab-1"', ['ann']],
        ['externalId eq "AB-1"', ['ann']],
        ['externalId sw "aB"', ['ann']],
        ['emails.value eq "Ann"', ['ann']],
      ] as const)
        expect(await find(filter, '&sortBy=userName'), filter).toEqual(names)
    })

    it('is unique without its case, also where the index tells cases apart', async () => {
      const { post, createUser, patch } = over('plain', lowercase())
      await createUser({ userName: 'Ann' })
      expect((await post('/Users', { schemas: [urns.user], userName: 'aNN' })).status).toBe(409)
      const { id } = await createUser({ userName: 'bob' })
      expect((await patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'ANN' }])).status).toBe(
        409,
      )
    })

    it('is not changed by a client that writes it with a capital each time', async () => {
      const { createUser, put, patch } = over('plain', lowercase())
      const { id, meta } = await createUser({ userName: 'Ann', externalId: 'X' })
      const again = await put(`/Users/${id}`, { schemas: [urns.user], userName: 'Ann', externalId: 'X' })
      expect([again.body.userName, again.body.meta.version]).toEqual(['ann', meta.version])
      const same = await patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'ANN' }])
      expect(same.body.meta.version).toBe(meta.version)
    })

    it('says so in the schema', async () => {
      const { get } = over('plain', lowercase())
      const { body } = await get(`/Schemas/${urns.user}`)
      const attributes = body.attributes as { name: string; caseExact?: boolean }[]
      expect(attributes.find(({ name }) => name === 'userName')).toMatchObject({ caseExact: false })
    })
  })

  describe.each([
    ['an index of lower()', 'indexed', asItIs],
    ['citext', 'folded', asItIs],
    ['a column of our own', 'keyed', keyed],
    ['lower case', 'plain', lowercase],
  ] as const)('where %s decides', (_, table, make) => {
    it.each(pairs)('a filter finds what a second %s and %s would conflict with', async (first, second) => {
      const service = over(table, make())
      const find = finder(service)
      const { id } = await service.createUser({ userName: first })
      for (const [operator, isFound] of [
        ['eq', (await find(`userName eq ${JSON.stringify(second)}`)).length === 1],
        ['sw', (await find(`userName sw ${JSON.stringify(second)}`)).length === 1],
      ] as const) {
        const { status } = await service.post('/Users', { schemas: [urns.user], userName: second })
        expect([operator, isFound], `${first} ${second}`).toEqual([operator, status === 409])
        await sql`delete from ${sql.table(table)} where id <> ${id}`.execute(database.db)
      }
    })
  })

  it('citext decides also for an attribute whose case means something', async () => {
    const service = over('folded', map({ userName: 'login', externalId: 'badge' }))
    const find = finder(service)
    await service.createUser({ userName: 'ann', externalId: 'AB' })
    expect(await find('externalId eq "ab"')).toEqual(['ann'])
    expect(
      (await service.post('/Users', { schemas: [urns.user], userName: 'b', externalId: 'ab' })).status,
    ).toBe(409)
  })

  describe('a column for what a text is without its case', () => {
    it('is written with each write, and names the attribute in an error', async () => {
      const { createUser, patch, post } = over('keyed', keyed())
      const { id } = await createUser({ userName: 'ΟΔΟΣ' })
      const rows = async () => (await sql`select login, login_key from keyed`.execute(database.db)).rows
      expect(await rows()).toEqual([{ login: 'ΟΔΟΣ', login_key: 'οδοσ' }])
      await patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'ẞ' }])
      expect(await rows()).toEqual([{ login: 'ẞ', login_key: 'ß' }])
      await patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'x' }])
      expect(await rows()).toEqual([{ login: 'ẞ', login_key: 'ß' }])
      const { status, body } = await post('/Users', { schemas: [urns.user], userName: 'ß' })
      expect([status, body.scimType, body.detail]).toEqual([
        409,
        'uniqueness',
        expect.stringContaining('userName'),
      ])
    })

    it('is not needed in rows of the host: they are found and sorted by their text', async () => {
      const service = over('keyed', keyed())
      const find = finder(service)
      await insert('keyed', 'Host')
      await insert('keyed', 'Zed', 'zed')
      await service.createUser({ userName: 'Ida' })
      for (const [filter, names] of [
        ['userName eq "hOST"', ['Host']],
        ['userName eq "ZED"', ['Zed']],
        ['userName sw "H"', ['Host']],
        ['userName gt "host"', ['Ida', 'Zed']],
        ['userName ne "host"', ['Ida', 'Zed']],
        ['userName pr', ['Host', 'Ida', 'Zed']],
      ] as const)
        expect(await find(filter, '&sortBy=userName'), filter).toEqual(names)
      const page = await service.get('/Users?sortBy=userName&cursor=&count=1')
      const next = await service.get(`/Users?sortBy=userName&count=1&cursor=${page.body.nextCursor}`)
      expect(next.body.Resources).toMatchObject([{ userName: 'Ida' }])
    })

    it('makes a column filterable that the host translates', async () => {
      const service = over(
        'keyed',
        map({
          userName: column('login', {
            read: (login) => login.replace('u:', ''),
            write: (name) => `u:${name}`,
            foldedIn: 'login_key',
          }),
        }),
      )
      const find = finder(service)
      await service.createUser({ userName: 'Ann' })
      expect((await sql`select login, login_key from keyed`.execute(database.db)).rows).toEqual([
        { login: 'u:Ann', login_key: 'ann' },
      ])
      expect(await find('userName eq "aNN"')).toEqual(['Ann'])
      expect(await find('userName sw "AN"', '&sortBy=userName')).toEqual(['Ann'])
      expect((await service.post('/Users', { schemas: [urns.user], userName: 'ANN' })).status).toBe(409)
    })
  })
})

describe('what has no case is said at the start', () => {
  const map = mapUser<PersonRow & { readonly age: number; readonly on: boolean }>()
  it.each<[object, string]>([
    [
      { userName: 'login', active: { kind: 'column', column: 'on', normalize: 'lowercase' } },
      'only texts have a case',
    ],
    [
      { userName: { kind: 'column', column: 'login', normalize: 'upper' } },
      'normalize can be "lowercase" only',
    ],
    [
      { userName: { kind: 'column', column: 'login', normalize: 'lowercase', read: String } },
      'normalize is for a column without read and write',
    ],
    [
      { userName: { kind: 'column', column: 'login', foldedIn: 'badge' }, title: 'badge' },
      'the column "badge" has been given to userName already',
    ],
  ])('%j', (definition, problem) => {
    expect(() => map(definition as never).restrictResourceType(userResourceType)).toThrow(problem)
  })
})
