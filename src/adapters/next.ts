import type { ScimHandler } from '../http/index.js'
import { answerFetch } from './fetch.js'

/** The parameters of a route's folders; a promise since Next.js 15. */
type Params = Readonly<Record<string, string | readonly string[] | undefined>>

/** What Next.js tells a route handler besides the request. */
export interface NextContext {
  readonly params: Promise<Params>
}

/** A route handler of the App Router. */
export type NextHandler = (request: Request, context: NextContext) => Promise<Response>

/** What a `route.ts` of the App Router exports. */
export interface NextRoute {
  readonly GET: NextHandler
  readonly POST: NextHandler
  readonly PUT: NextHandler
  readonly PATCH: NextHandler
  readonly DELETE: NextHandler
}

/** The `basePath` of next.config: Next.js takes it off before a route sees it, and writes it here when it builds. */
const basePath = process.env.__NEXT_ROUTER_BASEPATH

/**
 * Mounts the service in the App Router of Next.js, in the `route.ts` of a catch-all folder such as
 * `app/scim/v2/[...path]`. The folders before it are the mount, and that is where `meta.location` points.
 *
 * @example
 * // app/scim/v2/[...path]/route.ts
 * export const { GET, POST, PUT, PATCH, DELETE } = nextRoute(scim)
 */
export function nextRoute(scim: ScimHandler): NextRoute {
  const handler: NextHandler = async (request, context) => {
    const params = await context.params
    return answerFetch(scim, request, {
      mount: (path) => mountOf(params, path),
      prefix: basePath,
      // Next.js puts the name that it listens on into the URL, and not the one that the client used.
      host: request.headers.get('host') ?? undefined,
    })
  }
  return { GET: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler }
}

/** A path without the segments that the catch-all has matched. */
function mountOf(params: Params, path: string): string | undefined {
  const below = Object.values(params).find((value) => typeof value === 'object')
  const segments = path.replace(/\/$/, '').split('/')
  // An optional catch-all has matched nothing: the request is for the mount itself.
  if (below === undefined) return segments.join('/')
  return segments.slice(0, segments.length - below.length).join('/') || undefined
}
