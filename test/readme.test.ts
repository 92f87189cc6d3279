import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { PrismaPg } from '@prisma/adapter-pg'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { Express } from 'express'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Connections } from '../src/connections/index.js'
import type { Scim, UserStore } from '../src/index.js'
import { bearerTokens, createScim, rules, urns } from '../src/index.js'
import { defaultLimits } from '../src/operations/index.js'
import { commands, exampleReadme, readme, rulesReadme, snippets, writeSnippets } from './snippets.js'
import { postgres, type TestDatabase } from './stores/kysely/databases.js'
import { createEmployees, employeeStores } from './stores/kysely/employees.js'

const root = join(import.meta.dirname, '..')
// Beside the sources, so that the packages that a snippet names are found.
const folder = join(root, 'test', '.readme')

beforeAll(() => writeSnippets(folder))
/** What the services of the README are configured by. */
const environment = {
  SCIM_TOKEN: 't0ken',
  SCIM_TOKEN_SHA256: 'ab'.repeat(32),
  SCIM_SECRET: 'a secret of at least 32 characters',
}

// A program that was told to end may still be writing.
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

function snippetWith(text: string): { readonly file: string; readonly code: string } {
  const index = snippets.findIndex((code) => code.includes(text))
  expect(index).not.toBe(-1)
  return { file: join(folder, `snippet-${index}.ts`), code: snippets[index] ?? '' }
}

