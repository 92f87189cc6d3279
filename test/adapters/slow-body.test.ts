import { describe, expect, it } from 'vitest'
import { bearerTokens, createScim, memoryStore } from '../../src/index.js'
import { hosts, listen } from './hosts.js'
import { wire } from './wire.js'

// A client that sends its body byte by byte held a request for as long as the server's own timeouts allow.

describe.each(hosts.filter(({ parses }) => !parses))('a slow body through $name', ({ listener, bridge }) => {
  it.each([
    ['of a length', 'Content-Length: 500'],
    ['in chunks', 'Transfer-Encoding: chunked'],
  ])('%s is 408 at the deadline, and the rest of it is not waited for', async (_name, length) => {
    const errors: unknown[] = []
    const statuses: number[] = []
    const scim = createScim({
      authenticate: bearerTokens([{ token: 'a-token' }]),
      users: memoryStore(),
      deadline: 300,
      onError: (error) => errors.push(error),
      onRequest: ({ status }) => statuses.push(status),
    })
    await using host = await listen(listener(scim))
    const connection = wire(host.port)
    connection.send(
      [
        'POST /scim/v2/Users HTTP/1.1',
        'Host: app.example.com',
        'Authorization: Bearer a-token',
        'Content-Type: application/scim+json',
        length,
        '',
        length.startsWith('T') ? '5\r\n{"use\r\n' : '{"user',
      ].join('\r\n'),
    )
    const text = await connection.received((received) => received.includes('"408"'))
    expect(text).toMatch(/^HTTP\/1\.1 408 /)
    if (bridge) {
      expect(text.toLowerCase()).toContain('connection: close')
      await connection.closed
    } else connection.socket.destroy()
    expect([errors, statuses]).toEqual([[], [408]])
  })
})
