import type { Scim } from '../../src/index.js'
import type { Wire, WireClient } from './case.js'

// The suites' way to a service, over HTTP and in process.

/** A client of a base URL, over Fetch or over something that is called like it. */
function clientOf(baseUrl: string, token: string, send: typeof fetch): WireClient {
  return async (method, path, { body, headers, query } = {}) => {
    const search = query ? `?${new URLSearchParams(query)}` : ''
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const response = await send(`${baseUrl}${path}${search}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(text !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    })
    const received = await response.text()
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      json: received === '' ? undefined : JSON.parse(received),
    }
  }
}

/** A service of two tenants at a base URL. */
export function wireOf(baseUrl: string, send: typeof fetch): Wire {
  return {
    client: clientOf(baseUrl, 'token-of-acme', send),
    stranger: clientOf(baseUrl, 'token-of-globex', send),
  }
}

export function inProcess(scim: Scim): Wire {
  return wireOf('https://app.example.com/scim/v2', (url, init) => scim.fetch(new Request(url, init)))
}
