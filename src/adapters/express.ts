import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ScimHandler } from '../http/index.js'
import { handleNodeRequest, protocolOf, splitTarget } from './node-bridge.js'

/** What this adapter needs of the request of Express 4, Express 5 or Connect. */
export interface ExpressRequest extends IncomingMessage {
  /** The target as the client sent it. */
  readonly originalUrl?: string
  /** What the mounts and routers on the way here have matched of it. */
  readonly baseUrl?: string
  /** `http` or `https`, after Express's own `trust proxy`. */
  readonly protocol?: string
  readonly app?: { get(name: string): unknown }
}

/**
 * Mounts the service in Express 4 or 5, before or after `express.json()`. Where it is mounted, routers and
 * parameters included, is where `meta.location` points.
 *
 * Errors of the host's own middleware, such as a body that `express.json()` cannot parse, are the host's to answer;
 * mounted before `express.json()`, the service answers them as SCIM errors.
 *
 * @example
 * app.use('/scim/v2', expressHandler(scim))
 */
export function expressHandler(scim: ScimHandler): (req: ExpressRequest, res: ServerResponse) => void {
  return (req, res) => {
    const target = req.url ?? '/'
    const mount = mountOf(req)
    const { path, query } = splitTarget(target)
    void handleNodeRequest(scim, req, res, {
      path: `${mount}${path}`,
      query,
      // At the root, or under a route instead of a mount, the endpoints tell.
      mount: mount || undefined,
      protocol: req.protocol ? (req.protocol === 'https' ? 'https' : 'http') : protocolOf(req),
      host: forwardedHost(req) ?? req.headers.host,
    })
  }
}

/**
 * What stands before the target in what the client sent. The two do not end alike where Express has put a slash in
 * front of a bare query, or where a middleware has rewritten the target below the mount.
 */
function mountOf({ originalUrl = '', baseUrl = '', url = '/' }: ExpressRequest): string {
  return originalUrl.endsWith(url) ? originalUrl.slice(0, -url.length) : baseUrl
}

/** The host that the client named, if Express trusts the proxy that says so. */
function forwardedHost(req: ExpressRequest): string | undefined {
  const trust = req.app?.get('trust proxy fn')
  if (typeof trust !== 'function' || !trust(req.socket.remoteAddress, 0)) return undefined
  const value = req.headers['x-forwarded-host']
  return typeof value === 'string' ? value.split(',')[0]?.trim() || undefined : undefined
}
