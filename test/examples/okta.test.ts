import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { simulateEntra, simulateOkta } from '../../src/testing/index.js'
import { freePort, type Program, said, start } from '../cli/program.js'
import { exchange, readFlow, runFlow } from '../fixtures/flow.js'

const root = resolve(import.meta.dirname, '../..')
const token = 'the-token-that-okta-sends'
const flow = readFlow('okta-user-lifecycle')
const urns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  enterpriseUser: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  patchOp: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
}

/** What the tests read of replies. */
interface Body {
  readonly id: string
  readonly active: boolean
  readonly totalResults: number
  readonly session: string
  readonly meta: { readonly version: string; readonly location: string }
}

interface Service {
  readonly name: string
  /** What to run before it can start. */
  readonly build?: readonly string[]
  readonly command: readonly string[]
  readonly folder: string
  /** Where the host's own routes are; undefined where it has none. */
  readonly own?: string
  /** Starts without a token in the environment, and says the ones that it has made. */
  readonly makesTokens?: boolean
}

// The command line keeps its data in the folder that it is started in; hono-okta where it is told.
const empty = mkdtempSync(resolve(tmpdir(), 'scimkit-okta-'))
afterAll(() => rmSync(empty, { recursive: true, force: true }))

const services: readonly Service[] = [
  {
    name: 'the command line',
    folder: empty,
    command: ['node', resolve(root, 'dist/cli/main.js'), 'serve'],
  },
  {
    name: 'express-okta',
    folder: 'examples/express-okta',
    command: ['npm', 'start'],
    own: '',
    makesTokens: true,
  },
  {
    name: 'hono-okta',
    folder: 'examples/hono-okta',
    command: ['npm', 'start'],
    own: '',
  },
  {
    name: 'next-okta',
    folder: 'examples/next-okta',
    build: ['npm', 'run', 'build'],
    command: ['npm', 'start'],
    own: '/api',
  },
]

