import type { Endpoint } from '../operations/index.js'
import { ScimError } from '../protocol/index.js'
import type { DiscoveryEndpoint } from './discovery.js'
import { discoveryEndpoints } from './discovery.js'

/** What a path leads to. */
export type Route =
  | { readonly kind: 'collection'; readonly endpoint: Endpoint }
  | { readonly kind: 'resource'; readonly endpoint: Endpoint; readonly id: string }
  | { readonly kind: 'me' }
  /** The list across resource types. */
  | { readonly kind: 'root' }
  /** A list that is asked for by POST; `endpoint` undefined: across resource types. */
  | { readonly kind: 'search'; readonly endpoint: Endpoint | undefined }
  | { readonly kind: 'bulk' }
  | { readonly kind: 'discovery'; readonly endpoint: DiscoveryEndpoint; readonly id: string | undefined }
  | { readonly kind: 'notImplemented'; readonly detail: string }

/** A route that leads to something. */
export type Destination = Exclude<Route, { readonly kind: 'notImplemented' | 'me' }>

/** The methods that each kind of route answers. */
const methods: Readonly<Record<Exclude<Route['kind'], 'notImplemented'>, readonly string[]>> = {
  collection: ['GET', 'HEAD', 'POST'],
  resource: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
  me: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  root: ['GET', 'HEAD'],
  search: ['POST'],
  bulk: ['POST'],
  discovery: ['GET', 'HEAD'],
}

/** The last segment of a path where lists are asked for by POST (RFC 7644 section 3.4.3). */
const search = '.search'

/** The first two segments of a path, and whether there are more. */
function segmentsOf(path: string): { first: string; second: string | undefined; isDeeper: boolean } {
  // A base URL that ends with a slash, joined with a path that begins with one, makes two.
  let start = 0
  while (path[start] === '/') start++
  const end = path.length - (start < path.length && path.endsWith('/') ? 1 : 0)
  const slash = path.indexOf('/', start)
  if (slash === -1 || slash >= end) {
    return { first: path.slice(start, end), second: undefined, isDeeper: false }
  }
  const second = path.slice(slash + 1, end)
  return { first: path.slice(start, slash), second, isDeeper: second.includes('/') }
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    throw ScimError.notFound('The path is not percent-encoded UTF-8')
  }
}

/** Finds what paths lead to. Endpoints are found in any case. */
export function router(endpoints: readonly Endpoint[], knowsMe: boolean) {
  const resources = new Map(endpoints.map((one) => [one.type.endpoint.slice(1).toLowerCase(), one]))
  const documents = new Map(discoveryEndpoints.map((one) => [one.toLowerCase(), one]))

  function route(path: string): Route {
    const { first, second, isDeeper } = segmentsOf(path)
    const name = first.toLowerCase()
    if (name === 'me' && !knowsMe) return { kind: 'notImplemented', detail: 'This service has no /Me' }
    if (second === undefined) {
      if (name === '') return { kind: 'root' }
      if (name === 'me') return { kind: 'me' }
      if (name === 'bulk') return { kind: 'bulk' }
      if (name === search) return { kind: 'search', endpoint: undefined }
    }
    if (isDeeper) throw ScimError.notFound('There is nothing at this path')
    const document = documents.get(name)
    if (document) {
      return { kind: 'discovery', endpoint: document, id: second === undefined ? undefined : decode(second) }
    }
    const endpoint = resources.get(name)
    if (!endpoint) throw ScimError.notFound(notThere(name))
    if (second === undefined) return { kind: 'collection', endpoint }
    if (second.toLowerCase() === search) return { kind: 'search', endpoint }
    return { kind: 'resource', endpoint, id: decode(second) }
  }

  return {
    route,
    /** The first path segments that belong to the service, in lower case. */
    segments: new Set([
      ...resources.keys(),
      ...documents.keys(),
      'me',
      'bulk',
      search,
      // Who asks a service without groups for them is to be told so, wherever it is mounted.
      'groups',
    ]) as ReadonlySet<string>,
  }
}

function notThere(name: string): string {
  return name === 'groups' ? 'This service has no groups' : 'There is nothing at this path'
}

/** Whether a route leads to resources of every type. */
export function isAcrossTypes(route: Route): boolean {
  return route.kind === 'root' || (route.kind === 'search' && !route.endpoint)
}

/** The methods that a route answers. */
export function methodsOf(route: Exclude<Route, { readonly kind: 'notImplemented' }>): readonly string[] {
  return methods[route.kind]
}
