import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  attribute,
  defineExtension,
  memoryStore,
  type ResourceStore,
  type UserWith,
  urns,
  userResourceType,
} from '../../src/index.js'
import { compileResourceType } from '../../src/schema/index.js'
import { childTable, json, kyselyStore, mapResource, scimTables } from '../../src/stores/kysely/index.js'
import { type Body, serve } from '../http/service.js'
import { postgres, type TestDatabase } from '../stores/kysely/databases.js'
import { fiveMethods } from './groups/stores.js'

// What the service itself says of an element, such as when it checked a number, is shown to clients, which send it back.

const Badge = defineExtension('urn:example:badge:2.0:User', {
  cards: attribute.complex(
    {
      value: attribute.string(),
      type: attribute.string(),
      primary: attribute.boolean(),
      checked: attribute.string({ mutability: 'readOnly' }),
    },
    { multiValued: true },
  ),
  sites: attribute.complex(
    { code: attribute.string(), opened: attribute.string({ mutability: 'readOnly' }) },
    { multiValued: true },
  ),
  seat: attribute.complex({
    floor: attribute.integer({ required: true }),
    number: attribute.string({ required: true, mutability: 'immutable' }),
    colour: attribute.string(),
  }),
  state: attribute.complex({
    colour: attribute.string(),
    since: attribute.string({ mutability: 'readOnly' }),
  }),
})
const { urn } = Badge
const extensions = { User: [Badge] } as const
type Employee = UserWith<typeof extensions>

const badge = {
  cards: [
    { value: 'A1', type: 'door', checked: 'Monday' },
    { value: 'A1', type: 'desk', checked: 'Tuesday' },
    { value: 'B2', checked: 'Friday' },
  ],
  sites: [{ code: 'north', opened: '1999' }, { code: 'south' }],
}

const tables = [
  'create table staff (id uuid primary key, company text not null, login text not null, sites jsonb, seat jsonb, state jsonb, created_at timestamptz not null, updated_at timestamptz not null)',
  'create table cards (id serial primary key, staff uuid not null references staff on delete cascade, code text not null, kind text, is_first boolean, checked_on text)',
]

function staff({ db }: TestDatabase) {
  return kyselyStore<unknown, Employee>({
    db,
    table: 'staff',
    tenant: 'company',
    created: 'created_at',
    lastModified: 'updated_at',
    mapping: mapResource<StaffRow, Employee>()({
      userName: 'login',
      [urn]: {
        cards: childTable('cards', {
          key: 'staff',
          columns: { value: 'code', type: 'kind', primary: 'is_first', checked: 'checked_on' },
        }),
        sites: json('sites'),
        seat: json('seat'),
        state: json('state'),
      },
    }),
  })
}

interface StaffRow {
  readonly login: string
  readonly sites: unknown
  readonly seat: unknown
  readonly state: unknown
}

let database: TestDatabase
beforeAll(async () => {
  database = await postgres()
  await scimTables(database.db).migrate()
  for (const text of tables) await sql.raw(text).execute(database.db)
})
afterAll(() => database.close())

const kinds: readonly (readonly [string, () => ResourceStore<Employee>])[] = [
  ['memory', () => memoryStore<Employee>()],
  ['a store of five methods', () => fiveMethods(memoryStore<Employee>())],
  ['tables of its own', () => scimTables(database.db, { extensions: { User: [Badge] } }).users],
  ['the tables of a host', () => staff(database)],
]

