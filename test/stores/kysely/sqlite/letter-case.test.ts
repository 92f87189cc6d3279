import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { urns } from '../../../../src/index.js'
import { column, kyselyStore, mapUser, scimTables } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { sqlite, type TestDatabase } from '../databases.js'
import { planOf, type RanStatement } from './plan.js'

// SQLite folds the case of ASCII letters only, and takes neither the sign of kelvin for a k nor the long s for an s: they
// are looked for besides, where a name does not have too many.

const kelvin = '\u212a'
const longS = '\u017f'

interface Row {
  readonly login: string
  readonly login_key: string | null
  readonly title: string | null
}

const common =
  'id text primary key, org text not null, title text, version integer not null default 1, made text not null, changed text not null'

let database: TestDatabase
const ran: RanStatement[] = []
beforeAll(async () => {
  database = await sqlite(({ query }) => void ran.push(query))
  for (const text of [
    `create table plain (${common}, login text not null)`,
    'create unique index plain_login on plain (org, lower(login))',
    `create table keyed (${common}, login text not null, login_key text, gone text)`,
    // As services have them that delete nothing, with an index of the tenant beside it.
    'create unique index keyed_login on keyed (org, login_key) where gone is null',
    'create index keyed_org on keyed (org, id)',
  ])
    await sql.raw(text).execute(database.db)
})
afterAll(() => database.close())
beforeEach(async () => {
  for (const table of ['plain', 'keyed']) await sql`delete from ${sql.table(table)}`.execute(database.db)
})

const map = mapUser<Row>()
const over = (table: 'plain' | 'keyed', where?: { readonly gone: null }) =>
  serve({
    users: kyselyStore<unknown, never, Row>({
      db: database.db,
      table,
      mapping: (table === 'plain'
        ? map({ userName: 'login', title: 'title' })
        : map({ userName: column('login', { foldedIn: 'login_key' }), title: 'title' })) as never,
      tenant: 'org',
      version: 'version',
      created: 'made',
      lastModified: 'changed',
      ...(where && { where: where as never }),
    }),
  })

const add = ({ post }: ReturnType<typeof serve>, userName: string, title?: string) =>
  post('/Users', { schemas: [urns.user], userName, title })
const find = async ({ get }: ReturnType<typeof serve>, filter: string) => {
  const { body } = await get(`/Users?sortBy=userName&filter=${encodeURIComponent(filter)}`)
  return body.Resources.map(({ userName }) => userName)
}

describe('a column of the host', () => {
  it('is found by what was stored in it, whatever the letters', async () => {
    const scim = over('plain')
    const names = [`${kelvin}ate`, `Ro${longS}e`, `JÖRG ${kelvin}`, 'MISSISSIPPI KICKS', 'Ψυχή']
    for (const name of names) {
      expect((await add(scim, name)).status).toBe(201)
      expect(await find(scim, `userName eq "${name}"`), name).toEqual([name])
      expect((await add(scim, name)).status).toBe(409)
    }
    expect(await find(scim, `userName eq "mississippi kicks"`)).toEqual(['MISSISSIPPI KICKS'])
  })

  it('is found by the letters that others are taken for, in its index, where they are six at most', async () => {
    const scim = over('plain')
    const names = [`${kelvin}i${longS}s kiss`, `Ro${longS}e`, `${kelvin}o${longS}ma σ`, `KISS ${longS}kisses`]
    for (const name of names) await add(scim, name, name)
    ran.length = 0
    for (const path of ['userName', 'title']) {
      expect(await find(scim, `${path} eq "KISS KISS"`)).toEqual([names[0]])
      expect(await find(scim, `${path} eq "rose"`)).toEqual([names[1]])
      expect(await find(scim, `${path} eq "${kelvin}OSMA ς"`)).toEqual([names[2]])
      // Of eight letters: only as it is, and in any case of ASCII letters.
      expect(await find(scim, `${path} eq "kiss skisses"`)).toEqual([])
      expect(await find(scim, `${path} eq "kiss ${longS}kisses"`)).toEqual([names[3]])
    }
    expect(planOf(database, ran[0])).toContain('plain_login (org=? AND <expr>=?)')
  })

  it('has parts that are found whatever the letters', async () => {
    const scim = over('plain')
    const names = [`a${kelvin}ate`, `bro${longS}e`]
    for (const name of names) await add(scim, name, name.toUpperCase())
    for (const path of ['userName', 'title']) {
      expect(await find(scim, `${path} co "kat"`)).toEqual([names[0]])
      expect(await find(scim, `${path} co "${kelvin}A"`)).toEqual([names[0]])
      expect(await find(scim, `${path} sw "AK"`)).toEqual([names[0]])
      expect(await find(scim, `${path} ew "OSE"`)).toEqual([names[1]])
    }
  })
})

describe('a column with the key of the text', () => {
  it('has one name for all of its spellings', async () => {
    const scim = over('keyed')
    expect((await add(scim, `${kelvin}i${longS}s`)).status).toBe(201)
    for (const name of ['kiss', 'KISS', `${kelvin}ISS`]) {
      expect(await find(scim, `userName eq "${name}"`)).toEqual([`${kelvin}i${longS}s`])
      expect((await add(scim, name)).status).toBe(409)
    }
  })

  it.each([[undefined], [{ gone: null }]])(
    'is looked up in its index, with the rows that have no key, where the rows are those of %j',
    async (where) => {
      const scim = over('keyed', where)
      await add(scim, 'Ann')
      await sql`insert into keyed (id, org, login, made, changed) values (${crypto.randomUUID()}, 'acme', 'ANN', '2020-01-01', '2020-01-01'), (${crypto.randomUUID()}, 'globex', 'ann', '2020-01-01', '2020-01-01')`.execute(
        database.db,
      )
      ran.length = 0
      expect((await find(scim, 'userName eq "ann"')).sort()).toEqual(['ANN', 'Ann'])
      const plan = planOf(
        database,
        ran.find(({ sql }) => sql.startsWith('select')),
      ).split('\n')
      // Without the condition of the index there is nothing that it answers.
      if (where)
        expect(plan.filter((line) => line.includes('keyed_login (org=? AND login_key=?)'))).toHaveLength(2)
      if (where) expect(plan.join('\n')).not.toMatch(/keyed_org \(org=\?\)$|SCAN t/m)
      expect(await find(scim, 'not (userName eq "ann")')).toEqual([])
      expect(await find(scim, 'userName eq "ann" and title pr')).toEqual([])
    },
  )
})

describe('the documents of scimkit', () => {
  it('are found by the letters that others are taken for', async () => {
    const { users, migrate } = scimTables(database.db)
    await migrate()
    const scim = serve({ users })
    const names = [`${kelvin}iss_a@example.com`, `ro${longS}e@example.com`, 'kissxa@example.com']
    for (const value of names)
      await scim.createUser({ userName: value, nickName: value, emails: [{ value, type: 'work' }] })
    for (const path of ['nickName', 'emails.value']) {
      expect(await find(scim, `${path} eq "kiss_a@example.com"`)).toEqual([names[0]])
      expect(await find(scim, `${path} eq "ROSE@example.com"`)).toEqual([names[1]])
    }
    const both = '(emails[type eq "work" and value eq "Rose@example.com"])'
    expect(await find(scim, both)).toEqual([names[1]])
  })
})
