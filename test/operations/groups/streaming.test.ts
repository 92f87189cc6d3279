import { request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeHandler } from '../../../src/adapters/node.js'
import { bearerTokens, createScim, type GroupStore } from '../../../src/index.js'
import { scimTables } from '../../../src/stores/kysely/index.js'
import { listen } from '../../adapters/hosts.js'
import { databases, type TestDatabase } from '../../stores/kysely/databases.js'

// A group is read in bounded memory, however many members it has, and looks as if it had been read at once.

const token = 'a-token'
const headers = { authorization: `Bearer ${token}` }

async function makeGroup(
  db: Kysely<unknown>,
  size: number,
  tenant = 'acme',
  id: string = crypto.randomUUID(),
): Promise<string> {
  await sql`insert into scim_groups (tenant, id, display_name, version, created, last_modified, document) values (${tenant}, ${id}, ${`group ${id}`}, 1, now(), now(), '{}')`.execute(
    db,
  )
  await sql`insert into scim_members (tenant, group_id, member_id, type, display) select ${tenant}, ${id}::uuid, 'member-' || lpad(n::text, 7, '0'), 'User', case when n % 2 = 0 then 'Name "' || n || '"' end from generate_series(1, ${sql.lit(size)}) as n`.execute(
    db,
  )
  return id
}

describe.each(databases)('$database', ({ open }) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
    await scimTables(database.db).migrate()
  })
  afterAll(() => database.close())

  /** The service, with what it makes of the store's pages of members. */
  async function serve(pagesOf: (members: NonNullable<GroupStore['members']>) => GroupStore['members']) {
    const { users, groups } = scimTables(database.db)
    const { members } = groups
    if (!members) throw new Error('The store has no pages of members')
    const errors: unknown[] = []
    const scim = createScim({
      authenticate: bearerTokens([{ token, tenant: 'acme' }]),
      users,
      groups: { ...groups, ...pick(pagesOf((id, context) => members.call(groups, id, context))) },
      onError: (error) => errors.push(error),
    })
    const host = await listen(nodeHandler(scim, { basePath: '/scim/v2' }))
    return {
      scim,
      errors,
      url: `${host.url}/scim/v2/Groups`,
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    }
  }
  /** Without the method where there is none, rather than with an undefined one. */
  const pick = (members: GroupStore['members']) => ({ members }) as Pick<GroupStore, 'members'>

  it.each([0, 1, 999, 1000, 1001, 2000, 2500])(
    '%s members are those that a whole group has',
    async (size) => {
      await using inParts = await serve((members) => members)
      await using whole = await serve(() => undefined)
      const id = await makeGroup(database.db, size)
      const other = 'member-0000002'
      const queries = [
        '',
        '?attributes=displayName',
        '?attributes=members',
        '?attributes=members.value',
        '?excludedAttributes=members',
        '?excludedAttributes=members.display,displayName',
        `?attributes=${encodeURIComponent(`members[value eq "${other}"]`)}`,
      ]
      for (const query of queries) {
        const replies = await Promise.all(
          [inParts, whole].map(async ({ url }) => {
            const reply = await fetch(`${url}/${id}${query}`, { headers })
            return {
              status: reply.status,
              etag: reply.headers.get('etag'),
              json: JSON.parse((await reply.text()).replaceAll(new URL(url).origin, '')),
            }
          }),
        )
        expect(replies[0], query).toEqual(replies[1])
        if (query === '') expect(replies[0]?.json.members?.length ?? 0).toBe(size)
      }
      const etag = (await fetch(`${inParts.url}/${id}`, { headers })).headers.get('etag') ?? ''
      const again = await fetch(`${inParts.url}/${id}`, { headers: { ...headers, 'if-none-match': etag } })
      expect(again.status).toBe(304)
      const head = await fetch(`${inParts.url}/${id}`, { headers, method: 'HEAD' })
      expect([head.status, await head.text()]).toEqual([200, ''])
      const fetched = await inParts.scim.fetch(new Request(`${inParts.url}/${id}`, { headers }))
      expect(await fetched.json()).toEqual(await (await fetch(`${inParts.url}/${id}`, { headers })).json())
    },
  )

  it('another tenant has no such group, and the store gives none of its members', async () => {
    await using service = await serve((members) => members)
    const id = await makeGroup(database.db, 3, 'globex')
    expect((await fetch(`${service.url}/${id}`, { headers })).status).toBe(404)
  })

  it("a group that has the id of another tenant's has its own members, however it is read", async () => {
    await using inParts = await serve((members) => members)
    await using whole = await serve(() => undefined)
    const id = await makeGroup(database.db, 2)
    await makeGroup(database.db, 5, 'globex', id)
    for (const { url } of [inParts, whole]) {
      expect(await (await fetch(`${url}/${id}`, { headers })).json()).toHaveProperty('members.length', 2)
      const filter = encodeURIComponent(`id eq "${id}" and members.value eq "member-0000004"`)
      const found = await fetch(`${url}?filter=${filter}`, { headers })
      expect(await found.json()).toMatchObject({ totalResults: 0 })
    }
  })

  it('a failure on the way breaks the connection and is reported', async () => {
    await using service = await serve(
      (members) =>
        async function* (id, context) {
          let count = 0
          for await (const page of members(id, context)) {
            if (++count === 4) throw new Error('gone')
            yield page
          }
        },
    )
    const id = await makeGroup(database.db, 6000)
    const reply = await fetch(`${service.url}/${id}`, { headers })
    expect(reply.status).toBe(200)
    await expect(reply.text()).rejects.toThrow()
    expect(service.errors.map(String)).toEqual(['Error: gone'])
    const fetched = await service.scim.fetch(new Request(`${service.url}/${id}`, { headers }))
    await expect(fetched.text()).rejects.toThrow('The rest of the reply could not be made')
  })

  it('reads no faster than the client, and no further than it stays', async () => {
    let pages = 0
    await using service = await serve(
      (members) =>
        async function* (id, context) {
          for await (const page of members(id, context)) {
            pages += 1
            yield page
          }
        },
    )
    const id = await makeGroup(database.db, 200_000)
    const request = httpRequest(`${service.url}/${id}`, { headers }).end()
    const response = await new Promise<import('node:http').IncomingMessage>((resolve) =>
      request.once('response', resolve),
    )
    response.pause()
    let seen = -1
    while (seen !== pages) {
      seen = pages
      await sleep(500)
    }
    expect(pages).toBeGreaterThan(2)
    expect(pages).toBeLessThan(180)
    request.on('error', () => {}).destroy()
    await sleep(300)
    const afterwards = pages
    await sleep(500)
    expect(pages).toBe(afterwards)
    expect(service.errors).toEqual([])
  })
})
