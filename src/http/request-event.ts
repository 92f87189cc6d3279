import type { OperationName } from '../operations/index.js'
import type { TraceEntry } from '../protocol/index.js'
import type { Destination } from './dispatch.js'

/** What the host is told about each request: enough to say why it was answered so, and no personal data. */
export interface RequestEvent {
  readonly requestId: string
  readonly method: string
  /** Below the mount, without the query; an id that is not plain is shown as `{id}`. */
  readonly path: string
  readonly status: number
  readonly durationMs: number
  readonly tenant: string | undefined
  /** Such as `modify`; undefined where the request did not get that far. */
  readonly operation: OperationName | undefined
  /** Such as `User`. */
  readonly resourceType: string | undefined
  /** Which rules fired, and what was ignored. */
  readonly trace: readonly TraceEntry[]
  /** The detail of the error that was answered. */
  readonly error?: string
}

const byMethod: Readonly<Record<string, OperationName>> = {
  POST: 'create',
  PUT: 'replace',
  PATCH: 'modify',
  DELETE: 'remove',
}

export function operationOf(route: Destination, method: string): OperationName {
  if (route.kind === 'discovery') return 'discover'
  return byMethod[method] ?? (route.kind === 'collection' ? 'list' : 'read')
}

/** A path without what may be personal: a segment that is more than letters, digits and marks, such as an e-mail. */
export function plainPath(path: string): string {
  return path
    .split('/')
    .map((segment) => (/^[\w.~:-]{0,100}$/.test(segment) ? segment : '{id}'))
    .join('/')
}
