import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isScimError, urns } from '../../../../src/index.js'
import type { CompiledResourceType } from '../../../../src/schema/index.js'
import { compileResourceType, groupResourceType, userResourceType } from '../../../../src/schema/index.js'
import { column, kyselyStore, mapUser } from '../../../../src/stores/kysely/index.js'
import type { StoredType } from '../../../../src/stores/store.js'
import { serve } from '../../../http/service.js'
import { allDatabases, type TestDatabase } from '../databases.js'
import { createStaff, emptyStaff, type StaffRow, squadStore, staffStore } from './staff.js'

// Contractors and people who have left are in the same table as the staff that an identity provider manages.

const ids = {
  ann: '9007199254741001',
  contractor: '9007199254741002',
  left: '9007199254741003',
  stranger: '9007199254741004',
  squad: '9007199254742001',
  closed: '9007199254742002',
} as const

describe.each(allDatabases)('rows that are not the directory’s, in $database', ({ open }) => {
  let database: TestDatabase
  let scim: ReturnType<typeof serve>
  const rowsOf = async (table: string) =>
    (await sql.raw<Record<string, unknown>>(`select * from ${table} order by 1, 2`).execute(database.db)).rows
  const rowOf = async (no: string) => (await rowsOf('staff')).find((row) => String(row.no) === no)

  beforeAll(async () => {
    database = await open()
    await createStaff(database)
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await emptyStaff(database)
    await sql`insert into staff (no, org, login, kind, gone_at, boss, made_by) values
      (${ids.ann}, 'acme', 'ann', 'employee', null, ${ids.left}, 'host'),
      (${ids.contractor}, 'acme', 'con', 'contractor', null, ${ids.ann}, 'host'),
      (${ids.left}, 'acme', 'lea', 'employee', ${new Date().toISOString()}, null, 'host'),
      (${ids.stranger}, 'globex', 'sam', 'employee', null, null, 'host')`.execute(database.db)
    await sql`insert into squads (no, org, name, closed) values (${ids.squad}, 'acme', 'Blue', false), (${ids.closed}, 'acme', 'Old', true)`.execute(
      database.db,
    )
    for (const squad of [ids.squad, ids.closed]) {
      for (const person of [ids.ann, ids.contractor, ids.left])
        await sql`insert into squad_staff (squad, person) values (${squad}, ${person})`.execute(database.db)
    }
    scim = serve({ users: staffStore(database), groups: squadStore(database) })
  })

  it('are not there for any verb', async () => {
    const before = await rowsOf('staff')
    for (const id of [ids.contractor, ids.left]) {
      const path = `/Users/${id}`
      const title = [{ op: 'replace', path: 'title', value: 'x' }]
      const body = { schemas: [urns.user], userName: 'x' }
      const replies = [
        await scim.get(path),
        await scim.patch(path, title),
        await scim.put(path, body),
        await scim.delete(path),
      ]
      expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    }
    const closed = [await scim.get(`/Groups/${ids.closed}`), await scim.delete(`/Groups/${ids.closed}`)]
    expect(closed.map(({ status }) => status)).toEqual([404, 404])
    expect(await rowsOf('staff')).toEqual(before)
    expect(scim.errors).toEqual([])
  })

  it('are not there for lists, counts, filters and cursors', async () => {
    const userNames = async (query: string) => {
      const { body } = await scim.get(`/Users?${query}`)
      return [body.totalResults, (body.Resources ?? []).map(({ userName }) => userName)]
    }
    const filter = (text: string) => `filter=${encodeURIComponent(text)}`
    expect(await userNames('')).toEqual([1, ['ann']])
    expect(await userNames('count=0')).toEqual([1, []])
    expect(await userNames('sortBy=userName&count=1')).toEqual([1, ['ann']])
    expect(await userNames('cursor&count=1')).toEqual([1, ['ann']])
    for (const text of ['userName eq "con"', 'userName eq "LEA"', `id eq "${ids.left}"`, 'userName sw "c"'])
      expect(await userNames(filter(text)), text).toEqual([0, []])
    expect(await userNames(filter('userName ne "x" or active eq false'))).toEqual([1, ['ann']])
    expect((await scim.get('/Groups')).body.totalResults).toBe(1)
  })

  it('are not shown as members, and their memberships are the host’s', async () => {
    const path = `/Groups/${ids.squad}`
    const members = async () =>
      ((await scim.get(path)).body.members as { value: string }[] | undefined)?.map(({ value }) => value)
    const memberships = async () =>
      (await rowsOf('squad_staff'))
        .filter(({ squad }) => String(squad) === ids.squad)
        .map(({ person }) => String(person))
    expect(await members()).toEqual([ids.ann])
    const byMember = (id: string) =>
      scim.get(`/Groups?filter=${encodeURIComponent(`members.value eq "${id}"`)}`)
    expect((await byMember(ids.contractor)).body.totalResults).toBe(0)
    expect((await byMember(ids.ann)).body.totalResults).toBe(1)
    // A client cannot add them, take them away, or replace them.
    const add = (value: string) => scim.patch(path, [{ op: 'add', path: 'members', value: [{ value }] }])
    const remove = (value: string) =>
      scim.patch(path, [{ op: 'remove', path: `members[value eq "${value}"]` }])
    expect((await remove(ids.contractor)).status).toBe(204)
    expect(await memberships()).toEqual([ids.ann, ids.contractor, ids.left])
    expect((await remove(ids.ann)).status).toBe(204)
    await scim.put(path, { schemas: [urns.group], displayName: 'Blue', members: [] })
    expect(await memberships()).toEqual([ids.contractor, ids.left])
    await sql`delete from squad_staff`.execute(database.db)
    expect((await add(ids.contractor)).status).toBe(204)
    expect((await add(ids.stranger)).status).toBe(204)
    expect((await add('99999999999999999999')).status).toBe(204)
    expect(await memberships()).toEqual([])
    expect((await add(ids.ann)).status).toBe(204)
    expect(await memberships()).toEqual([ids.ann])
    await sql`insert into squad_staff (squad, person) values (${ids.squad}, ${ids.contractor}), (${ids.closed}, ${ids.ann})`.execute(
      database.db,
    )
    const types = [
      { type: compileResourceType(userResourceType), store: scim.users },
      { type: compileResourceType(groupResourceType), store: scim.groups },
    ] as unknown as readonly StoredType[]
    const resourceType = types[1]?.type as CompiledResourceType
    const context = {
      tenant: 'acme',
      actor: undefined,
      requestId: '1',
      resourceType,
      signal: undefined,
      types,
    }
    const streamed = async (id: string) => {
      const all: string[] = []
      for await (const page of scim.groups.members?.(id, context) ?? [])
        all.push(...page.map(({ value }) => value))
      return all
    }
    expect(await streamed(ids.squad)).toEqual([ids.ann])
    expect(await streamed(ids.closed)).toEqual([])
  })

  it('are not shown as groups of a user', async () => {
    expect((await scim.get(`/Users/${ids.ann}`)).body.groups).toMatchObject([{ value: ids.squad }])
    const inClosed = await scim.get(`/Users?filter=${encodeURIComponent(`groups.value eq "${ids.closed}"`)}`)
    expect(inClosed.body.totalResults).toBe(0)
  })

  it('are referred to by no one', async () => {
    const manager = `${urns.enterpriseUser}:manager`
    const read = async () => (await scim.get(`/Users/${ids.ann}`)).body[urns.enterpriseUser]
    expect(await read()).toBeUndefined()
    const byManager = await scim.get(
      `/Users?filter=${encodeURIComponent(`${manager}.value eq "${ids.left}"`)}`,
    )
    expect(byManager.body.totalResults).toBe(0)
    const set = (value: string) =>
      scim.patch(`/Users/${ids.ann}`, [{ op: 'replace', path: manager, value: { value } }])
    for (const id of [ids.contractor, ids.stranger, '99999999999999999999']) await set(id)
    expect(await read()).toBeUndefined()
    const boss = await scim.createUser()
    await set(boss.id)
    expect(await read()).toMatchObject({ manager: { value: boss.id, displayName: boss.userName } })
  })

  it('keep no userName from being used, and a new row is one of the directory', async () => {
    const made = await scim.createUser({ userName: 'con' })
    expect(await rowOf(made.id)).toMatchObject({
      kind: 'employee',
      gone_at: null,
      org: 'acme',
      made_by: null,
    })
    expect(BigInt(made.id)).toBeGreaterThan(2n ** 53n)
    expect((await scim.get(`/Users/${made.id}`)).body.userName).toBe('con')
    expect((await scim.post('/Users', { schemas: [urns.user], userName: 'CON' })).status).toBe(409)
  })

  it('get the first of several values, and a client takes no row out of the directory', async () => {
    const users = kyselyStore({
      db: database.db,
      version: database.version,
      table: 'staff',
      id: { column: 'no', type: 'bigint' },
      tenant: 'org',
      created: 'made',
      lastModified: 'changed',
      mapping: mapUser<StaffRow>()({ userName: 'login', userType: 'kind', title: 'title' }),
      where: { kind: ['employee', 'intern'], state: { not: 'OFF' } },
    })
    const typed = serve({ users })
    const made = await typed.createUser()
    expect(made.userType).toBe('employee')
    const intern = await typed.createUser({ userType: 'intern' })
    expect(intern.userType).toBe('intern')
    const path = `/Users/${intern.id}`
    const change = (value: unknown) => typed.patch(path, [{ op: 'replace', path: 'userType', value }])
    expect((await change('contractor')).body).toMatchObject({ scimType: 'invalidValue' })
    expect(
      (await typed.post('/Users', { schemas: [urns.user], userName: 'x', userType: 'contractor' })).status,
    ).toBe(400)
    expect((await change('employee')).status).toBe(200)
    // A PUT that does not say what it is leaves it what it was.
    expect((await typed.put(path, { schemas: [urns.user], userName: 'y' })).body).toMatchObject({
      userType: 'employee',
    })
    await sql`update staff set state = 'OFF' where no = ${intern.id}`.execute(database.db)
    expect((await typed.get(path)).status).toBe(404)
    expect(typed.errors).toEqual([])
  })

  it('get values for columns that SCIM does not know', async () => {
    const users = staffStore(database, {
      insertDefaults: (draft, { tenant, actor }) => ({
        made_by: `${tenant}/${actor}/${draft.userName}`,
        title: 'New',
        source: sql`upper('scim')`,
      }),
    })
    const filled = serve({ users })
    const made = await filled.createUser({ userName: 'eve' })
    expect(await rowOf(made.id)).toMatchObject({ made_by: 'acme/okta/eve', source: 'SCIM', kind: 'employee' })
    expect(made.title).toBe('New')
    expect((await filled.createUser({ title: 'Boss' })).title).toBe('Boss')
    const constant = serve({ users: staffStore(database, { insertDefaults: { source: 'idp' } }) })
    expect(await rowOf((await constant.createUser()).id)).toMatchObject({ source: 'idp' })
  })

  it.each<[string, () => never]>([
    [
      'an error',
      () => {
        throw new Error('no seat is left')
      },
    ],
    ['a column that is the store’s', () => ({ org: 'globex' }) as never],
    ['a value that takes the row out', () => ({ kind: 'contractor' }) as never],
    ['nothing', () => undefined as never],
  ])('are not written where the host answers with %s', async (_, insertDefaults) => {
    const before = await rowsOf('staff')
    const failing = serve({ users: staffStore(database, { insertDefaults }) })
    const reply = await failing.post('/Users', { schemas: [urns.user], userName: 'eve' })
    expect(reply.status).toBe(500)
    expect(reply.text).not.toContain('seat')
    expect(failing.errors.map(({ error }) => isScimError(error))).toEqual([false])
    expect(await rowsOf('staff')).toEqual(before)
  })

  it('are told by options that are checked when the store is made', () => {
    const make = (options: object) => () => staffStore(database, options)
    expect(make({ where: { kind: undefined } })).toThrow('where: a value of "kind"')
    expect(make({ where: { kind: [] } })).toThrow('where: the list of "kind" is empty')
    expect(make({ where: { org: 'acme' } })).toThrow('the column "org" is that of the option tenant')
    expect(make({ where: 'kind' })).toThrow('where: it must be an object')
    expect(make({ insertDefaults: { changed: new Date() } })).toThrow('the option lastModified')
    const mapping = mapUser<StaffRow>()({
      userName: 'login',
      active: column('state', {
        read: (state) => state === 'ON',
        write: (active) => (active ? 'ON' : 'OFF'),
      }),
    })
    const users = staffStore(database, { mapping, where: { state: 'ON' } })
    expect(() => serve({ users })).toThrow(
      'where: a resource whose active is false would be left out by "state"',
    )
  })
})
