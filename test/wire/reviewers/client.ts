import { exchange } from '../../fixtures/flow.js'
import type { WireClient } from '../case.js'

// Fetch would encode what these clients send as it is: the path, with its query, goes out byte by byte.

/** A client of a base URL that sends these headers (names in lower case), and others where a case says so. */
export function clientWith(baseUrl: string, headers: Readonly<Record<string, string>>): WireClient {
  return async (method, path, request = {}) => {
    const { body, query } = request
    const search = query ? `?${new URLSearchParams(query)}` : ''
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const sent = { ...headers, ...request.headers }
    const reply = await exchange(method, `${baseUrl}${path}${search}`, sent, text)
    if (reply.text !== '' && reply.json === undefined) throw new Error(`no JSON: ${reply.text}`)
    const received = Object.entries(reply.headers).map(([name, value]) => [name, [value].flat().join(', ')])
    return { status: reply.status, headers: Object.fromEntries(received), json: reply.json }
  }
}

const scim = 'application/scim+json'

/** What Okta's requests carry, a GET as well. */
export const oktaHeaders = {
  accept: scim,
  'accept-charset': 'utf-8',
  'content-type': `${scim}; charset=utf-8`,
  'user-agent': 'OKTA SCIM Integration',
}

/** What the requests of Microsoft's suites carry. */
export const entraHeaders = { accept: scim, 'content-type': `${scim}; charset=utf-8` }
