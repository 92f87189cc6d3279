import { resolve } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { urns } from '../../src/index.js'
import { ask, freePort, node, type Program, root, said, start } from '../cli/program.js'
import { readFlow, runFlow } from '../fixtures/flow.js'
import { postgres, type TestDatabase } from '../stores/kysely/databases.js'

// The example's own day: what identity providers do all day long leaves its roles, invitations and leaves alone.

const token = 'the-token-that-okta-sends'
const other = 'the-token-that-entra-sends'
const cwd = resolve(root, 'examples/prisma-express')

interface UserRow {
  readonly id: string
  readonly email: string
  readonly firstName: string | null
  readonly jobTitle: string | null
  readonly role: string
  readonly status: string
  readonly deletedAt: string | null
}

let database: TestDatabase
let program: Program
let origin: string
beforeAll(async () => {
  database = await postgres()
  const port = await freePort()
  const env = {
    DATABASE_URL: database.url ?? '',
    SCIM_TOKEN: token,
    SCIM_TOKEN_GLOBEX: other,
    PORT: String(port),
    // Its timestamps are without a zone, and the machine need not be in London.
    TZ: 'Asia/Tokyo',
  }
  // The process itself rather than `npm start`, so that signals reach nobody else.
  program = start([...node, '--import', 'tsx', 'src/server.ts'], { cwd, env })
  await said(program, /SCIM at/)
  origin = `http://localhost:${port}`
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  await database.close()
})
beforeEach(() =>
  sql`truncate "User", "Team", "TeamMember", "Invitation" cascade`.execute(database.db as Kysely<unknown>),
)

/** A request of the identity provider. */
const scim = (method: string, path: string, body?: object, as = token) =>
  ask(
    `${origin}/scim/v2${path}`,
    as,
    body ? { method, body: JSON.stringify({ schemas: [urns.user], ...body }) } : { method },
  )
const patch = (path: string, ...Operations: readonly object[]) =>
  scim('PATCH', path, { schemas: [urns.patchOp], Operations })
const lookUp = async (userName: string, as = token) => {
  const filter = encodeURIComponent(`userName eq "${userName}"`)
  const { json } = await scim('GET', `/Users?filter=${filter}`, undefined, as)
  return json.Resources as readonly { id: string; active: boolean }[]
}
/** A request of the service's own people. */
const app = async (method: string, path: string, body?: object) => {
  const headers = { 'content-type': 'application/json' }
  const init = body ? { method, headers, body: JSON.stringify(body) } : { method }
  const response = await fetch(`${origin}${path}`, init)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text.startsWith('[') || text.startsWith('{') ? JSON.parse(text) : undefined
}

const users = async (): Promise<readonly UserRow[]> => app('GET', '/acme/users')
const rowOf = async (email: string) => (await users()).find((one) => one.email === email)

/** Every column of every row that the service itself has made, as the database prints it. */
async function printed(ids: readonly string[]): Promise<unknown> {
  const rows = []
  for (const [table, key] of [
    ['User', 'id'],
    ['Team', 'id'],
    ['TeamMember', 'userId'],
    ['Invitation', 'id'],
  ] as const) {
    const found = await sql`
      select ${sql.table(table)}::text as row from ${sql.table(table)}
      where ${sql.ref(key)} = any(${ids}) order by 1`.execute(database.db)
    rows.push(...found.rows)
  }
  return rows
}

/** A company in the middle of its life. */
async function company() {
  const add = (email: string, more: object = {}): Promise<UserRow> =>
    app('POST', '/acme/users', { email, workEmail: email, lastName: 'Doe', ...more })
  const owner = await add('Olga@acme.example', { role: 'OWNER', jobTitle: 'Founder', firstName: 'Olga' })
  const away = await add('lea@acme.example', { role: 'ADMIN', status: 'ON_LEAVE', firstName: 'Lea' })
  const bot = await add('deploy-bot@acme.example', { isBot: true, role: 'ADMIN' })
  const gone = await add('gone@acme.example', { firstName: 'Gone' })
  await app('DELETE', `/acme/users/${gone.id}`)
  const { invitation, user: invited } = await app('POST', '/acme/invitations', {
    email: 'ines.invited@acme.example',
    role: 'ADMIN',
    invitedById: owner.id,
  })
  const team = await app('POST', '/acme/teams', { name: 'Design', color: 'teal', leadId: owner.id })
  const ids = [owner, away, bot, gone, invited, team, invitation].map(({ id }) => id)
  return { owner, away, bot, gone, invited, invitation, team, ids }
}

