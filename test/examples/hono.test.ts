import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { urns } from '../../src/index.js'
import { ask, freePort, node, type Program, root, said, start } from '../cli/program.js'
import { readFlow, runFlow } from '../fixtures/flow.js'
import { pgliteTemplate } from '../setup/pglite-template.js'
import { postgres } from '../stores/kysely/databases.js'

const token = 'the-token-that-okta-sends'
const cwd = resolve(root, 'examples/hono-okta')

/** Where the example keeps its data: the environment that says so. */
interface Place {
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

const places = [
  {
    name: 'PGlite',
    async open(): Promise<Place> {
      const folder = mkdtempSync(resolve(tmpdir(), 'hono-okta-'))
      // That it makes a database where there is none is seen beside the other examples.
      cpSync(pgliteTemplate.directory, folder, { recursive: true })
      return { env: { DATA_DIR: folder }, close: async () => rmSync(folder, { recursive: true }) }
    },
  },
  {
    name: 'PostgreSQL',
    open: onPostgres,
  },
]

async function onPostgres(): Promise<Place> {
  const { url = '', close } = await postgres()
  return { env: { DATABASE_URL: url }, close }
}

/** The process itself rather than `npm start`, so that signals reach nobody else. */
async function service(env: Place['env']) {
  const port = await freePort()
  const command = [...node, '--import', 'tsx', 'src/server.ts']
  const program = start(command, { cwd, env: { ...env, SCIM_TOKEN: token, PORT: String(port) } })
  await said(program, /SCIM at/)
  const origin = `http://localhost:${port}`
  const scim = (method: string, path: string, body?: object) =>
    ask(
      `${origin}/scim/v2${path}`,
      token,
      body ? { method, body: JSON.stringify({ schemas: [urns.user], ...body }) } : { method },
    )
  const logIn = async (login: string): Promise<string> => {
    const body = JSON.stringify({ login })
    return (await ask(`${origin}/login`, '', { method: 'POST', body })).json.session
  }
  return {
    program,
    origin,
    scim,
    logIn,
    setActive: (id: string, active: boolean) =>
      scim('PATCH', `/Users/${id}`, {
        schemas: [urns.patchOp],
        Operations: [{ op: 'replace', value: { active } }],
      }),
    me: async (session: string) => (await ask(`${origin}/me`, session)).status,
    list: async (what: 'employees' | 'departments') => (await ask(`${origin}/${what}`, '')).json,
  }
}

async function end({ child, ended }: Program, signal: NodeJS.Signals) {
  child.kill(signal)
  return ended
}

const boss = { userName: 'boss@example.com', displayName: 'The Boss', active: true }
const ada = {
  schemas: [urns.user, urns.enterpriseUser],
  externalId: '00u-ada',
  userName: 'ada@example.com',
  name: { givenName: 'Ada', familyName: 'Lovelace', middleName: 'King' },
  displayName: 'Ada Lovelace',
  title: 'Analyst',
  emails: [{ value: 'ada@work.example.com', type: 'work', primary: true }],
  active: true,
}

// Each test starts processes.
describe.each(places)('hono-okta on $name', { timeout: 60_000 }, ({ open }) => {
  let place: Place
  beforeEach(async () => {
    place = await open()
  })
  afterEach(() => place.close())

  test('who was terminated right before the process was killed has no session after the next start', async () => {
    const first = await service(place.env)
    await using _ = first.program
    const { json: user } = await first.scim('POST', '/Users', ada)
    const { json: other } = await first.scim('POST', '/Users', boss)
    const [session, others] = [await first.logIn('ada@example.com'), await first.logIn('boss@example.com')]
    expect([await first.me(session), await first.me(others)]).toEqual([200, 200])
    expect((await first.setActive(user.id, false)).status).toBe(200)
    expect(await end(first.program, 'SIGKILL')).toBe('SIGKILL')

    const second = await service(place.env)
    await using __ = second.program
    expect(await second.me(session)).toBe(401)
    // Seldom the first has begun already, and its claim is to run out before the second goes on.
    await expect
      .poll(() => second.list('employees'), { timeout: 20_000 })
      .toMatchObject([
        { id: user.id, status: 'TERMINATED', sessions: 0 },
        { id: other.id, status: 'ACTIVE', sessions: 1 },
      ])
    // Back again, but not with the session of before.
    expect((await second.setActive(user.id, true)).json.active).toBe(true)
    expect([await second.me(session), await second.me(others)]).toEqual([401, 200])
  })

  test('a restart keeps employees and sessions', async () => {
    const first = await service(place.env)
    await using _ = first.program
    const { json: user } = await first.scim('POST', '/Users', ada)
    const session = await first.logIn('ADA@example.com')
    expect(await end(first.program, 'SIGINT')).toBe(0)
    expect(first.program.err()).toBe('')

    const second = await service(place.env)
    await using __ = second.program
    expect((await second.scim('GET', `/Users/${user.id}`)).json.meta.version).toBe(user.meta.version)
    expect(await second.me(session)).toBe(200)
    expect((await second.scim('POST', '/Users', ada)).status).toBe(409)
    expect(await end(second.program, 'SIGTERM')).toBe(0)
  })
})

// The flow of Okta on PGlite is seen beside the other examples.
describe('hono-okta', { timeout: 60_000 }, () => {
  let place: Place
  beforeEach(async () => {
    place = await onPostgres()
  })
  afterEach(() => place.close())

  test('the whole flow of Okta', async () => {
    const { program, origin } = await service(place.env)
    await using _ = program
    const { failures } = await runFlow(readFlow('okta-user-lifecycle'), {
      baseUrl: `${origin}/scim/v2`,
      token,
    })
    expect(failures).toEqual([])
  })

  test('each attribute is in its column', async () => {
    const { program, scim, list } = await service(place.env)
    await using _ = program
    const { json: head } = await scim('POST', '/Users', boss)
    const enterprise = {
      employeeNumber: '7',
      department: 'Engines',
      costCenter: 'C1',
      manager: { value: head.id },
    }
    const { status, json: user } = await scim('POST', '/Users', { ...ada, [urns.enterpriseUser]: enterprise })
    expect(status).toBe(201)
    expect(user[urns.enterpriseUser].manager).toMatchObject({ value: head.id, displayName: 'The Boss' })
    expect((await list('employees')).at(-1)).toEqual({
      id: user.id,
      login: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace',
      display_name: 'Ada Lovelace',
      work_email: 'ada@work.example.com',
      job_title: 'Analyst',
      employee_number: '7',
      department: 'Engines',
      manager_id: head.id,
      status: 'ACTIVE',
      okta_id: '00u-ada',
      profile: {
        name: { middleName: 'King' },
        'emails[primary eq true]': { type: 'work' },
        [urns.enterpriseUser]: { costCenter: 'C1' },
      },
      created_at: user.meta.created,
      updated_at: user.meta.lastModified,
      sessions: 0,
    })
    expect(await list('departments')).toEqual([{ name: 'Engines', employees: 1 }])
    expect((await scim('GET', `/Users/${user.id}`)).json).toEqual(user)
  })

  test('filters find who is terminated, and who is in a department', async () => {
    const { program, scim, setActive } = await service(place.env)
    await using _ = program
    const { json: head } = await scim('POST', '/Users', boss)
    const { json: user } = await scim('POST', '/Users', {
      ...ada,
      [urns.enterpriseUser]: { department: 'Engines' },
    })
    expect((await setActive(user.id, false)).json.active).toBe(false)
    const found = async (filter: string) => {
      const { json } = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`)
      return json.Resources.map(({ id }: { id: string }) => id)
    }
    expect(await found('active eq false')).toEqual([user.id])
    expect(await found('active eq true')).toEqual([head.id])
    expect(await found(`${urns.enterpriseUser}:department eq "engines"`)).toEqual([user.id])
    expect(await found('emails[type eq "work"].value eq "ada@work.example.com"')).toEqual([user.id])
  })
})

test('SCIM shows what the service itself has changed', async () => {
  const { db, url = '', close } = await postgres()
  try {
    const { program, scim } = await service({ DATABASE_URL: url })
    await using _ = program
    const { json: user } = await scim('POST', '/Users', {
      ...ada,
      [urns.enterpriseUser]: { department: 'Engines' },
    })
    await sql`update departments set name = 'Machines' where name = 'Engines'`.execute(db)
    const { json: read } = await scim('GET', `/Users/${user.id}`)
    expect(read[urns.enterpriseUser]).toEqual({ department: 'Machines' })
    expect(read.meta.version).not.toBe(user.meta.version)
  } finally {
    await close()
  }
})

test('a database that is not there is said in one line, without its password', async () => {
  const url = `postgres://somebody:hidden@127.0.0.1:${await freePort()}/nothing`
  await using program = start([process.execPath, '--import', 'tsx', 'src/server.ts'], {
    cwd,
    env: { DATABASE_URL: url, SCIM_TOKEN: token },
  })
  expect(await program.ended).toBe(1)
  expect(program.err()).toBe('the database cannot be opened: ECONNREFUSED\n')
})
