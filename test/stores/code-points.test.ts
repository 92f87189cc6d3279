import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../src/index.js'
import { attribute, defineExtension, memoryStore, urns } from '../../src/index.js'
import { childTable, mapResource } from '../../src/mapping/index.js'
import { kyselyStore, scimTables } from '../../src/stores/kysely/index.js'
import { type Options, serve } from '../http/service.js'
import { databases, type TestDatabase } from './kysely/databases.js'

// JavaScript puts an emoji before U+FB01, and databases behind it: a list from two stores lost what lies between.

const badge = defineExtension('urn:example:params:scim:schemas:extension:badge:2.0:User', {
  code: attribute.string({ caseExact: true }),
  marks: attribute.string({ caseExact: true, multiValued: true }),
})

/** In the order of their code points. */
const texts = [
  'Z',
  'a',
  'az',
  'a\u00e9',
  'a\ud7ff',
  'a\ue000',
  'a\ufb01',
  'a\uffed',
  'a\u{10000}',
  'a\u{1f600}',
  'a\u{10ffff}',
]

async function expectOrder(stores: Options, path: string, order: readonly string[] = texts) {
  const scim = serve({ ...stores, extensions: { User: [badge] }, onWarning: () => {} } as never)
  const at = `${path}${order.length}`
  const name = (text: string) => `${at}${text}`
  for (const text of [...order].reverse()) {
    const { status, text: reply } = await scim.post('/Users', {
      schemas: [urns.user],
      userName: name(text),
      [badge.urn]: { code: text, marks: [text] },
    })
    expect(status, reply).toBe(201)
  }
  const mine = `userName sw "${at}"`
  const get = async (query: string) => {
    const { status, body, text } = await scim.get(query)
    expect(status, text).toBe(200)
    return body
  }
  const names = async (query: string) =>
    (await get(query)).Resources.map(({ userName }) => String(userName).slice(at.length))
  const sorted = (sortOrder: string) =>
    names(`/Users?sortBy=${path}&sortOrder=${sortOrder}&filter=${encodeURIComponent(mine)}`)
  expect(await sorted('ascending')).toEqual(order)
  expect(await sorted('descending')).toEqual([...order].reverse())
  const across = await names(`/?sortBy=${path}&filter=${encodeURIComponent(mine)}`)
  expect(across).toEqual(order)
  const seen: string[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined && seen.length < 50; ) {
    const page = await get(
      `/Users?sortBy=${path}&count=1&cursor=${cursor}&filter=${encodeURIComponent(mine)}`,
    )
    seen.push(...page.Resources.map(({ userName }) => String(userName).slice(at.length)))
    cursor = page.nextCursor as string | undefined
  }
  expect(seen).toEqual(order)
  if (path.endsWith('marks')) return
  for (const [place, text] of order.entries()) {
    const literal = JSON.stringify(path === 'userName' ? name(text) : text)
    const found = (op: string) =>
      names(`/Users?sortBy=${path}&filter=${encodeURIComponent(`${mine} and ${path} ${op} ${literal}`)}`)
    expect(await found('gt'), text).toEqual(order.slice(place + 1))
    expect(await found('ge'), text).toEqual(order.slice(place))
    expect(await found('lt'), text).toEqual(order.slice(0, place))
    expect(await found('le'), text).toEqual(order.slice(0, place + 1))
  }
}

const paths = ['userName', `${badge.urn}:code`, `${badge.urn}:marks`]
/** Where case does not matter, `Z` is `z`. */
const orderOf = (path: string) => (path === 'userName' ? texts.filter((text) => text !== 'Z') : texts)

it.each(paths)('%s is in the order of code points in memory', (path) =>
  expectOrder({ users: memoryStore<User>() }, path, orderOf(path)),
)

describe.each(databases)('in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await scimTables(database.db).migrate()
    await sql
      .raw(
        'create table staff (id uuid primary key, org text not null, login text not null, code text, created timestamptz not null, modified timestamptz not null)',
      )
      .execute(database.db)
    await sql
      .raw('create table marks (staff uuid, org text, mark text, unique (staff, mark))')
      .execute(database.db)
  })
  afterAll(() => database.close())

  it.each(paths)('%s is in the order of code points in our tables', (path) =>
    expectOrder(scimTables(database.db), path, orderOf(path)),
  )

  it.each(paths)('%s is in the order of code points in tables of a host', (path) => {
    const users = kyselyStore({
      db: database.db,
      table: 'staff',
      tenant: 'org',
      created: 'created',
      lastModified: 'modified',
      mapping: mapResource<{ login: string; code: string | null }, User>()({
        userName: 'login',
        [badge.urn]: {
          code: 'code',
          marks: childTable('marks', { key: 'staff', tenant: 'org', columns: { value: 'mark' } }),
        },
      } as never),
    })
    return expectOrder({ users } as Options, path, orderOf(path))
  })
})
