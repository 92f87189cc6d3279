import type { OperationName } from '../../operations/index.js'
import type { TraceEntry } from '../../protocol/index.js'
import type { Destination } from '../route.js'

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
  /** For an operation inside of a bulk request: its place there, counted from 0. */
  readonly bulkOperation?: number
}

const byMethod: Readonly<Record<string, OperationName>> = {
  POST: 'create',
  PUT: 'replace',
  PATCH: 'modify',
  DELETE: 'remove',
}

export function operationOf(route: Destination, method: string): OperationName {
  if (route.kind === 'discovery') return 'discover'
  if (route.kind === 'bulk') return 'bulk'
  if (route.kind === 'root' || route.kind === 'search') return 'list'
  return byMethod[method] ?? (route.kind === 'collection' ? 'list' : 'read')
}

/** A path without what may be personal: an id is shown where it is a number or a UUID, which say nothing of anybody. */
export function plainPath(path: string): string {
  const isOwn = (segment: string, index: number) => index <= 1 || segment === '.search' || isPlain(segment)
  return path
    .split('/')
    .map((segment, index) => (isOwn(segment, index) && /^[\w.-]{0,60}$/.test(segment) ? segment : '{id}'))
    .join('/')
}

function isPlain(segment: string): boolean {
  return segment === '' || /^(?:\d{1,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(segment)
}
