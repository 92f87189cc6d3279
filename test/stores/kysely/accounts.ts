import fc from 'fast-check'
import { sql } from 'kysely'
import type { FilterNode, Literal } from '../../../src/filter/index.js'
import { childTable, column, json, mapResource } from '../../../src/mapping/index.js'
import type { CommonAttributes } from '../../../src/schema/index.js'
import { kyselyStore } from '../../../src/stores/kysely/index.js'
import type { StoreContext } from '../../../src/stores/store.js'
import { account, badgeUrn } from '../../filter/account.js'
import { type TestDatabase, withVersion } from './databases.js'

/** Accounts, which have every kind of attribute, in tables of different shapes. */

export const context: StoreContext = {
  tenant: 'acme',
  actor: undefined,
  requestId: 'test',
  resourceType: account,
  signal: undefined,
}

interface Row {
  readonly user_name: string
  readonly code: string | null
  readonly status: string | null
  readonly score: number | null
  readonly born: Date | null
  readonly given: string | null
  readonly work: string | null
  readonly home: string | null
  readonly rooms: unknown
  readonly room: string | null
  readonly rest: unknown
}

interface Account extends CommonAttributes {
  readonly userName: string
  readonly code?: string
  readonly active?: boolean
  readonly score?: number
  readonly born?: string
  readonly name?: { readonly givenName?: string; readonly familyName?: string }
  readonly tags?: readonly string[]
  readonly emails?: readonly { readonly value?: string; readonly type?: string; readonly primary?: boolean }[]
  readonly members?: readonly { readonly value?: string }[]
  readonly 'urn:example:params:scim:schemas:extension:badge:2.0:Account'?: {
    readonly room?: string
    readonly doors?: readonly { readonly value?: string; readonly floor?: number }[]
  }
}

const common =
  'tenant text not null, id uuid primary key, created timestamptz not null, modified timestamptz not null'

/** The same accounts in one JSON column, and over columns and tables of all sorts. */
export async function accountStores(database: TestDatabase) {
  const { db, version } = database
  const run = (text: string) => sql.raw(text).execute(db)
  await run(`create table documents (${common}, version int not null, document jsonb not null)`)
  const accounts = withVersion(
    database,
    `create table accounts (${common}, user_name text not null, code varchar(20), status text, score int, born timestamptz, given text, work text, home text, rooms jsonb, room text, rest jsonb)`,
  )
  await run(accounts)
  await run('create table tags (tenant text, account uuid, tag text)')
  await run('create table members (tenant text, account uuid, member text, unique (account, member))')
  const where = { db, tenant: 'tenant', created: 'created', lastModified: 'modified' }
  const document = kyselyStore({
    ...where,
    table: 'documents',
    version: 'version',
    mapping: mapResource<{ document: unknown }, Account>()({ overflow: 'document' }),
  })
  const columns = kyselyStore({
    ...where,
    version,
    table: 'accounts',
    mapping: mapResource<Row, Account>()({
      userName: 'user_name',
      code: 'code',
      active: column('status', {
        read: (status) => (status === null ? undefined : status !== 'OFF'),
        write: (active) => (active ? 'ON' : 'OFF'),
        filter: { true: ['ON', 'LEAVE'], false: 'OFF' },
      }),
      score: 'score',
      born: 'born',
      'name.givenName': 'given',
      'emails[type eq "work"].value': 'work',
      'emails[type eq "home"].value': 'home',
      tags: childTable('tags', { key: 'account', tenant: 'tenant', columns: { value: 'tag' } }),
      members: childTable('members', {
        key: 'account',
        tenant: 'tenant',
        columns: { value: 'member' },
        ids: 'text',
      }),
      [badgeUrn]: { doors: json('rooms'), room: 'room' },
      overflow: 'rest',
    }),
  })
  return { document, columns }
}

const texts = [
  'a',
  'A',
  'ab',
  'AB',
  'b',
  'ä',
  'Ä',
  'a%b',
  'a_b',
  "a'b",
  'a\\b',
  'a"b',
  '%',
  '_',
  '\\',
  'x y',
  'Z',
]
const times = [
  '2011-05-13T04:42:34Z',
  '2011-05-13T06:42:34+02:00',
  '2011-05-13T04:42:34.5Z',
  '2012-01-01T00:00:00.123Z',
]
const text = fc.constantFrom(...texts)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 })

function some<T>(arbitrary: fc.Arbitrary<T>) {
  return maybe(fc.array(arbitrary, { minLength: 1, maxLength: 3 }))
}

