import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attribute, defineExtension, type Group, type User, urns } from '../../../src/index.js'
import { mapResource } from '../../../src/mapping/index.js'
import type { InferExtensions } from '../../../src/schema/index.js'
import { childTable, kyselyStore, mapGroup } from '../../../src/stores/kysely/index.js'
import { serve } from '../../http/service.js'
import { databases, type TestDatabase } from './databases.js'

// A column holds fewer numbers than JSON can say.

const badge = defineExtension('urn:example:params:scim:schemas:extension:badge:2.0:User', {
  floor: attribute.integer(),
  room: attribute.integer(),
  score: attribute.decimal(),
  weight: attribute.decimal(),
})

type Worker = User & InferExtensions<readonly [typeof badge]>

interface Row {
  readonly login: string
  readonly floor: number | null
  readonly room: number | null
  readonly score: number | null
  readonly weight: number | null
}

interface TeamRow {
  readonly name: string
}

const common = 'company text not null, created timestamptz not null, modified timestamptz not null'

describe.each(databases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    for (const text of [
      `create table staff (id int generated always as identity primary key, ${common}, login text not null, floor smallint, room int, score numeric(5,2), weight real)`,
      `create table crews (id int generated always as identity primary key, ${common}, name text not null)`,
      'create table crew_members (crew int not null references crews on delete cascade, member int not null, primary key (crew, member))',
    ])
      await sql.raw(text).execute(database.db)
  })
  afterAll(() => database.close())

  function make() {
    const where = {
      db: database.db,
      tenant: 'company',
      created: 'created',
      lastModified: 'modified',
      id: { column: 'id', type: 'integer', generate: 'database' },
    } as const
    const mapping = mapResource<Row, Worker>()({
      userName: 'login',
      [badge.urn]: { floor: 'floor', room: 'room', score: 'score', weight: 'weight' },
    })
    const members = childTable('crew_members', { key: 'crew', columns: { value: 'member' } })
    return serve({
      extensions: { User: [badge] },
      users: kyselyStore<unknown, Worker>({ ...where, table: 'staff', mapping }),
      groups: kyselyStore<unknown, Group>({
        ...where,
        table: 'crews',
        mapping: mapGroup<TeamRow>()({ displayName: 'name', members }),
      }),
    } as Parameters<typeof serve>[0])
  }
  const user = (userName: string, values?: object) => ({
    schemas: [urns.user],
    userName,
    ...(values && { [badge.urn]: values }),
  })

  it('refuses a number that the column cannot hold, and stores nothing', async () => {
    const scim = make()
    const { id } = await scim.createUser(user('held', { floor: -3, room: 12, score: 1.25, weight: 0.5 }))
    const before = (await scim.get('/Users')).text
    for (const values of [
      { floor: 40_000 },
      { floor: -40_000 },
      { room: 3_000_000_000 },
      { room: Number.MAX_SAFE_INTEGER },
      { score: 1000 },
      { score: 1e300 },
      { weight: 1e300 },
      { weight: -1e39 },
    ]) {
      for (const reply of [
        await scim.post('/Users', user('other', values)),
        await scim.put(`/Users/${id}`, user('held', values)),
        await scim.patch(`/Users/${id}`, [{ op: 'add', value: { [badge.urn]: values } }]),
      ]) {
        expect([values, reply.status, reply.body.scimType]).toEqual([values, 400, 'invalidValue'])
      }
    }
    for (const [name, text] of [
      ['score', '1e400'],
      ['floor', '1e20'],
    ]) {
      const body = JSON.stringify(user('other', { [name ?? '']: 0 })).replace(/0\}\}$/, `${text}}}`)
      expect((await scim.send('POST', '/Users', { body })).status).toBe(400)
    }
    expect((await scim.get('/Users')).text).toBe(before)
    expect(scim.errors).toEqual([])
  })

  it('finds nobody by a number that the column cannot hold', async () => {
    const scim = make()
    const { id } = await scim.createUser(user('found', { room: 77 }))
    const total = async (filter: string) => {
      const { status, body } = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
      return [status, body.totalResults]
    }
    for (const number of ['3000000000', '-3000000000', '1e300', '-1e300', '9007199254740993', '0.5']) {
      expect(await total(`${badge.urn}:room eq ${number}`)).toEqual([200, 0])
      const below = number.startsWith('-') ? 0 : number === '0.5' ? 0 : 1
      expect(await total(`${badge.urn}:room le ${number} and userName eq "found"`)).toEqual([200, below])
    }
    expect(await total(`id eq "${id}"`)).toEqual([200, 1])
    expect(await total('id eq "3000000000"')).toEqual([200, 0])
    expect(await total(`id eq "3000000000" or id eq "${id}"`)).toEqual([200, 1])
    expect(scim.errors).toEqual([])
  })

  it('has no resource with an id that the column cannot hold', async () => {
    const scim = make()
    for (const id of ['3000000000', '-3000000000', '999999999999999999', '9999999999999999999999']) {
      for (const path of [`/Users/${id}`, `/Groups/${id}`]) {
        const body = path.startsWith('/Users') ? user('x') : { schemas: [urns.group], displayName: 'x' }
        const name = path.startsWith('/Users') ? 'userName' : 'displayName'
        const replies = [
          await scim.get(path),
          await scim.put(path, body),
          await scim.patch(path, [{ op: 'replace', path: name, value: 'y' }]),
          await scim.delete(path),
        ]
        expect([id, ...replies.map(({ status }) => status)]).toEqual([id, 404, 404, 404, 404])
      }
      const { id: group } = await scim.createGroup()
      const members = [{ op: 'add', path: 'members', value: [{ value: id }] }]
      expect((await scim.patch(`/Groups/${group}`, members)).status).toBe(204)
      expect(
        (await scim.patch(`/Groups/${group}`, [{ op: 'remove', path: `members[value eq "${id}"]` }])).status,
      ).toBe(204)
    }
    expect(scim.errors).toEqual([])
  })
})
