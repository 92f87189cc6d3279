import { isObject } from '../../protocol/index.js'

/** Takes a request and gives the reply: the platform's `fetch`, or `scim.fetch` of a service in this process. */
export type FetchLike = (request: Request) => Response | Promise<Response>

/** A request that a simulator has sent, and what came back. */
export interface SimulatedRequest {
  readonly method: string
  /** Below the base URL, with the query as it was sent. */
  readonly path: string
  readonly body?: unknown
  /** Left out where there was no reply. */
  readonly status?: number
  /** The body of the reply: parsed where it is JSON, otherwise text; left out where it is empty. */
  readonly reply?: unknown
  /** Why there was no reply, or why it could not be read. */
  readonly failure?: string
}

/** What a client makes of a reply. */
export interface Reply {
  /** Undefined: none came. */
  readonly status: number | undefined
  /** The body where it is a JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined
  readonly isEmpty: boolean
  readonly retryAfter: string | undefined
  /** Why there is no reply, or no JSON in it. */
  readonly failure: string | undefined
  /** The `detail` of a SCIM error. */
  readonly detail: string | undefined
}

export function isSuccessful({ status }: Reply): boolean {
  return status !== undefined && status >= 200 && status < 300
}

/** How a client speaks to a server. */
export interface ClientConnection {
  readonly baseUrl: string
  readonly fetch: FetchLike
  readonly headers: Readonly<Record<string, string>>
  /** `Content-Type` of requests with a body. */
  readonly contentType: string
  /** Real milliseconds after which a client gives up waiting for a reply. */
  readonly timeoutMs: number
}

/**
 * Sends one request.
 *
 * @param log receives it, with its reply; left out where it is not one that the client would send.
 */
export async function sendRequest(
  connection: ClientConnection,
  method: string,
  path: string,
  body: unknown,
  log: SimulatedRequest[] | undefined,
): Promise<Reply> {
  const { status, text, retryAfter, failure } = await exchangeText(connection, method, path, body)
  const { value, isJson } = parseJson(text)
  const unread = failure ?? (isJson || text === '' ? undefined : 'Invalid JSON')
  log?.push({
    method,
    path,
    ...(body !== undefined && { body }),
    ...(status !== undefined && { status }),
    ...(text !== '' && { reply: isJson ? value : text }),
    ...(unread !== undefined && { failure: unread }),
  })
  const object = isObject(value) ? value : undefined
  const detail = typeof object?.detail === 'string' ? object.detail : undefined
  return { status, body: object, isEmpty: text === '', retryAfter, failure: unread, detail }
}

interface TextReply {
  readonly status?: number
  readonly text: string
  readonly retryAfter: string | undefined
  readonly failure?: string
}

async function exchangeText(
  { baseUrl, fetch, headers, contentType, timeoutMs }: ClientConnection,
  method: string,
  path: string,
  body: unknown,
): Promise<TextReply> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const request = new Request(`${baseUrl}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'Content-Type': contentType }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal,
    })
    const response = await within(signal, Promise.resolve(fetch(request)))
    const text = await within(signal, response.text())
    return { status: response.status, text, retryAfter: response.headers.get('Retry-After') ?? undefined }
  } catch (error) {
    const failure = signal.aborted ? `no reply within ${timeoutMs / 1000} s` : `no reply: ${reasonOf(error)}`
    return { text: '', retryAfter: undefined, failure }
  }
}

/** A handler in this process need not listen to the signal of its request. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** The code of a network error, such as ECONNREFUSED, which `fetch` hides in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (isObject(cause) && typeof cause.code === 'string') return cause.code
  return error instanceof Error ? error.message : String(error)
}

function parseJson(text: string): { value?: unknown; isJson: boolean } {
  if (text === '') return { isJson: false }
  try {
    return { value: JSON.parse(text), isJson: true }
  } catch {
    return { isJson: false }
  }
}

/** A base URL without its last slash. @throws TypeError */
export function readServerUrl(simulator: string, baseUrl: unknown): URL {
  const url = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `${simulator}: baseUrl must be an http or https URL, such as http://localhost:3000/scim/v2`,
    )
  }
  return url
}
