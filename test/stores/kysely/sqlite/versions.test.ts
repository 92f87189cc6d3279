import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScim, type User } from '../../../../src/index.js'
import { type KyselyStoreOptions, kyselyStore, mapUser } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { sqlite, type TestDatabase } from '../databases.js'

// What tells whether a row has changed, in a database that has nothing of its own for it.

interface ClerkRow {
  readonly login: string
  readonly login_key: string
  readonly job: string | null
  readonly photo: unknown
}

let database: TestDatabase
beforeEach(async () => {
  database = await sqlite()
  await run(
    'create table clerks (id text primary key, org text not null, login text not null, job text, photo blob, made text not null, changed text not null)',
  )
  await run('create unique index clerks_login on clerks (org, lower(login))')
})
afterEach(() => database.close())

const run = (text: string) => sql.raw(text).execute(database.db)

const clerks = mapUser<ClerkRow>()({ userName: 'login', title: 'job' })

function users(version: KyselyStoreOptions<unknown, User, ClerkRow>['version']) {
  return kyselyStore<unknown, User, ClerkRow>({
    db: database.db,
    table: 'clerks',
    mapping: clerks,
    tenant: 'org',
    created: 'made',
    lastModified: 'changed',
    id: { column: 'id', type: 'uuid' },
    version,
  })
}

const title = (value: string) => [{ op: 'replace', path: 'title', value }]

describe('a column that counts', () => {
  const findings = async () => {
    const scim = createScim({ authenticate: () => undefined, users: users('version') })
    return (await scim.check()).filter(({ code }) => code === 'missing-column')
  }

  it('is added by what the check prints, which then counts what the application writes too', async () => {
    const [finding] = await findings()
    expect(finding).toMatchObject({ where: 'users: option version' })
    const statements = (finding?.fix ?? '').split(/\n(?:--.*\n)?/)
    expect(statements).toHaveLength(2)
    for (const statement of statements) await run(statement)
    expect(await findings()).toEqual([])

    const scim = serve({ users: users('version') })
    const { id } = await scim.createUser({ title: 'Cook' })
    const path = `/Users/${id}`
    const versionNow = async () => ((await scim.get(path)).body.meta as { version: string }).version
    expect(await versionNow()).toBe('W/"1"')
    await scim.patch(path, title('Chef'))
    expect(await versionNow()).toBe('W/"2"')
    await run(`update clerks set photo = x'00' where id = '${id}'`)
    expect(await versionNow()).toBe('W/"3"')
    // Where the application counts by itself, and where every trigger may start others.
    await run(`update clerks set version = version + 1, photo = x'01' where id = '${id}'`)
    expect(await versionNow()).toBe('W/"4"')
    const late = await scim.patch(path, title('Late'), { headers: { 'if-match': 'W/"3"' } })
    expect(late.status).toBe(412)
  })

  it('is named with what adds it where the option is forgotten', () => {
    expect(() => users(undefined)).toThrow(
      /version is required for SQLite.*alter table "clerks" add column version integer not null default 1;\n.*\ncreate trigger "clerks_version_scim"/,
    )
  })
})

describe('columns that are compared as they were read', () => {
  const columns = ['login', 'job', 'photo', 'changed']

  it('tell whether a row has changed, whoever has changed it and whatever they hold', async () => {
    const scim = serve({ users: users({ columns }) })
    const { id, meta } = await scim.createUser({ userName: "o'hara", title: 'Cook' })
    const path = `/Users/${id}`
    const first = (meta as { version: string }).version
    expect(first).toMatch(/^W\/"[\da-f]+"$/)
    const at = (version: string) => ({ headers: { 'if-match': version } })
    await run(`update clerks set photo = x'00ff' where id = '${id}'`)
    expect((await scim.patch(path, title('Chef'), at(first))).status).toBe(412)
    const second = ((await scim.get(path)).body.meta as { version: string }).version
    expect(second).not.toBe(first)
    const changed = await scim.patch(path, title('Chef'), at(second))
    expect([changed.status, changed.body.title]).toEqual([200, 'Chef'])
    expect((await scim.delete(path, at(second))).status).toBe(412)
    const { version } = changed.body.meta as { version: string }
    const unchanged = await scim.get(`${path}?excludedAttributes=groups`, {
      headers: { 'if-none-match': version },
    })
    expect(unchanged.status).toBe(304)
    // Numbers and texts that look alike are not the same, and what is no version of a row is none.
    for (const other of ['W/"1"', 'W/"zz"', 'W/"00"'])
      expect((await scim.patch(path, title('x'), at(other))).status).toBe(412)
    expect((await scim.delete(path, at(version))).status).toBe(204)
    expect(scim.errors).toEqual([])
  })

  it('lose no change of many at once', async () => {
    const mapping = mapUser<ClerkRow & { readonly phones: unknown }>()({
      userName: 'login',
      overflow: 'phones',
    })
    await run("alter table clerks add column phones json not null default '{}'")
    const all = kyselyStore<unknown, User, ClerkRow & { readonly phones: unknown }>({
      db: database.db,
      table: 'clerks',
      mapping,
      tenant: 'org',
      created: 'made',
      lastModified: 'changed',
      version: { columns: ['login', 'phones', 'changed'] },
    })
    const scim = serve({ users: all })
    const { id } = await scim.createUser()
    const values = Array.from({ length: 30 }, (_, index) => `+1-${index}`)
    const add = (value: string) => [{ op: 'add', path: 'phoneNumbers', value: [{ value }] }]
    const replies = await Promise.all(values.map((value) => scim.patch(`/Users/${id}`, add(value))))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    const { phoneNumbers } = (await scim.get(`/Users/${id}`)).body
    expect((phoneNumbers as { value: string }[]).map(({ value }) => value).sort()).toEqual(values.sort())
  })

  it('are all that are mapped, or the check says which are missing', async () => {
    const partial = createScim({ authenticate: () => undefined, users: users({ columns: ['login'] }) })
    expect((await partial.check()).filter(({ code }) => code === 'version-partial')).toMatchObject([
      {
        severity: 'warning',
        where: 'users: option version',
        fix: "Name them too: version: { columns: ['login', 'job', 'changed'] }",
      },
    ])
    const whole = createScim({ authenticate: () => undefined, users: users({ columns }) })
    expect((await whole.check()).map(({ code }) => code)).not.toContain('version-partial')
    const misspelt = createScim({
      authenticate: () => undefined,
      users: users({ columns: [...columns, 'chnged'] }),
    })
    expect((await misspelt.check()).map(({ code }) => code)).toContain('missing-column')
  })

  it.each([[{}], [{ columns: [] }], [{ columns: [7] }], [{ colums: ['login'] }], [7]])(
    'are refused as %j',
    (version) => {
      expect(() => users(version as never)).toThrow(/^kyselyStore: .*(?:version|columns)/)
    },
  )
})