function filled(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(filled).filter((element) => element !== undefined)
    return list.length === 0 ? undefined : list
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([key, member]) => {
    const kept = filled(member)
    return kept === undefined ? [] : [[key, kept] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

const number = fc.constantFrom(-3, 0, 1, 2, 10)

export const accounts: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    userName: text,
    externalId: maybe(text),
    code: maybe(text),
    title: maybe(text),
    active: maybe(fc.boolean()),
    score: maybe(number),
    rating: maybe(fc.constantFrom(-1.5, 0.1, 2, 1e21)),
    born: maybe(fc.constantFrom(...times.slice(0, 1), times[3])),
    seen: maybe(fc.constantFrom(...times)),
    name: fc.record({ givenName: maybe(text), familyName: maybe(text) }),
    tags: maybe(fc.uniqueArray(text, { minLength: 1, maxLength: 3 })),
    emails: some(
      fc.record({
        value: maybe(text),
        type: maybe(fc.constantFrom('work', 'home', 'other')),
        primary: maybe(fc.boolean()),
        labels: some(text),
      }),
    ),
    members: maybe(
      fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((ids) => ids.map((value) => ({ value }))),
    ),
    [badgeUrn]: fc.record({
      badgeId: maybe(text),
      room: maybe(text),
      manager: fc.record({ value: maybe(text), displayName: maybe(text) }),
      doors: some(fc.record({ value: maybe(text), floor: maybe(number) })),
    }),
  })
  // The registry's order is what a store gives back; what has no value is left out.
  .map((generated) => filled(generated) as Record<string, unknown>)

const compare = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const

/** What attributes of each kind are compared with. */
const literals: Readonly<Record<string, fc.Arbitrary<Literal>>> = {
  text: fc.constantFrom(...texts, '', 'zz', 'ÄB', 'a\u0000b'),
  number: fc.constantFrom(-3, 0, 0.5, 1, 2.5, 10, 1e21),
  boolean: fc.boolean(),
  time: fc.constantFrom(
    ...times,
    '2011-05-13T04:42:34.0000001Z',
    '2012-01-01T01:00:00.1230000+01:00',
    '0000-01-01T00:00:00Z',
    '2011',
  ),
}

const paths: readonly (readonly [path: string, kind: string])[] = [
  ['id', 'text'],
  ['schemas', 'text'],
  ['meta.resourceType', 'text'],
  ['meta.location', 'text'],
  ['meta.created', 'time'],
  ['externalId', 'text'],
  ['userName', 'text'],
  ['code', 'text'],
  ['title', 'text'],
  ['active', 'boolean'],
  ['score', 'number'],
  ['rating', 'number'],
  ['born', 'time'],
  ['seen', 'time'],
  ['name.givenName', 'text'],
  ['name.familyName', 'text'],
  ['tags', 'text'],
  ['emails', 'text'],
  ['emails.type', 'text'],
  ['emails.primary', 'boolean'],
  ['emails.labels', 'text'],
  ['members', 'text'],
  [`${badgeUrn}:room`, 'text'],
  [`${badgeUrn}:badgeId`, 'text'],
  [`${badgeUrn}:manager`, 'text'],
  [`${badgeUrn}:manager.displayName`, 'text'],
  [`${badgeUrn}:doors`, 'text'],
  [`${badgeUrn}:doors.floor`, 'number'],
]
const emailPaths = [
  ['value', 'text'],
  ['type', 'text'],
  ['primary', 'boolean'],
  ['labels', 'text'],
] as const
const doorPaths = [
  ['value', 'text'],
  ['floor', 'number'],
] as const
const namePaths = [
  ['givenName', 'text'],
  ['familyName', 'text'],
] as const

function clauses(among: readonly (readonly [string, string])[]): fc.Arbitrary<FilterNode> {
  return fc.constantFrom(...among).chain(([path, kind]) =>
    fc.oneof(
      { weight: 1, arbitrary: fc.constant<FilterNode>({ op: 'pr', path }) },
      {
        weight: 4,
        arbitrary: fc.record({
          op:
            kind === 'boolean' ? fc.constantFrom('eq' as const, 'ne' as const) : fc.constantFrom(...compare),
          path: fc.constant(path),
          value: literals[kind] ?? fc.constant(null),
        }),
      },
    ),
  )
}

function nested(clause: fc.Arbitrary<FilterNode>): fc.Arbitrary<FilterNode> {
  return fc.letrec<{ filter: FilterNode }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      clause,
      fc.record({
        op: fc.constantFrom('and' as const, 'or' as const),
        filters: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ op: fc.constant('not' as const), filter: tie('filter') }),
    ),
  })).filter
}

function valuePath(path: string, among: readonly (readonly [string, string])[]): fc.Arbitrary<FilterNode> {
  return nested(clauses(among)).map((filter) => ({ op: 'valuePath' as const, path, filter }))
}

/** Filters over accounts, some of which the schema refuses. */
export const filters: fc.Arbitrary<FilterNode> = nested(
  fc.oneof(
    { weight: 3, arbitrary: clauses(paths) },
    { weight: 1, arbitrary: valuePath('emails', emailPaths) },
    { weight: 1, arbitrary: valuePath(`${badgeUrn}:doors`, doorPaths) },
    { weight: 1, arbitrary: valuePath('name', namePaths) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('emails', 'name', badgeUrn, `${badgeUrn}:doors`)
        .map((path) => ({ op: 'pr' as const, path })),
    },
  ),
)
