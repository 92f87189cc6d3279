import type { Endpoint, Identify } from '../operations/index.js'
import { ScimError } from '../protocol/index.js'
import type { ResolvedTarget, RouteEntry, RouteMatch } from './route.js'
import { routes } from './routes.js'

/** The last segment of a path where lists are requested by POST (RFC 7644 section 3.4.3). */
const searchSegment = '.search'

const entries: readonly (readonly [string, RouteEntry])[] = Object.entries(routes)

/** The paths of the protocol's own routes, in lower case: no resource type can live there. */
export const reservedPaths: ReadonlySet<string> = new Set(
  entries.flatMap(([, { path }]) => (path === undefined || path === '/' ? [] : [path.toLowerCase()])),
)

/** The first two segments of a path, and whether there are more. */
function segmentsOf(path: string): { first: string; second: string | undefined; isDeeper: boolean } {
  // A base URL with a slash at its end, joined with a path, gives two slashes.
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

/** @throws ScimError `invalidValue` for a surrogate, in itself or encoded; 404 for another segment that is not UTF-8. */
function decodeSegment(segment: string): string {
  const isEncoded = segment.includes('%')
  if (!segment.isWellFormed() || (isEncoded && encodedSurrogate.test(segment))) {
    throw ScimError.invalidValue('The id in the path is not well-formed Unicode: it has a lone surrogate')
  }
  if (!isEncoded) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    throw ScimError.notFound('The path is not percent-encoded UTF-8')
  }
}

/** A surrogate that was encoded as if it were a character; UTF-8 has none (RFC 3629 section 3). */
const encodedSurrogate = /%ed%[ab][\da-f]%[89ab][\da-f]/i

function matchOf(
  key: keyof typeof routes,
  endpoint: Endpoint | undefined,
  id: string | undefined,
): RouteMatch {
  return { key, entry: routes[key], endpoint, id, unavailable: undefined }
}

/** The route of a resource, or without an id that of its collection. */
export function matchTarget({ endpoint, id }: ResolvedTarget): RouteMatch {
  return matchOf(id === undefined ? 'collection' : 'resource', endpoint, id)
}

/** The path of a route, with `{id}` for an id, such as `/Users/{id}`. */
export function templateOf({ key, entry, endpoint, id }: RouteMatch): string {
  const path = endpoint?.type.endpoint ?? entry.path ?? ''
  if (key === 'search') return `${path}/${searchSegment}`
  return id === undefined ? path : `${path}/{id}`
}

/** Makes the function that finds the route of a path. Endpoints are found in any case. */
export function router(endpoints: readonly Endpoint[], options: { readonly identify: Identify | undefined }) {
  const resources = new Map(
    endpoints.map((endpoint) => [endpoint.type.endpoint.slice(1).toLowerCase(), endpoint]),
  )
  const fixed = new Map(
    entries.flatMap(([key, entry]) => {
      if (entry.path === undefined) return []
      const unavailable = entry.unavailable?.(options)
      const match: RouteMatch = { key, entry, endpoint: undefined, id: undefined, unavailable }
      return [[entry.path.slice(1).toLowerCase(), match]]
    }),
  )

  /** @throws ScimError 404. */
  function route(path: string): RouteMatch {
    const { first, second, isDeeper } = segmentsOf(path)
    const name = first.toLowerCase()
    const match = fixed.get(name)
    if (match && (second === undefined || match.unavailable !== undefined)) return match
    if (isDeeper) throw ScimError.notFound('There is nothing at this path')
    if (match?.entry.hasIds && second !== undefined) return { ...match, id: decodeSegment(second) }
    const endpoint = resources.get(name)
    if (!endpoint) throw ScimError.notFound(missing(name))
    if (second === undefined) return matchOf('collection', endpoint, undefined)
    if (second.toLowerCase() === searchSegment) return matchOf('search', endpoint, undefined)
    return matchOf('resource', endpoint, decodeSegment(second))
  }

  return {
    route,
    /** The first path segments that belong to the service, in lower case. */
    segments: new Set([
      ...resources.keys(),
      ...[...fixed.keys()].filter((name) => name !== ''),
      // A service without groups says so, wherever it is mounted.
      'groups',
    ]) as ReadonlySet<string>,
  }
}

function missing(name: string): string {
  return name === 'groups' ? 'This service has no groups' : 'There is nothing at this path'
}
