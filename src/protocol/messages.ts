import type { JsonValue } from './json.js'

/** A page of resources (RFC 7644 section 3.4.2). */
export interface ListResponse<R> {
  readonly schemas: readonly string[]
  readonly totalResults: number
  readonly startIndex: number
  readonly itemsPerPage: number
  readonly Resources: readonly R[]
}

/** One operation of a PATCH request (RFC 7644 section 3.5.2), with `op` in lower case. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path?: string
  readonly value?: JsonValue
  /** Its place in the request, from 0, where that is not its place in the list: one may have been made into several. */
  readonly index?: number
}
