import { trimEndSlashes } from '../protocol/index.js'
import type { CompiledResourceType, FoundReference, ResourceLocations } from '../schema/index.js'
import { idInReference } from '../schema/index.js'
import type { OperationContext, Service } from './context.js'

/**
 * Where resources are, for what names them by their URIs. Undefined where the base URL of the client is unknown; then
 * the id at the end of a URI counts.
 */
export function locationsOf({ baseUrl, service }: OperationContext): ResourceLocations | undefined {
  return baseUrl === undefined ? undefined : new Locations(service, baseUrl)
}

class Locations implements ResourceLocations {
  private readonly baseUrl: string

  constructor(
    private readonly service: Service,
    baseUrl: string,
  ) {
    this.baseUrl = trimEndSlashes(baseUrl)
  }

  /** Most requests name no URI, and look at none of them. */
  private get served(): readonly CompiledResourceType[] {
    return this.service.endpoints.map(({ type }) => type)
  }

  get types(): readonly string[] {
    return this.served.map(({ name }) => name)
  }

  /** What a URI leads to, where it is one that the service writes, or one that is relative to where it is mounted. */
  locate(uri: string) {
    const path = pathBelow(uri, this.baseUrl)
    if (path === undefined) return undefined
    for (const { name, endpoint } of this.served) {
      if (!path.startsWith(`${endpoint}/`)) continue
      const id = decode(path.slice(endpoint.length + 1))
      if (id !== undefined) return { type: name, id }
    }
    return undefined
  }

  find(uri: string): FoundReference | undefined {
    const end = uri.search(/[?#]/)
    const whole = trimEndSlashes(end === -1 ? uri : uri.slice(0, end))
    const id = idInReference(whole)
    // An id alone, also one that a resource of a bulk request does not have yet.
    if (/^(?:bulkId:)?[^/:]+$/.test(whole)) return { id, type: undefined, isOwn: true }
    const parts = partsOf(whole)
    if (!parts || id === '') return undefined
    const collection = `/${parts.path.slice(0, parts.path.lastIndexOf('/'))}`.replace(/^\/\//, '/')
    const type = this.served.find(({ endpoint }) => collection.toLowerCase().endsWith(endpoint.toLowerCase()))
    if (!type) return undefined
    const mount = collection.slice(0, -type.endpoint.length)
    return { id, type: type.name, isOwn: this.isMount(parts.host, mount) }
  }

  /** Whether the service is mounted there; undefined where a proxy may have changed what it sees of its own address. */
  private isMount(host: string | undefined, path: string): boolean | undefined {
    const own = partsOf(this.baseUrl)
    if (host !== undefined && host !== own?.host) return this.service.isBaseUrlKnown ? false : undefined
    const isRelative = host === undefined && path === ''
    return isRelative || path.toLowerCase() === own?.path.toLowerCase() || undefined
  }
}

/** The host of a URI and its path; without a host where it is relative, and undefined for one of another kind. */
function partsOf(uri: string): { readonly host: string | undefined; readonly path: string } | undefined {
  const [, scheme, authority, path = ''] = /^(?:([a-z]+):)?(?:\/\/([^/]*))?(.*)$/is.exec(uri) ?? []
  const isHttp = /^https?$/i.test(scheme ?? 'http')
  if (authority !== undefined && isHttp)
    return { host: authority.toLowerCase().replace(scheme?.length === 4 ? /:80$/ : /:443$/, ''), path }
  // `../Users/1`, as in RFC 7643 section 8.3.
  const relative = scheme === undefined && !/^[^/]*:/.test(path)
  return authority === undefined && relative
    ? { host: undefined, path: path.replace(/^(?:\.{1,2}\/)+/, '') }
    : undefined
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
