import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, get } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { simulateEntra, simulateOkta } from '../../src/testing/index.js'
import { ask, freePort, said, served, start } from './program.js'

const folder = mkdtempSync(join(tmpdir(), 'scimkit-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const cli = ['node', 'dist/cli/main.js']
const serve = (args: string, env: Readonly<Record<string, string>> = {}) =>
  start([...cli, 'serve', '--store', 'memory', ...args.split(' ').filter(Boolean)], { env })

test('says where it serves, and then the token that it has made', async () => {
  await using program = serve('--port 0')
  const url = await served(program)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/scim\/v2$/)
  const [, token = ''] = await said(program, /\nAPI token: ([\w-]{43})\n/)
  expect(await ask(`${url}/Users`, token)).toMatchObject({ status: 200, json: { totalResults: 0 } })
  expect((await ask(`${url}/Users`, 'another')).status).toBe(401)
  await said(
    program,
    /\nPortal, opened once: http:\/\/127\.0\.0\.1:\d+\/portal\/start\/[\w-]{43}\nData: in memory, gone at the end\n$/,
  )
  expect(program.out().trimEnd().split('\n')).toHaveLength(4)

  await using another = serve('--port 0')
  expect((await said(another, /API token: (\S+)/))[1]).not.toBe(token)
})

test('takes what it is told by options', async () => {
  const port = await freePort()
  await using program = serve(
    `--port ${port} --host localhost --base-path /identity/scim/ --token abc --seed 45`,
    { PORT: '1', SCIM_TOKEN: 'ignored' },
  )
  const url = await served(program)
  expect(url).toBe(`http://localhost:${port}/identity/scim`)
  expect(program.out()).not.toContain('abc')
  expect((await ask(`${url}/Users`, 'ignored')).status).toBe(401)
  expect((await ask(`http://localhost:${port}/scim/v2/Users`, 'abc')).status).toBe(404)
  const { json } = await ask(`${url}/Users?startIndex=1&count=100`, 'abc')
  expect(json.totalResults).toBe(45)
  const [first] = json.Resources
  expect(first.meta.location).toBe(`${url}/Users/${first.id}`)
  expect(first).toMatchObject({ userName: expect.stringMatching(/^\S+@example\.com$/), active: true })
  expect(new Set(json.Resources.map((user: { userName: string }) => user.userName)).size).toBe(45)
})

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)
test.runIf(hasIpv6)('writes an IPv6 address as URLs have it', async () => {
  await using program = serve('--port 0 --host ::1 --base-path / --token t')
  const url = await served(program)
  expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/)
  expect((await ask(`${url}/Users`, 't')).status).toBe(200)
})

test('takes the port and the token from the environment', async () => {
  const port = await freePort()
  await using program = serve('', { PORT: String(port), SCIM_TOKEN: 'from-env' })
  const url = await served(program)
  expect(url).toBe(`http://127.0.0.1:${port}/scim/v2`)
  expect((await ask(`${url}/Users`, 'from-env')).status).toBe(200)
  expect(program.out()).not.toContain('from-env')
})

test('takes an empty variable for none', async () => {
  await using program = serve('--port 0', { PORT: '', SCIM_TOKEN: '' })
  await said(program, /API token: \S{43}\n/)
})

test('a port that is in use is one line and exit code 1', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const { port } = holder.address() as { port: number }
  await using program = serve(`--port ${port}`)
  expect(await program.ended).toBe(1)
  expect(program.out()).toBe('')
  expect(program.err()).toMatch(/^scimkit: .*\bin use\b.*\n$/)
  expect(program.err()).toContain(String(port))
  holder.close()
})

test('Ctrl-C ends it at once, also while a client keeps its connection open', async () => {
  await using program = serve('--port 0 --token t')
  const url = await served(program)
  const agent = new Agent({ keepAlive: true })
  await new Promise<void>((resolve, reject) => {
    get(`${url}/Users`, { agent, headers: { authorization: 't' } }, (reply) =>
      reply.resume().on('end', resolve),
    ).on('error', reject)
  })
  const start = performance.now()
  program.child.kill('SIGINT')
  expect(await program.ended).toBe(0)
  expect(performance.now() - start).toBeLessThan(1500)
  expect(program.err()).toBe('')
  agent.destroy()
})

test('SIGTERM ends it soon, also while a client is in the middle of a request', async () => {
  await using program = serve('--port 0 --token t')
  const { port } = new URL(await served(program))
  const halfway = connect(Number(port), '127.0.0.1').on('error', () => {})
  halfway.write('POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\n')
  await new Promise((resolve) => setTimeout(resolve, 50))
  program.child.kill('SIGTERM')
  expect(await program.ended).toBe(0)
  expect(program.err()).toBe('')
})

/** What the lines of a request say that stands in another line of it too. */
function repeated(log: string): readonly string[] {
  return log.split(/^(?=[A-Z]+ \/)/m).flatMap((request) => {
    const [, ...lines] = request.split('\n')
    const messages = lines.flatMap((line) => /^ {2}\w+(?: \S+)?: (.+)$/.exec(line)?.[1] ?? [])
    const times = (text: string) => lines.filter((line) => line.includes(text)).length
    // Two attributes may have the same said of them.
    return messages.filter((one) => times(one) > messages.filter((other) => other === one).length)
  })
}

