import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'
import type { RequestLogStore } from '../stores/index.js'

/** How long entries are kept. */
export interface Retention {
  /** Days after which an entry is removed. Default 30. */
  readonly days?: number
  /** How many entries of each tenant are kept: the newest. Default 100,000. */
  readonly entries?: number
}

/** Options of {@link createRequestLog}. */
export interface RequestLogOptions {
  /** Where the log is kept, such as `kyselyRequestLog(pool)` of `scimkit/kysely`. */
  readonly store: RequestLogStore
  /**
   * The key of the HMACs that stand for persons: random text of at least 32 characters, the same in all processes. With
   * another one, {@link RequestLog.why} no longer finds what was recorded before.
   */
  readonly secret: string
  /** How long entries are kept. Default: 30 days, and 100,000 entries of each tenant. */
  readonly retention?: Retention
  /**
   * How many entries wait in memory at most; the requests of more are counted and not recorded. Reads get half of it.
   * Default 10,000.
   */
  readonly capacity?: number
  /**
   * How many successful reads and refused credentials are recorded per second in this process; those beyond are counted.
   * After a pause, twice as many at once. So requests that come by the thousand are not slowed. Default 100.
   */
  readonly readsPerSecond?: number
  /**
   * The same for writes and for what is refused or fails otherwise. Identity providers send some 25 per second for a
   * tenant: with many tenants in one process, allow more. Default 100.
   */
  readonly writesPerSecond?: number
  /** Milliseconds after which what is waiting is written. Default 1,000. */
  readonly interval?: number
  /**
   * Keeps a runtime alive while entries are written, where it stops once a request is answered: `waitUntil` of
   * `cloudflare:workers` or `@vercel/functions`. Entries are then written at once. On AWS Lambda, await
   * {@link RequestLog.flush} before the handler returns. Default: a timer.
   */
  readonly waitUntil?: (work: Promise<void>) => void
  /** Receives what keeps the log from being written, once until it works again. Default: `onError` of the service. */
  readonly onError?: (error: unknown) => void
}

const optionNames = {
  store: true,
  secret: true,
  retention: true,
  capacity: true,
  readsPerSecond: true,
  writesPerSecond: true,
  interval: true,
  waitUntil: true,
  onError: true,
} satisfies OptionNames<RequestLogOptions>
const retentionNames = { days: true, entries: true } satisfies OptionNames<Retention>
const methods = ['append', 'find', 'prune', 'erase', 'hasTenants'] as const

/** Refuses options that do not work. @throws TypeError naming the option. */
export function assertLogOptions(options: RequestLogOptions): void {
  assertKnownOptions('createRequestLog', options, optionNames)
  const {
    store,
    secret,
    retention,
    capacity,
    readsPerSecond,
    writesPerSecond,
    interval,
    waitUntil,
    onError,
  } = options ?? {}
  if (
    typeof store !== 'object' ||
    store === null ||
    methods.some((name) => typeof store[name] !== 'function')
  )
    throw new TypeError(
      'createRequestLog: store must be the store of a request log, such as memoryRequestLog() or kyselyRequestLog(db)',
    )
  // An empty secret is one that everybody knows.
  if (typeof secret !== 'string' || secret === '')
    throw new TypeError('createRequestLog: secret must be text that is not empty')
  assertKnownOptions('createRequestLog', retention, retentionNames, 'retention')
  assertPositive('retention.days', retention?.days, false)
  assertPositive('retention.entries', retention?.entries)
  assertPositive('capacity', capacity)
  assertPositive('readsPerSecond', readsPerSecond)
  assertPositive('writesPerSecond', writesPerSecond)
  assertPositive('interval', interval)
  for (const [name, value] of Object.entries({ waitUntil, onError })) {
    if (value !== undefined && typeof value !== 'function')
      throw new TypeError(`createRequestLog: ${name} must be a function`)
  }
}

function assertPositive(name: string, value: number | undefined, isWhole = true): void {
  if (value === undefined) return
  if (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value > 0 &&
    (!isWhole || Number.isInteger(value))
  )
    return
  throw new TypeError(`createRequestLog: ${name} must be a ${isWhole ? 'whole ' : ''}number above 0`)
}
