import { trimEndSlashes } from '../../protocol/index.js'
import type { ExternalUrl } from '../message.js'

/** Where a request arrived, as far as an adapter knows. */
export interface Arrival {
  /** The whole path as the client sent it, without the query, such as `/scim/v2/Users/2819c223`. */
  readonly path: string
  /** Where the framework has mounted the service, such as `/scim/v2`; undefined where that is unknown. */
  readonly mount: string | undefined
  readonly protocol: 'http' | 'https'
  readonly host: string | undefined
  header(name: string): string | undefined
}

/** The usual last segment of a mount. */
const usualMount = /^(?:scim|v\d+)?$/i

/**
 * Where the mount ends in a path: before the first segment that is an endpoint of the service. Where there is none,
 * or only that of a search, what comes before is the mount if it looks like one. An unknown path must not be taken for
 * the mount, since its root lists everything.
 */
function findMount(path: string, endpoints: ReadonlySet<string>): string {
  const segments = trimEndSlashes(path).split('/')
  const at = segments.findIndex((segment, index) => index > 0 && endpoints.has(segment.toLowerCase()))
  const end = at === -1 ? segments.length : at
  const isRoot = at === -1 || segments[at]?.toLowerCase() === '.search'
  const isMount = !isRoot || usualMount.test(segments[end - 1] ?? '')
  return trimEndSlashes(segments.slice(0, isMount ? end : end - 1).join('/'))
}

/** The first of several values is what the client used; each proxy appends one. */
function firstValue(value: string | undefined): string | undefined {
  return value?.split(',')[0]?.trim() || undefined
}

/** A host name with an optional port, and nothing that could change the meaning of a URL. */
const hostForm = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/** Whether hosts that were named before can stand in a URL: nearly all requests name the same. */
const knownHosts = new Map<string, boolean>()
const maxHosts = 1000

/** Whether a host can stand in a URL: not where its port is too large, or it is half an address. */
function isHost(host: string): boolean {
  const known = knownHosts.get(host)
  if (known !== undefined) return known
  const is = host.length <= 300 && hostForm.test(host) && URL.canParse(`http://${host}`)
  if (knownHosts.size >= maxHosts) knownHosts.clear()
  if (host.length <= 300) knownHosts.set(host, is)
  return is
}

function originOf(protocol: string, host: string | undefined): string {
  return `${protocol === 'https' ? 'https' : 'http'}://${host && isHost(host) ? host : 'localhost'}`
}

/** The part of a path below a mount; for a path elsewhere, one that leads nowhere. */
function below(mount: string, path: string): string {
  if (path !== mount && !path.startsWith(`${mount}/`)) return `/..${path}`
  return path.slice(mount.length) || '/'
}

/**
 * Splits where a request arrived into the service's base URL and the path below it: what an adapter needs to make a
 * {@link ScimRequest} of its own. Forwarded headers count only where the host has set `trustProxy`.
 *
 * @example
 * const { baseUrl, path } = splitArrival(
 *   { path: '/scim/v2/Users', mount: '/scim/v2', protocol: 'https', host: 'app.example.com', header },
 *   scim.externalUrl,
 * ) // 'https://app.example.com/scim/v2' and '/Users'
 */
export function splitArrival(arrival: Arrival, external: ExternalUrl): { baseUrl: string; path: string } {
  const stripped = arrival.mount?.endsWith('/') ? arrival.mount.slice(0, -1) : arrival.mount
  const mount = stripped ?? findMount(arrival.path, external.endpoints)
  const path = below(mount, arrival.path)
  if (external.baseUrl !== undefined) return { baseUrl: external.baseUrl, path }
  if (!external.trustProxy) return { baseUrl: originOf(arrival.protocol, arrival.host) + mount, path }
  const protocol = firstValue(arrival.header('x-forwarded-proto'))?.toLowerCase() ?? arrival.protocol
  const host = firstValue(arrival.header('x-forwarded-host')) ?? arrival.host
  const prefix = firstValue(arrival.header('x-forwarded-prefix'))?.replace(/\/$/, '') ?? ''
  const origin = originOf(protocol, host)
  return { baseUrl: `${origin}${/^(?:\/[\w.~-]+)*$/.test(prefix) ? prefix : ''}${mount}`, path }
}
