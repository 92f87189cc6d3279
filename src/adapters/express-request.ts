import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ScimHandler } from '../http/index.js'
import { isObject } from '../protocol/index.js'
import { handleNodeRequest, type NodeArrival, protocolOf, splitTarget } from './node-bridge.js'

/** What this adapter needs of the request of Express 4, Express 5 or Connect. */
export interface ExpressRequest extends IncomingMessage {
  /** The target as the client sent it. */
  readonly originalUrl?: string
  /** What the mounts and routers on the way here have matched of it. */
  readonly baseUrl?: string
  /** `http` or `https`, after Express's own `trust proxy`. */
  readonly protocol?: string
  /** What the parameters of the path have matched; a list for a wildcard since Express 5. */
  readonly params?: unknown
  readonly app?: { get(name: string): unknown }
}

/** Answers a request of Express; `body` is for a parser of the host's that has failed. */
export function handleExpressRequest(
  scim: ScimHandler,
  req: ExpressRequest,
  res: ServerResponse,
  body?: NodeArrival['body'],
): void {
  void handleNodeRequest(scim, req, res, {
    ...locate(req),
    protocol: req.protocol ? (req.protocol === 'https' ? 'https' : 'http') : protocolOf(req),
    host: forwardedHost(req) ?? req.headers.host,
    body,
  })
}

/** Where the service is mounted, and what is asked of it. */
function locate(req: ExpressRequest): Pick<NodeArrival, 'path' | 'query' | 'mount'> {
  const { originalUrl = '', baseUrl, url = '/' } = req
  const { path, query } = splitTarget(url)
  if (path === '/' && originalUrl !== '') {
    // Connect says neither what a mount has matched nor whether by a wildcard: the endpoints tell.
    if (baseUrl === undefined) return { path: splitTarget(originalUrl).path, query, mount: undefined }
    // A mount such as `/scim/v2/*path` takes the whole path off the target.
    const mount = beforeWildcard(baseUrl, req.params)
    if (mount !== undefined) return { path: baseUrl, query, mount }
  }
  const mount = mountOf(req)
  // At the root, or under a route instead of a mount, the endpoints tell.
  return { path: `${mount}${path}`, query, mount: mount || undefined }
}

/**
 * What stands before the target in what the client sent. The two do not end alike where Express has put a slash in
 * front of a bare query, or where a middleware has rewritten the target below the mount.
 */
function mountOf({ originalUrl = '', baseUrl = '', url = '/' }: ExpressRequest): string {
  return originalUrl.endsWith(url) ? originalUrl.slice(0, -url.length) : baseUrl
}

/** The part of a matched path before what its last wildcard has matched; undefined where it does not end in one. */
function beforeWildcard(path: string, params: unknown): string | undefined {
  if (!isObject(params)) return undefined
  for (const [name, value] of Object.entries(params)) {
    // Express 4 numbers its wildcards, and does not split them.
    const below = Array.isArray(value) ? value.join('/') : name === '0' ? value : undefined
    if (typeof below !== 'string' || below === '') continue
    // Parameters are decoded, and the path is not.
    const segments = path.split('/')
    for (let at = segments.length - 1; at > 0; at--) {
      if (isDecodedAs(segments.slice(at).join('/'), below)) return segments.slice(0, at).join('/')
    }
  }
  return undefined
}

function isDecodedAs(text: string, decoded: string): boolean {
  try {
    return decodeURIComponent(text) === decoded.replace(/\/$/, '')
  } catch {
    return false
  }
}

/** The host that the client named, if Express trusts the proxy that says so. */
function forwardedHost(req: ExpressRequest): string | undefined {
  const trust = req.app?.get('trust proxy fn')
  if (typeof trust !== 'function' || !trust(req.socket.remoteAddress, 0)) return undefined
  const value = req.headers['x-forwarded-host']
  return typeof value === 'string' ? value.split(',')[0]?.trim() || undefined : undefined
}