describe.each(kinds)('with %s', (_, makeStore) => {
  /** A service with a user that the host has made. */
  async function prepare(attributes: object = badge, options: object = {}) {
    const users = makeStore()
    const service = serve({ users, extensions, ...options } as Parameters<typeof serve>[0])
    const resourceType = compileResourceType({ ...userResourceType, extensions: [Badge] })
    const context = { tenant: 'acme', actor: undefined, requestId: 'test', resourceType, signal: undefined }
    const userName = `ada-${crypto.randomUUID()}`
    const draft = { schemas: [urns.user, urn], userName, [urn]: attributes } as Parameters<
      typeof users.create
    >[0]
    const { id } = await users.create(draft, context)
    const echo = (await service.get(`/Users/${id}`)).body
    expect(echo[urn]).toEqual(attributes)
    return { service, path: `/Users/${id}`, echo, userName }
  }

  it('a PUT of what a GET has shown keeps what is read-only in elements, and is no change', async () => {
    const { service, path, echo } = await prepare()
    const reply = await service.put(path, echo)
    expect(reply.body).toEqual(echo)
    expect((await service.put(path, { ...echo, active: echo.active })).body.meta).toEqual(echo.meta)
  })

  it('a PUT that changes one element keeps the read-only parts of those that it has again', async () => {
    const { service, path, echo } = await prepare()
    const cards = [
      { value: 'C3', type: 'desk' },
      { value: 'b2', primary: true, checked: 'a guess' },
      { value: 'A1', type: 'door' },
    ]
    const reply = await service.put(path, {
      ...echo,
      [urn]: { cards, sites: [{ code: 'south' }, { code: 'north' }] },
    })
    expect(reply.status).toBe(200)
    const { cards: after, sites } = (await service.get(path)).body[urn] as typeof badge
    expect(after).toHaveLength(3)
    expect(after).toEqual(
      expect.arrayContaining([
        { value: 'C3', type: 'desk' },
        { value: 'b2', primary: true, checked: 'Friday' },
        { value: 'A1', type: 'door', checked: 'Monday' },
      ]),
    )
    expect(sites).toEqual([{ code: 'south' }, { code: 'north', opened: '1999' }])
  })

  it('a PATCH that replaces all elements keeps them too', async () => {
    const { service, path, echo } = await prepare()
    const cards = badge.cards.map(({ checked: _, ...card }) => card)
    for (const operation of [
      { op: 'replace', path: `${urn}:cards`, value: cards },
      { op: 'replace', value: { [urn]: { cards } } },
    ]) {
      expect((await service.patch(path, [operation])).body).toEqual(echo)
    }
  })

  it('a hook that changes an element of those that it was shown keeps them', async () => {
    const before = {
      'user.update': ({ after }: { after: Body }) => {
        const shown = after[urn] as typeof badge
        return { ...after, [urn]: { ...shown, cards: [...shown.cards, { value: 'D4', type: 'gate' }] } }
      },
    }
    const { service, path } = await prepare(badge, { before })
    const operation = { op: 'replace', path: `${urn}:sites`, value: [{ code: 'west' }] }
    expect((await service.patch(path, [operation])).status).toBe(200)
    const { cards } = (await service.get(path)).body[urn] as typeof badge
    expect(cards).toHaveLength(4)
    expect(cards).toEqual(expect.arrayContaining([...badge.cards, { value: 'D4', type: 'gate' }]))
  })

  it('a PUT keeps what is all read-only, and takes away what the body leaves out of the rest', async () => {
    const { service, path, echo } = await prepare({ ...badge, state: { since: '2001' } })
    expect((await service.put(path, echo)).body).toEqual(echo)
    const other = await prepare({ ...badge, state: { since: '2001', colour: 'red' } })
    const { state: _state, ...rest } = other.echo[urn] as Readonly<Record<string, unknown>>
    const reply = await other.service.put(other.path, { ...other.echo, [urn]: rest })
    expect(reply.body[urn]).toEqual(badge)
  })

  it('a PUT that leaves out what cannot be changed leaves it as it was, with what it requires', async () => {
    const seat = { floor: 3, number: '12', colour: 'red' }
    const { service, path, echo, userName } = await prepare({ ...badge, seat })
    for (const body of [
      { ...echo, [urn]: { sites: badge.sites } },
      { ...echo, [urn]: { sites: badge.sites, seat: null } },
      { schemas: [urns.user], userName },
    ]) {
      const reply = await service.put(path, body)
      expect([reply.status, (reply.body[urn] as Record<string, unknown>)?.seat]).toEqual([
        200,
        { floor: 3, number: '12' },
      ])
    }
    // What it does say must be whole.
    const partly = await service.put(path, { ...echo, [urn]: { seat: { colour: 'blue' } } })
    expect([partly.status, partly.body.scimType]).toEqual([400, 'invalidValue'])
  })
})
