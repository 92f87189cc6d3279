import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LifecycleEvent } from '../../../../src/events/index.js'
import { urns } from '../../../../src/index.js'
import { mapUser } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { allDatabases, postgres, type TestDatabase } from '../databases.js'
import { createStaff, emptyStaff, type StaffRow, softDelete, squadStore, staffStore } from './staff.js'

// People who leave are kept, for the payroll: a DELETE says that they are gone, and a rehire finds them again.

const revive = { softDelete: { ...softDelete, revive: true } }
const closing = { set: { closed: true } }

function open(database: TestDatabase, { revives = true } = {}) {
  const events: LifecycleEvent[] = []
  const record = (event: unknown) => void events.push(event as LifecycleEvent)
  const users = staffStore(database, revives ? revive : { softDelete })
  const groups = squadStore(database, { softDelete: { ...closing, revive: revives } })
  const on = {
    'user.created': record,
    'user.updated': record,
    'user.reactivated': record,
    'user.deleted': record,
  }
  return { ...serve({ users, groups, on }), events }
}

async function rowsOf({ db }: TestDatabase, table: string) {
  return (await sql.raw<Record<string, unknown>>(`select * from ${table} order by 1`).execute(db)).rows
}

async function rowOf(database: TestDatabase, no: string) {
  return (await rowsOf(database, 'staff')).find((row) => String(row.no) === no)
}

const created = (userName: string, more: object = {}) => ({ schemas: [urns.user], userName, ...more })

