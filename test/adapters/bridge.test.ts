import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handleNodeRequest, protocolOf, splitArrival, splitTarget } from '../../src/adapters/node.js'
import type { ScimHandler } from '../../src/http/index.js'
import { bearerTokens, createScim, memoryStore, urns } from '../../src/index.js'

/** A framework as many are: it parses bodies itself and hands its own request to handlers. */
interface ToyRequest {
  readonly node: IncomingMessage
  readonly parsedBody: unknown
}

// The adapter of the docblock of handleNodeRequest.
function toyHandler(scim: ScimHandler, mount: string) {
  return (request: ToyRequest, response: { readonly node: ServerResponse }) => {
    const { path, query } = splitTarget(request.node.url ?? '/')
    return handleNodeRequest(scim, request.node, response.node, {
      path,
      query,
      mount,
      protocol: protocolOf(request.node),
      host: request.node.headers.host,
      raw: request,
      body: () => request.parsedBody,
    })
  }
}

/** How the toy framework parses a body: by a header of the test's own. */
async function parse(req: IncomingMessage): Promise<unknown> {
  const as = req.headers['x-parse-as']
  if (as === undefined) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  if (bytes.length === 0) return undefined
  return as === 'bytes' ? bytes : as === 'text' ? bytes.toString() : JSON.parse(bytes.toString())
}

const seen: unknown[] = []
const tokens = bearerTokens([{ token: 't0ken', tenant: 'acme' }])
const scim = createScim({
  authenticate: (request) => {
    seen.push(request.raw)
    return tokens(request)
  },
  users: memoryStore(),
  limits: { maxBodyBytes: 1000 },
})
const handler = toyHandler(scim, '/app/scim')
const server = createServer(async (req, res) => {
  await handler({ node: req, parsedBody: await parse(req) }, { node: res })
})
let base = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/app/scim`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

function send(method: string, path: string, as: string | undefined, body?: object, token = 't0ken') {
  const headers: Record<string, string> = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
  }
  if (as !== undefined) headers['x-parse-as'] = as
  return fetch(base + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
}

describe('an adapter of a third party, over the bridge of scimkit/node', () => {
  it.each(['json', 'text', 'bytes', undefined])('creates from a body that was parsed as %s', async (as) => {
    const userName = `ada-${as}`
    const created = await send('POST', '/Users', as, { schemas: [urns.user], userName })
    expect(created.status).toBe(201)
    const user = (await created.json()) as {
      readonly id: string
      readonly meta: { readonly location: string }
    }
    expect(user).toMatchObject({ userName, meta: { location: `${base}/Users/${user.id}` } })
    const found = await send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`, as)
    expect(await found.json()).toMatchObject({ totalResults: 1 })
    expect(await (await send('GET', `/Users/${user.id}`, as)).json()).toMatchObject({ id: user.id })
  })

  it("hands the framework's own request to authenticate", async () => {
    seen.length = 0
    expect((await send('GET', '/Users', 'json')).status).toBe(200)
    expect(seen).toEqual([expect.objectContaining({ node: expect.anything(), parsedBody: undefined })])
  })

  it('refuses a wrong token, a wrong body and one over the limit', async () => {
    expect((await send('GET', '/Users', 'json', undefined, 'wrong')).status).toBe(401)
    expect((await send('POST', '/Users', 'json', { schemas: [urns.user] })).status).toBe(400)
    const large = { schemas: [urns.user], userName: 'x'.repeat(2000) }
    for (const as of ['text', 'bytes', 'json', undefined]) {
      const reply = await send('POST', '/Users', as, large)
      expect(reply.status, String(as)).toBe(413)
    }
  })

  it('measures a parsed body of unknown length, where it is text or bytes', async () => {
    const chunked = (as: string) => {
      const user = JSON.stringify({
        schemas: [urns.user],
        userName: `chunked-${as}`,
        title: 'x'.repeat(2000),
      })
      const body = new Blob([user]).stream()
      const headers = { authorization: 'Bearer t0ken', 'content-type': 'application/json', 'x-parse-as': as }
      const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
      return fetch(`${base}/Users`, init)
    }
    expect((await chunked('text')).status).toBe(413)
    expect((await chunked('bytes')).status).toBe(413)
    // How large JSON may be was the framework's to limit.
    expect((await chunked('json')).status).toBe(201)
  })

  it('finds base URL and path for adapters that make requests of their own', () => {
    const header = () => undefined
    const arrival = {
      path: '/app/scim/Users',
      mount: '/app/scim',
      protocol: 'https',
      host: 'a.example',
      header,
    } as const
    expect(splitArrival(arrival, scim.externalUrl)).toEqual({
      baseUrl: 'https://a.example/app/scim',
      path: '/Users',
    })
    expect(splitTarget('http://a.example/x?y=1')).toEqual({ path: '/x', query: 'y=1' })
  })
})
