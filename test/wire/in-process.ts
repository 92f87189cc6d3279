import type { ScimHandler } from '../../src/http/index.js'
import { fetchHandler } from '../../src/index.js'

export const basePath = '/scim/v2'
export const baseUrl = `https://app.example.com${basePath}`

/** A service as a function like `fetch`, at {@link baseUrl}: nothing listens. */
export function fetchOf(scim: ScimHandler): typeof fetch {
  const handle = fetchHandler(scim, { basePath })
  return async (url, init) => handle(new Request(url, init))
}
