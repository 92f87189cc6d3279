/** A request before it is sent. */
export interface FuzzRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  /** JSON, a text that is sent as it is, or nothing. */
  readonly body?: unknown
}

const json = { 'content-type': 'application/scim+json' }
export const send = (method: string, path: string, body: unknown): FuzzRequest => ({
  method,
  path,
  query: {},
  headers: json,
  body,
})
export const get = (path: string, query: Readonly<Record<string, string>> = {}): FuzzRequest => ({
  method: 'GET',
  path,
  query,
  headers: {},
})
