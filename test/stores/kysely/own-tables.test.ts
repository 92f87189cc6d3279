import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scim } from '../../../src/index.js'
import { urns } from '../../../src/index.js'
import { guideSnippets, guideTables, writeHostModules } from '../../snippets.js'
import { postgres, type TestDatabase } from './databases.js'

// The guide to tables of one's own is run: each of its services over the tables that it shows.

const root = join(import.meta.dirname, '../../..')
// Beside the sources, so that the packages that a snippet names are found.
const folder = join(root, 'test', '.guide')

const migration = readFileSync(join(root, 'examples/prisma-express/prisma/migration.sql'), 'utf8')

/** What the tables of a section are called, and how its host writes to them. */
interface Section {
  readonly name: string
  /** Text that only its snippet has. */
  readonly mark: string
  readonly tables: string
  readonly user: string
  readonly team: string
  readonly members: string
  readonly email: string
  /** A row of the host's own: a lead who is away, where the service knows that. */
  readonly insert: string
  readonly insertTeam: string
  readonly insertMember: string
  /** A row that the identity provider must not see. */
  readonly hidden: string
  /** The column of a membership that only the host knows. */
  readonly own: string
  /** Whether a new user with the address of a deleted one is the old row. */
  readonly revives: boolean
}

const sections: readonly Section[] = [
  {
    name: 'plain SQL',
    mark: 'interface UserRow',
    tables: guideTables[0] ?? '',
    user: 'users',
    team: 'teams',
    members: 'team_members',
    email: 'email',
    insert:
      "insert into users (company, email, first_name, role, status) values ('acme', 'Lea@acme.example', 'Lea', 'admin', 'on_leave') returning id::text",
    insertTeam:
      "insert into teams (company, name, color) values ('acme', 'Design', 'teal') returning id::text",
    insertMember: 'insert into team_members (team_id, user_id, is_lead) values ($1, $2, true)',
    hidden:
      "insert into users (company, email, kind) values ('acme', 'bot@acme.example', 'bot') returning id::text",
    own: 'is_lead',
    revives: false,
  },
  {
    name: 'Drizzle',
    mark: 'drizzle(pool)',
    tables: guideTables[1] ?? '',
    user: 'people',
    team: 'squads',
    members: 'squad_members',
    email: 'email',
    insert:
      "insert into people (company, email, full_name, role) values ('acme', 'Lea@acme.example', 'Lea', 'admin') returning id",
    insertTeam: "insert into squads (company, title) values ('acme', 'Design') returning id",
    insertMember: "insert into squad_members (squad_id, person_id, since) values ($1, $2, '2001-01-01Z')",
    hidden:
      "insert into people (company, email, deleted_at) values ('acme', 'gone@acme.example', now()) returning id",
    own: 'since',
    revives: true,
  },
  {
    name: 'Prisma',
    mark: 'new PrismaClient(',
    tables: migration,
    user: 'User',
    team: 'Team',
    members: 'TeamMember',
    email: 'email',
    insert: `insert into "User" (id, company, email, "firstName", role, status, "updatedAt") values ('lea', 'acme', 'Lea@acme.example', 'Lea', 'ADMIN', 'ON_LEAVE', now()) returning id`,
    insertTeam: `insert into "Team" (id, company, name, color, "updatedAt") values ('design', 'acme', 'Design', 'teal', now()) returning id`,
    insertMember: 'insert into "TeamMember" ("teamId", "userId", "isLead") values ($1, $2, true)',
    hidden: `insert into "User" (id, company, email, "isBot", "updatedAt") values ('bot', 'acme', 'bot@acme.example', true, now()) returning id`,
    own: 'isLead',
    revives: true,
  },
]

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeHostModules(folder)
  for (const [index, code] of guideSnippets.entries())
    writeFileSync(join(folder, `snippet-${index}.ts`), code)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('on PostgreSQL', () => {
  let database: TestDatabase
  let pool: pg.Pool
  beforeAll(async () => {
    database = await postgres()
    Object.assign(process.env, { DATABASE_URL: database.url, SCIM_TOKEN: 't0ken', SCIM_SECRET: 'secret' })
    pool = ((await import(join(folder, 'database.ts'))) as { pool: pg.Pool }).pool
    for (const { tables } of sections) await pool.query(tables)
  })
  afterAll(async () => {
    await pool.end()
    await database.close()
  })

  it('has a service for each of the tables that it shows', () => {
    expect(guideTables).toHaveLength(2)
    // The one about policies has another database; the compiler reads it. Two are about tables of scimkit's own.
    expect(guideSnippets).toHaveLength(sections.length + 3)
  })

  it('has tables in a schema and under a prefix, and walks that processes share', async () => {
    for (const mark of ["schema: 'identity'", 'kyselyWalks(pool)']) {
      const index = guideSnippets.findIndex((code) => code.includes(mark))
      await import(join(folder, `snippet-${index}.ts`))
    }
    const { rows } = await pool.query<{ name: string }>(
      "select concat_ws('.', table_schema, table_name) as name from information_schema.tables where table_name ~ '^(acme|scim)_'",
    )
    const [names, unknown] = [rows.map(({ name }) => name), /migrations|^identity\.acme_|^public\.scim_/]
    for (const name of ['users', 'events_heads', 'request_log', 'guest_links'])
      expect(names).toContain(`identity.acme_${name}`)
    expect(names).toContain('public.scim_walks')
    expect(names.filter((name) => !unknown.test(name))).toEqual([])
    await pool.query('drop schema identity cascade')
  })

  describe.each(sections)('the service over $name', (section) => {
    const { user, team, members, own, revives } = section
    let scim: Scim
    let lead: string
    let design: string
    let hidden: string
    beforeAll(async () => {
      const index = guideSnippets.findIndex((code) => code.includes(section.mark))
      ;({ scim } = (await import(join(folder, `snippet-${index}.ts`))) as { scim: Scim })
      const id = async (statement: string) => (await pool.query(statement)).rows[0].id as string
      lead = await id(section.insert)
      design = await id(section.insertTeam)
      hidden = await id(section.hidden)
      await pool.query(section.insertMember, [design, lead])
    })

    async function call(method: string, path: string, body?: object) {
      const headers = { authorization: 'Bearer t0ken', 'content-type': 'application/scim+json' }
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
      const reply = await scim.fetch(new Request(`http://localhost${path}`, init))
      const text = await reply.text()
      return { status: reply.status, json: text === '' ? undefined : JSON.parse(text) }
    }
    const patch = (path: string, ...Operations: readonly object[]) =>
      call('PATCH', path, { schemas: [urns.patchOp], Operations })
    const find = async (filter: string): Promise<readonly string[]> => {
      const { json } = await call('GET', `/Users?filter=${encodeURIComponent(filter)}`)
      return json.Resources.map(({ id }: { id: string }) => id)
    }
    const row = async (id: string) => {
      const { rows } = await sql<Record<string, unknown>>`
        select * from ${sql.table(user)} where id::text = ${id}`.execute(database.db)
      return rows[0]
    }
    const memberships = async () =>
      (await sql`select * from ${sql.table(members)} order by ${sql.ref(own)} desc`.execute(database.db)).rows

    it('finds its own rows by their address, whatever the case, and by either attribute', async () => {
      for (const filter of [
        'userName eq "LEA@acme.example"',
        'emails[type eq "work"].value eq "lea@acme.example"',
      ])
        expect(await find(filter)).toEqual([lead])
      expect((await call('GET', `/Users/${lead}`)).json).toMatchObject({
        userName: 'Lea@acme.example',
        active: true,
        emails: [{ value: 'Lea@acme.example', type: 'work', primary: true }],
      })
      expect((await call('GET', `/Users/${hidden}`)).status).toBe(404)
    })

    it('changes what a request speaks of, and nothing else', async () => {
      const before = await row(lead)
      const reply = await patch(
        `/Users/${lead}`,
        { op: 'Replace', path: 'title', value: 'not kept here' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'lea.berg@acme.example' },
      )
      expect(reply).toMatchObject({ status: 200, json: { userName: 'lea.berg@acme.example' } })
      const [created, modified] = Object.keys(before ?? {}).filter((name) => /created|updated/.test(name))
      expect(await row(lead)).toEqual({
        ...before,
        email: 'lea.berg@acme.example',
        [modified ?? '']: expect.any(Date),
        [created ?? '']: before?.[created ?? ''],
      })
    })

    it('pushes members into a team, and leaves those of the host as they are', async () => {
      const { json: ben } = await call('POST', '/Users', {
        schemas: [urns.user],
        userName: 'ben@acme.example',
        externalId: '00u-ben',
      })
      const [first] = await memberships()
      const list = [{ value: lead }, { value: ben.id }]
      await patch(`/Groups/${design}`, { op: 'Add', path: 'members', value: [{ value: ben.id }] })
      await call('PUT', `/Groups/${design}`, {
        schemas: [urns.group],
        displayName: 'Design',
        members: list,
      })
      const rows = await memberships()
      expect(rows).toHaveLength(2)
      expect(rows).toContainEqual(first)
      expect((await call('GET', `/Users/${ben.id}`)).json.groups).toMatchObject([
        { value: design, display: 'Design' },
      ])
      await patch(`/Groups/${design}`, { op: 'remove', path: `members[value eq "${ben.id}"]` })
      expect(await memberships()).toEqual([first])
      expect(await sql`select * from ${sql.table(team)}`.execute(database.db)).toMatchObject({
        rows: [{ company: 'acme' }],
      })
    })

    it('keeps the row of who is deleted, and gives the address back', async () => {
      const { json: eve } = await call('POST', '/Users', {
        schemas: [urns.user],
        userName: 'eve@acme.example',
        externalId: '00u-eve',
      })
      expect((await call('DELETE', `/Users/${eve.id}`)).status).toBe(204)
      expect((await call('GET', `/Users/${eve.id}`)).status).toBe(404)
      expect(await find('userName eq "eve@acme.example"')).toEqual([])
      const kept = await row(eve.id)
      expect(kept?.deleted_at ?? kept?.deletedAt).toBeInstanceOf(Date)
      const again = await call('POST', '/Users', { schemas: [urns.user], userName: 'Eve@acme.example' })
      expect(again.status).toBe(201)
      expect(again.json.id === eve.id).toBe(revives)
    })

    it('finds nothing wrong with its tables', async () => {
      const findings = await scim.check()
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
      await scim.ready()
    })
  })

  it('keeps who was made by the host, where a hook says so', async () => {
    const index = guideSnippets.findIndex((code) => code.includes('interface UserRow'))
    const { scim } = (await import(join(folder, `snippet-${index}.ts`))) as { scim: Scim }
    const { rows } = await pool.query("select id::text from users where role = 'admin'")
    const headers = { authorization: 'Bearer t0ken' }
    const request = new Request(`http://localhost/Users/${rows[0].id}`, { method: 'DELETE', headers })
    const reply = await scim.fetch(request)
    expect([reply.status, ((await reply.json()) as { detail: string }).detail]).toEqual([
      403,
      'This account is not yours to delete',
    ])
  })
})
