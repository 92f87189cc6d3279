import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { urns } from '../../../../src/index.js'
import { allDatabases, type TestDatabase } from '../databases.js'
import { createStaff, emptyStaff, hire, profileMapping, rowsOf, serve, staffStore, urn } from './staff.js'

// A guest in the host's tables changes what a request changes and nothing else.

const id = '5e0f0d2c-1111-4222-8333-444455556666'
const boss = '5e0f0d2c-1111-4222-8333-777788889999'

describe.each(allDatabases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await createStaff(database)
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await emptyStaff(database)
  })

  const staffService = () => serve({ users: staffStore(database) })

  /** The row of the user, and which of its columns differ from what they were. */
  async function row() {
    return (await rowsOf(database, 'staff')).get(id) ?? {}
  }
  async function changedBy(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = await row()
    await work()
    const after = await row()
    return Object.keys(before).filter((name) => before[name] !== after[name])
  }
  const phones = () => rowsOf(database, 'phones')

  async function hireAnn() {
    await hire(database, { id: boss, login: 'boss' })
    await hire(database, {
      id,
      login: 'ann',
      title: 'Cook',
      state: 'ON_LEAVE',
      work_mail: 'Ann@Work.example',
      home_mail: 'ann@home.example',
      grade: 'gX',
      salary: 7,
      notes: 'n',
      places: [{ type: 'work', locality: 'Bergen', floor: 3 }],
      more: { nickName: 'A', payroll: { since: 2001 } },
    })
    await hire(database, { staff: id, number: '1', kind: 'work', note: 'ok', is_first: true }, 'phones')
    await hire(database, { staff: id, number: '2', kind: 'home', verified_at: '2021-01-01' }, 'phones')
    await hire(database, { staff: id, code: 'b1', issued_by: 'hr' }, 'badges')
  }

  it('a PATCH of a title leaves every other column alone, states that SCIM does not know too', async () => {
    await hireAnn()
    const service = staffService()
    const changed = await changedBy(() => service.patch(id, { op: 'replace', path: 'title', value: 'Chef' }))
    expect(changed).toEqual(['title', 'updated_at'])
    expect(await row()).toMatchObject({ state: '"ON_LEAVE"', grade: '"gX"', work_mail: '"Ann@Work.example"' })
  })

  it('a PUT that says what is there changes nothing, and one that says one thing else changes that', async () => {
    await hireAnn()
    const service = staffService()
    const { body } = await service.send('GET', `/Users/${id}`)
    expect(body).toMatchObject({ active: true, [urn]: { costCenter: 'gx' } })
    const before = [await rowsOf(database, 'staff'), await phones(), await rowsOf(database, 'badges')]
    const echo = await service.send('PUT', `/Users/${id}`, body)
    expect([echo.status, echo.body.meta]).toEqual([200, body.meta])
    expect([await rowsOf(database, 'staff'), await phones(), await rowsOf(database, 'badges')]).toEqual(
      before,
    )
    const changed = await changedBy(() => service.send('PUT', `/Users/${id}`, { ...body, title: 'Chef' }))
    expect(changed).toEqual(['title', 'updated_at'])
    expect([await phones(), await rowsOf(database, 'badges')]).toEqual(before.slice(1))
  })

  it('one element in a column leaves that of another alone', async () => {
    await hireAnn()
    const { patch } = staffService()
    const home = { op: 'replace', path: 'emails[type eq "home"].value', value: 'x@home.example' }
    expect(await changedBy(() => patch(id, home))).toEqual(['home_mail', 'updated_at'])
    expect(await row()).toMatchObject({ work_mail: '"Ann@Work.example"' })
  })

  it('a switch off and on writes the state, and a state of the host is left where it says the same', async () => {
    await hireAnn()
    const { patch } = staffService()
    const set = (value: boolean) => patch(id, { op: 'replace', path: 'active', value })
    expect(await changedBy(() => set(true))).toEqual([])
    expect(await changedBy(() => set(false))).toEqual(['state', 'updated_at'])
    expect(await row()).toMatchObject({ state: '"LEFT"' })
    await sql`update staff set state = 'BARRED' where id = ${id}`.execute(database.db)
    expect(await changedBy(() => set(false))).toEqual([])
    expect(await changedBy(() => set(true))).toEqual(['state', 'updated_at'])
  })

  it('what was removed loses its value, and a manager is written when it changes', async () => {
    await hireAnn()
    const { patch } = staffService()
    expect(await changedBy(() => patch(id, { op: 'remove', path: 'title' }))).toEqual(['title', 'updated_at'])
    expect(await row()).toMatchObject({ title: 'null' })
    const manager = { op: 'replace', path: `${urn}:manager`, value: { value: boss } }
    expect(await changedBy(() => patch(id, manager))).toEqual(['boss', 'updated_at'])
  })

  it('keys of the host in a JSON column stay, whatever a request says of the others', async () => {
    await hireAnn()
    const service = staffService()
    const { patch, send } = service
    const more = async () => JSON.parse((await row()).more ?? '')
    await patch(id, { op: 'replace', path: 'nickName', value: 'B' })
    expect(await more()).toEqual({ nickName: 'B', payroll: { since: 2001 } })
    await patch(id, { op: 'add', path: 'userType', value: 'cook' })
    await patch(id, { op: 'remove', path: 'nickName' })
    expect(await more()).toEqual({ userType: 'cook', payroll: { since: 2001 } })
    await send('PUT', `/Users/${id}`, { schemas: [urns.user], userName: 'ann', locale: 'nb' })
    expect(await more()).toEqual({ locale: 'nb', payroll: { since: 2001 } })
  })

  it('keys of the host in a JSON element stay', async () => {
    await hireAnn()
    const { patch, send } = staffService()
    const places = async () => JSON.parse((await row()).places ?? '')
    expect((await send('GET', `/Users/${id}`)).body.addresses).toEqual([{ type: 'work', locality: 'Bergen' }])
    await patch(id, { op: 'replace', path: 'addresses[type eq "work"].locality', value: 'Oslo' })
    expect(await places()).toEqual([{ type: 'work', locality: 'Oslo', floor: 3 }])
    const { body } = await send('GET', `/Users/${id}`)
    expect(await changedBy(() => send('PUT', `/Users/${id}`, body))).toEqual([])
  })

  it('keys of the host beside a name in a JSON column stay, also without the name', async () => {
    await hire(database, { id, login: 'ann', profile: { givenName: 'Ann', familyName: 'A', shoes: 38 } })
    const { patch, send } = serve({ users: staffStore(database, profileMapping) })
    const profile = async () => JSON.parse((await row()).profile ?? '')
    const { body } = await send('GET', `/Users/${id}`)
    expect(body.name).toEqual({ givenName: 'Ann', familyName: 'A' })
    expect(await changedBy(() => send('PUT', `/Users/${id}`, body))).toEqual([])
    await patch(id, { op: 'replace', path: 'name.givenName', value: 'Anne' })
    expect(await profile()).toEqual({ givenName: 'Anne', familyName: 'A', shoes: 38 })
    await send('PUT', `/Users/${id}`, { ...body, name: { familyName: 'B' } })
    expect(await profile()).toEqual({ familyName: 'B', shoes: 38 })
    await patch(id, { op: 'remove', path: 'name' })
    expect(await profile()).toEqual({ shoes: 38 })
    const read = await send('GET', `/Users/${id}`)
    expect(read.body.name).toBeUndefined()
    await patch(id, { op: 'add', path: 'name.givenName', value: 'Ann' })
    expect(await profile()).toEqual({ givenName: 'Ann', shoes: 38 })
  })

  describe('rows of another table', () => {
    it('stay with their ids and the columns of the host, when something else changes', async () => {
      await hireAnn()
      const { patch } = staffService()
      const before = await phones()
      await patch(id, { op: 'replace', path: 'title', value: 'Chef' })
      expect(await phones()).toEqual(before)
      const added = await patch(id, { op: 'add', path: 'phoneNumbers', value: [{ value: '3', type: 'fax' }] })
      expect(added.status).toBe(200)
      const after = await phones()
      expect([...after].slice(0, 2)).toEqual([...before])
      expect(after.get('3')).toMatchObject({
        number: '"3"',
        kind: '"fax"',
        label: 'null',
        is_first: 'false',
        note: '"unchecked"',
      })
    })

    it('of which one part changes keep the others', async () => {
      await hireAnn()
      const { patch } = staffService()
      const before = await phones()
      await patch(id, { op: 'replace', path: 'phoneNumbers[type eq "home"].display', value: 'Home' })
      expect(await phones()).toEqual(
        new Map(
          [...before].map(([key, phone]) => [key, key === '2' ? { ...phone, label: '"Home"' } : phone]),
        ),
      )
      const second = [...(await phones())]
      await patch(id, { op: 'replace', path: 'phoneNumbers[type eq "home"].value', value: '22' })
      expect([...(await phones())]).toEqual(
        second.map(([key, phone]) => [key, key === '2' ? { ...phone, number: '"22"' } : phone]),
      )
    })

    it('of which a PUT leaves out a part have the default of the database there', async () => {
      await hireAnn()
      const service = staffService()
      await service.patch(id, { op: 'replace', path: 'phoneNumbers[type eq "work"].display', value: 'W' })
      const before = [...(await phones())]
      const { body } = await service.send('GET', `/Users/${id}`)
      const phoneNumbers = (body.phoneNumbers as { value: string; type: string }[]).map(
        ({ value, type }) => ({
          value,
          type,
        }),
      )
      expect((await service.send('PUT', `/Users/${id}`, { ...body, phoneNumbers })).status).toBe(200)
      expect([...(await phones())]).toEqual(
        before.map(([key, phone]) => [key, { ...phone, label: 'null', is_first: 'false' }]),
      )
    })

    it('take turns at being the preferred one', async () => {
      await hireAnn()
      await sql`create unique index phones_first on phones (staff) where is_first`.execute(database.db)
      const { patch } = staffService()
      const reply = await patch(id, {
        op: 'replace',
        path: 'phoneNumbers[type eq "home"].primary',
        value: true,
      })
      await sql`drop index phones_first`.execute(database.db)
      expect(reply.status).toBe(200)
      expect([...(await phones()).values()]).toMatchObject([
        { number: '"1"', is_first: 'false', note: '"ok"' },
        { number: '"2"', is_first: 'true' },
      ])
    })

    it('that are removed are the only ones that go', async () => {
      await hireAnn()
      const { patch } = staffService()
      const before = await phones()
      await patch(id, { op: 'remove', path: 'phoneNumbers[type eq "home"]' })
      expect([...(await phones())]).toEqual([...before].slice(0, 1))
      await patch(id, { op: 'replace', path: 'phoneNumbers', value: [] })
      expect((await phones()).size).toBe(0)
      expect(await rowsOf(database, 'badges')).toMatchObject(new Map([['1', { issued_by: '"hr"' }]]))
    })

    it('of a POST get the defaults of the database, each for itself', async () => {
      const { send } = staffService()
      const made = await send('POST', '/Users', {
        schemas: [urns.user],
        userName: 'bob',
        phoneNumbers: [{ value: '1' }, { value: '2', type: 'work', primary: true }],
      })
      expect(made.status).toBe(201)
      expect(
        [...(await phones()).values()].sort((a, b) => (a.number ?? '').localeCompare(b.number ?? '')),
      ).toMatchObject([
        { number: '"1"', kind: '"other"', is_first: 'false', note: '"unchecked"' },
        { number: '"2"', kind: '"work"', is_first: 'true' },
      ])
      const [own] = (await rowsOf(database, 'staff')).values()
      expect(own).toMatchObject({ grade: '"G1"', salary: '1000', more: '{}' })
    })

    it('that the host has twice are shown once, and go when the element is removed', async () => {
      await hireAnn()
      await hire(database, { staff: id, number: '2', kind: 'home', note: 'twin' }, 'phones')
      await hire(database, { staff: id, code: 'b1', issued_by: 'twin' }, 'badges')
      const { patch, send } = staffService()
      const { body } = await send('GET', `/Users/${id}`)
      expect(body.phoneNumbers).toHaveLength(2)
      expect(body.entitlements).toEqual([{ value: 'b1' }])
      const before = await phones()
      expect(await changedBy(() => send('PUT', `/Users/${id}`, body))).toEqual([])
      await patch(id, { op: 'add', path: 'phoneNumbers', value: [{ value: '3', type: 'fax' }] })
      await patch(id, { op: 'remove', path: 'phoneNumbers[type eq "fax"]' })
      await patch(id, { op: 'replace', path: 'title', value: 'Chef' })
      expect(await phones()).toEqual(before)
      await patch(id, { op: 'remove', path: 'phoneNumbers[type eq "home"]' })
      expect([...(await phones())]).toEqual([...before].slice(0, 1))
    })

    it('that a client names twice are written once', async () => {
      await hireAnn()
      const { patch } = staffService()
      const twice = { value: '9', type: 'fax' }
      for (const _ of [1, 2]) await patch(id, { op: 'replace', path: 'phoneNumbers', value: [twice, twice] })
      expect([...(await phones()).values()]).toMatchObject([{ number: '"9"', kind: '"fax"' }])
    })
  })

  it('a store without the service in front of it writes the whole resource, and the same rows', async () => {
    await hireAnn()
    const { compileResourceType, fullProjection } = await import('../../../../src/schema/index.js')
    const { userResourceType } = await import('../../../../src/index.js')
    const store = staffStore(database)
    const resourceType = compileResourceType(store.restrictResourceType(userResourceType))
    const context = { tenant: 'acme', actor: undefined, requestId: '1', resourceType, signal: undefined }
    const before = await phones()
    const user = await store.get(id, fullProjection(resourceType), context)
    if (!user) throw new Error('no user')
    const { id: _id, meta, ...draft } = user
    await store.replace(id, { ...draft, title: 'Chef' }, meta.version, context)
    expect(await phones()).toEqual(before)
    expect(await row()).toMatchObject({ title: '"Chef"' })
  })

  it('a part of a child row without a column is ignored, also where a column takes the rest', async () => {
    await hireAnn()
    const { patch } = staffService()
    const ignored = {
      rule: 'unkeptAttributes',
      path: 'entitlements.display',
      message: 'ignored: this service keeps no entitlements.display',
    }
    for (const operation of [
      { op: 'replace', path: 'entitlements[value eq "b1"].display', value: 'Door' },
      { op: 'replace', path: 'entitlements', value: [{ value: 'b1', display: 'Door' }] },
    ]) {
      const before = await rowsOf(database, 'badges')
      let reply: Awaited<ReturnType<typeof patch>> | undefined
      const changed = await changedBy(async () => {
        reply = await patch(id, operation)
      })
      expect([reply?.status, reply?.trace, changed]).toEqual([200, [ignored], []])
      expect(await rowsOf(database, 'badges')).toEqual(before)
    }
  })

  it('a place for one e-mail address says so of another, and creates none', async () => {
    await hire(database, { id, login: 'ann', work_mail: 'a@work.example' })
    const { patch, send } = serve({ users: staffStore(database, profileMapping) })
    const ignored = {
      rule: 'unkeptAttributes',
      path: 'emails',
      message: 'ignored a value: this service keeps of emails only emails[type eq "work"]',
    }
    for (const operation of [
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'a@home.example' },
      { op: 'add', path: 'emails', value: [{ value: 'a@home.example', type: 'home' }] },
      { op: 'add', path: 'emails', value: [{ value: 'second@work.example', type: 'work' }] },
      { op: 'add', value: { emails: [{ value: 'a@home.example' }] } },
    ]) {
      let reply: Awaited<ReturnType<typeof patch>> | undefined
      const changed = await changedBy(async () => {
        reply = await patch(id, operation)
      })
      expect([reply?.status, reply?.trace, changed]).toEqual([200, [ignored], []])
    }
    const off = { op: 'replace', path: 'active', value: false }
    const both = await patch(id, { op: 'add', path: 'emails[type eq "home"].value', value: 'x@y' }, off)
    expect([both.status, both.body.active]).toEqual([200, false])
    const made = await send('POST', '/Users', {
      schemas: [urns.user],
      userName: 'bob',
      emails: [{ value: 'b@home.example', type: 'home' }],
    })
    expect([made.status, made.trace, made.body.emails]).toEqual([201, [ignored], undefined])
  })
})
