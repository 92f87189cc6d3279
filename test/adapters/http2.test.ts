import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, createServer, type IncomingHttpHeaders } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeHandler } from '../../src/adapters/node.js'
import { bearerTokens, createScim, type Group, memoryStore, urns } from '../../src/index.js'

// HTTP/2 forbids the header `connection` (RFC 9113 section 8.2.2), and Node.js warns of each that is set.

const warnings: Error[] = []
const note = (warning: Error) => warnings.push(warning)

const groups = {
  ...memoryStore<Group>(),
  members: async function* () {
    for (let page = 0; page < 4; page++) yield [{ value: `m${page}`, type: 'User' }]
  },
}
const scim = createScim({
  authenticate: bearerTokens([{ token: 'a-token' }]),
  users: memoryStore(),
  groups,
  limits: { maxBodyBytes: 1000 },
})
const handle = nodeHandler(scim, { basePath: '/scim/v2' })
// The compatibility API has what the handler needs of both.
const server = createServer((req, res) =>
  handle(req as unknown as IncomingMessage, res as unknown as ServerResponse),
)
let port = 0
beforeAll(async () => {
  process.on('warning', note)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  process.off('warning', note)
  await new Promise((resolve) => server.close(resolve))
})

/** A connection, on which requests are sent one after the other. */
function client() {
  const session = connect(`http://127.0.0.1:${port}`)
  function send(method: string, path: string, body?: string, token = 'a-token') {
    return new Promise<{ headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
      const stream = session.request({
        ':method': method,
        ':path': `/scim/v2${path}`,
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
      })
      let received: IncomingHttpHeaders = {}
      let text = ''
      stream.setEncoding('utf8')
      stream.once('response', (headers) => {
        received = headers
      })
      stream.on('data', (chunk) => {
        text += chunk
      })
      // Also where the client would send for ever.
      stream.once('close', () => resolve({ headers: received, text }))
      stream.once('error', reject)
      // Written without an end, a body is never complete.
      if (body === undefined) stream.end()
      else if (body.startsWith('…')) stream.write(body.slice(1))
      else stream.end(body)
    })
  }
  return { send, [Symbol.dispose]: () => session.close() }
}

describe('over HTTP/2', () => {
  it('requests are answered as over HTTP/1.1, on one connection and without the header', async () => {
    using connection = client()
    const { send } = connection
    const created = await send(
      'POST',
      '/Users',
      JSON.stringify({ schemas: [urns.user], userName: 'ada@example.com' }),
    )
    expect(created.headers[':status']).toBe(201)
    const { location } = created.headers
    expect(location).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/scim/v2/Users/`))
    const path = String(location).slice(String(location).indexOf('/Users'))
    const group = await send(
      'POST',
      '/Groups',
      JSON.stringify({ schemas: [urns.group], displayName: 'everyone' }),
    )
    const { id } = JSON.parse(group.text) as { readonly id: string }
    const large = JSON.stringify({ schemas: [urns.user], userName: 'x'.repeat(5000) })
    const replies = [
      await send('GET', path),
      await send('GET', `/Groups/${id}`),
      await send('POST', '/Users', large),
      await send('POST', '/Users', `…${large}`),
      await send('POST', '/Users', '…{', 'wrong'),
      await send('DELETE', path),
      await send('GET', path),
    ]
    expect(replies.map(({ headers }) => headers[':status'])).toEqual([200, 200, 413, 413, 401, 204, 404])
    expect(JSON.parse(replies[1]?.text ?? '')).toHaveProperty('members.length', 4)
    for (const { headers } of replies) expect(headers).not.toHaveProperty('connection')
    expect(warnings.map(({ message }) => message)).toEqual([])
  })
})
