import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeHandler } from '../../../src/adapters/node.js'
import { bearerTokens, createScim, type Group, memoryStore, type User, urns } from '../../../src/index.js'
import { freePort, root, start } from '../program.js'

const cli = join(root, 'dist/cli/main.js')
const token = 'secret-token'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function verify(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = '') {
  await using program = start(['node', cli, 'verify', ...args], { env })
  program.child.stdin?.end(input)
  const code = await program.ended
  return { code, out: program.out(), err: program.err() }
}

/** A server of plain HTTP. */
async function listen(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** JSON; a text that is none stays one. */
function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

/** What the tests look at in a reply. */
interface Answered {
  readonly id?: string
  /** Of an error. */
  readonly status?: string
}

/** A service that has users whom nobody may touch. */
function service(count: number) {
  const scim = createScim({
    authenticate: bearerTokens([{ token, tenant: 'acme' }]),
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
  })
  const send = async (method: string, path: string, body?: unknown): Promise<Answered> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
    const reply = await scim.fetch(new Request(`https://app.example.com/scim/v2${path}`, init))
    return reply.status === 204 ? {} : ((await reply.json()) as Answered)
  }
  const create = (userName: string) =>
    send('POST', '/Users', {
      schemas: [urns.user],
      userName,
      displayName: `Private ${userName}`,
      active: true,
    })
  const fill = async () => {
    for (let index = 0; index < count; index += 1) await create(`person-${index}@corp.example`)
    await send('POST', '/Groups', { schemas: [urns.group], displayName: 'Board' })
  }
  /** All that there is. */
  const everything = async () => [
    await send('GET', '/Users?count=1000&sortBy=userName'),
    await send('GET', '/Groups?count=1000'),
  ]
  return { listener: nodeHandler(scim, { basePath: '/scim/v2' }), create, send, fill, everything }
}

const write = ['--token', token, '--yes']

describe('what cannot be verified is said in one sentence, with the exit code 2', () => {
  const sentence = (text: string | RegExp) => ({ code: 2, out: '', err: expect.stringMatching(text) })

  test.each([
    [[], /^scimkit: name one server: .*\n$/],
    [['ftp://x'], /^scimkit: the server must be an http or https URL.*\n$/],
    [['http://user:pass@x/'], /^scimkit: the URL must not hold a password.*\n$/],
    [['http://x/', '--as', 'ldap'], /^scimkit: --as must be one of rfc, okta, .* and not "ldap"\n$/],
    [['http://x/', '--tokn', 'x'], /^scimkit: Unknown option '--tokn'.*\n$/],
    [['http://x/'], /^scimkit: there is no token: .*\n$/],
    [
      ['http://no-such-host.invalid/scim', '--token', 'x'],
      /^scimkit: there is no host no-such-host\.invalid.*\n$/,
    ],
  ] as const)('%j', async (args, text) => {
    expect(await verify(args)).toEqual(sentence(text))
  })

  test('nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}/scim/v2`
    expect(await verify([url, ...write])).toEqual(sentence(/^scimkit: nothing listens at .*\n$/))
  })

  test('a wrong token', async () => {
    await using server = await listen(service(0).listener)
    const ran = await verify([`${server.url}/scim/v2`, '--yes'], { SCIM_TOKEN: 'wrong' })
    expect(ran).toEqual(sentence(/^scimkit: .* refuses the token \(status 401\).*\n$/))
  })

  test('HTML, no SCIM, and a redirect', async () => {
    await using server = await listen((request, response) => {
      if (request.url?.startsWith('/html'))
        response.setHeader('content-type', 'text/html').end('<!doctype html><p>Hi')
      else if (request.url?.startsWith('/moved')) response.writeHead(302, { location: '/login' }).end()
      else response.setHeader('content-type', 'application/json').end('{"hello":"world"}')
    })
    expect(await verify([`${server.url}/html`, ...write])).toEqual(sentence(/answers an HTML page .*\n$/))
    expect(await verify([`${server.url}/moved`, ...write])).toEqual(sentence(/redirects \(status 302\).*\n$/))
    expect(await verify([`${server.url}/json`, ...write])).toEqual(
      sentence(/^scimkit: there is no SCIM server at .*\n$/),
    )
  })

  test('a path without SCIM on a SCIM server', async () => {
    await using server = await listen(service(0).listener)
    const ran = await verify([`${server.url}/nowhere`, ...write])
    expect(ran).toEqual(sentence(/^scimkit: there is no SCIM server at .*\n$/))
  })

  test('a server that hangs', async () => {
    await using server = await listen(() => {})
    const ran = await verify([server.url, ...write, '--timeout', '0.5'])
    expect(ran).toEqual(sentence(/^scimkit: .* gave no reply within 0\.5 seconds\n$/))
  })

  test('a server that does not speak TLS', async () => {
    const tcp = createTcpServer((socket) => socket.on('error', () => {}).end('no TLS here\n'))
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
    const { port } = tcp.address() as AddressInfo
    const ran = await verify([`https://127.0.0.1:${port}/`, ...write])
    tcp.close()
    expect(ran).toEqual(sentence(/^scimkit: .*\n$/))
    expect(ran.err).not.toContain('    at ')
  })
})

