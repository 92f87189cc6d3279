import type { OptionNames } from '../../protocol/index.js'
import { assertKnownOptions, isEqual, isObject } from '../../protocol/index.js'
import type { FetchLike } from '../identity-providers/index.js'
import type { RecordedExchange } from './exchange.js'
import { isDiscovery } from './exchange.js'
import type { HarFile } from './har.js'
import { isHar, readHar } from './har.js'
import { IdMap } from './id-map.js'

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** Where the server's SCIM endpoint is. */
  readonly baseUrl: string
  readonly token: string
  /** Sends the requests. Default: the platform's `fetch`. */
  readonly fetch?: FetchLike
}

const optionNames = { baseUrl: true, token: true, fetch: true } satisfies OptionNames<ReplayOptions>

/** Where a server answers otherwise than it was recorded. */
export interface ReplayDifference {
  /** Of the exchange in the recording, from 0. */
  readonly index: number
  readonly method: string
  readonly path: string
  /** `status`, or the path of an attribute in the reply. */
  readonly at: string
  readonly recorded: unknown
  readonly actual: unknown
  readonly message: string
}

/** What a replay has found. */
export interface ReplayResult {
  readonly ok: boolean
  /** How many requests were sent. */
  readonly requests: number
  readonly differences: readonly ReplayDifference[]
}

/** What every server says in its own way. */
const own = new Set([
  'created',
  'lastModified',
  'version',
  'location',
  '$ref',
  'detail',
  'password',
  'nextCursor',
])

/**
 * Plays a recording, or a HAR file, against a server and compares the replies. Ids that the recorded server has given are
 * mapped to those that this one gives. What was there before the recording began has to be there here too. Attributes
 * that this server answers beside those recorded are no difference.
 *
 * @throws TypeError for an option that is unknown or wrong, or what is neither a recording nor a HAR file.
 * @example
 * const { differences } = await replay(exchanges, { baseUrl: 'http://localhost:3000/scim/v2', token })
 */
export async function replay(
  recording: readonly RecordedExchange[] | HarFile,
  options: ReplayOptions,
): Promise<ReplayResult> {
  assertKnownOptions('replay', options, optionNames)
  if (!isHar(recording) && !Array.isArray(recording)) {
    throw new TypeError('replay: the recording must be a list of exchanges, or a HAR file')
  }
  const { baseUrl, token, fetch = globalThis.fetch } = options
  const exchanges: readonly RecordedExchange[] = isHar(recording) ? readHar(recording) : recording
  const ids = new IdMap()
  const differences: ReplayDifference[] = []
  for (const [index, { method, path, headers, body, reply }] of exchanges.entries()) {
    const target = ids.mapPath(path)
    const response = await fetch(
      new Request(`${baseUrl.endsWith('/') ? baseUrl.slice(0, -1) : baseUrl}${target}`, {
        method,
        headers: {
          ...ids.mapHeaders(headers),
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': headers['content-type'] ?? 'application/scim+json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(ids.mapBody(body)) }),
        redirect: 'manual',
      }),
    )
    const actual = readJson(await response.text())
    const add = (at: string, recorded: unknown, found: unknown) =>
      differences.push({
        index,
        method,
        path: target,
        at,
        recorded,
        actual: found,
        message: `${method} ${target}: ${at} was ${showJson(recorded)} and is ${showJson(found)}`,
      })
    if (response.status !== reply.status) add('status', reply.status, response.status)
    if (reply.body === undefined || isDiscovery(path)) continue
    ids.learn(reply.body, actual)
    if (actual !== undefined) compareReply(ids.mapBody(reply.body), actual, '', add)
  }
  return { ok: differences.length === 0, requests: exchanges.length, differences }
}

function showJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function compareReply(
  recorded: unknown,
  actual: unknown,
  at: string,
  add: (at: string, recorded: unknown, actual: unknown) => void,
): void {
  if (Array.isArray(recorded) && Array.isArray(actual) && recorded.length === actual.length) {
    for (const [index, one] of recorded.entries()) compareReply(one, actual[index], `${at}[${index}]`, add)
  } else if (isObject(recorded) && isObject(actual)) {
    for (const [key, value] of Object.entries(recorded)) {
      if (!own.has(key)) compareReply(value, actual[key], at === '' ? key : `${at}.${key}`, add)
    }
  } else if (!isEqual(recorded, actual)) {
    add(at, recorded, actual)
  }
}
