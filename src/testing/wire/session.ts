import { mediaType } from '../../protocol/index.js'
import type { WireExchange, WireReply, WireRequest } from './exchange.js'
import { CannotVerify } from './failure.js'
import { KeptAttributes } from './kept-attributes.js'
import { Redactor } from './redact.js'

/** The server and how it is talked to. */
export interface WireOptions {
  /** Where SCIM is, such as `https://app.example.com/scim/v2`. */
  readonly baseUrl: string
  /** The API token, or the whole value of `Authorization` (`Basic …`). Empty: no credential is sent. */
  readonly token: string
  /** Default: the global `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** How long a reply may take, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined
  /** Ends the run: what is under way is broken off. */
  readonly signal?: AbortSignal | undefined
}

/** What stands before every name that a run makes. */
export const markPrefix = 'scimkit-verify-'

/** Whether a text is a name that some run has made. */
export function isMarked(name: unknown, run = ''): boolean {
  return typeof name === 'string' && name.toLowerCase().startsWith(`${markPrefix}${run}`)
}

/** How long a server may ask to wait before a request is sent again, in seconds. */
const maxRetryAfter = 60
const maxAttempts = 5
/** How long replies are waited for when the run is told to end, in milliseconds. */
const lastRepliesMs = 3000
const defaultTimeoutMs = 30_000
/** After so many time-outs a reply has less time, so that a run against a server that hangs comes to an end. */
const maxTimeouts = 3
const impatientTimeoutMs = 5000

/** One run against one server: what it has made, and what it has sent. */
export class Session {
  /** In every name that the run makes. */
  readonly run = `${Date.now().toString(36).slice(-5)}${crypto.randomUUID().slice(0, 4)}`
  readonly redactor: Redactor
  readonly attributes = new KeptAttributes()
  private readonly own = new Set<string>()
  private readonly nobodies = new Set<string>()
  private count = 0
  private timeouts = 0

  private readonly pending = new Set<Promise<WireReply>>()
  /** Breaks off what is under way, some time after the run was told to end. */
  private readonly breakOff = new AbortController()

  constructor(readonly options: WireOptions) {
    this.redactor = new Redactor(options.token, isMarked)
    const giveUp = () => setTimeout(() => this.breakOff.abort(), lastRepliesMs)
    options.signal?.addEventListener('abort', giveUp, { once: true })
  }

  /** Resolves when nothing is under way: what a request creates is known only from its reply. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.pending)
  }

  /** A name that nothing else has: `scimkit-verify-<run>-<number>-<label>`. */
  mark(label: string): string {
    this.count += 1
    return `${markPrefix}${this.run}-${this.count}-${label}`
  }

  /** An id that no resource has, which may be written to for this reason. */
  nobody(id: string = crypto.randomUUID()): string {
    this.nobodies.add(id)
    return id
  }

  /** Notes that the run has made what is at a path. */
  adopt(path: string): void {
    this.own.add(path)
    this.redactor.keep(idIn(path))
  }

  /** Whether nothing that others have made can be at a path. */
  mayWrite(path: string): boolean {
    return this.own.has(path) || this.nobodies.has(idIn(path))
  }

  /** Sends a request, again where the server asks for patience. @throws NoReply | CannotVerify */
  async send(method: string, path: string, request: WireRequest = {}): Promise<WireReply> {
    const reply = this.sendPatiently(method, path, request)
    this.pending.add(reply)
    try {
      return await reply
    } finally {
      this.pending.delete(reply)
    }
  }

