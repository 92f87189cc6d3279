import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pgliteTemplate } from '../setup/pglite-template.js'
import { postgres, type TestDatabase } from '../stores/kysely/databases.js'
import { ask, node, type Program, root, said, served, start } from './program.js'

const folder = mkdtempSync(join(tmpdir(), 'scimkit-data-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cli = join(root, 'dist/cli/main.js')
const serve = (args: readonly string[], cwd = folder) =>
  start([...node, cli, 'serve', '--port', '0', '--token', 't', ...args], { cwd })

function newFolder(): string {
  return mkdtempSync(join(folder, 'it-'))
}

/** A data directory of an earlier version, whose database is of PGlite. */
function newDirectory(): string {
  const data = newFolder()
  cpSync(made, data, { recursive: true })
  return data
}
const made = join(folder, 'made')
beforeAll(async () => {
  cpSync(pgliteTemplate.directory, join(made, 'pglite'), { recursive: true })
  await using program = serve(['--store', `pglite:${made}`])
  await served(program)
  await end(program, 'SIGINT')
})

const user = (userName: string) => ({
  method: 'POST',
  body: JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName }),
})

async function end(program: Program, signal: NodeJS.Signals): Promise<void> {
  program.child.kill(signal)
  expect(await program.ended).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0)
  expect(program.err()).toBe('')
}

/** It ends by itself, with one line. */
async function refused(program: Program): Promise<string> {
  expect(await program.ended).toBe(1)
  expect(program.out()).toBe('')
  expect(program.err()).toMatch(/^scimkit: .+\n$/)
  return program.err()
}

/** Whether each user is active. */
async function activeById(url: string): Promise<ReadonlyMap<string, boolean>> {
  const found = new Map<string, boolean>()
  for (let total = Number.POSITIVE_INFINITY; found.size < total; ) {
    const { json } = await ask(`${url}/Users?count=1000&startIndex=${found.size + 1}`, 't')
    total = json.totalResults
    for (const { id, active } of json.Resources) found.set(id, active)
  }
  return found
}

/** A user and a group are there after a restart, by this signal and that. */
async function keeps(args: readonly string[], cwd: string, where: string | RegExp): Promise<void> {
  const resources: { path: string; resource: unknown }[] = []
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    await using program = serve(args, cwd)
    const url = await served(program)
    expect((await said(program, /\nData: (.*)\n$/))[1]).toMatch(where)
    for (const { path, resource } of resources) {
      expect((await ask(`${url}${path}`, 't')).json).toEqual(moved(resource, url))
    }
    const { json: ada } = await ask(`${url}/Users`, 't', user(`ada-${signal}@example.com`))
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
    const body = JSON.stringify({ schemas, displayName: signal, members: [{ value: ada.id }] })
    const { json: group } = await ask(`${url}/Groups`, 't', { method: 'POST', body })
    for (const path of [`/Users/${ada.id}`, `/Groups/${group.id}`]) {
      resources.push({ path, resource: (await ask(`${url}${path}`, 't')).json })
    }
    await end(program, signal)
  }
}

/** A resource as another process says it, whose port is another. */
function moved(resource: unknown, url: string): unknown {
  return JSON.parse(JSON.stringify(resource).replace(/http:\/\/127\.0\.0\.1:\d+\/scim\/v2/g, url))
}

