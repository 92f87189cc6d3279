import type { RequestBody, ScimHandler, ScimRequest, ScimResponse } from '../http/index.js'
import { splitArrival } from '../http/index.js'
import { HostFault, isScimError } from '../protocol/index.js'
import { type MountOptions, mountFinder } from './base-path.js'
import { bodyOf, cutOff, failure, overLimit, within } from './body.js'

/** What an adapter over Fetch knows better than the `Request` does. */
export interface FetchArrival {
  /** Where the service is mounted in this path; undefined where the framework does not say. */
  mount(path: string): string | undefined
  /** What the platform has taken off the front of the path. */
  readonly prefix?: string | undefined
  /** The host that the client named, where the URL of the `Request` is not the client's. */
  readonly host?: string | undefined
  /** What `authenticate` sees as `raw`; the `Request` itself unless given. */
  readonly raw?: unknown
  /** The body as text, where the framework keeps one that was read before. */
  text?(): Promise<string>
}

/**
 * Mounts the service wherever requests are Fetch requests: Bun, Deno, Workers and most frameworks.
 *
 * @example
 * export default { fetch: fetchHandler(scim, { basePath: '/scim/v2' }) }
 */
export function fetchHandler(
  scim: ScimHandler,
  options: MountOptions = {},
): (request: Request) => Promise<Response> {
  const arrival: FetchArrival = { mount: mountFinder('fetchHandler', options) }
  return (request) => answerFetch(scim, request, arrival)
}

/** Answers a Fetch request; never rejects. */
export async function answerFetch(
  scim: ScimHandler,
  request: Request,
  arrival: FetchArrival,
): Promise<Response> {
  try {
    const reply = await scim.handle(new FetchScimRequest(scim, request, arrival))
    return typeof reply.body === 'object'
      ? streamed(reply, reply.body, request)
      : toResponse(reply, reply.body)
  } catch (error) {
    scim.report?.(error)
    return toResponse(failure, failure.body)
  }
}

function toResponse({ status, headers }: ScimResponse, body: string | ReadableStream | undefined): Response {
  return new Response(body ?? null, { status, headers })
}

/** The next part. An error has been reported already; a platform may send its message to the client. */
async function next(parts: AsyncIterator<string>): Promise<IteratorResult<string>> {
  try {
    return await parts.next()
  } catch (cause) {
    throw new Error('The rest of the reply could not be made', { cause })
  }
}

/** A reply that asks for a part when the client has taken the one before. */
function streamed(reply: ScimResponse, parts: AsyncIterable<string>, { signal }: Request): Response {
  const iterator = parts[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  // Not every platform cancels the stream of a client that has gone.
  const abort = () => void iterator.return?.()
  const settle = () => signal.removeEventListener('abort', abort)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await next(iterator)
      if (!done) return controller.enqueue(encoder.encode(value))
      settle()
      // What has ended because the client went must not look whole.
      if (signal.aborted) controller.error(signal.reason)
      else controller.close()
    },
    async cancel() {
      settle()
      await iterator.return?.()
    },
  })
  try {
    return toResponse(reply, stream)
  } catch (error) {
    abort()
    throw error
  }
}

class FetchScimRequest implements ScimRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly baseUrl: string
  readonly raw: unknown
  private watched: AbortSignal | undefined

  constructor(
    scim: ScimHandler,
    private readonly request: Request,
    private readonly arrival: FetchArrival,
  ) {
    const url = new URL(request.url)
    const { prefix = '' } = arrival
    const mount = arrival.mount(url.pathname)
    const { baseUrl, path } = splitArrival(
      {
        path: prefix + url.pathname,
        mount: mount === undefined ? undefined : prefix + mount,
        protocol: url.protocol === 'https:' ? 'https' : 'http',
        host: arrival.host ?? url.host,
        header: (name) => this.header(name),
      },
      scim.externalUrl,
    )
    this.method = request.method
    this.path = path
    this.query = url.search.slice(1)
    this.baseUrl = baseUrl
    this.raw = arrival.raw ?? request
  }

  get signal(): AbortSignal {
    this.watched = this.request.signal
    return this.watched
  }

  get isAborted(): boolean {
    // Some platforms make a signal only when it is asked for.
    return this.watched?.aborted ?? false
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  async body(limit: number, signal?: AbortSignal): Promise<RequestBody> {
    const announced = this.header('content-length')
    if (announced !== undefined && Number(announced) > limit) throw overLimit(limit)
    if (this.request.bodyUsed) return this.readBefore(limit)
    let bytes: Uint8Array
    try {
      // HTTP holds a body to its announced length, and platforms read a whole body faster than a stream, which alone can
      // be left unread.
      if (announced !== undefined && !signal) bytes = new Uint8Array(await this.request.arrayBuffer())
      else bytes = this.request.body ? await readStream(this.request.body, limit, signal) : new Uint8Array()
    } catch (error) {
      throw isScimError(error) ? error : cutOff(error)
    }
    return bodyOf(within(limit, bytes))
  }

  /** The body that a middleware has read before. */
  private async readBefore(limit: number): Promise<RequestBody> {
    if (!this.arrival.text) throw new HostFault('Something has read the request body before')
    return bodyOf(within(limit, new TextEncoder().encode(await this.arrival.text())))
  }
}

async function readStream(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const reader = stream.getReader()
  // A read that waits is rejected then.
  signal?.addEventListener('abort', () => reader.releaseLock(), { once: true })
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > limit) {
      // Not cancelled: some platforms would close the connection before the reply is on its way.
      reader.releaseLock()
      throw overLimit(limit)
    }
    chunks.push(value)
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}
