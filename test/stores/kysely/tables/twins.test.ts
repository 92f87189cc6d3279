import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { attribute, defineExtension, urns } from '../../../../src/index.js'
import { scimTables } from '../../../../src/stores/kysely/index.js'
import { serve } from '../../../http/service.js'
import { allDatabases, type TestDatabase } from '../databases.js'

// Values that become unique, in rows that are there already.

const urn = 'urn:example:params:scim:schemas:extension:badge:2.0:User'
const badge = (uniqueness: 'none' | 'server', caseExact: boolean) =>
  defineExtension(urn, { number: attribute.string({ uniqueness, caseExact }) })

describe.each(allDatabases)('rows with one value of what becomes unique, in $database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    for (const table of [
      'scim_members',
      'scim_groups',
      'scim_users',
      'scim_migrations',
      'scim_migrations_lock',
    ])
      await sql`drop table if exists ${sql.table(table)}`.execute(database.db)
    if (database.version === undefined) await sql`drop function if exists scim_fold_16`.execute(database.db)
  })

  function service(uniqueness: 'none' | 'server', caseExact: boolean) {
    const extension = badge(uniqueness, caseExact)
    const tables = scimTables(database.db, { extensions: { User: [extension] } })
    const scim = serve({ users: tables.users, groups: tables.groups, extensions: { User: [extension] } })
    const add = (number: string | undefined) =>
      scim.post('/Users', {
        schemas: [urns.user, urn],
        userName: crypto.randomUUID(),
        ...(number !== undefined && { [urn]: { number } }),
      })
    return { ...tables, add, scim }
  }

  it.each([
    ['whatever their case', false],
    ['in the same case', true],
  ])('are listed by their ids, %s, and nothing is changed', async (_, caseExact) => {
    const before = service('none', caseExact)
    await before.migrate()
    const ids: string[] = []
    for (const number of ['SECRET-7', 'secret-7', 'SECRET-7', 'other', undefined, undefined])
      ids.push(String((await before.add(number)).body.id))
    const after = service('server', caseExact)
    const failure = String(await after.migrate().catch((error: unknown) => error))
    const twins = caseExact ? [ids[0], ids[2]] : ids.slice(0, 3)
    expect(failure).toContain(`Rows of scim_users have the same value of ${urn}:number, which is unique.`)
    expect(failure).toContain('\n- tenant "acme": ')
    expect(ids.filter((id) => failure.includes(id))).toEqual(twins)
    // It may name a person.
    expect(failure).not.toMatch(/secret/i)
    expect((await before.add('SECRET-7')).status).toBe(201)

    const { body } = await before.scim.get('/Users?count=100')
    for (const { id, [urn]: extension } of body.Resources) {
      const { number } = (extension ?? {}) as { number?: string }
      if (number !== undefined && id !== ids[0] && /secret/i.test(number))
        await before.scim.delete(`/Users/${id}`)
    }
    await after.migrate()
    await after.migrate()
    expect((await after.add('SECRET-7')).status).toBe(409)
    expect((await after.add('secret-7')).status).toBe(caseExact ? 201 : 409)
    expect((await after.add(undefined)).status).toBe(201)
  })

  it('and what is no longer unique, or of a newer version, keeps no process from starting', async () => {
    await service('server', true).migrate()
    await sql`insert into scim_migrations (name, timestamp) values ('0009_of_a_newer_version', '2026-01-01')`.execute(
      database.db,
    )
    const { migrate, add } = service('none', true)
    await migrate()
    await migrate()
    expect((await add('7')).status).toBe(201)
  })
})