describe('a data directory', () => {
  test('is .scimkit, where the program is started, and keeps what it is told', async () => {
    const cwd = newFolder()
    await keeps([], cwd, join(cwd, '.scimkit'))
    expect(readdirSync(cwd)).toEqual(['.scimkit'])
    // SQLite keeps its journal beside the file.
    const names = readdirSync(join(cwd, '.scimkit')).filter((name) => !/-(?:shm|wal)$/.test(name))
    expect(names).toEqual(['.gitignore', 'log.key', 'scim.db'])
  })

  test('is what --data says', async () => {
    const cwd = newFolder()
    await keeps(['--data', 'some/where'], cwd, join(cwd, 'some/where'))
    expect(readdirSync(cwd)).toEqual(['some'])
  })

  test('of an earlier version is served as it is, with what is in it', async () => {
    const cwd = newFolder()
    cpSync(made, join(cwd, '.scimkit'), { recursive: true })
    await keeps([], cwd, join(cwd, '.scimkit'))
    expect(readdirSync(join(cwd, '.scimkit'))).toEqual(['.gitignore', 'log.key', 'pglite'])
    await keeps(['--store', 'pglite:other'], cwd, join(cwd, 'other'))
    expect(readdirSync(join(cwd, 'other'))).toEqual(['.gitignore', 'log.key', 'pglite'])
  })

  test('of SQLite serves several processes', async () => {
    const data = newFolder()
    const programs = [1, 2].map(() => serve(['--data', data]))
    await using _one = programs[0]
    await using _two = programs[1]
    const urls = await Promise.all(programs.map((program) => served(program)))
    const writes = Array.from({ length: 40 }, (_, index) =>
      ask(`${urls[index % 2]}/Users`, 't', user(`${index}@example.com`)),
    )
    expect(new Set((await Promise.all(writes)).map(({ status }) => status))).toEqual(new Set([201]))
    for (const url of urls) expect((await ask(`${url}/Users?count=0`, 't')).json.totalResults).toBe(40)
    for (const program of programs) await end(program, 'SIGTERM')
  })

  test('of PGlite serves one process at a time', async () => {
    const data = newDirectory()
    await using first = serve(['--data', data])
    const url = await served(first)
    const complaint = await refused(serve(['--data', data]))
    expect(complaint).toContain(`in use by process ${first.child.pid}`)
    expect((await ask(`${url}/Users`, 't')).status).toBe(200)
    // Who is about to end is waited for.
    await using second = serve(['--data', data])
    await end(first, 'SIGTERM')
    await served(second)
    await end(second, 'SIGINT')
    expect(existsSync(join(data, 'lock'))).toBe(false)
  })

  test('goes from a process that died to one of those that want it', async () => {
    const data = newDirectory()
    writeFileSync(join(data, 'lock'), '99999999')
    const all = [1, 2, 3].map(() => serve(['--data', data]))
    const first = await Promise.any(all.map((program) => served(program).then(() => program)))
    await using _ = first
    for (const other of all) if (other !== first) expect(await refused(other)).toContain(`${first.child.pid}`)
  })

  test('is left in order by Ctrl-C before it is served', async () => {
    const data = newDirectory()
    await using program = serve(['--data', data])
    while (!existsSync(join(data, 'lock'))) await new Promise((resolve) => setTimeout(resolve, 5))
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
    expect(program.out()).toBe('')
    expect(existsSync(join(data, 'lock'))).toBe(false)
    await using next = serve(['--data', data])
    await served(next)
  })

  test('is free when the port was not', async () => {
    const data = newDirectory()
    await using first = serve(['--store', 'memory'])
    const { port } = new URL(await served(first))
    expect(await refused(serve(['--data', data, '--port', port]))).toContain(port)
    expect(existsSync(join(data, 'lock'))).toBe(false)
  })

  test.each([
    ['SQLite', newFolder],
    ['PGlite', newDirectory],
  ])(
    'of %s has every write that was acknowledged, after kill -9 at any time',
    { timeout: 120_000 },
    async (_name, make) => {
      const data = make()
      const active = new Map<string, boolean>()
      for (let round = 0; round < 4; round++) {
        await using program = serve(['--data', data])
        const url = await served(program)
        const found = await activeById(url)
        for (const [id, isActive] of active) expect(found.get(id)).toBe(isActive)

        const writers = Array.from({ length: 4 }, async (_, writer) => {
          for (let count = 0; ; count++) {
            const created = await ask(`${url}/Users`, 't', user(`${round}-${writer}-${count}@example.com`))
            active.set(created.json.id, true)
            const off = { op: 'replace', value: { active: false } }
            const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
            const body = JSON.stringify({ schemas, Operations: [off] })
            // Until the answer is there, it may be either.
            active.delete(created.json.id)
            await ask(`${url}/Users/${created.json.id}`, 't', { method: 'PATCH', body })
            active.set(created.json.id, false)
          }
        })
        const stopped = Promise.allSettled(writers)
        await new Promise((resolve) => setTimeout(resolve, 300 + 250 * round))
        await end(program, 'SIGKILL')
        await stopped
      }
      // How many there are is for the machine to say.
      expect(active.size).toBeGreaterThan(4)
    },
  )

  test('of PGlite that was not made to its end is made anew', async () => {
    const data = newFolder()
    // As of a process that died meanwhile: its number is nobody's.
    writeFileSync(join(data, 'lock'), '99999999')
    mkdirSync(join(data, 'pglite.new'))
    writeFileSync(join(data, 'pglite.new/PG_VERSION'), '1')
    await using program = serve(['--store', `pglite:${data}`])
    await served(program)
    await end(program, 'SIGINT')
    expect(readdirSync(data)).toEqual(['.gitignore', 'log.key', 'pglite'])
  })

  test('that can not be used is named in one line', async () => {
    const other = newFolder()
    writeFileSync(join(other, 'letter.txt'), 'Dear Ada')
    expect(await refused(serve(['--data', other]))).toContain(`${other} holds something else`)
    expect(readdirSync(other)).toEqual(['letter.txt'])
    for (const path of [join(other, 'letter.txt'), join(other, 'letter.txt/data'), '/proc/scimkit']) {
      expect(await refused(serve(['--data', path]))).toContain(`${path} cannot be used: `)
    }
    const letter = newFolder()
    writeFileSync(join(letter, 'scim.db'), 'Dear Ada, this is no database but a letter of some length.')
    expect(await refused(serve(['--data', letter]))).toContain(`${letter} cannot be opened`)
    expect(await refused(serve(['--store', `pglite:${letter}`]))).toContain('holds something else')
    const broken = newFolder()
    mkdirSync(join(broken, 'pglite/base'), { recursive: true })
    writeFileSync(join(broken, 'pglite/PG_VERSION'), '9')
    expect(await refused(serve(['--data', broken]))).toContain(`${broken} cannot be opened`)
    expect(readdirSync(broken)).toEqual(['.gitignore', 'pglite'])
  })
})

