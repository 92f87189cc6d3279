import type { JsonValue } from './json.js'

/** A page of resources (RFC 7644 section 3.4.2). */
export interface ListResponse<R> {
  readonly schemas: readonly string[]
  readonly totalResults: number
  readonly startIndex: number
  readonly itemsPerPage: number
  readonly Resources: readonly R[]
}

/** Under this key, an operation that was made from another says which one of the request that was, from 0. */
export const origin = Symbol('origin')

/** One operation of a PATCH request (RFC 7644 section 3.5.2), with `op` in lower case. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path?: string
  readonly value?: JsonValue
  readonly [origin]?: number
}
