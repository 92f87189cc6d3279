import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scim, User, UserStore } from '../../../src/index.js'
import { bearerTokens, createScim, interop } from '../../../src/index.js'
import { compileResourceType, userResourceType } from '../../../src/schema/index.js'
import { kyselyStore, scimTables } from '../../../src/stores/kysely/index.js'
import { serve } from '../../http/service.js'
import { databases, type TestDatabase } from './databases.js'
import { leastMapping, staffMapping } from './guest/staff.js'
import { recorder } from './recorder.js'
import { createStaff, softDelete, squadStore, staffStore } from './rows/staff.js'

// What a store over tables says of itself follows from its options: what becomes of deleted rows, which rows clients
// see, which filters the database can evaluate.

const { db } = recorder()
const type = compileResourceType(userResourceType)

function claim(scim: Scim, profile: string, section: string, asks = '') {
  return scim
    .conformance()
    .find((one) => one.profile === profile && one.section === section && one.asks.includes(asks))?.state
}

function service(users: UserStore) {
  const authenticate = bearerTokens([{ token: 't', tenant: 'acme' }])
  return createScim({ authenticate, users, profile: interop(), onWarning: () => {} })
}

function over(mapping: typeof staffMapping) {
  const columns = { tenant: 'org', created: 'created_at', lastModified: 'updated_at' }
  return kyselyStore<unknown, User>({ db, table: 'staff', mapping, ...columns })
}

describe('a store over a table of the host', () => {
  it('says what becomes of a deleted row, and whether rows are left out', () => {
    const said = (options: Parameters<typeof staffStore>[1]) => {
      const { deletion, showsAll, uniqueness } = staffStore({ db }, options).describe?.(type) ?? {}
      return [deletion, showsAll, uniqueness]
    }
    const where = { gone_at: null }
    expect(said({})).toEqual(['removes', false, 'host'])
    expect(said({ where: undefined })).toEqual(['removes', true, 'host'])
    expect(said({ softDelete })).toEqual(['hides', false, 'host'])
    expect(said({ where, softDelete })).toEqual(['hides', true, 'host'])
    expect(said({ where, softDelete: { ...softDelete, revive: true } })).toEqual(['revives', true, 'host'])
    expect(said({ onTransaction: () => {}, db: recorder().db })).toEqual(['removes', false, 'host'])
  })

  it('claims by that, and by the filters that its columns allow', () => {
    const deleting = (users: UserStore) => claim(service(users), 'interop', '6.6')
    expect(deleting(over(staffMapping))).toBe('holds')
    expect(deleting(staffStore({ db }, { softDelete }))).toBe('host')
    expect(deleting({ ...over(staffMapping), delete: async () => {} })).toBe('host')
    const emails = (users: UserStore) =>
      claim(service(users), 'ipsie AL1', 'AL1: User Deprovisioning', 'filters')
    // Neither externalId nor e-mails have a column.
    expect(emails(over(leastMapping as typeof staffMapping))).toBe('does not hold')
    // What a function reads from a column cannot be compared in the database.
    expect(emails(over(staffMapping))).toBe('does not hold')
    expect(emails(scimTables(recorder().db).users)).toBe('holds')
    expect(claim(service(over(staffMapping)), 'rfc', 'RFC 7643 7', 'uniqueness')).toBe('host')
    expect(claim(service(scimTables(recorder().db).users), 'rfc', 'RFC 7643 7', 'uniqueness')).toBe('holds')
    expect(claim(service(staffStore({ db })), 'entra', 'Account discovery')).toBe('host')
  })
})

describe.each(databases)('what is claimed of a DELETE that keeps the row, in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await createStaff(database)
  })
  afterAll(() => database.close())

  it.each([false, true])('is true, with revive: %s', async (revive) => {
    const users = staffStore(database, { softDelete: { ...softDelete, revive } })
    const options = { users, groups: squadStore(database), profile: interop(), onWarning: () => {} }
    const scim = serve(options)
    expect((await scim.get('/ServiceProviderConfig')).body.interopProfileConformant).toBe(true)
    const userName = `ann-${revive}`
    const { id } = await scim.createUser({ userName })
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204)
    expect((await scim.get(`/Users/${id}`)).status).toBe(404)
    expect((await scim.get('/Users')).body.totalResults).toBe(0)
    const again = await scim.createUser({ userName })
    expect(again.id === id).toBe(revive)
    expect((await scim.delete(`/Users/${again.id}`)).status).toBe(204)
  })
})