describe('--seed', () => {
  test.each([
    ['SQLite', newFolder],
    ['PGlite', newDirectory],
  ])('creates who is not there in %s, as others would be created', async (_name, make) => {
    const data = make()
    const read = async (args: readonly string[]) => {
      await using program = serve(args)
      const url = await served(program)
      const { json } = await ask(`${url}/Users?count=1000&sortBy=userName`, 't')
      await end(program, 'SIGINT')
      return json
    }
    const bare = ({ id: _, meta: _meta, ...resource }: { id: string; meta: object }) => resource
    const first = await read(['--data', data, '--seed', '700'])
    expect(first.totalResults).toBe(700)
    const memory = await read(['--store', 'memory', '--seed', '700'])
    expect(first.Resources.map(bare)).toEqual(memory.Resources.map(bare))

    const again = await read(['--data', data, '--seed', '900'])
    expect(again.totalResults).toBe(900)
    const ids = new Set(again.Resources.map((one: { id: string }) => one.id))
    expect(first.Resources.filter((one: { id: string }) => !ids.has(one.id))).toEqual([])
  })

  test('has ten thousand there in a few seconds', async () => {
    await using program = serve(['--data', newFolder(), '--seed', '10000'])
    const began = performance.now()
    const url = await served(program)
    expect(performance.now() - began).toBeLessThan(10_000)
    expect((await ask(`${url}/Users?count=0`, 't')).json.totalResults).toBe(10_000)
  })
})

