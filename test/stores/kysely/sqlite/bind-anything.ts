import fc from 'fast-check'
import { Kysely, sql } from 'kysely'
import Libsql from 'libsql'
import { mapUser } from '../../../../src/mapping/index.js'
import { compileResourceType, type User, userResourceType } from '../../../../src/schema/index.js'
import { SqliteDialect } from '../../../../src/stores/kysely/dialect/sqlite/driver/driver.js'
import { column, kyselyStore } from '../../../../src/stores/kysely/index.js'

// A program: binds every kind of value of JavaScript, also where a host's functions return it.

const db = new Kysely<unknown>({ dialect: new SqliteDialect(new Libsql(':memory:')) })
const values = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
  }),
  fc.string({ unit: 'binary' }),
  fc.bigInt(),
  fc.double(),
  fc.boolean(),
  fc.date({ noInvalidDate: false }),
  fc.constant(Symbol('x')),
)

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'UnstorableValueError'
}

let count = 0
await fc.assert(
  fc.asyncProperty(values, async (value) => {
    count += 1
    let row: { readonly v?: unknown } | undefined
    try {
      row = (await sql<{ v: unknown }>`select ${value} as v`.execute(db)).rows[0]
    } catch (error) {
      if (isRefusal(error)) return
      throw error
    }
    if (typeof value === 'boolean' && row?.v !== Number(value)) throw new Error(`read ${String(row?.v)}`)
    if (typeof value === 'bigint' && String(row?.v) !== String(value)) throw new Error('a bigint lost digits')
    if (typeof value === 'string' && row?.v !== value.toWellFormed()) throw new Error('a text has changed')
  }),
  { numRuns: 2000 },
)

await sql`create table people (id text primary key, login text, state, extra, version integer, created text, changed text)`.execute(
  db,
)
const context = {
  tenant: undefined,
  actor: undefined,
  requestId: 'test',
  resourceType: compileResourceType(userResourceType),
  signal: undefined,
}
await fc.assert(
  fc.asyncProperty(values, values, async (written, added) => {
    const users = kyselyStore<unknown, User>({
      db,
      table: 'people',
      tenant: false,
      version: 'version',
      created: 'created',
      lastModified: 'changed',
      mapping: mapUser<{ login: string; state: unknown }>()({
        userName: 'login',
        active: column('state', {
          read: () => true,
          write: () => written,
          filter: { true: written, false: null },
        }),
      }),
      insertDefaults: () => ({ extra: added }),
    })
    const draft = { schemas: [], userName: crypto.randomUUID(), active: true }
    await users.create(draft as never, context).catch((error: Error & { readonly status?: number }) => {
      if (!isRefusal(error) && error.status !== 400) throw error
    })
  }),
  { numRuns: 500 },
)
console.log(`bound ${count} values, and those of a host`)
