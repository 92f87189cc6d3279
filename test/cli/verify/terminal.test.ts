import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { nodeHandler } from '../../../src/adapters/node.js'
import { bearerTokens, createScim, type Group, memoryStore, type User } from '../../../src/index.js'
import { root, said, start } from '../program.js'

const cli = join(root, 'dist/cli/main.js')
const token = 'a-secret-token'
const folder = mkdtempSync(join(tmpdir(), 'verify-terminal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A service on a port, which counts what is written. */
async function service(make: (listener: RequestListener) => Server = createServer) {
  let writes = 0
  const scim = createScim({
    authenticate: bearerTokens([{ token, tenant: 'acme' }]),
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
  })
  const handle = nodeHandler(scim, { basePath: '/scim/v2' })
  const server = make((req, res) => {
    if (req.method !== 'GET') writes += 1
    handle(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    writes: () => writes,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('a certificate that nobody has issued is said in one sentence, with the exit code 2', async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1']
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject]
  execFileSync('openssl', made, { stdio: 'ignore' })
  const options = { key: readFileSync(key), cert: readFileSync(cert) }
  await using server = await service((listener) => createTlsServer(options, listener))
  const verify = [process.execPath, cli, 'verify', `https://127.0.0.1:${server.port}/scim/v2`, '--yes']
  await using refused = start(verify, { env: { SCIM_TOKEN: token } })
  expect(await refused.ended).toBe(2)
  expect(refused.err()).toMatch(
    /^scimkit: the TLS certificate of 127\.0\.0\.1:\d+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): [^\n]*\n$/,
  )
  // What the sentence says to do helps.
  await using trusted = start([...verify, '--read-only'], {
    env: { SCIM_TOKEN: token, NODE_EXTRA_CA_CERTS: cert },
  })
  expect({ code: await trusted.ended, err: trusted.err() }).toMatchObject({ code: 0 })
})

// util-linux's script gives a program a terminal; `input` is what a person types at the prompts.
describe('on a terminal', () => {
  function onTerminal(port: number, args: readonly string[], env: Readonly<Record<string, string>>) {
    const url = `http://127.0.0.1:${port}/scim/v2`
    const command = [process.execPath, cli, 'verify', url, ...args].join(' ')
    return start(['script', '--quiet', '--return', '--command', command, '/dev/null'], { env })
  }

  test.each([
    { answer: 'no', code: 2 },
    { answer: 'yes', code: 0 },
  ])('it asks before it writes, and "$answer" ends with $code', async ({ answer, code }) => {
    await using server = await service()
    await using program = onTerminal(server.port, ['--as', 'okta'], { SCIM_TOKEN: token })
    await said(program, /Go on\? \[y\/N\]/)
    expect(server.writes()).toBe(0)
    program.child.stdin?.write(`${answer}\r`)
    expect({ code: await program.ended, out: program.out() }).toMatchObject({ code })
    expect(server.writes() > 0).toBe(answer === 'yes')
  })

  test('it asks for the token, and does not show it', async () => {
    await using server = await service()
    await using program = onTerminal(server.port, ['--read-only'], {})
    await said(program, /API token: /)
    program.child.stdin?.write(`${token}\r`)
    expect({ code: await program.ended, out: program.out() }).toMatchObject({ code: 0 })
    expect(program.out()).not.toContain(token)
  })
})
