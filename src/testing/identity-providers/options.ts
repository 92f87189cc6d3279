import type { OptionNames } from '../../protocol/index.js'
import { trimEndSlashes } from '../../protocol/index.js'
import type { ClientConnection, FetchLike } from './client.js'
import { readServerUrl } from './client.js'
import type { Clock } from './clock.js'
import { virtualClock } from './clock.js'
import type { UserMapping } from './mapping.js'

/** What every simulator is told. */
export interface SimulatorOptions {
  /** Where the server's SCIM endpoint is, such as `http://localhost:3000/scim/v2`. */
  readonly baseUrl: string
  /** The API token. */
  readonly token: string
  /**
   * Sends the requests. Default: the platform's `fetch`. With `scim.fetch` of a service in this process nothing has to
   * listen.
   */
  readonly fetch?: FetchLike
  /** The time of the simulation. Default: {@link virtualClock}, on which no wait takes time. */
  readonly clock?: Clock
  /** Real milliseconds after which the client gives up waiting for a reply. Default: what the real one does, or 60,000. */
  readonly timeoutMs?: number
  /** Rows that are added to the default mapping, or taken out of it. */
  readonly mapping?: UserMapping
}

export const simulatorOptionNames = {
  baseUrl: true,
  token: true,
  fetch: true,
  clock: true,
  timeoutMs: true,
  mapping: true,
} satisfies OptionNames<SimulatorOptions>

/** What a client of one kind always sends. */
export interface ClientHeaders {
  readonly authorization: string
  readonly accept: string
  readonly contentType: string
  readonly userAgent: string | undefined
}

/** The checked options: how to speak to the server, and by which clock. @throws TypeError */
export function connect(
  simulator: string,
  options: SimulatorOptions,
  client: ClientHeaders,
): { readonly connection: ClientConnection; readonly clock: Clock; readonly url: URL } {
  const { token, fetch = globalThis.fetch, clock = virtualClock(), timeoutMs = 60_000 } = options
  const url = readServerUrl(simulator, options.baseUrl)
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError(`${simulator}: token must be printable ASCII without spaces`)
  }
  if (typeof fetch !== 'function') throw new TypeError(`${simulator}: fetch must be a function`)
  if (!(timeoutMs > 0)) throw new TypeError(`${simulator}: timeoutMs must be a positive number`)
  const headers = {
    Accept: client.accept,
    Authorization: client.authorization,
    ...(client.userAgent !== undefined && { 'User-Agent': client.userAgent }),
  }
  const baseUrl = trimEndSlashes(`${url.origin}${url.pathname}`)
  const connection = { baseUrl, fetch, headers, contentType: client.contentType, timeoutMs }
  return { connection, clock, url }
}