test('without a yes nothing is written', async () => {
  const { listener, everything } = service(0)
  const before = await everything()
  await using server = await listen(listener)
  const ran = await verify([`${server.url}/scim/v2`], {}, `${token}\n`)
  expect(ran).toMatchObject({ code: 2, out: '' })
  expect(ran.err).toContain('Creating users may send mail and may take seats of a licence.')
  expect(ran.err).toMatch(/nothing was written: agree with --yes/)
  expect(await everything()).toEqual(before)
})

test('read-only asks and changes nothing', async () => {
  const { listener, everything, fill } = service(3)
  await fill()
  const before = await everything()
  const methods = new Set<string | undefined>()
  await using server = await listen((request, response) => {
    methods.add(request.method)
    listener(request, response)
  })
  const ran = await verify([`${server.url}/scim/v2`, '--token', token, '--read-only'])
  expect(ran.code).toBe(0)
  expect([...methods]).toEqual(['GET'])
  expect(await everything()).toEqual(before)
})

test('a server full of others, with a second client at work, passes, and has afterwards what they made', async () => {
  const { listener, create, send, everything, fill } = service(230)
  await fill()
  const before = await everything()
  await using server = await listen(listener)
  const files = ['report.html', 'r.json', 'r.xml'].map((name) => join(folder, name))
  const [report = '', json = '', junit = ''] = files
  let isRunning = true
  const other = async () => {
    for (let index = 0; isRunning; index += 1) {
      const { id } = await create(`other-${index}@corp.example`)
      await send('PATCH', `/Users/${id}`, {
        schemas: [urns.patchOp],
        Operations: [{ op: 'replace', path: 'title', value: 'Guide' }],
      })
      await send('DELETE', `/Users/${id}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const writer = other()
  const args = [`${server.url}/scim/v2`, ...write, '--report', report, '--json', json, '--junit', junit]
  const ran = await verify(args)
  isRunning = false
  await writer
  expect({ code: ran.code, out: ran.out.includes('All that is required holds.') || ran.out }).toEqual({
    code: 0,
    out: true,
  })
  expect(await everything()).toEqual(before)
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    expect(text).not.toContain(token)
    expect(text).not.toContain('corp.example')
  }
})

test('a fault is exit code 1, with the request, the reply, the source, and no one else’s data', async () => {
  const { send, fill } = service(5)
  await fill()
  await using server = await listen(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const text = Buffer.concat(parts).toString()
    const isKnown = request.headers.authorization === `Bearer ${token}`
    const path = String(request.url).slice('/scim/v2'.length)
    const body: Answered = isKnown ? await send(String(request.method), path, parsed(text)) : {}
    // Lists count in texts.
    const faulty = JSON.stringify(body).replace(/"totalResults":(\d+)/, '"totalResults":"$1"')
    const status = isKnown ? Number(body.status ?? 200) : 401
    response.writeHead(status, { 'content-type': 'application/scim+json' }).end(faulty)
  })
  const json = join(folder, 'fault.json')
  const ran = await verify([`${server.url}/scim/v2`, ...write, '--as', 'rfc', '--json', json])
  expect(ran.code).toBe(1)
  expect(ran.out).toContain('FAILED rfc/list-all')
  expect(ran.out).toContain('source: RFC 7644 3.4.2')
  expect(ran.out).toMatch(/> GET .*\/Users\n/)
  const text = readFileSync(json, 'utf8')
  expect(JSON.parse(text)).toMatchObject({ exitCode: 1, leftOver: [] })
  expect(`${text}${ran.out}`).not.toContain('corp.example')
  expect(`${text}${ran.out}`).not.toContain(token)
})

test('what it has made is removed after Ctrl-C, and what a crash has left by --cleanup', async () => {
  const { listener, everything, fill } = service(120)
  await fill()
  const before = await everything()
  await using server = await listen(listener)
  const url = `${server.url}/scim/v2`
  const hasMade = async () => JSON.stringify(await everything()).includes('scimkit-verify-')
  const started = async () => {
    const program = start(['node', cli, 'verify', url, ...write])
    while (!(await hasMade())) await new Promise((resolve) => setTimeout(resolve, 2))
    return program
  }
  await using interrupted = await started()
  interrupted.child.kill('SIGINT')
  expect(await interrupted.ended).toBe(2)
  expect(interrupted.err()).toMatch(/interrupted: what it had made is removed\n$/)
  expect(await everything()).toEqual(before)

  await using crashed = await started()
  crashed.child.kill('SIGKILL')
  await crashed.ended
  expect(await hasMade()).toBe(true)
  expect(await verify([url, '--cleanup', '--token', token])).toMatchObject({ code: 2 })
  expect(await hasMade()).toBe(true)
  const mended = await verify([url, '--cleanup', ...write])
  expect(mended).toMatchObject({ code: 0, err: expect.stringMatching(/\d+ removed, 0 left\n$/) })
  expect(await everything()).toEqual(before)
})