test('--verbose says each thing once, whatever Okta and Entra send', async () => {
  await using program = serve('--port 0 --token secret-token --verbose')
  const baseUrl = await served(program)
  const person = { givenName: 'Ada', familyName: 'Lovelace' }
  const [ada, grace] = ['ada@example.com', 'grace@example.com'].map((email) => ({
    ...person,
    userName: email,
    email,
  }))
  if (!ada || !grace) throw new Error('there are two')
  const okta = simulateOkta({ baseUrl, token: 'secret-token', mode: 'aiw' })
  await okta.testCredentials({ token: 'another-token' })
  await okta.assign(ada)
  await okta.updateProfile(ada.userName, { familyName: 'King' })
  await okta.unassign(ada.userName)
  const entra = simulateEntra({ baseUrl, token: 'secret-token' })
  await entra.assign(grace)
  await entra.runCycle()
  await entra.deactivate(grace.userName)
  await entra.runCycle()
  await ask(new URL('/elsewhere/Users', baseUrl).href, 'secret-token')
  await said(program, /\nGET \(not below \/scim\/v2\) 404 /)
  const log = program.out()
  expect(log).toMatch(
    /\n {2}operationCase op: .*\n {2}Entra sent active as the text "False"; read as false\. active: true to false\. Event user\.deactivated\. \[booleanStrings\]\n/,
  )
  expect(log).toMatch(/ 401 [\d.]+ms\n {2}credential authorization: .*\n {2}error: .*\n[A-Z]/)
  expect(repeated(log)).toEqual([])
  expect(program.err()).toBe('')
})

test('--verbose says of each request what was done to it, and nothing about people', async () => {
  await using program = serve('--port 0 --token secret-token --verbose')
  const url = await served(program)
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const user = {
    schemas,
    userName: 'ada@example.com',
    name: { givenName: 'Ada' },
    active: 'True',
    shoeSize: 38,
  }
  const { json } = await ask(`${url}/Users`, 'secret-token', { method: 'POST', body: JSON.stringify(user) })
  await ask(`${url}/Users?filter=${encodeURIComponent('userName eq "ada@example.com"')}`, 'secret-token')
  await ask(`${url}/Users/ada@example.com`, 'secret-token')
  await ask(`${url}/Users`, 'not-the-token')
  await ask(`${url}/Users/${json.id}`, 'secret-token', { method: 'DELETE' })
  await said(program, /DELETE .*\n/)
  // After the lines that say where what is.
  const log =
    program
      .out()
      .trimEnd()
      .split(/^Data: .*\n/m)[1] ?? ''
  expect(log).toMatch(/^POST \/Users 201 [\d.]+ms User create\n/)
  expect(log).toMatch(/\n {2}unknownAttributes shoeSize: .*/)
  expect(log).toMatch(/\nGET \/Users 200 [\d.]+ms User list\n/)
  expect(log).toMatch(/\nGET \/Users\/\{id\} 404 [\d.]+ms User read\n {2}error: .*/)
  expect(log).toMatch(/\nGET \/Users 401 [\d.]+ms\n? .*/)
  expect(log).toMatch(
    /\nDELETE \/Users\/[\w-]{36} 204 [\d.]+ms User remove\n {2}Event user\.deactivated\. Event user\.deleted\.$/,
  )
  expect(log).toMatch(
    /\n {2}Entra sent active as the text "True"; read as true\. Event user\.created\. \[booleanStrings\]\n/,
  )
  expect(repeated(log)).toEqual([])
  // Ids and durations are random, and may spell anything.
  expect(log.replace(/[0-9a-f-]{36}|[\d.]+ms/g, '')).not.toMatch(/ada|example|secret|not-the|38/i)
  expect(program.err()).toBe('')
})

test.each([
  ['serve --port abc', '--port'],
  ['serve --port 70000', '--port'],
  ['serve --seed -1', '--seed'],
  ['serve --seed 1.5', '--seed'],
  ['serve --store postgres', '--store'],
  ['serve --store mysql://localhost/scim', '--store'],
  ['serve --store postgres://h:port/scim', '--store'],
  ['serve --store sqlite:', 'sqlite:'],
  ['serve --store sqlite::memory:', 'sqlite:'],
  ['serve --store memory --data d', '--data'],
  ['serve --data=', '--data'],
  ['serve --store memory --prefix acme_', '--prefix'],
  [`serve --store sqlite:${folder}/a.db --prefix Acme`, '--prefix must be'],
  [`serve --store sqlite:${folder}/b.db --schema acme`, 'leave --schema out'],
  ['serve --base-path /a?b', '--base-path'],
  ['serve --token', '--token'],
  ['serve --personal-data', '--verbose'],
  ['serve --no-such-option', '--no-such-option'],
  ['serve stray', 'stray'],
  ['serve --host 203.0.113.7 --port 0 --store memory', '203.0.113.7'],
])('scimkit %s: one line that names %s, and exit code 1', async (args, named) => {
  await using program = start([...cli, ...args.split(' ').filter(Boolean)])
  expect(await program.ended).toBe(1)
  expect(program.out()).toBe('')
  expect(program.err()).toMatch(/^scimkit: .+\n$/)
  expect(program.err()).toContain(named)
})

test('a port or a token in the environment that can not be used is named', async () => {
  await using port = serve('', { PORT: 'http' })
  await using token = serve('--port 0', { SCIM_TOKEN: 'two words' })
  expect([await port.ended, await token.ended]).toEqual([1, 1])
  expect(port.err()).toMatch(/^scimkit: PORT .+\n$/)
  expect(token.err()).toMatch(/^scimkit: .*token.+\n$/)
  expect(token.err()).not.toContain('two words')
})
