import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ScimHandler } from '../http/index.js'
import { handleNodeRequest, splitTarget } from './node-bridge.js'

/** What this adapter needs of a request of Fastify 4 or 5. */
export interface FastifyScimRequest {
  readonly raw: IncomingMessage
  /** What the parser of this plugin has left: the stream that a hook of the host has put in place of the request. */
  readonly body: unknown
  /** The target, as `rewriteUrl` has left it. */
  readonly url: string
  /** The target as the client sent it. */
  readonly originalUrl: string
  /** After Fastify's own `trustProxy`, like the host. */
  readonly protocol: string
  /** With the port, since Fastify 5. */
  readonly host?: string
  /** With the port before Fastify 5. */
  readonly hostname: string
}

/** What this adapter needs of a reply of Fastify. */
export interface FastifyScimReply {
  readonly raw: ServerResponse
  hijack(): unknown
  getHeaders(): Record<string, number | string | string[] | undefined>
}

/** What this adapter needs of the scope that Fastify makes for a plugin. */
export interface FastifyScope {
  /** Such as `/scim/v2`; empty without one. */
  readonly prefix: string
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    contentType: '*',
    parser: (
      request: FastifyScimRequest,
      payload: IncomingMessage,
      done: (error: Error | null, body?: unknown) => void,
    ) => void,
  ): unknown
  setErrorHandler(
    handler: (error: unknown, request: FastifyScimRequest, reply: FastifyScimReply) => void,
  ): unknown
  all(path: string, handler: (request: FastifyScimRequest, reply: FastifyScimReply) => void): unknown
}

/**
 * Mounts the service in Fastify 4 or 5. The prefix of the plugin, parameters included, is where `meta.location` points.
 * Bodies are read by the service: what the host's scopes parse, in which way and up to which size, is theirs alone.
 * The host's hooks run as on other routes up to `preHandler`, and headers that they have set are sent;
 * `onSend` and `preSerialization` do not see the reply. `authenticate` sees Fastify's request as `raw`.
 *
 * @example
 * app.register(scimPlugin(scim), { prefix: '/scim/v2' })
 */
export function scimPlugin(scim: ScimHandler): (scope: FastifyScope) => Promise<void> {
  return async (scope) => {
    scope.removeAllContentTypeParsers()
    // Left unread, whatever its type: the service asks first who sends it.
    scope.addContentTypeParser('*', (request, payload, done) =>
      done(null, payload === request.raw ? undefined : payload),
    )
    const depth = depthOf(scope.prefix)
    const handler = (request: FastifyScimRequest, reply: FastifyScimReply) => {
      const { raw, url, originalUrl, body, protocol, host = request.hostname } = request
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value)
      }
      const { path, query } = splitTarget(originalUrl)
      void handleNodeRequest(scim, raw, reply.raw, {
        path,
        query,
        mount: mountOf(path, below(splitTarget(url).path, depth)),
        protocol: protocol === 'https' ? 'https' : 'http',
        host: host || undefined,
        raw: request,
        stream: body instanceof Readable ? body : undefined,
      })
    }
    // What is no media type is refused by Fastify before any parser: that answer is the service's too.
    scope.setErrorHandler((error, request, reply) => {
      if (!isInvalidMediaType(error)) throw error
      handler(request, reply)
    })
    scope.all('/', handler)
    scope.all('/*', handler)
  }
}

function isInvalidMediaType(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
}

/** How many segments a prefix has; the expression of a parameter, in parentheses, may have a slash of its own. */
function depthOf(prefix: string): number {
  return prefix
    .replace(/\([^()]*\)/g, '')
    .split('/')
    .filter(Boolean).length
}

/** What follows the first segments of a path; empty ones do not count, since Fastify may ignore them. */
function below(path: string, depth: number): string {
  const segments = path.split('/')
  let at = 0
  for (let left = depth; left > 0 && at < segments.length; at++) if (segments[at] !== '') left--
  const rest = segments.slice(at).join('/')
  return depth > 0 && rest !== '' ? `/${rest}` : rest
}

/** Where the mount ends in what the client sent, which ends like the target unless it was rewritten below the mount. */
function mountOf(path: string, rest: string): string | undefined {
  // At the root, the endpoints tell.
  return (path.endsWith(rest) && path.slice(0, path.length - rest.length)) || undefined
}
