import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { RequestBody, ScimHandler, ScimRequest, ScimResponse } from '../http/index.js'
import { splitArrival } from '../http/index.js'
import { bodyOf, failure, overLimit } from './body.js'
import { readAll, readBefore, toBody } from './node-body.js'
import { http2StreamOf, isGone } from './node-response.js'
import { nextBatch } from './request-batch.js'

/** What a framework knows about a request of `node:http`; {@link splitTarget} and {@link protocolOf} find the rest. */
export interface NodeArrival {
  /** The whole path as the client sent it, without the query, such as `/scim/v2/Users`. */
  readonly path: string
  /** The part after the `?`; empty when there is none. */
  readonly query: string
  /** Where the service is mounted, such as `/scim/v2`; undefined: before the first segment that is an endpoint. */
  readonly mount: string | undefined
  readonly protocol: 'http' | 'https'
  /** The host that the client named, such as `app.example.com:8443`. */
  readonly host: string | undefined
  /** What `authenticate` sees as `raw`. Default: the `IncomingMessage`. */
  readonly raw?: unknown
  /**
   * Returns the body that the framework has parsed already: text, bytes or JSON. Called when the body is needed;
   * undefined: the stream is read, or `req.body` taken where the stream has ended. Text and bytes over
   * `limits.maxBodyBytes` are refused; how large JSON may be was the framework's to limit.
   */
  readonly body?: (() => unknown) | undefined
  /** The stream to read the body from where the framework has put another in place of the request, such as one that unzips it. */
  readonly stream?: Readable | undefined
}

/** The beginning of a target in absolute form, as clients send it to a proxy. */
const origin = /^https?:\/\/[^/?]*/i

/** Splits a request target, such as `/scim/v2/Users?count=1`, into its path and the query after the `?`. */
export function splitTarget(target: string): { path: string; query: string } {
  const relative = target.startsWith('/') ? target : target.replace(origin, '')
  const at = relative.indexOf('?')
  return at === -1
    ? { path: relative, query: '' }
    : { path: relative.slice(0, at), query: relative.slice(at + 1) }
}

/** The protocol of the connection itself, without regard to proxies. */
export function protocolOf(req: IncomingMessage): 'http' | 'https' {
  return 'encrypted' in req.socket && req.socket.encrypted ? 'https' : 'http'
}

/** The last request of each connection, whether it has been answered or not. */
const last = new WeakMap<object, Promise<void>>()

/**
 * Answers a request of `node:http`: what an adapter for a framework on Node calls. The promise never rejects and
 * resolves when the reply is handed over; replies follow the client's pace, `context.signal` aborts when the client
 * disconnects, and pipelined requests take effect in the order in which this function is called for them.
 *
 * @example
 * function toyHandler(scim: ScimHandler, mount: string) {
 *   return (request: ToyRequest, response: ToyResponse) => {
 *     const { path, query } = splitTarget(request.node.url ?? '/')
 *     return handleNodeRequest(scim, request.node, response.node, {
 *       path,
 *       query,
 *       mount,
 *       protocol: protocolOf(request.node),
 *       host: request.node.headers.host,
 *       raw: request,
 *       body: () => request.parsedBody,
 *     })
 *   }
 * }
 */
export function handleNodeRequest(
  scim: ScimHandler,
  req: IncomingMessage,
  res: ServerResponse,
  arrival: NodeArrival,
): Promise<void> {
  // Pipelined requests take effect in their order (RFC 9112 section 9.3.2): until the reply before it is sent, a reply
  // has no socket.
  const earlier = res.socket === null ? last.get(req.socket) : undefined
  const own = answer(scim, req, res, arrival, earlier ?? nextBatch())
  last.set(req.socket, own)
  return own
}

async function answer(
  scim: ScimHandler,
  req: IncomingMessage,
  res: ServerResponse,
  arrival: NodeArrival,
  turn: Promise<void>,
): Promise<void> {
  let isStreamed = false
  try {
    const request = new NodeScimRequest(scim, req, res, arrival)
    await turn
    // The client has gone, or the host has answered itself.
    if (isGone(res) || res.headersSent) return
    const reply = await scim.handle(request)
    const { body } = reply
    if (typeof body === 'object') {
      isStreamed = true
      return await sendParts(res, reply, body)
    }
    // The client has gone, or the host has answered itself, after a timeout of its own.
    if (isGone(res) || res.headersSent) return
    // A body that is still arriving will not be read: the client had no credential, or the body is too large.
    if (request.refused || !req.complete) sendAndClose(req, res, reply, body)
    else send(req, res, reply, body)
  } catch (error) {
    // The service has reported what breaks a stream.
    if (!isStreamed) scim.report?.(error)
    fail(req, res)
  }
}

/** A body that is sent as a whole. */
type Text = string | undefined

function send(req: IncomingMessage, res: ServerResponse, reply: ScimResponse, body: Text): void {
  res.writeHead(reply.status, withLength(req, reply, body))
  res.end(body)
}