  private async sendPatiently(method: string, path: string, request: WireRequest): Promise<WireReply> {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.sendOnce(method, path, request)
      // What a POST answers with may be the run's own, which is known only afterwards.
      if (method !== 'POST') this.redactor.observe(reply.json)
      if (reply.status !== 429 || request.retries === false || attempt === maxAttempts) return reply
      const seconds = Number(reply.headers['retry-after'] ?? 1)
      if (!(seconds >= 0 && seconds <= maxRetryAfter)) return reply
      await pause(seconds * 1000, request.isCleanUp ? undefined : this.options.signal)
    }
  }

  private async sendOnce(method: string, path: string, request: WireRequest): Promise<WireReply> {
    const { baseUrl, token, fetch: send = fetch } = this.options
    const isEnded = this.options.signal?.aborted && !request.isCleanUp
    if (isEnded) throw new CannotVerify('interrupted')
    const signal = request.isCleanUp ? undefined : this.breakOff.signal
    const timeoutMs = this.timeoutFor(request)
    const url = `${baseUrl}${path}${request.query ? `?${new URLSearchParams(request.query)}` : ''}`
    const { body } = request
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const headers = headersOf(token, text !== undefined, request.headers)
    const timeout = AbortSignal.timeout(timeoutMs)
    const begun = performance.now()
    const sent = { method, url, requestHeaders: headers, requestBody: text }
    let response: Response
    let received: string
    try {
      response = await send(url, {
        method,
        headers,
        // A redirect could lead away from the server, and the token with it.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
        ...(text !== undefined && { body: text }),
      })
      received = await response.text()
    } catch (error) {
      if (signal?.aborted) throw new CannotVerify('interrupted', { cause: error })
      const reason = timeout.aborted ? `no reply within ${timeoutMs / 1000} seconds` : reasonOf(error)
      if (timeout.aborted) this.timeouts += 1
      const durationMs = performance.now() - begun
      throw new NoReply(reason, { ...sent, status: undefined, headers: {}, text: '', durationMs }, error)
    }
    const json = parseJson(received)
    const replyHeaders = Object.fromEntries(response.headers)
    const { status } = response
    const durationMs = performance.now() - begun
    const exchange = { ...sent, status, headers: replyHeaders, text: received, durationMs }
    return { status, headers: replyHeaders, json, text: received, exchange }
  }

  get timeoutMs(): number {
    return this.options.timeoutMs ?? defaultTimeoutMs
  }

  /** A server that hangs again and again is given less time. */
  private timeoutFor({ timeoutMs = this.timeoutMs }: WireRequest): number {
    return this.timeouts < maxTimeouts ? timeoutMs : Math.min(timeoutMs, impatientTimeoutMs)
  }
}

/** A request that was not answered. */
export class NoReply extends Error {
  override readonly name = 'NoReply'

  constructor(
    message: string,
    readonly exchange: WireExchange,
    cause: unknown,
  ) {
    super(message, { cause })
  }

  /** What the system calls the reason, such as `ECONNREFUSED`; undefined for a time-out. */
  get code(): string | undefined {
    const code = (innermost(this.cause) as { code?: unknown }).code
    return typeof code === 'string' ? code : undefined
  }
}

function headersOf(token: string, hasBody: boolean, more: WireRequest['headers']): Record<string, string> {
  const all = {
    accept: mediaType,
    ...(token !== '' && {
      authorization: /^(?:bearer|basic|digest) /i.test(token) ? token : `Bearer ${token}`,
    }),
    ...(hasBody && { 'content-type': mediaType }),
    ...more,
  }
  const set = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(set)
}

/** The error that Fetch wraps. */
function innermost(error: unknown): unknown {
  let inner = error
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause
  // Where several addresses were tried, the message of the whole is empty.
  return inner instanceof AggregateError && inner.errors.length > 0 ? inner.errors[0] : inner
}

function reasonOf(error: unknown): string {
  const inner = innermost(error)
  if (!(inner instanceof Error)) return String(inner)
  const code = (inner as { code?: unknown }).code
  return typeof code === 'string' && !inner.message.includes(code)
    ? `${inner.message} (${code})`
    : inner.message
}

function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The last part of a path, decoded. */
export function idIn(path: string): string {
  const part = path.split('?')[0]?.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        reject(new CannotVerify('interrupted'))
      },
      { once: true },
    )
  })
}
