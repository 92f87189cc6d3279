import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRedis } from '../../examples/custom-store/test/redis-server.js'
import { urns } from '../../src/index.js'
import { simulateEntra, simulateOkta } from '../../src/testing/index.js'
import { ask, freePort, type Program, root, said, start } from '../cli/program.js'
import { readFlow, runFlow } from '../fixtures/flow.js'

const token = 'the-token-that-clients-send'
const cwd = resolve(root, 'examples/custom-store')
const command = [process.execPath, '--import', 'tsx', 'src/server.ts']

let redis: Awaited<ReturnType<typeof startRedis>>
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

async function service(url = redis.url) {
  const port = await freePort()
  const program = start(command, { cwd, env: { SCIM_TOKEN: token, PORT: String(port), REDIS_URL: url } })
  await said(program, /SCIM at/)
  return { program, baseUrl: `http://localhost:${port}/scim/v2` }
}

const user = (userName: string) => ({
  schemas: [urns.user],
  userName,
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: userName, primary: true }],
  active: true,
})
const post = (baseUrl: string, body: string, as = token) =>
  ask(`${baseUrl}/Users`, as, { method: 'POST', body })

describe('custom-store', () => {
  test('both of its stores pass the contract in its own test', { timeout: 300_000 }, async () => {
    const program = start(['npm', 'test'], { cwd, env: { FORCE_COLOR: '0' } })
    expect({ code: await program.ended, err: program.err() }).toEqual({ code: 0, err: '' })
    // How many of the cases are skipped says how much a store claims.
    const of = (what: string) => Number(new RegExp(`^(?:ℹ|#) ${what} (\\d+)$`, 'm').exec(program.out())?.[1])
    expect(of('fail')).toBe(0)
    expect(of('tests')).toBeGreaterThan(150)
    expect(of('skipped')).toBeLessThan(70)
  })

  test('wrong tokens and wrong bodies are refused, and what was there is there after Ctrl-C', async () => {
    const first = await service()
    await using _ = first.program
    const { baseUrl } = first
    expect((await post(baseUrl, JSON.stringify(user('ada@example.com')), 'wrong')).status).toBe(401)
    expect((await post(baseUrl, '{"userName":')).json).toMatchObject({
      status: '400',
      scimType: 'invalidSyntax',
    })
    expect((await post(baseUrl, JSON.stringify({ schemas: [urns.user] }))).status).toBe(400)
    const made = await post(baseUrl, JSON.stringify(user('ada@example.com')))
    expect(made.status).toBe(201)
    expect((await post(baseUrl, JSON.stringify(user('ADA@example.com')))).json).toMatchObject({
      status: '409',
      scimType: 'uniqueness',
    })
    first.program.child.kill('SIGINT')
    expect(await first.program.ended).toBe(0)

    const second = await service()
    await using __ = second.program
    const found = await ask(`${second.baseUrl}/Users/${made.json.id}`, token)
    expect(found.json).toMatchObject({
      userName: 'ada@example.com',
      meta: { version: made.json.meta.version },
    })
  })

  test('it says what is missing, and answers 503 while Redis is away', async () => {
    const without = start(command, { cwd })
    expect(await without.ended).toBe(1)
    expect(without.err()).toContain('SCIM_TOKEN is not set')
    const alone = start(command, {
      cwd,
      env: { SCIM_TOKEN: token, REDIS_URL: `redis://:secret@127.0.0.1:${await freePort()}` },
    })
    expect(await alone.ended).toBe(1)
    expect(alone.err()).toMatch(/^Redis cannot be reached: [^\n]*\n$/)
    expect(alone.err()).not.toContain('secret')

    const other = await startRedis()
    const { program, baseUrl } = await service(other.url)
    await using _ = program
    expect((await ask(`${baseUrl}/Users`, token)).status).toBe(200)
    await other.stop()
    expect((await ask(`${baseUrl}/Users`, token)).json).toMatchObject({ status: '503' })
  })

  describe('with identity providers', () => {
    let running: { readonly program: Program; readonly baseUrl: string }
    beforeAll(async () => {
      running = await service()
    })
    afterAll(() => running.program[Symbol.asyncDispose]())

    test.each(['okta-user-lifecycle', 'okta-group-push', 'entra-user-lifecycle', 'entra-group-lifecycle'])(
      'the recorded %s',
      async (name) => {
        const { baseUrl } = running
        const names = ['user1', 'user2', 'user3', 'euser1', 'euser2', 'euser3']
        const made = await Promise.all(
          names.map((one) => post(baseUrl, JSON.stringify(user(`${one}-${name}@example.com`)))),
        )
        const values = Object.fromEntries(names.map((one, at) => [`${one}.id`, made[at]?.json.id]))
        expect((await runFlow(readFlow(name), { baseUrl, token, values })).failures).toEqual([])
      },
    )

    test.each(['aiw', 'oin', 'header'] as const)('Okta in a box, mode %s', async (mode) => {
      const box = simulateOkta({ baseUrl: running.baseUrl, token, mode })
      const userName = `boxed-${mode}@example.com`
      const results = [
        await box.testCredentials(),
        await box.assign({ userName, givenName: 'Box', familyName: 'Ed', email: userName }),
        await box.updateProfile(userName, { title: 'Lead' }),
        await box.unassign(userName),
        await box.assign(userName),
        await box.deactivate(userName),
        await box.importUsers(),
        await box.compare(),
      ]
      expect(results.flatMap(({ differences, problems }) => [...differences, ...problems])).toEqual([])
      expect(await box.cleanUp()).toEqual([])
    })

    test('Entra in a box', async () => {
      const box = simulateEntra({ baseUrl: running.baseUrl, token, flags: { aadOptscim062020: true } })
      const userName = 'entra-boxed@example.com'
      await box.assign({ userName, givenName: 'Box', familyName: 'Ed', email: userName })
      const results = [await box.testCredentials(), await box.runCycle()]
      await box.deactivate(userName)
      results.push(await box.runCycle(), await box.compare())
      expect(results.flatMap(({ differences, problems }) => [...differences, ...problems])).toEqual([])
      expect(await box.cleanUp()).toEqual([])
    })

    test('the command of its README verifies it', { timeout: 180_000 }, async () => {
      const verify = [process.execPath, resolve(root, 'dist/cli/main.js'), 'verify', running.baseUrl]
      const program = start([...verify, '--as', 'all', '--yes'], { env: { SCIM_TOKEN: token } })
      expect({ code: await program.ended, out: program.out().slice(-4000) }).toMatchObject({ code: 0 })
    })
  })
})
