import type { ScimHandler } from '../http/index.js'
import { answerFetch } from './fetch.js'

/** What this adapter needs of Hono's context. */
export interface HonoContext {
  readonly req: {
    readonly raw: Request
    /** The path of the route that was matched, with those of the apps around it, such as `/scim/v2/*`. */
    readonly routePath?: string
    text(): Promise<string>
  }
}

/**
 * Mounts the service in Hono under a wildcard route. What the wildcard follows is the mount, base paths, nested apps
 * and parameters included, and that is where `meta.location` points.
 *
 * @example
 * app.all('/scim/v2/*', honoHandler(scim))
 */
export function honoHandler(scim: ScimHandler): (context: HonoContext) => Promise<Response> {
  return (context) => {
    const { req } = context
    // Read now: Hono moves on to another route while a handler waits.
    const { routePath } = req
    return answerFetch(scim, req.raw, {
      mount: (path) => mountOf(routePath, path),
      raw: context,
      text: () => req.text(),
    })
  }
}

/** The part of a path that a route's segments before its wildcard have matched, if that can be told. */
function mountOf(route: string | undefined, path: string): string | undefined {
  if (!route?.endsWith('/*')) return undefined
  const pattern = route.slice(0, -2).split('/')
  const mount = path.split('/').slice(0, pattern.length)
  const matches = pattern.every((part, index) => isParameter(part) || part === mount[index])
  // At the root, the endpoints tell.
  return matches ? mount.join('/') || undefined : undefined
}

/** Whether a part of a route stands for exactly one segment, whatever it is. */
function isParameter(part: string): boolean {
  return part === '*' || /^:\w+$/.test(part)
}
