import type { ScimHandler, ScimRequest, ScimResponse } from '../../http/index.js'
import type { OptionNames } from '../../protocol/index.js'
import { assertKnownOptions } from '../../protocol/index.js'
import type { FetchLike } from '../identity-providers/index.js'
import type { ExchangeStore, RecordedExchange } from './exchange.js'
import { belowMount, isDiscovery } from './exchange.js'
import { maskBody, maskPath } from './mask.js'
import { Pseudonyms } from './pseudonyms.js'

/** Options of {@link record}. */
export interface RecordOptions {
  /** Takes each exchange when it has been answered. */
  readonly store: ExchangeStore
  /** Where SCIM is mounted, such as `/scim/v2`. Default: what stands before `/Users`, `/Groups` and the like. */
  readonly basePath?: string
  /** Takes what keeps an exchange from being recorded; requests are answered all the same. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
}

const optionNames = { store: true, basePath: true, onError: true } satisfies OptionNames<RecordOptions>

const requestHeaders = ['accept', 'content-type', 'user-agent', 'if-match', 'if-none-match']
const replyHeaders = ['content-type', 'retry-after', 'allow']

interface Exchanged {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly header: (name: string) => string | undefined
  readonly text: string | undefined
  readonly status: number
  readonly replyHeader: (name: string) => string | undefined
  readonly replyText: string | undefined
}

function pick(names: readonly string[], header: (name: string) => string | undefined) {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = header(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function bodyFrom(text: string | undefined, names: Pseudonyms): { body?: unknown } {
  if (text === undefined || text === '') return {}
  try {
    return { body: maskBody(JSON.parse(text), names) }
  } catch {
    return {}
  }
}

function toExchange(exchanged: Exchanged, names: Pseudonyms): RecordedExchange {
  const { method, path, query, header, text, status, replyHeader, replyText } = exchanged
  return {
    method,
    path: isDiscovery(path) ? path : maskPath(path, query, names),
    headers: pick(requestHeaders, header),
    ...bodyFrom(text, names),
    reply: {
      status,
      headers: pick(replyHeaders, replyHeader),
      ...(isDiscovery(path) ? {} : bodyFrom(replyText, names)),
    },
  }
}

/**
 * Wraps a service so that what passes is kept: for a test of what failed at a customer. Personal data is replaced before
 * anything is kept, the same value always by the same one; `Authorization`, cookies and hosts are not kept at all.
 *
 * Text that a filter has only a part of, as in `co "ada"`, is a value of its own and no longer part of the other.
 * Replies that are streamed are gathered, so wrap no service that answers with very large groups.
 *
 * @param service a Fetch handler, or a service as adapters mount it.
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const exchanges: RecordedExchange[] = []
 * const handle = record(fetchHandler(scim), { store: { append: (exchange) => exchanges.push(exchange) } })
 */
export function record(service: FetchLike, options: RecordOptions): FetchLike
export function record<Service extends ScimHandler>(service: Service, options: RecordOptions): Service
export function record(service: FetchLike | ScimHandler, options: RecordOptions): FetchLike | ScimHandler {
  assertKnownOptions('record', options, optionNames)
  if (typeof options?.store?.append !== 'function') {
    throw new TypeError('record: store must be an object with append(exchange)')
  }
  const names = new Pseudonyms()
  const {
    store,
    basePath,
    onError = (error) => console.error('scimkit: an exchange cannot be recorded', error),
  } = options

  async function keep(exchanged: Exchanged): Promise<void> {
    try {
      await store.append(toExchange(exchanged, names))
    } catch (error) {
      onError(error)
    }
  }
  return typeof service === 'function' ? recordFetch(service, basePath, keep) : recordHandler(service, keep)
}

function recordFetch(
  handle: FetchLike,
  basePath: string | undefined,
  keep: (exchanged: Exchanged) => Promise<void>,
): FetchLike {
  return async (request) => {
    const copy = request.clone()
    const response = await handle(request)
    const [text, replyText] = await Promise.all([copy.text().catch(() => undefined), response.clone().text()])
    const { pathname, search } = new URL(request.url)
    await keep({
      method: request.method,
      path: belowMount(pathname, basePath),
      query: search.slice(1),
      header: (name) => request.headers.get(name) ?? undefined,
      text,
      status: response.status,
      replyHeader: (name) => response.headers.get(name) ?? undefined,
      replyText,
    })
    return response
  }
}

function recordHandler<Service extends ScimHandler>(
  service: Service,
  keep: (exchanged: Exchanged) => Promise<void>,
): Service {
  async function handle(request: ScimRequest): Promise<ScimResponse> {
    let text: string | undefined
    const seen: ScimRequest = Object.create(request, {
      body: {
        value: async (limit: number, signal?: AbortSignal) => {
          const body = await request.body(limit, signal)
          text = typeof body === 'string' ? body : JSON.stringify(body)
          return body
        },
      },
    })
    const response = await service.handle(seen)
    let replyText = typeof response.body === 'string' ? response.body : undefined
    if (response.body !== undefined && typeof response.body !== 'string') {
      replyText = ''
      for await (const part of response.body) replyText += part
    }
    const { method, path, query } = request
    await keep({
      method,
      path,
      query,
      header: (name) => request.header(name),
      text,
      status: response.status,
      replyHeader: (name) => response.headers[name],
      replyText,
    })
    return { ...response, body: replyText }
  }
  return Object.create(service, { handle: { value: handle } })
}
