import type { Connections, ConnectionsOptions } from '../../src/connections/index.js'
import { createConnections, memoryConnections } from '../../src/connections/index.js'
import { createScim, fetchHandler, memoryStore } from '../../src/index.js'
import type { RefusedClient, TokenEndpointOptions } from '../../src/oauth/index.js'
import { createTokenEndpoint } from '../../src/oauth/index.js'

export const origin = 'https://app.example.com'
export const tokenUrl = `${origin}/oauth/token`

interface Given {
  readonly connections?: Partial<ConnectionsOptions>
  readonly tokens?: Partial<TokenEndpointOptions>
}

/** A service with a token endpoint, everything in memory, and one connection of the tenant `acme`. */
export async function makeService({ connections: more, tokens: options }: Given = {}) {
  const connections = createConnections({ store: memoryConnections(), ...more })
  const refusals: RefusedClient[] = []
  const errors: unknown[] = []
  const tokens = createTokenEndpoint({
    connections,
    url: tokenUrl,
    onRefused: (refusal) => refusals.push(refusal),
    onError: (error) => errors.push(error),
    ...options,
  })
  const scim = createScim({
    authenticate: connections.authenticate,
    profile: connections.profile,
    users: memoryStore(),
  })
  const connection = await connect(connections, 'acme')
  return { connections, tokens, scim, connection, refusals, errors }
}

export type Service = Awaited<ReturnType<typeof makeService>>

/** Makes a connection of a tenant. */
export async function connect(connections: Connections, tenant: string) {
  const { id } = await connections.create({ tenant, name: `Directory of ${tenant}`, provider: 'entra' })
  return { tenant, connection: id }
}

export type Fields = Readonly<Record<string, string>> | string

/** A token request as a client sends it. */
export function tokenRequest(fields: Fields, headers: Readonly<Record<string, string>> = {}, url = tokenUrl) {
  return new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
  })
}

/** What a token endpoint has answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

export async function answerOf(reply: Response): Promise<Answer> {
  return {
    status: reply.status,
    headers: reply.headers,
    body: (await reply.json()) as Readonly<Record<string, unknown>>,
  }
}

/** Asks the token endpoint of a service. */
export async function ask(
  { tokens }: Pick<Service, 'tokens'>,
  fields: Fields,
  headers?: Readonly<Record<string, string>>,
): Promise<Answer> {
  return answerOf(await tokens.fetch(tokenRequest(fields, headers)))
}

export function basic(client: string, secret: string): Readonly<Record<string, string>> {
  return { authorization: `Basic ${btoa(`${encodeURIComponent(client)}:${encodeURIComponent(secret)}`)}` }
}

/** Asks the service for its users with an access token. */
export function listUsers({ scim }: Pick<Service, 'scim'>, token: unknown): Promise<Response> {
  const request = new Request(`${origin}/scim/v2/Users`, { headers: { authorization: `Bearer ${token}` } })
  return fetchHandler(scim, { basePath: '/scim/v2' })(request)
}
