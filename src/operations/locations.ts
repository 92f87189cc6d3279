import type { ResourceLocations } from '../filter/index.js'
import { trimEndSlashes } from '../protocol/index.js'
import type { CompiledResourceType } from '../schema/index.js'
import type { OperationContext } from './context.js'

/**
 * Where resources are, for a filter that may compare a reference: others spare themselves the question. Undefined also
 * where the base URL of the client is unknown; then the id at the end of a URI counts.
 */
export function locationsFor(
  { baseUrl, service }: OperationContext,
  filter: string,
): ResourceLocations | undefined {
  if (baseUrl === undefined || !filter.includes('$')) return undefined
  const types = service.endpoints.map(({ type }) => type)
  return { types: types.map(({ name }) => name), locate: (uri) => locate(uri, baseUrl, types) }
}

/** What a URI leads to, where it is one that the service writes, or one that is relative to where it is mounted. */
function locate(uri: string, baseUrl: string, types: readonly CompiledResourceType[]) {
  const path = pathBelow(uri, trimEndSlashes(baseUrl))
  if (path === undefined) return undefined
  for (const { name, endpoint } of types) {
    if (!path.startsWith(`${endpoint}/`)) continue
    const id = decode(path.slice(endpoint.length + 1))
    if (id !== undefined) return { type: name, id }
  }
  return undefined
}

/** The path of a URI below a base; undefined for one that is elsewhere. Schemes and hosts are compared in any case. */
function pathBelow(uri: string, baseUrl: string): string | undefined {
  // `../Users/1`, as in RFC 7643 section 8.3, and `Users/1`.
  const relative = /^(?:\.{1,2}\/)*([^/:?#]+\/[^/]*)$/.exec(uri)?.[1]
  if (relative !== undefined) return `/${relative}`
  const originLength = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i.exec(baseUrl)?.[0].length ?? 0
  for (const base of [baseUrl, baseUrl.slice(originLength)]) {
    const start = uri.slice(0, base.length)
    const origin = base === baseUrl ? originLength : 0
    const isSameOrigin = start.slice(0, origin).toLowerCase() === base.slice(0, origin).toLowerCase()
    if (isSameOrigin && start.slice(origin) === base.slice(origin)) return uri.slice(base.length)
  }
  return undefined
}

/** The id in the rest of a path; undefined where there is more, or less. U+0000 is in no id. */
function decode(segment: string): string | undefined {
  if (segment === '' || /[/?#]/.test(segment)) return undefined
  try {
    const id = decodeURIComponent(segment)
    return id.includes('\0') ? undefined : id
  } catch {
    return undefined
  }
}