// Each test asks a process.
describe('prisma-express', { timeout: 60_000 }, () => {
  test.each(['okta-user-lifecycle', 'entra-user-lifecycle'])(
    '%s runs, and leaves the rows of the service itself as they are',
    async (name) => {
      const { ids } = await company()
      const before = await printed(ids)
      const { failures } = await runFlow(readFlow(name), { baseUrl: `${origin}/scim/v2`, token })
      expect(failures).toEqual([])
      expect(await printed(ids)).toEqual(before)
    },
  )

  test.each(['okta-group-push', 'entra-group-lifecycle'])(
    '%s runs over teams, and leaves the others alone',
    async (name) => {
      const { ids } = await company()
      const names = ['user1', 'user2', 'user3', 'euser1', 'euser2', 'euser3']
      const made = await Promise.all(
        names.map((one) => scim('POST', '/Users', { userName: `${one}@acme.example`, active: true })),
      )
      const values = Object.fromEntries(names.map((one, at) => [`${one}.id`, made[at]?.json.id]))
      const before = await printed(ids)
      const { failures } = await runFlow(readFlow(name), { baseUrl: `${origin}/scim/v2`, token, values })
      expect(failures).toEqual([])
      expect(await printed(ids)).toEqual(before)
    },
  )

  test('who is on leave stays so, whatever else changes, until they are deactivated', async () => {
    const { away } = await company()
    const path = `/Users/${away.id}`
    const echo = (await scim('GET', path)).json
    expect(echo).toMatchObject({ userName: 'lea@acme.example', active: true })
    await patch(path, { op: 'Replace', path: 'title', value: 'Writer' })
    await scim('PUT', path, { ...echo, title: 'Editor' })
    await patch(path, { op: 'replace', value: { active: true, name: { familyName: 'Berg' } } })
    expect(await rowOf('lea@acme.example')).toMatchObject({
      status: 'ON_LEAVE',
      role: 'ADMIN',
      jobTitle: 'Editor',
      firstName: 'Lea',
      lastName: 'Berg',
    })
    await patch(path, { op: 'Replace', path: 'active', value: 'False' })
    expect(await rowOf('lea@acme.example')).toMatchObject({ status: 'TERMINATED', role: 'ADMIN' })
    await patch(path, { op: 'replace', value: { active: true } })
    expect(await rowOf('lea@acme.example')).toMatchObject({ status: 'ACTIVE', role: 'ADMIN' })
  })

  test('who was invited is taken over by Okta, and keeps role and invitation', async () => {
    const { invited, invitation } = await company()
    const created = await scim('POST', '/Users', {
      userName: 'INES.invited@acme.example',
      externalId: '00u-ines',
      name: { givenName: 'Inès' },
      emails: [{ value: 'INES.invited@acme.example', type: 'work', primary: true }],
      active: true,
    })
    expect([created.status, created.json.id]).toEqual([201, invited.id])
    const row = (await users()).find(({ id }) => id === invited.id)
    expect(row).toMatchObject({ status: 'INVITED', role: 'ADMIN', firstName: 'Inès' })
    expect(await app('GET', '/acme/invitations')).toEqual([invitation])
    // Nobody else is.
    expect((await scim('POST', '/Users', { userName: 'lea@acme.example' })).status).toBe(409)
  })

  test('the last owner can be neither deactivated nor deleted', async () => {
    const { owner, ids } = await company()
    const before = await printed(ids)
    const refused = [
      await patch(`/Users/${owner.id}`, { op: 'replace', value: { active: false } }),
      await scim('PUT', `/Users/${owner.id}`, { userName: 'olga@acme.example', active: false }),
      await scim('DELETE', `/Users/${owner.id}`),
    ]
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403])
    expect(refused[0]?.json.detail).toBe('The last owner of a company can be neither deactivated nor deleted')
    expect(await printed(ids)).toEqual(before)
  })

  test('a deletion keeps the row, and a rehire comes back to it', async () => {
    const { away, owner, invitation } = await company()
    const [{ id } = { id: '' }] = await lookUp('lea@acme.example')
    expect(id).toBe(away.id)
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204)
    expect((await scim('GET', `/Users/${id}`)).status).toBe(404)
    expect(await lookUp('lea@acme.example')).toEqual([])
    expect(await rowOf('lea@acme.example')).toMatchObject({
      id,
      status: 'TERMINATED',
      role: 'ADMIN',
      deletedAt: expect.any(String),
    })
    // What others have of a person stays: the invitation that Olga sent.
    expect(await app('GET', '/acme/invitations')).toEqual([invitation])
    const back = await scim('POST', '/Users', { userName: 'Lea@acme.example', active: true })
    expect([back.status, back.json.id]).toEqual([201, id])
    expect((await users()).find((one) => one.id === id)).toMatchObject({
      status: 'ACTIVE',
      role: 'ADMIN',
      deletedAt: null,
    })
    expect(owner.role).toBe('OWNER')
  })

  test('neither bots nor other companies are seen', async () => {
    const { bot, gone, owner } = await company()
    for (const { id, email } of [bot, gone]) {
      expect(await lookUp(email)).toEqual([])
      expect((await scim('GET', `/Users/${id}`)).status).toBe(404)
      expect((await scim('DELETE', `/Users/${id}`)).status).toBe(404)
      expect((await patch(`/Users/${id}`, { op: 'replace', value: { active: false } })).status).toBe(404)
    }
    expect((await scim('GET', '/Users')).json.totalResults).toBe(3)
    expect(await lookUp('olga@acme.example', other)).toEqual([])
    expect((await scim('GET', `/Users/${owner.id}`, undefined, other)).status).toBe(404)
    expect((await scim('GET', '/Groups', undefined, other)).json.totalResults).toBe(0)
    // The same address is somebody else there.
    expect((await scim('POST', '/Users', { userName: 'olga@acme.example' }, other)).status).toBe(201)
  })

  test('a lead stays the lead of a team that Okta and Entra ID push members into', async () => {
    const { owner, away, team } = await company()
    const path = `/Groups/${team.id}`
    const memberships = async () => (await app('GET', '/acme/teams'))[0].members
    const [lead] = await memberships()
    expect(lead).toMatchObject({ userId: owner.id, isLead: true })
    await patch(path, { op: 'Add', path: 'members', value: [{ $ref: null, value: away.id }] })
    await patch(path, { op: 'add', path: 'members', value: [{ value: owner.id }] })
    const members = [{ value: owner.id }, { value: away.id }]
    await patch(path, { op: 'replace', path: 'members', value: members })
    await scim('PUT', path, { schemas: [urns.group], displayName: 'Design', members })
    expect(await memberships()).toEqual([lead, expect.objectContaining({ userId: away.id, isLead: false })])
    await patch(path, { op: 'remove', path: `members[value eq "${away.id}"]` })
    expect(await memberships()).toEqual([lead])
    expect((await app('GET', '/acme/teams'))[0]).toMatchObject({ name: 'Design', color: 'teal' })
  })

  test('times are those of the service, in whatever zone it runs', async () => {
    await company()
    const { json } = await scim('POST', '/Users', { userName: 'now@acme.example' })
    const row = await rowOf('now@acme.example')
    expect(row).toMatchObject({ createdAt: json.meta.created, updatedAt: json.meta.lastModified })
    expect(Math.abs(Date.parse(json.meta.created) - Date.now())).toBeLessThan(60_000)
  })
})