describe.each(allDatabases)(
  'a deletion that keeps the row, in $database',
  ({ database: name, open: openDatabase }) => {
    const isSqlite = name === 'SQLite'
    let database: TestDatabase
    beforeAll(async () => {
      database = await openDatabase()
      await createStaff(database)
    })
    afterAll(() => database.close())
    beforeEach(() => emptyStaff(database))

    it('is a deletion for clients', async () => {
      const scim = open(database, { revives: false })
      const ann = await scim.createUser({ userName: 'ann', title: 'Cook' })
      const blue = await scim.createGroup({ displayName: 'Blue', members: [{ value: ann.id }] })
      const path = `/Users/${ann.id}`
      const before = await rowOf(database, ann.id)
      expect((await scim.delete(path)).status).toBe(204)
      const after = await rowOf(database, ann.id)
      expect(after).toMatchObject({ state: 'OFF', title: 'Cook', login: 'ann' })
      expect(new Date(String(after?.gone_at)).getTime()).toBeGreaterThan(0)
      expect(after?.changed).not.toEqual(before?.changed)
      expect((await scim.get(path)).status).toBe(404)
      expect((await scim.delete(path)).status).toBe(404)
      expect((await scim.patch(path, [{ op: 'replace', path: 'active', value: true }])).status).toBe(404)
      expect((await scim.get('/Users')).body.totalResults).toBe(0)
      expect((await scim.get(`/Groups/${blue.id}`)).body.members).toBeUndefined()
      expect(await rowsOf(database, 'squad_staff')).toEqual([])
      expect(scim.events.at(-1)).toMatchObject({ name: 'user.deleted', resourceId: ann.id })
      // Its userName is free, and the row that has it is another one.
      const second = await scim.createUser({ userName: 'ANN' })
      expect(second.id).not.toBe(ann.id)
      expect(scim.errors).toEqual([])
    })

    it('with a version that is no longer there does nothing', async () => {
      const scim = open(database)
      const ann = await scim.createUser()
      const headers = { 'if-match': 'W/"7"' }
      expect((await scim.delete(`/Users/${ann.id}`, { headers })).status).toBe(412)
      expect((await scim.get(`/Users/${ann.id}`)).status).toBe(200)
    })

    it('is undone by the POST of a userName that was deleted', async () => {
      const scim = open(database)
      const ann = await scim.createUser({ userName: 'ann', title: 'Cook', name: { givenName: 'Ann' } })
      await sql`update staff set source = 'host', made_by = 'eve' where no = ${ann.id}`.execute(database.db)
      const blue = await scim.createGroup({ members: [{ value: ann.id }] })
      await scim.delete(`/Users/${ann.id}`)
      const again = await scim.post('/Users', created('Ann', { title: 'Chef' }))
      expect([again.status, again.body.id]).toEqual([201, ann.id])
      expect(again.body).toMatchObject({
        userName: 'Ann',
        title: 'Chef',
        active: true,
        name: { givenName: 'Ann' },
      })
      expect(await rowOf(database, ann.id)).toMatchObject({
        gone_at: null,
        state: 'ON',
        kind: 'employee',
        source: 'host',
        made_by: 'eve',
      })
      expect((await scim.get(`/Users/${ann.id}`)).body).toEqual(again.body)
      expect((await scim.get(`/Groups/${blue.id}`)).body.members).toBeUndefined()
      expect(scim.events.map(({ name }) => name)).toEqual(['user.created', 'user.deleted', 'user.created'])
      expect((await scim.post('/Users', created('ann'))).status).toBe(409)
      expect(scim.errors).toEqual([])
    })

    it('is undone with the parts of a name that the request does not speak of', async () => {
      const mapping = mapUser<StaffRow>()({
        userName: 'login',
        'name.givenName': 'given',
        'name.familyName': 'source',
      })
      const scim = serve({ users: staffStore(database, { ...revive, mapping }) })
      const ann = await scim.createUser({ userName: 'ann', name: { givenName: 'Ann', familyName: 'Lee' } })
      await scim.delete(`/Users/${ann.id}`)
      const again = await scim.createUser({ userName: 'ann', name: { familyName: 'Moss' } })
      expect(again).toMatchObject({ id: ann.id, name: { givenName: 'Ann', familyName: 'Moss' } })
    })

    it('is undone for a row of the directory only', async () => {
      const scim = open(database)
      await sql`insert into staff (org, login, kind, gone_at) values ('acme', 'con', 'contractor', '2020-01-01'), ('globex', 'con', 'employee', '2020-01-01')`.execute(
        database.db,
      )
      const before = await rowsOf(database, 'staff')
      const made = await scim.createUser({ userName: 'con' })
      expect((await rowsOf(database, 'staff')).filter(({ no }) => String(no) !== made.id)).toEqual(before)
    })

    it('is undone of the row that was deleted last, switched off where the request says so', async () => {
      const scim = open(database)
      const [first, last] = ['2020-01-01', '2021-01-01']
      await sql`insert into staff (no, org, login, kind, gone_at, changed) values (1, 'acme', 'bob', 'employee', ${last}, ${first}), (2, 'acme', 'BOB', 'employee', ${last}, ${last}), (3, 'acme', 'bob', 'employee', ${last}, ${first})`.execute(
        database.db,
      )
      const bob = await scim.post('/Users', created('bob', { active: false }))
      expect(bob.body).toMatchObject({ id: '2', active: false, userName: 'bob' })
      expect(await rowOf(database, '2')).toMatchObject({ state: 'OFF', gone_at: null })
    })

    it('is undone inside of a bulk request', async () => {
      const scim = open(database)
      const ann = await scim.createUser({ userName: 'ann' })
      const bulk = await scim.post('/Bulk', {
        schemas: [urns.bulkRequest],
        Operations: [
          { method: 'DELETE', path: `/Users/${ann.id}` },
          { method: 'POST', path: '/Users', bulkId: 'a', data: created('ann') },
          { method: 'POST', path: '/Users', bulkId: 'b', data: created('ann') },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'g',
            data: { schemas: [urns.group], displayName: 'G', members: [{ value: 'bulkId:a' }] },
          },
        ],
      })
      const statuses = (bulk.body.Operations as readonly { status: string }[]).map(({ status }) => status)
      expect(statuses).toEqual(['204', '201', '409', '201'])
      expect((await scim.get(`/Users/${ann.id}`)).body.groups).toHaveLength(1)
      expect(scim.errors).toEqual([])
    })

    it('keeps references to what does not exist out of a row that comes back', async () => {
      const scim = open(database)
      const ann = await scim.createUser({ userName: 'ann' })
      const gone = await scim.createUser()
      await scim.delete(`/Users/${ann.id}`)
      await scim.delete(`/Users/${gone.id}`)
      const manager = (value: string) => ({ [urns.enterpriseUser]: { manager: { value } } })
      const back = await scim.post('/Users', created('ann', manager(gone.id)))
      expect([back.status, back.body.id, back.body[urns.enterpriseUser]]).toEqual([201, ann.id, undefined])
      const boss = await scim.createUser()
      await scim.delete(`/Users/${ann.id}`)
      const managed = await scim.post('/Users', created('ann', manager(boss.id)))
      expect(managed.body).toMatchObject({ id: ann.id, ...manager(boss.id) })
    })

    it('of a group keeps its row, and brings it back with the members that the request has', async () => {
      const scim = open(database)
      const [ann, bob] = [await scim.createUser(), await scim.createUser()]
      const blue = await scim.createGroup({
        displayName: 'Blue',
        externalId: 'b',
        members: [{ value: ann.id }],
      })
      expect((await scim.delete(`/Groups/${blue.id}`)).status).toBe(204)
      expect((await scim.get(`/Groups/${blue.id}`)).status).toBe(404)
      expect((await scim.get(`/Users/${ann.id}`)).body.groups).toBeUndefined()
      expect(await rowsOf(database, 'squads')).toMatchObject([{ closed: isSqlite ? 1 : true, name: 'Blue' }])
      const again = await scim.post('/Groups', {
        schemas: [urns.group],
        displayName: 'blue',
        members: [{ value: bob.id }],
      })
      expect([again.status, again.body.id, again.body.externalId]).toEqual([201, blue.id, 'b'])
      expect((await scim.get(`/Groups/${blue.id}`)).body.members).toMatchObject([{ value: bob.id }])
      await scim.delete(`/Groups/${blue.id}`)
      await scim.post('/Groups', { schemas: [urns.group], displayName: 'Blue' })
      expect((await scim.get(`/Groups/${blue.id}`)).body.members).toBeUndefined()
      expect(await rowsOf(database, 'squad_staff')).toEqual([])
    })

    it('gives a column that no one speaks of its default again, or what insertDefaults says', async () => {
      const set = { ...softDelete.set, source: 'left', kind: 'former' }
      for (const insertDefaults of [undefined, { source: 'scim' }]) {
        const users = staffStore(database, {
          where: { kind: 'employee' },
          softDelete: { set, revive: true },
          insertDefaults,
        })
        const scim = serve({ users })
        const ann = await scim.createUser({ userName: 'ann' })
        await scim.delete(`/Users/${ann.id}`)
        expect(await rowOf(database, ann.id)).toMatchObject({ source: 'left', kind: 'former' })
        expect((await scim.createUser({ userName: 'ann' })).id).toBe(ann.id)
        const source = insertDefaults?.source ?? null
        expect(await rowOf(database, ann.id)).toMatchObject({
          source,
          kind: 'employee',
          state: 'ON',
          gone_at: null,
        })
        await emptyStaff(database)
      }
    })

    it('is a state among others, in the column that says whether a user is active', async () => {
      const users = staffStore(database, {
        where: { state: { not: 'DELETED' } },
        softDelete: {
          set: { state: 'DELETED', gone_at: isSqlite ? sql`datetime('now')` : sql`now()` },
          revive: true,
        },
      })
      const scim = serve({ users })
      const ann = await scim.createUser({ userName: 'ann' })
      expect(
        (await scim.patch(`/Users/${ann.id}`, [{ op: 'replace', path: 'active', value: false }])).body.active,
      ).toBe(false)
      await scim.delete(`/Users/${ann.id}`)
      expect((await scim.get(`/Users/${ann.id}`)).status).toBe(404)
      expect((await scim.createUser({ userName: 'ann' })).id).toBe(ann.id)
      expect(await rowOf(database, ann.id)).toMatchObject({ state: 'ON', gone_at: null })
    })

    // SQLite adds no check to a table that is there.
    it.skipIf(isSqlite)('that the database refuses is the host’s fault, and is reported', async () => {
      await sql`alter table staff add constraint no_exit check (state <> 'OFF')`.execute(database.db)
      const scim = open(database)
      const ann = await scim.createUser()
      const refused = await scim.delete(`/Users/${ann.id}`)
      await sql`alter table staff drop constraint no_exit`.execute(database.db)
      expect(refused.status).toBe(500)
      expect(refused.text).not.toContain('no_exit')
      expect(scim.errors.map(({ error }) => (error as Error).message)).toEqual([
        'a check has failed: constraint "no_exit" of table "staff"',
      ])
      expect((await scim.get(`/Users/${ann.id}`)).body.active).toBe(true)
    })

    it('does not happen where the host’s function fails or returns what is no mark', async () => {
      const fail = () => {
        throw new Error('no clock')
      }
      for (const gone_at of [fail, () => null]) {
        const scim = serve({ users: staffStore(database, { softDelete: { set: { gone_at } } }) })
        const ann = await scim.createUser()
        expect((await scim.delete(`/Users/${ann.id}`)).status).toBe(500)
        expect(scim.errors).toHaveLength(1)
        expect((await scim.get(`/Users/${ann.id}`)).status).toBe(200)
      }
    })

    it('is refused where no row would be told from those that are not deleted', () => {
      const make = (options: object) => () => staffStore(database, options)
      const advice = 'softDelete: a row that has been deleted would still be one of the directory'
      expect(make({ softDelete, where: undefined })).toThrow(advice)
      expect(make({ softDelete, where: { kind: 'employee' } })).toThrow(advice)
      expect(make({ softDelete: { set: { kind: 'employee' } } })).toThrow(advice)
      expect(make({ softDelete: { set: {} } })).toThrow('softDelete: set must say')
      expect(make({ softDelete: { set: { changed: new Date() } } })).toThrow('the option lastModified')
    })
  },
)