describe('a PostgreSQL server', () => {
  let database: TestDatabase
  const address = async () => {
    database = await postgres()
    const { rows = [] } = (await database.pool?.query('select current_database() as name')) ?? {}
    const { port } = new URL(database.pool?.options.connectionString ?? '')
    return { at: `127.0.0.1:${port}/${rows[0].name}`, name: String(rows[0].name) }
  }
  afterAll(() => database?.close())

  test('keeps what it is told, for several processes', async () => {
    const cwd = newFolder()
    const { at } = await address()
    const args = ['--store', `postgresql://postgres:postgres@${at}`, '--seed', '3']
    await keeps(args, cwd, new RegExp(`^postgres at ${at}$`))
    await using one = serve(args, cwd)
    await using two = serve(args, cwd)
    const urls = [await served(one), await served(two)]
    const { json } = await ask(`${urls[0]}/Users`, 't', user('eve@example.com'))
    expect((await ask(`${urls[1]}/Users/${json.id}`, 't')).status).toBe(200)
    expect((await ask(`${urls[1]}/Users`, 't')).json.totalResults).toBe(6)
    expect(readdirSync(cwd)).toEqual([])
  })

  test('keeps it in a schema, under a prefix, beside what else is there', async () => {
    const { at } = await address()
    const store = ['--store', `postgresql://postgres:postgres@${at}`]
    const names = ['--schema', 'identity', '--prefix', 'acme_']
    await using program = serve([...store, ...names, '--seed', '3'])
    const url = await served(program)
    expect((await ask(`${url}/Users`, 't')).json.totalResults).toBe(3)
    await using token = start(['node', join(root, 'dist/cli/main.js'), 'token', 'list', ...store, ...names])
    expect(await token.ended).toBe(0)
    const { rows = [] } =
      (await database.pool?.query(
        "select table_schema || '.' || table_name as name from information_schema.tables where table_name !~ 'migrations' and table_schema not in ('pg_catalog', 'information_schema')",
      )) ?? {}
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'identity.acme_users',
        'identity.acme_request_log',
        'identity.acme_connections',
      ]),
    )
    expect(rows.filter(({ name }) => !name.startsWith('identity.acme_'))).toEqual([])
  })

  test('that can not be used is named in one line, without the password', async () => {
    const { at } = await address()
    const wrong = [
      'postgres://ada:hush-hush@127.0.0.1:1/scim',
      'postgres://ada:hush-hush@nowhere.invalid/scim',
      `postgres://nobody:hush-hush@${at}`,
      `postgres://postgres:hush-hush@${at}-gone`,
      'postgres://ada:12/hush-hush@127.0.0.1/scim',
      'postgres://ada:12#hush-hush@127.0.0.1/scim',
      'postgres://ada:hush-hush@127.0.0.1/scim?sslmode=verify-full&sslrootcert=/missing.pem',
    ]
    for (const url of wrong) expect(await refused(serve(['--store', url]))).not.toContain('hush')
    expect(await refused(serve(['--store', wrong[0] ?? '']))).toContain('postgres at 127.0.0.1:1/scim')
  })
})

test('without the packages that keep data, says what to do', async () => {
  const installed = newFolder()
  for (const path of ['dist', 'package.json']) {
    cpSync(join(root, path), join(installed, path), { recursive: true, dereference: true })
  }
  mkdirSync(join(installed, 'node_modules'))
  for (const name of ['zod', 'scim2-parse-filter']) {
    symlinkSync(join(root, 'node_modules', name), join(installed, 'node_modules', name))
  }
  const run = (...args: string[]) =>
    start(['node', 'dist/cli/main.js', 'serve', '--port', '0', ...args], { cwd: installed })
  expect(await refused(run())).toContain('npm install kysely libsql')
  expect(await refused(run('--store', 'pglite:here'))).toContain('npm install kysely @electric-sql/pglite')
  expect(await refused(run('--store', 'postgres://localhost/scim'))).toContain('npm install kysely pg')
  // What needs the package is named, and no option of another command.
  await using sql = start(['node', 'dist/cli/main.js', 'sql', '--dialect', 'sqlite'], { cwd: installed })
  expect(await sql.ended).toBe(2)
  expect(sql.err()).toBe('scimkit: the SQL is made by Kysely, which is not installed: npm install kysely\n')
  writeFileSync(join(installed, 'app.db'), '')
  await using token = start(['node', 'dist/cli/main.js', 'token', 'list', '--store', 'sqlite:app.db'], {
    cwd: installed,
  })
  expect(await token.ended).toBe(2)
  expect(token.err()).toContain('npm install kysely libsql')
  await using program = run('--store', 'memory')
  await served(program)
  expect(existsSync(join(installed, '.scimkit'))).toBe(false)
})