describe.each(services)('$name', ({ folder, build, command, own, makesTokens }) => {
  const cwd = resolve(root, folder)
  const env = {
    SCIM_TOKEN: token,
    SCIM_TOKEN_GLOBEX: `${token}-of-globex`,
    DATA_DIR: resolve(empty, 'data'),
    NEXT_TELEMETRY_DISABLED: '1',
  }
  let program: Program | undefined
  let origin: string

  beforeAll(async () => {
    if (build) {
      const { ended, out, err } = start(build, { cwd, env: { NEXT_TELEMETRY_DISABLED: '1' } })
      if ((await ended) !== 0) throw new Error(out() + err())
    }
    const port = await freePort()
    origin = `http://localhost:${port}`
    program = start(command, { cwd, env: { ...env, PORT: String(port) } })
    await said(program, /SCIM at|Ready in/)
  }, 180_000)
  afterAll(() => program?.[Symbol.asyncDispose]())

  /** A request as Okta sends it. */
  async function okta(method: string, path: string, body?: object, authorization = `Bearer ${token}`) {
    const headers = {
      Accept: 'application/scim+json',
      'User-Agent': 'Okta SCIM Client 1.0.0',
      Authorization: authorization,
      'Accept-Encoding': 'gzip,deflate',
      ...(body && { 'Content-Type': 'application/scim+json; charset=utf-8' }),
    }
    const text = body && JSON.stringify(body)
    const { status, json } = await exchange(method, `${origin}/scim/v2${path}`, headers, text)
    return { status, body: json as Body }
  }
  const lookUp = (userName: string) =>
    okta('GET', `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}&startIndex=1&count=100`)
  const setActive = (active: boolean) => ({
    schemas: [urns.patchOp],
    Operations: [{ op: 'replace', value: { active } }],
  })
  /** A user as Okta creates one, who is not there yet. */
  async function join(userName: string) {
    expect((await lookUp(userName)).body).toMatchObject({ totalResults: 0, Resources: [] })
    const created = await okta('POST', '/Users', {
      schemas: [urns.user],
      userName,
      name: { givenName: 'Siân', familyName: "O'Dowd" },
      emails: [{ primary: true, value: userName }],
      externalId: `00u-${userName}`,
      groups: [],
      password: 'placeholder',
      active: true,
    })
    expect(created.status).toBe(201)
    return created.body
  }

  test('the whole flow of Okta', async () => {
    const { failures } = await runFlow(flow, { baseUrl: `${origin}/scim/v2`, token })
    expect(failures).toEqual([])
  })

  test.each(['aiw', 'oin', 'header'] as const)('Okta in a box, mode %s', async (mode) => {
    const box = simulateOkta({ baseUrl: `${origin}/scim/v2`, token, mode })
    const userName = `boxed-${mode}@example.com`
    const user = { userName, givenName: 'Box', familyName: 'Ed', email: userName, title: 'Tester' }
    const results = [
      await box.testCredentials(),
      await box.testCredentials({ token: 'wrong' }),
      await box.assign(user),
      await box.updateProfile(userName, { title: 'Lead', familyName: "O'Box" }),
      await box.unassign(userName),
      await box.assign(userName),
      await box.deactivate(userName),
      await box.reactivate(userName),
      await box.importUsers(),
      await box.compare(),
    ]
    expect(results.flatMap(({ differences, problems }) => [...differences, ...problems])).toEqual([])
    expect(await box.cleanUp()).toEqual([])
  })

  test.each([false, true])('Entra in a box, aadOptscim062020 %s', async (aadOptscim062020) => {
    const box = simulateEntra({ baseUrl: `${origin}/scim/v2`, token, flags: { aadOptscim062020 } })
    const userName = `entra-${aadOptscim062020}@example.com`
    const results = [await box.testCredentials()]
    const cycle = async (change: Promise<unknown>) => {
      await change
      results.push(await box.runCycle())
    }
    await cycle(
      box.assign({ userName, givenName: 'Box', familyName: 'Ed', email: userName, title: 'Tester' }),
    )
    await cycle(box.updateProfile(userName, { title: 'Lead', department: 'Works' }))
    await cycle(box.deactivate(userName))
    await cycle(box.reactivate(userName))
    await cycle(box.purgeUser(userName))
    results.push(await box.compare())
    expect(results.flatMap(({ differences, problems }) => [...differences, ...problems])).toEqual([])
    expect(await box.cleanUp()).toEqual([])
  })

  test('an app of the wizard, which puts what it has read', async () => {
    const { id } = await join("sian.o'dowd+1@example.com")
    const read = (await okta('GET', `/Users/${id}`)).body
    for (const active of [false, false, true, true]) {
      const echo = (await okta('GET', `/Users/${id}`)).body
      const answer = await okta('PUT', `/Users/${id}`, { ...echo, active })
      expect(answer).toMatchObject({ status: 200, body: { id, active } })
      // Said again, it is no change.
      if (echo.active === active) expect(answer.body.meta).toEqual(echo.meta)
      expect((await lookUp("SIAN.O'DOWD+1@example.com")).body).toMatchObject({
        totalResults: 1,
        Resources: [{ id, active }],
      })
    }
    expect((await okta('GET', `/Users/${id}`)).body).toEqual({ ...read, meta: expect.anything() })
  })

  test('a catalogue app, which patches, in another order: renamed while inactive, taken over, back', async () => {
    const one = await join('first@example.com')
    const two = await join('second@example.com')
    expect((await okta('PATCH', `/Users/${one.id}`, setActive(false))).status).toBe(200)
    const renamed = { ...one, userName: 'SECOND@example.com', active: false }
    expect((await okta('PUT', `/Users/${one.id}`, renamed)).status).toBe(409)
    expect((await lookUp('first@example.com')).body).toMatchObject({ Resources: [{ active: false }] })
    const free = { ...one, userName: 'former@example.com', active: false }
    expect((await okta('PUT', `/Users/${one.id}`, free)).body).toMatchObject({ id: one.id, active: false })
    const { id } = await join('first@example.com')
    expect([one.id, two.id]).not.toContain(id)
    expect((await okta('PATCH', `/Users/${one.id}`, setActive(true))).body).toMatchObject({
      id: one.id,
      userName: 'former@example.com',
      active: true,
    })
  })

  test('keeps every attribute, and forgets the ones that are cleared', async () => {
    const { id } = await join('whole@example.com')
    const whole = {
      schemas: [urns.user, urns.enterpriseUser],
      id,
      externalId: '00u-whole',
      userName: 'whole@example.com',
      name: { formatted: 'Dr. W. Hole', familyName: 'Hole', givenName: 'W.', honorificPrefix: 'Dr.' },
      displayName: 'W. Hole',
      nickName: 'W',
      title: 'Technician',
      locale: 'cy-GB',
      timezone: 'Europe/London',
      active: true,
      emails: [
        { value: 'whole@example.com', type: 'work', primary: true },
        { value: 'home@example.org', type: 'home' },
      ],
      phoneNumbers: [{ value: '+44 1632 960001', type: 'mobile' }],
      addresses: [{ streetAddress: '1 High Street', locality: 'Cardiff', country: 'GB', type: 'work' }],
      roles: [{ value: 'keyholder', display: 'Keyholder' }],
      [urns.enterpriseUser]: { employeeNumber: '701', department: 'Works', manager: { value: id } },
    }
    expect((await okta('PUT', `/Users/${id}`, whole)).status).toBe(200)
    const read = (await okta('GET', `/Users/${id}`)).body
    expect(read).toMatchObject(whole)
    expect((await okta('PUT', `/Users/${id}`, read)).body).toEqual(read)

    const bare = { schemas: [urns.user], userName: 'whole@example.com', name: { givenName: '' }, emails: [] }
    await okta('PUT', `/Users/${id}`, bare)
    expect((await okta('GET', `/Users/${id}`)).body).toEqual({
      schemas: [urns.user],
      id,
      userName: 'whole@example.com',
      active: true,
      meta: expect.anything(),
    })
    const missing = encodeURIComponent('userName eq "whole@example.com" and not (name pr or emails pr)')
    expect((await okta('GET', `/Users?filter=${missing}`)).body.totalResults).toBe(1)
  })

  test('a wrong token reads and changes nothing', async () => {
    const { id } = await join('guarded@example.com')
    const before = (await okta('GET', `/Users/${id}`)).body
    for (const wrong of ['Bearer nonsense', 'non-token', `Bearer ${token}x`, 'Basic b2t0YTpva3Rh', '']) {
      expect((await okta('GET', '/Users?startIndex=1&count=2', undefined, wrong)).status).toBe(401)
      expect((await okta('PATCH', `/Users/${id}`, setActive(false), wrong)).status).toBe(401)
      expect((await okta('PUT', `/Users/${id}`, { ...before, active: false }, wrong)).status).toBe(401)
      expect((await okta('DELETE', `/Users/${id}`, undefined, wrong)).status).toBe(401)
    }
    expect((await okta('GET', `/Users/${id}`, undefined, token)).body).toEqual(before)
  })

  if (own === undefined) return

  const json = { 'Content-Type': 'application/json' }
  const logIn = async (login: string) => {
    const { status, json: reply } = await exchange(
      'POST',
      `${origin}${own}/login`,
      json,
      JSON.stringify({ company: 'acme', login }),
    )
    return { status, session: (reply as Body).session }
  }
  const me = async (session: string) =>
    (await exchange('GET', `${origin}${own}/me`, { Authorization: `Bearer ${session}` })).status
  const row = async (id: string) => {
    const { json: rows } = await exchange('GET', `${origin}${own}/employees`, {})
    return (rows as { id: string }[]).find((one) => one.id === id)
  }
  // Each service has words of its own.
  const active = expect.stringMatching(/^active$/i)
  const terminated = expect.stringMatching(/^terminated$/i)

  test.each(['PATCH', 'PUT'])(
    'a %s that deactivates terminates the employee and ends the sessions',
    async (method) => {
      const login = `leaver-by-${method}@example.com`
      const user = await join(login)
      expect(await row(user.id)).toMatchObject({
        login,
        first_name: 'Siân',
        last_name: "O'Dowd",
        work_email: login,
        okta_id: `00u-${login}`,
        status: active,
        sessions: 0,
      })
      const [{ session }, other] = [await logIn(login.toUpperCase()), await logIn(login)]
      expect(await me(session)).toBe(200)
      expect(await row(user.id)).toMatchObject({ sessions: 2 })
      await join(`stayer-by-${method}@example.com`)
      const stayer = await logIn(`stayer-by-${method}@example.com`)

      const change = (active: boolean) =>
        okta(method, `/Users/${user.id}`, method === 'PUT' ? { ...user, active } : setActive(active))
      expect((await change(false)).status).toBe(200)
      // At once, whenever the sessions themselves end.
      expect([await me(session), await me(other.session)]).toEqual([401, 401])
      // An outbox delivers a moment later.
      await expect
        .poll(() => row(user.id), { timeout: 5000 })
        .toMatchObject({ status: terminated, sessions: 0, login })
      expect([await me(session), await me(other.session), await me(stayer.session)]).toEqual([401, 401, 200])
      expect((await logIn(login)).status).toBe(403)
      expect((await okta('GET', `/Users/${user.id}`)).body.active).toBe(false)

      expect((await change(true)).status).toBe(200)
      expect(await row(user.id)).toMatchObject({ status: active, sessions: 0, login })
      expect(await me(session)).toBe(401)
      expect((await logIn(login)).status).toBe(201)
    },
  )

  test('a user who is deleted has no row and no session', async () => {
    const { id } = await join('deleted@example.com')
    const { session } = await logIn('deleted@example.com')
    expect((await okta('DELETE', `/Users/${id}`)).status).toBe(204)
    expect(await row(id)).toBeUndefined()
    expect(await me(session)).toBe(401)
    expect((await okta('GET', `/Users/${id}`)).status).toBe(404)
    await join('deleted@example.com')
  })

  test('its README shows it without Okta', async () => {
    const readme = readFileSync(resolve(cwd, 'README.md'), 'utf8')
    const script = /^```sh\n(base=[\s\S]*?)^```$/m.exec(readme)?.[1] ?? ''
    const shell = start(['sh', '-ec', script.replace('http://localhost:3000', origin)], {
      env,
    })
    expect(await shell.ended).toBe(0)
    const replies = shell.out().trimEnd().split('\n')
    const [created, login, before, patched, after] = replies.map((line) => JSON.parse(line))
    expect(created).toMatchObject({ userName: 'ada@example.com', active: true })
    expect(before.at(-1)).toMatchObject({ id: created.id, status: active, sessions: 1 })
    expect(patched).toMatchObject({ id: created.id, active: false })
    expect(after.at(-1)).toMatchObject({ id: created.id, status: terminated, sessions: 0 })
    expect(await me(login.session)).toBe(401)
  })

  if (!makesTokens)
    test('without a token it says so and does not start', async () => {
      await using other = start(command, { cwd, env: { PORT: String(await freePort()) } })
      expect(await other.ended).toBe(1)
      expect(other.err()).toMatch(/^SCIM_TOKEN is not set.*\n/)
      expect(other.err()).not.toContain(' at ')
    })
})

test('the examples say the same to the administrator of Okta', () => {
  const read = (folder: string, file: string) => readFileSync(resolve(root, 'examples', folder, file), 'utf8')
  const guides = ['express-okta', 'hono-okta', 'next-okta'].map((folder) =>
    read(folder, 'README.md').split('## Connect Okta')[1]?.replaceAll('/api/employees', '/employees'),
  )
  expect(new Set(guides).size).toBe(1)
  expect(guides[0]).toContain('Test API Credentials')
})