describe('deletions that keep the row, at the same time as others', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await postgres()
    await createStaff(database)
  })
  afterAll(() => database.close())
  beforeEach(() => emptyStaff(database))

  it('are undone by one of many requests', async () => {
    const scim = open(database)
    const ann = await scim.createUser({ userName: 'ann' })
    await scim.delete(`/Users/${ann.id}`)
    const replies = await Promise.all(Array.from({ length: 32 }, () => scim.post('/Users', created('ann'))))
    const won = replies.filter(({ status }) => status === 201)
    expect(won.map(({ body }) => body.id)).toEqual([ann.id])
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(31)
    expect(await rowsOf(database, 'staff')).toHaveLength(1)
    expect(scim.errors).toEqual([])
  })

  it('leave nothing to a change that comes too late', async () => {
    const scim = open(database)
    for (let round = 0; round < 10; round++) {
      const { id } = await scim.createUser()
      const patch = () => scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])
      const [deleted, ...patched] = await Promise.all([
        scim.delete(`/Users/${id}`),
        patch(),
        patch(),
        patch(),
      ])
      expect(deleted.status).toBe(204)
      expect(new Set([200, 404, ...patched.map(({ status }) => status)])).toEqual(new Set([200, 404]))
      expect((await scim.get(`/Users/${id}`)).status).toBe(404)
    }
    expect(scim.errors).toEqual([])
  })

  it('leave no membership that comes back with the row', async () => {
    const scim = open(database)
    const blue = await scim.createGroup()
    for (let round = 0; round < 15; round++) {
      const { id, userName } = await scim.createUser()
      const add = () =>
        scim.patch(`/Groups/${blue.id}`, [{ op: 'add', path: 'members', value: [{ value: id }] }])
      const [, deleted] = await Promise.all([add(), scim.delete(`/Users/${id}`)])
      expect(deleted.status).toBe(204)
      expect(await rowsOf(database, 'squad_staff')).toEqual([])
      expect((await scim.createUser({ userName })).id).toBe(id)
      expect((await scim.get(`/Users/${id}`)).body.groups).toBeUndefined()
    }
  })

  it('wait for a membership that is being written, and take it away', async () => {
    const scim = open(database)
    const { id } = await scim.createUser()
    const blue = await scim.createGroup()
    const { pool } = database
    const client = await pool?.connect()
    if (!client) throw new Error('no connection')
    await client.query('begin')
    await client.query('select from staff where no = $1 for key share', [id])
    await client.query('insert into squad_staff values ($1, $2)', [blue.id, id])
    const deletion = scim.delete(`/Users/${id}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await client.query('commit')
    client.release()
    expect((await deletion).status).toBe(204)
    expect(await rowsOf(database, 'squad_staff')).toEqual([])
  })
})
