import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestBody, ScimHandler, ScimRequest, ScimResponse } from '../http/index.js'
import { splitArrival } from '../http/index.js'
import { bodyOf, cutOff, failure, overLimit, within } from './body.js'
import { nextBatch } from './request-batch.js'

/** Where a request arrived, as far as the framework knows. */
export interface NodeArrival {
  readonly path: string
  readonly query: string
  readonly mount: string | undefined
  readonly protocol: 'http' | 'https'
  readonly host: string | undefined
}

/** The beginning of a target in absolute form, as clients send it to a proxy. */
const origin = /^https?:\/\/[^/?]*/i

/** Parts a request target into the path and what follows the `?`. */
export function splitTarget(target: string): { path: string; query: string } {
  const relative = target.startsWith('/') ? target : target.replace(origin, '')
  const at = relative.indexOf('?')
  return at === -1
    ? { path: relative, query: '' }
    : { path: relative.slice(0, at), query: relative.slice(at + 1) }
}

/** The protocol of the connection itself. */
export function protocolOf(req: IncomingMessage): 'http' | 'https' {
  return 'encrypted' in req.socket && req.socket.encrypted ? 'https' : 'http'
}

/** The last request of each connection, being answered or answered already. */
const last = new WeakMap<object, Promise<void>>()

/** Answers a request of `node:http`. Nothing that goes wrong leaves it: the promise never rejects. */
export function answerNode(
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
  try {
    const request = new NodeScimRequest(scim, req, res, arrival)
    await turn
    // Nobody waits for the reply any more, or there is one.
    if (res.destroyed || res.headersSent) return
    const reply = await scim.handle(request)
    // The client has gone, or the host has answered itself, after a timeout of its own.
    if (res.destroyed || res.headersSent) return
    const { body } = reply
    if (typeof body === 'object') return await sendParts(res, reply, body)
    // Nobody has read a body that is still arriving, and nobody will: a client without a credential sends no more.
    if (request.refused || !req.complete) sendAndClose(req, res, reply, body)
    else send(req, res, reply, body)
  } catch {
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
  // The rest of a request that nobody has read must not be taken for the next one.
  res.writeHead(status, res.req.complete ? headers : { ...headers, connection: 'close' })
  for await (const part of parts) {
    if (!res.write(part)) await drained(res)
    if (res.destroyed) return
  }
  res.end()
}

/** Waits until there is room for more, or nobody left to send it to. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (res.destroyed) return resolve()
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
  /** Whether the body was not read to its end because it is larger than the service takes. */
  refused = false
  private controller: AbortController | undefined

  constructor(
    scim: ScimHandler,
    readonly raw: IncomingMessage,
    private readonly res: ServerResponse,
    { path, query, mount, protocol, host }: NodeArrival,
  ) {
    const header = (name: string) => this.header(name)
    const arrived = splitArrival({ path, mount, protocol, host, header }, scim.externalUrl)
    this.method = raw.method ?? 'GET'
    this.path = arrived.path
    this.query = query
    this.baseUrl = arrived.baseUrl
  }

  get signal(): AbortSignal {
    this.controller ??= abortOnClose(this.res)
    return this.controller.signal
  }

  header(name: string): string | undefined {
    const value = this.raw.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  async body(limit: number): Promise<RequestBody> {
    const announced = this.raw.headers['content-length']
    try {
      if (announced !== undefined && Number(announced) > limit) throw overLimit(limit)
      return this.raw.readableEnded ? readBefore(this.raw, limit) : bodyOf(await readAll(this.raw, limit))
    } finally {
      this.refused = !this.raw.readableEnded
    }
  }
}

function abortOnClose(res: ServerResponse): AbortController {
  const controller = new AbortController()
  const abort = () => {
    if (!res.writableFinished) controller.abort()
  }
  if (res.destroyed) abort()
  else res.once('close', abort)
  return controller
}

/**
 * The body that a middleware has read before. The stream tells whether one did: Express 4's `json()` sets `body` to
 * `{}` also where it leaves the stream alone because of the media type.
 */
function readBefore(req: IncomingMessage & { body?: unknown }, limit: number): RequestBody {
  const { body } = req
  if (body === undefined) {
    if (!Number(req.headers['content-length']) && !req.headers['transfer-encoding']) return { kind: 'none' }
    throw new Error('A middleware has read the request body before and has not left it in req.body')
  }
  if (typeof body === 'string') return bodyOf(within(limit, Buffer.from(body)))
  if (body instanceof Uint8Array) return bodyOf(within(limit, body))
  return { kind: 'json', json: body }
}

/** Reads the stream, and stops where it goes over the limit. */
function readAll(req: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (req.destroyed) return reject(cutOff())
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer | string) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, req.readableEncoding ?? 'utf8') : chunk
      size += bytes.byteLength
      if (size <= limit) return void chunks.push(bytes)
      req.off('data', onData).pause()
      reject(overLimit(limit))
    }
    req.on('data', onData)
    req.on('end', () => {
      const [first] = chunks
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks, size))
    })
    req.on('error', (error) => reject(cutOff(error)))
    req.on('close', () => {
      if (!req.readableEnded) reject(cutOff())
    })
  })
}