/** Runs a program until a request to it is answered, and then the work; it is ended in any case. */
async function whileRunning(
  command: readonly string[],
  env: Record<string, string>,
  url: string,
  work: () => Promise<void>,
): Promise<void> {
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    detached: true,
    stdio: 'ignore',
  })
  try {
    for (let tries = 0; ; tries++) {
      const isUp = await fetch(url).then(
        () => true,
        () => false,
      )
      if (isUp) break
      expect(tries, `${command.join(' ')} does not answer`).toBeLessThan(200)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await work()
  } finally {
    // npm starts others: the whole group is to end.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  }
}

describe('the README', () => {
  it('has a service that starts and answers Okta', { timeout: 60_000 }, async () => {
    const { file } = snippetWith('app.listen')
    const url = 'http://127.0.0.1:5077/scim/v2/Users'
    await whileRunning(
      [join(root, 'node_modules/.bin/tsx'), file],
      { ...environment, PORT: '5077' },
      url,
      async () => {
        const headers = { authorization: 'Bearer t0ken', 'content-type': 'application/scim+json' }
        const body = JSON.stringify({ schemas: [urns.user], userName: 'ada@example.com' })
        const created = await fetch(url, { method: 'POST', headers, body })
        expect(created.status).toBe(201)
        expect(created.headers.get('location')).toContain(`${url}/`)
        expect((await fetch(url)).status).toBe(401)
        const box = spawn(join(root, 'node_modules/.bin/tsx'), [snippetWith('simulateOkta(').file], {
          env: { ...process.env, SCIM_URL: 'http://127.0.0.1:5077/scim/v2', SCIM_TOKEN: 't0ken' },
        })
        const lines: string[] = []
        box.stdout.on('data', (data) => lines.push(String(data)))
        await once(box, 'close')
        expect(lines.join('')).toBe(
          'test credentials as it should be\nassign ada@example.com as it should be\ndeactivate ada@example.com as it should be\n',
        )
      },
    )
  })

  it('has a store that is a store', async () => {
    const { file } = snippetWith('employeeStore')
    const { employeeStore } = (await import(file)) as { employeeStore: UserStore }
    const scim = createScim({ authenticate: bearerTokens([{ token: 't' }]), users: employeeStore })
    const call = async (method: string, path: string, body?: object) => {
      const init = { method, headers: { authorization: 't', 'content-type': 'application/scim+json' } }
      const reply = await scim.fetch(
        new Request(`http://localhost/Users${path}`, body ? { ...init, body: JSON.stringify(body) } : init),
      )
      const text = await reply.text()
      return { status: reply.status, json: text === '' ? undefined : JSON.parse(text) }
    }
    const user = { schemas: [urns.user], userName: 'ada@example.com', name: { givenName: 'Ada' } }
    const created = await call('POST', '', user)
    expect(created.status).toBe(201)
    expect(await call('POST', '', { ...user, userName: 'ADA@example.com' })).toMatchObject({ status: 409 })
    const found = await call('GET', `?filter=${encodeURIComponent('userName eq "Ada@Example.com"')}`)
    expect(found.json).toMatchObject({
      totalResults: 1,
      Resources: [{ name: { givenName: 'Ada' }, active: true }],
    })
    const off = { schemas: [urns.patchOp], Operations: [{ op: 'replace', value: { active: false } }] }
    expect(await call('PATCH', `/${created.json.id}`, off)).toMatchObject({
      status: 200,
      json: { active: false },
    })
    expect(await call('PUT', `/${created.json.id}`, { ...user, active: true })).toMatchObject({
      json: { active: true },
    })
    expect(await call('DELETE', `/${created.json.id}`)).toMatchObject({ status: 204 })
    expect(await call('DELETE', `/${created.json.id}`)).toMatchObject({ status: 404 })
  })

  it('has snippets that run', () => {
    for (const text of [
      'mapUser<EmployeeRow>',
      'defineExtension(',
      'defineResourceType(',
      'bearerTokens([\n  {',
      'isScimError(error)',
    ]) {
      const { file } = snippetWith(text)
      const path = join(folder, 'run.mjs')
      writeFileSync(path, `await import(${JSON.stringify(file)})`)
      const env = { ...process.env, ...environment }
      const run = spawnSync(join(root, 'node_modules/.bin/tsx'), [path], { encoding: 'utf8', env })
      expect(run.stderr).toBe('')
      expect(run.status).toBe(0)
    }
  })

  // Samples with a token of their own were copied, and a service whose variable was forgotten let everybody in.
  it('has no service that starts without a token', { timeout: 60_000 }, () => {
    const services = snippets.flatMap((code, index) =>
      code.includes('bearerTokens([') ? [join(folder, `snippet-${index}.ts`)] : [],
    )
    expect(services.length).toBeGreaterThanOrEqual(5)
    const { SCIM_TOKEN, SCIM_TOKEN_SHA256, ...env } = process.env
    for (const file of services) {
      const path = join(folder, 'forgotten.mjs')
      writeFileSync(path, `await import(${JSON.stringify(file)})`)
      const run = spawnSync(join(root, 'node_modules/.bin/tsx'), [path], { encoding: 'utf8', env })
      expect(run.stderr).toContain('TypeError: bearerTokens[0]: there is no token')
      expect(run.status).toBe(1)
    }
  })

  describe('on PostgreSQL', () => {
    let database: TestDatabase
    let pool: pg.Pool
    beforeAll(async () => {
      database = await postgres()
      await createEmployees(database)
      Object.assign(process.env, environment, { DATABASE_URL: database.url })
      pool = ((await import(join(folder, 'database.ts'))) as { pool: pg.Pool }).pool
    })
    afterAll(async () => {
      await pool.end()
      await database.close()
    })

    /** Creates a user over SCIM, in the service of the README. */
    async function createUser(userName: string): Promise<void> {
      const { scim } = (await import(snippetWith('mapUser<EmployeeRow>').file)) as { scim: Scim }
      const headers = { authorization: 't0ken', 'content-type': 'application/scim+json' }
      const body = JSON.stringify({ schemas: [urns.user], userName, nickName: 'Nick' })
      const request = new Request('http://localhost/Users', { method: 'POST', headers, body })
      expect((await scim.fetch(request)).status).toBe(201)
    }

    it('has a pool that Drizzle shares', async () => {
      const { db } = (await import(snippetWith('drizzle(pool)').file)) as { db: NodePgDatabase }
      const employees = pgTable('employees', { login: text(), company: text(), data: jsonb('scim_data') })
      await db.transaction(async (transaction) => {
        expect(await transaction.select().from(employees)).toEqual([])
        // The pool has two connections: while Drizzle has one, SCIM has the other.
        await createUser('ada')
        const ada = { login: 'ada', company: 'acme', data: { nickName: 'Nick' } }
        expect(await transaction.select().from(employees)).toEqual([ada])
      })
      expect(pool.totalCount).toBe(2)
    })

    it('has a worker that delivers what happened', async () => {
      const { stop, work } = (await import(snippetWith('deliverEvents(').file)) as {
        stop: AbortController
        work: Promise<void>
      }
      const lines: string[] = []
      const log = vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line))
      try {
        const { users } = employeeStores({ ...database, outbox: true })
        const scim = createScim({ authenticate: bearerTokens([{ token: 't', tenant: 'acme' }]), users })
        const send = async (method: string, path: string, body?: object) => {
          const headers = { authorization: 't', 'content-type': 'application/scim+json' }
          const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
          return scim.fetch(new Request(`http://localhost/Users${path}`, init))
        }
        const created = await send('POST', '', { schemas: [urns.user], userName: 'zoe' })
        const { id } = (await created.json()) as { readonly id: string }
        expect((await send('DELETE', `/${id}`)).status).toBe(204)
        await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 10_000 })
        expect(lines[0]).toMatch(new RegExp(`^event [\\da-f-]+: end the sessions of ${id} at acme$`))
      } finally {
        log.mockRestore()
        stop.abort()
        await work
      }
      const [question = '', answer = ''] = exampleReadme.match(/^(?:select|update) .*scim_events.*;$/gm) ?? []
      await pool.query("update scim_events set state = 'dead'")
      await pool.query(
        "insert into scim_events (id, tenant, resource_type, resource_id, name, payload, state) values (gen_random_uuid(), '', 'User', '1', 'user.created', '{}', 'dead')",
      )
      expect((await pool.query(question)).rows.at(-1)).toMatchObject({ name: 'user.created' })
      await pool.query(answer)
      expect((await pool.query(question)).rows).toEqual([])
    })

    it('has a page on which a customer makes a token that the service takes', async () => {
      const made = (await import(snippetWith('createPortal({').file)) as {
        app: Express
        connections: Connections
        sessions: Map<string, { readonly tenant: string; readonly rights: 'view' | 'manage' }>
      }
      const server = made.app.listen(0)
      try {
        const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        const at = async (path: string, init: RequestInit = {}) =>
          (await fetch(origin + path, { redirect: 'manual', ...init })).status
        expect(await at('/settings/scim/')).toBe(403)
        made.sessions.set('session=ada', { tenant: 'acme', rights: 'manage' })
        expect(await at('/settings/scim/', { headers: { cookie: 'session=ada' } })).toBe(200)
        const { id } = await made.connections.create({ tenant: 'acme', name: 'Okta', provider: 'okta' })
        const token = await made.connections.issueToken({ tenant: 'acme', connection: id })
        expect(token.secret).toMatch(/^acme_live_token_/)
        const authorization = `Bearer ${token.secret}`
        expect(await at('/scim/v2/Users', { headers: { authorization } })).toBe(200)
        expect(await at('/scim/v2/Users', { headers: { authorization: `${authorization}x` } })).toBe(401)
        const client = await made.connections.addClient({ tenant: 'acme', connection: id })
        const body = new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: client.id,
          client_secret: client.secret ?? '',
        })
        const issued = await fetch(`${origin}/oauth/token`, { method: 'POST', body })
        const { access_token: access } = (await issued.json()) as { readonly access_token: string }
        expect(await at('/scim/v2/Users', { headers: { authorization: `Bearer ${access}` } })).toBe(200)
      } finally {
        server.close()
        server.closeAllConnections()
      }
    })

    it('has a pool that Prisma shares', async () => {
      const { adapter } = (await import(snippetWith('PrismaPg(pool)').file)) as { adapter: PrismaPg }
      const prisma = await adapter.connect()
      await createUser('bob')
      const login = { scalarType: 'string', arity: 'scalar' } as const
      const question = 'select login, status, created_at from employees where login = $1'
      const found = await prisma.queryRaw({ sql: question, args: ['bob'], argTypes: [login] })
      expect(found).toMatchObject({
        columnNames: ['login', 'status', 'created_at'],
        rows: [['bob', 'ACTIVE', expect.any(String)]],
      })
      expect(prisma.underlyingDriver()).toBe(pool)
      // What Prisma is done with, SCIM goes on with.
      await prisma.dispose()
      await createUser('eve')
    })
  })

  it('has commands that work', { timeout: 60_000 }, async () => {
    const start = commands.find((one) => one.startsWith('npm start -- ')) ?? ''
    const curl = commands.find((one) => one.startsWith('curl ')) ?? ''
    const data = join(folder, 'data')
    const url = 'http://127.0.0.1:5000/scim/v2/Users'
    await whileRunning([...start.split(' '), '--data', data], {}, url, async () => {
      const shell = spawnSync('sh', ['-c', curl.replace('curl', 'curl -s')], { encoding: 'utf8' })
      expect(JSON.parse(shell.stdout)).toMatchObject({ totalResults: 3, itemsPerPage: 2 })
    })
    const print = commands.find((one) => one.startsWith('npx scimkit sql ')) ?? ''
    const args = [join(root, 'dist/cli/main.js'), ...print.split(' ').slice(2)]
    const printed = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(printed.stderr).toBe('')
    expect(printed.stdout).toMatch(/^create table "identity"\.acme_users /m)
    // The others install, and are run where a clone is fresh: by the package's own gates.
    expect(commands.filter((one) => ![start, curl, print].includes(one))).toEqual([
      'npm ci && npm start',
      'npm install scimkit',
      'npm ci && npm test',
    ])
  })

  it('names every limit with its default', () => {
    const missing = Object.entries(defaultLimits).filter(
      ([name, value]) => !readme.includes(`\`${name}\` ${value.toLocaleString('en-US')}`),
    )
    expect(missing).toEqual([])
  })

  it('lists the rules as they are', () => {
    const cell = (text: string) => text.replace(/\|/g, '\\|')
    const rows = rules.map(
      ({ name, description, sentBy, source }) =>
        `| \`${name}\` | ${cell(description)} | ${sentBy.join(', ')} | ${cell(source)} |`,
    )
    const table = ['| rule | what it accepts | sent by | source |', '|---|---|---|---|', ...rows].join('\n')
    const written = /<!-- rules: begin -->\n([\s\S]*?)\n?<!-- rules: end -->/.exec(rulesReadme)?.[1]
    expect(written).toBe(table)
  })
})
