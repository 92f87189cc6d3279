import type { Endpoint } from '../operations/index.js'
import { ScimError } from '../protocol/index.js'
import type { DiscoveryEndpoint } from './discovery.js'
import { discoveryEndpoints } from './discovery.js'

/** What a path leads to. */
export type Route =
  | { readonly kind: 'collection'; readonly endpoint: Endpoint }
  | { readonly kind: 'resource'; readonly endpoint: Endpoint; readonly id: string }
  | { readonly kind: 'me' }
  | { readonly kind: 'discovery'; readonly endpoint: DiscoveryEndpoint; readonly id: string | undefined }
  | { readonly kind: 'notImplemented'; readonly detail: string }

/** The methods that each kind of route answers. */
const methods: Readonly<Record<Exclude<Route['kind'], 'notImplemented'>, readonly string[]>> = {
  collection: ['GET', 'HEAD', 'POST'],
  resource: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
  me: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  discovery: ['GET', 'HEAD'],
}

/** Parts of the protocol that this service does not have, by their first path segment in lower case. */
const absent: Readonly<Record<string, string>> = {
  me: 'This service has no /Me',
  bulk: 'This service takes no bulk requests',
  '.search': 'This service takes no search requests; use GET with a filter',
}

function decode(segment: string): string {
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
    const segments = path.split('/')
    // A base URL that ends with a slash, joined with a path that begins with one, makes two.
    while (segments[0] === '') segments.shift()
    if (segments.at(-1) === '') segments.pop()
    const [first = '', second, ...more] = segments
    const name = first.toLowerCase()
    if (name === 'me' && knowsMe && second === undefined) return { kind: 'me' }
    const detail = absent[second === '.search' ? second : name]
    if (Object.hasOwn(absent, name) && detail !== undefined) return { kind: 'notImplemented', detail }
    if (more.length > 0) throw ScimError.notFound('There is nothing at this path')
    const document = documents.get(name)
    if (document) {
      return { kind: 'discovery', endpoint: document, id: second === undefined ? undefined : decode(second) }
    }
    const endpoint = resources.get(name)
    if (!endpoint) throw ScimError.notFound(notThere(name))
    if (second === undefined) return { kind: 'collection', endpoint }
    if (second === '.search' && detail !== undefined) return { kind: 'notImplemented', detail }
    return { kind: 'resource', endpoint, id: decode(second) }
  }

  return {
    route,
    /** The first path segments that belong to the service, in lower case. */
    segments: new Set([
      ...resources.keys(),
      ...documents.keys(),
      ...Object.keys(absent),
      // Who asks a service without groups for them is to be told so, wherever it is mounted.
      'groups',
    ]) as ReadonlySet<string>,
  }
}

function notThere(name: string): string {
  return name === 'groups' ? 'This service has no groups' : 'There is nothing at this path'
}

/** The methods that a route answers. */
export function methodsOf(route: Exclude<Route, { readonly kind: 'notImplemented' }>): readonly string[] {
  return methods[route.kind]
}
