import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Group, User } from '../../../src/index.js'
import { memoryStore, urns } from '../../../src/index.js'
import { scimTables } from '../../../src/stores/kysely/index.js'
import { serve } from '../../http/service.js'
import { postgres, type TestDatabase } from '../../stores/kysely/databases.js'
import { createDirectory, directoryStores } from '../../stores/kysely/directory.js'

// A group showed its members by the names that they had when they were added, for ever.

let server: TestDatabase
beforeAll(async () => {
  server = await postgres()
  await scimTables(server.db, { outbox: true }).migrate()
  await createDirectory(server)
})
afterAll(() => server.close())
beforeEach(() => sql`truncate scim_users, scim_groups, people, circles, phones cascade`.execute(server.db))

const rename = (name: string | undefined) => [
  name === undefined
    ? { op: 'remove', path: 'displayName' }
    : { op: 'replace', path: 'displayName', value: name },
]

describe.each([
  { kind: 'memory', makeStores: () => ({ users: memoryStore<User>(), groups: memoryStore<Group>() }) },
  { kind: 'PostgreSQL', makeStores: () => scimTables(server.db) },
  { kind: 'PostgreSQL with an outbox', makeStores: () => scimTables(server.db, { outbox: true }) },
  { kind: "a host's tables", makeStores: () => directoryStores(server) },
])('the members that a group shows, with $kind', ({ makeStores }) => {
  async function open() {
    const scim = serve(makeStores())
    const user = await scim.createUser({ userName: 'ada', displayName: 'Ada' })
    const other = await scim.createUser({ userName: 'ben', displayName: 'Ada' })
    const inner = await scim.createGroup({ displayName: 'Inner' })
    const members = [{ value: user.id }, { value: other.id }, { value: inner.id }]
    const group = await scim.createGroup({ displayName: 'Outer', members })
    const nameOf = async (id: string) => {
      const { members: shown = [] } = await scim.storedGroup(group.id)
      return shown.find(({ value }) => value === id)?.display
    }
    return { scim, user, other, inner, group, nameOf }
  }

  test('have the names that they have now, also after a PUT, and for a group in a group', async () => {
    const { scim, user, other, inner, group, nameOf } = await open()
    const { meta } = await scim.storedGroup(group.id)
    expect((await scim.patch(`/Users/${user.id}`, rename('Ada Lovelace'))).status).toBe(200)
    expect(await nameOf(user.id)).toBe('Ada Lovelace')
    expect(await nameOf(other.id)).toBe('Ada')
    const put = { schemas: [urns.user], userName: 'ada', displayName: 'Countess' }
    expect((await scim.put(`/Users/${user.id}`, put)).status).toBe(200)
    expect(await nameOf(user.id)).toBe('Countess')
    expect((await scim.patch(`/Groups/${inner.id}`, rename('Within'))).status).toBe(204)
    expect(await nameOf(inner.id)).toBe('Within')
    // A group push that names the version it has read is not refused because somebody has married.
    expect((await scim.storedGroup(group.id)).meta).toEqual(meta)
    expect(scim.errors).toEqual([])
  })

  test('have the next name by which people call them where they lose one', async () => {
    const { scim, user, nameOf } = await open()
    await scim.patch(`/Users/${user.id}`, rename(undefined))
    const { displayName, userName } = await scim.storedUser(user.id)
    expect(await nameOf(user.id)).toBe(displayName ?? userName)
    expect(scim.errors).toEqual([])
  })

  test('keep a display of their own', async () => {
    const { scim, user, group, nameOf } = await open()
    const { id } = await scim.createUser({ userName: 'eve', displayName: 'Eve' })
    const own = { value: id, display: 'On call' }
    await scim.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [own] }])
    await scim.patch(`/Users/${id}`, rename('Eva'))
    expect([await nameOf(id), await nameOf(user.id)]).toEqual(['On call', 'Ada'])
  })

  test('follow the user name by which a client has shown them', async () => {
    const { scim, group, nameOf } = await open()
    const { id } = await scim.createUser({ userName: 'eve@example.com', displayName: 'Eve' })
    const asOkta = { value: id, display: 'eve@example.com' }
    await scim.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [asOkta] }])
    await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'eva@example.com' }])
    expect(await nameOf(id)).toBe('eva@example.com')
  })

  test('keep their names where the change is refused', async () => {
    const { scim, user, nameOf } = await open()
    const taken = [...rename('New'), { op: 'replace', path: 'userName', value: 'BEN' }]
    expect((await scim.patch(`/Users/${user.id}`, taken)).status).toBe(409)
    expect(await nameOf(user.id)).toBe('Ada')
  })
})

test("no other tenant's members are renamed, though ids are the same", async () => {
  const scim = serve(scimTables(server.db))
  const { id } = await scim.createUser({ displayName: 'Ada' })
  await sql`insert into scim_groups (tenant, id, version, created, last_modified, document, display_name) values ('globex', ${id}::uuid, 1, now(), now(), '{}', 'G')`.execute(
    server.db,
  )
  await sql`insert into scim_members (tenant, group_id, member_id, type, display) values ('globex', ${id}::uuid, ${id}, 'User', 'Ada')`.execute(
    server.db,
  )
  await scim.patch(`/Users/${id}`, rename('Eva'))
  const { rows } = await sql<{ display: string }>`select display from scim_members`.execute(server.db)
  expect(rows).toEqual([{ display: 'Ada' }])
})

test('a store of groups that fails undoes nothing where there are no transactions, and is reported', async () => {
  const broken = {
    ...memoryStore<Group>(),
    renameMember: async () => {
      throw new Error('away')
    },
  }
  const scim = serve({ users: memoryStore<User>(), groups: broken })
  const { id } = await scim.createUser({ displayName: 'Ada' })
  expect((await scim.patch(`/Users/${id}`, rename('Eva'))).status).toBe(200)
  expect(scim.errors).toMatchObject([{ error: { message: 'away' } }])
})
