import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LifecycleEvent, User } from '../../../../src/index.js'
import { attribute, defineExtension, urns } from '../../../../src/index.js'
import { column, kyselyStore, mapUser, scimTables } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { databases, type TestDatabase } from '../databases.js'

const door = 'urn:example:Door'
const secrets = {
  pin: attribute.string({ returned: 'never' }),
  lock: attribute.complex({ code: attribute.string({ returned: 'never' }), name: attribute.string() }),
  keys: attribute.complex(
    { number: attribute.string({ returned: 'never' }), name: attribute.string() },
    { multiValued: true },
  ),
  floor: attribute.string({ returned: 'request' }),
}
const extensions = {
  User: [defineExtension(door, secrets)],
  Group: [defineExtension('urn:example:Gate', { pin: secrets.pin })],
}
const held = (text: string) => ({
  pin: `${text}-secret`,
  lock: { code: `${text}-secret`, name: 'main' },
  keys: [{ number: `${text}-secret`, name: 'front' }, { number: `${text}-secret` }],
  floor: '3',
})

describe.each(databases)('what the outbox keeps in $database', ({ open }) => {
  let database: TestDatabase
  let db: TestDatabase['db']
  beforeAll(async () => {
    database = await open()
    db = database.db
    await scimTables(db, { outbox: true }).migrate()
    await sql`create sequence written`.execute(db)
    await sql
      .raw(
        "create function count_written() returns trigger language plpgsql as $$ begin perform nextval('written'); return null; end $$",
      )
      .execute(db)
    await sql`create trigger count_written after insert or update or delete on scim_members for each row execute function count_written()`.execute(
      db,
    )
  })
  afterAll(() => database.close())
  beforeEach(() => sql`truncate scim_users, scim_groups, scim_events cascade`.execute(db))

  async function payloads() {
    const { rows } = await sql<{
      payload: LifecycleEvent
    }>`select payload from scim_events order by seq`.execute(db)
    return rows.map(({ payload }) => payload)
  }

  it('is without what is never returned, and so is what callbacks get', async () => {
    const heard: unknown[] = []
    const hear = (event: unknown) => void heard.push(event)
    const scim = serve({
      ...scimTables(db, { outbox: true }),
      extensions,
      hashPassword: (clear) => `hash of ${clear}`,
      on: {
        'user.created': hear,
        'user.updated': hear,
        'user.deactivated': hear,
        'user.deleted': hear,
        'group.created': hear,
        'group.updated': hear,
        'group.deleted': hear,
      } as object,
    })
    const schemas = [urns.user, door]
    const { id } = await scim.createUser({ schemas, password: 'pass-secret', [door]: held('first') })
    const change = [{ op: 'replace', path: `${door}:pin`, value: 'second-secret' }]
    expect((await scim.patch(`/Users/${id}`, change)).status).toBeLessThan(300)
    const body = { schemas, userName: 'ada', active: false, [door]: held('third') }
    expect((await scim.put(`/Users/${id}`, body)).status).toBe(200)
    const gate = { 'urn:example:Gate': { pin: 'gate-secret' } }
    const group = await scim.createGroup({ ...gate, members: [{ value: id }] })
    await scim.patch(`/Groups/${group.id}`, [{ op: 'remove', path: `members[value eq "${id}"]` }])
    await scim.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'displayName', value: 'Others' }])
    await scim.delete(`/Groups/${group.id}`)
    await scim.delete(`/Users/${id}`)

    const kept = await payloads()
    expect(kept).toHaveLength(9)
    expect(JSON.stringify(kept)).not.toMatch(/secret/)
    expect(JSON.stringify(heard)).not.toMatch(/secret/)
    expect(heard).toHaveLength(9)
    expect(kept[0]?.after).toMatchObject({
      [door]: { lock: { name: 'main' }, keys: [{ name: 'front' }], floor: '3' },
    })
    // That it has changed is no secret.
    expect(kept[1]?.changed).toEqual([`${door}:pin`])
  })

  // A nickname that was cut in the middle of an emoji kept its user from being switched off.
  it.each([
    ['half a surrogate pair', '\ud83d'],
    ['U+0000', 'a\u0000b'],
  ])('is kept, and the user switched off or deleted, where a row is read with %s', async (_, nickName) => {
    await sql`create table people (id uuid primary key default gen_random_uuid(), tenant text not null, login text not null, nick text, active boolean, rest json, created timestamptz not null default now(), modified timestamptz not null default now())`.execute(
      db,
    )
    interface Row {
      readonly id: string
      readonly tenant: string
      readonly login: string
      readonly nick: string | null
      readonly active: boolean | null
      readonly rest: unknown
      readonly created: Date
      readonly modified: Date
    }
    const users = kyselyStore<Record<string, Row>, User>({
      db: db as Kysely<Record<string, Row>>,
      outbox: true,
      table: 'people',
      mapping: mapUser<Row>()({
        userName: 'login',
        active: 'active',
        nickName: column('nick', { read: () => nickName, write: () => null }),
        overflow: 'rest',
      }),
      tenant: 'tenant',
      created: 'created',
      lastModified: 'modified',
    })
    const scim = serve({ users })
    try {
      const rest = JSON.stringify({ displayName: nickName })
      await sql`insert into people (tenant, login, active, rest) select 'acme', n, true, ${rest}::json from unnest(array['patched', 'put', 'deleted']) as n`.execute(
        db,
      )
      const { body } = await scim.get('/Users?sortBy=userName')
      const [deleted, patched, put] = body.Resources
      const off = [{ op: 'replace', path: 'active', value: false }]
      expect((await scim.patch(`/Users/${patched?.id}`, off)).status).toBe(200)
      expect((await scim.put(`/Users/${put?.id}`, { ...put, active: false })).status).toBe(200)
      expect((await scim.delete(`/Users/${deleted?.id}`)).status).toBe(204)
      const kept = await payloads()
      const switchedOff = kept.filter(({ name }) => name === 'user.deactivated')
      expect(switchedOff.map(({ before }) => before)).toMatchObject([
        { userName: 'patched', nickName: nickName.replace(/[\ud83d\0]/, '\ufffd') },
        { userName: 'put' },
        { userName: 'deleted' },
      ])
      expect(scim.errors).toEqual([])
    } finally {
      await sql`drop table people`.execute(db)
    }
  })

  it('says of a group that is replaced who has come and gone, and only those are written', async () => {
    const scim = serve(scimTables(db, { outbox: true }))
    const size = 500
    await sql`insert into scim_users (tenant, id, version, created, last_modified, user_name, document)
      select 'acme', gen_random_uuid(), 1, now(), now(), 'u' || n, '{}' from generate_series(1, ${size + 1}) as n`.execute(
      db,
    )
    const { rows } = await sql<{ id: string }>`select id from scim_users order by user_name`.execute(db)
    const [first, second, ...others] = rows.map(({ id }) => ({ value: id }))
    const { id } = await scim.createGroup({ displayName: 'All', members: [first, ...others] })
    const put = async (displayName: string, members: readonly unknown[]) => {
      await sql`delete from scim_events`.execute(db)
      await sql`select setval('written', 1)`.execute(db)
      const reply = await scim.put(`/Groups/${id}`, { schemas: [urns.group], displayName, members })
      expect(reply.status).toBe(200)
      expect(reply.body.displayName).toBe(displayName)
      expect((reply.body.members as { value: string }[]).map(({ value }) => value).sort()).toEqual(
        members.map((member) => (member as { value: string }).value).sort(),
      )
      const stored = await scim.get(`/Groups/${id}`)
      expect(stored.body.meta.version).toBe(reply.body.meta.version)
      expect(stored.body.members).toHaveLength(members.length)
      const written = await sql<{ count: number }>`select last_value::int - 1 as count from written`.execute(
        db,
      )
      const [payload, ...more] = await payloads()
      expect(more).toEqual([])
      expect(JSON.stringify(payload).length).toBeLessThan(2000)
      expect(payload).toMatchObject({ name: 'group.updated' })
      expect(Object.keys(payload?.before as object)).not.toContain('members')
      expect(Object.keys(payload?.after as object)).not.toContain('members')
      return { written: written.rows[0]?.count, changed: payload?.changed, members: payload?.members }
    }
    const swapped = { added: [second?.value], removed: [first?.value] }
    expect(await put('All', [second, ...others])).toEqual({
      written: 2,
      changed: ['members'],
      members: swapped,
    })
    expect(await put('Both', [first, ...others])).toEqual({
      written: 2,
      changed: ['displayName', 'members'],
      members: { added: swapped.removed, removed: swapped.added },
    })
    expect(await put('Name', [first, ...others])).toEqual({
      written: 0,
      changed: ['displayName'],
      members: undefined,
    })
  })
})
