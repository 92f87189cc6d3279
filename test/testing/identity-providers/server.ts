import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nodeHandler } from '../../../src/adapters/node.js'
import { bearerTokens, createScim, fetchHandler, memoryStore, type Scim } from '../../../src/index.js'
import type { FetchLike } from '../../../src/testing/identity-providers/index.js'

export const token = 'the-token'
export const baseUrl = 'https://app.example.com/scim/v2'

/** A service on memory, which no fault has been planted in. */
export function makeScim(): Scim {
  return createScim({
    authenticate: bearerTokens([{ token }]),
    users: memoryStore(),
    groups: memoryStore(),
  })
}

/** A request that a fault is about: what was asked, and a way to ask the honest service. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** The parsed body. */
  readonly body: Record<string, unknown> | undefined
  /** The honest answer, to this or to another body. */
  honest(body?: unknown): Promise<Response>
}

export type Fault = (asked: Asked) => Response | undefined | Promise<Response | undefined>

/** The honest service, but where the fault answers. */
export function serverWith(fault: Fault, scim = makeScim()): FetchLike {
  const handle = fetchHandler(scim, { basePath: '/scim/v2' })
  return async (request) => {
    const url = new URL(request.url)
    const text = await request.text()
    const honest = async (body: unknown = undefined) => {
      const sent = body === undefined ? text : JSON.stringify(body)
      const { method, headers } = request
      return handle(new Request(request.url, { method, headers, ...(sent !== '' && { body: sent }) }))
    }
    const asked = {
      method: request.method,
      path: url.pathname.replace('/scim/v2', ''),
      query: url.searchParams,
      body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
      honest,
    }
    return (await fault(asked)) ?? honest()
  }
}

export const honestServer = () => serverWith(() => undefined)

/** A service that listens. */
export async function listen(scim = makeScim()) {
  const server = createServer(nodeHandler(scim, { basePath: '/scim/v2' }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/scim/v2`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = body === undefined ? null : JSON.stringify(body)
  return new Response(text, { status, headers: { 'Content-Type': 'application/scim+json', ...headers } })
}

export const ada = {
  userName: 'ada@example.com',
  givenName: 'Ada',
  familyName: 'Lovelace',
  displayName: 'Ada Lovelace',
  email: 'ada@example.com',
  title: 'Analyst',
  department: 'Engines',
  mobilePhone: '+44 20 7946 0001',
}
export const bob = {
  userName: 'bob@example.com',
  givenName: 'Bob',
  familyName: 'Byte',
  email: 'bob@example.com',
}
export const eve = {
  userName: 'eve@example.com',
  givenName: 'Eve',
  familyName: 'Early',
  email: 'eve@example.com',
}