/** Sends parts as the client takes them, until it goes. */
async function sendParts(
  res: ServerResponse,
  { status, headers }: ScimResponse,
  parts: AsyncIterable<string>,
): Promise<void> {
  const iterator = parts[Symbol.asyncIterator]()
  // Also while the next part is being made.
  res.once('close', () => void iterator.return?.())
  try {
    if (isGone(res) || res.headersSent) return
    // The unread rest of a request must not be taken for the next one; HTTP/2 keeps requests apart itself.
    const isLast = !res.req.complete && !http2StreamOf(res)
    res.writeHead(status, isLast ? { ...headers, connection: 'close' } : headers)
    for (let part = await iterator.next(); !part.done; part = await iterator.next()) {
      if (isGone(res)) return
      if (!res.write(part.value)) await drained(res)
    }
    res.end()
  } finally {
    await iterator.return?.()
  }
}

/** Waits until there is room for more, or the client has gone. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (isGone(res)) return resolve()
    const settle = () => {
      res.off('drain', settle).off('close', settle)
      resolve()
    }
    res.on('drain', settle).on('close', settle)
  })
}

function withLength(
  req: IncomingMessage,
  { status, headers }: ScimResponse,
  body: Text,
): Record<string, string | number> {
  if (body === undefined && (status === 204 || status === 304 || req.method === 'HEAD')) return headers
  // The length first: V8 copies the rest ten times as fast behind it as before it.
  return { 'content-length': body === undefined ? 0 : Buffer.byteLength(body), ...headers }
}

/** How long a client may go on sending a body that is not wanted, and how long it may pause, in milliseconds. */
const linger = { total: 2000, pause: 250 }

/**
 * Replies and closes the connection. What still arrives is thrown away for a moment: a socket that is closed with
 * unread data is reset, and the client would lose the reply.
 */
function sendAndClose(req: IncomingMessage, res: ServerResponse, reply: ScimResponse, body: Text): void {
  const stream = http2StreamOf(res)
  if (stream) {
    // HTTP/2 has no such header, and ends the request without the connection (RFC 9113 section 8.1).
    if (!stream.endAfterHeaders) stream.once('finish', () => stream.close())
    send(req, res, reply, body)
    return
  }
  res.writeHead(reply.status, { ...withLength(req, reply, body), connection: 'close' })
  if (body === undefined) res.flushHeaders()
  else res.write(body)
  const close = () => {
    clearTimeout(total)
    clearTimeout(pause)
    res.end()
  }
  const total = setTimeout(close, linger.total)
  const pause = setTimeout(close, linger.pause)
  req
    .on('data', () => pause.refresh())
    .once('end', close)
    .once('close', close)
    .resume()
}

function fail(req: IncomingMessage, res: ServerResponse): void {
  try {
    if (!res.headersSent) {
      send(req, res, failure, failure.body)
      return
    }
  } catch {
    // What the host has hooked into the response fails for this reply too.
  }
  // Half a reply must not look whole.
  res.destroy()
}

class NodeScimRequest implements ScimRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly baseUrl: string
  readonly raw: unknown
  /** Whether the body was not read to its end because it is larger than the service takes. */
  refused = false
  private controller: AbortController | undefined
  private readonly parsed: NodeArrival['body']
  private readonly stream: NodeArrival['stream']

  constructor(
    scim: ScimHandler,
    private readonly req: IncomingMessage,
    private readonly res: ServerResponse,
    { path, query, mount, protocol, host, raw = req, body, stream }: NodeArrival,
  ) {
    const header = (name: string) => this.header(name)
    // What HTTP/2 has in place of the header.
    const authority = host ?? this.header(':authority')
    const arrived = splitArrival({ path, mount, protocol, host: authority, header }, scim.externalUrl)
    this.method = req.method ?? 'GET'
    this.path = arrived.path
    this.query = query
    this.baseUrl = arrived.baseUrl
    this.raw = raw
    this.parsed = body
    this.stream = stream
  }

  get isAborted(): boolean {
    return isGone(this.res)
  }

  get signal(): AbortSignal {
    this.controller ??= abortOnClose(this.res)
    return this.controller.signal
  }

  header(name: string): string | undefined {
    const value = this.req.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  async body(limit: number, signal?: AbortSignal): Promise<RequestBody> {
    const { req } = this
    const announced = req.headers['content-length']
    try {
      if (announced !== undefined && Number(announced) > limit) throw overLimit(limit)
      const parsed = this.parsed?.()
      if (parsed !== undefined) return toBody(parsed, limit)
      const { stream = req } = this
      return stream.readableEnded ? readBefore(req, limit) : bodyOf(await readAll(stream, limit, signal))
    } finally {
      this.refused = !req.readableEnded
    }
  }
}

function abortOnClose(res: ServerResponse): AbortController {
  const controller = new AbortController()
  const abort = () => {
    if (!res.writableFinished) controller.abort()
  }
  if (isGone(res)) abort()
  else res.once('close', abort)
  return controller
}
