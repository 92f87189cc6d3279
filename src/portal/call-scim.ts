import type { InProcessRequest } from '../auth/index.js'
import { inProcessRaw } from '../auth/index.js'
import type { Connection } from '../connections/index.js'
import type { ScimResponse } from '../http/index.js'
import { isObject } from '../protocol/index.js'
import type { PortalPage } from './page.js'

/** A request that the portal makes of the service, in this process. */
export interface Call {
  readonly method: 'GET' | 'PATCH'
  /** Below the mount of SCIM. */
  readonly path: string
  readonly query?: string
  readonly body?: object
}

/** What the service has answered. */
export interface Answer {
  readonly status: number
  /** An empty object where the body is none. */
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Calls the service as the visitor of a page, for what a connection has written: hooks, events, links and, for a write,
 * the log see an ordinary request. No credential is sent: the service knows the caller by what no client can send.
 */
export function callScim(page: PortalPage, connection: Connection, call: Call): Promise<Answer> {
  return send(page, connection, call, { purpose: call.method === 'GET' ? 'look' : 'act' })
}

/** Calls the service with a token, or with none, as the identity provider does; the use of the token is not recorded. */
export function tryToken(
  page: PortalPage,
  connection: Connection,
  call: Call,
  token: string | undefined,
): Promise<Answer> {
  return send(page, connection, call, { purpose: 'try', token })
}

interface Way {
  readonly purpose: InProcessRequest['purpose']
  readonly token?: string | undefined
}

async function send(
  page: PortalPage,
  connection: Connection,
  call: Call,
  { purpose, token }: Way,
): Promise<Answer> {
  const { method, path, query = '', body } = call
  const { tenant, id } = connection
  const headers: Readonly<Record<string, string | undefined>> = {
    accept: 'application/scim+json',
    'content-type': body && 'application/scim+json',
    'user-agent': 'scimkit-portal',
    authorization: token === undefined ? undefined : `Bearer ${token}`,
  }
  const reply = await page.context.scim.handle({
    method,
    path,
    query,
    baseUrl: scimBaseUrl(page),
    header: (name) => headers[name],
    body: async () => (body ? { kind: 'json', json: body } : { kind: 'none' }),
    raw: inProcessRaw({ purpose, tenant, connection: id, actor: 'portal' }),
  })
  return readAnswer(reply)
}

async function readAnswer({ status, body }: ScimResponse): Promise<Answer> {
  let text = ''
  if (typeof body === 'string') text = body
  else if (body) for await (const part of body) text += part
  if (text === '') return { status, body: {} }
  const parsed: unknown = JSON.parse(text)
  return { status, body: isObject(parsed) ? parsed : {} }
}

/** The Base URL that the visitor enters at the identity provider. */
export function scimBaseUrl(page: PortalPage): string {
  const url = page.context.scimUrl(page.principal?.tenant)
  return url.startsWith('/') ? `${page.origin}${url}` : url
}
