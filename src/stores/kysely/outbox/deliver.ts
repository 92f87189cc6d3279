import type { Kysely } from 'kysely'
import type { CallbacksOf, LifecycleCallbacks, LifecycleEvent } from '../../../events/index.js'
import { backoff } from '../../../protocol/index.js'
import type { Group, ResourceTypeDefinition, User } from '../../../schema/index.js'
import { databaseOf } from '../database/connect.js'
import type { PostgresPool } from '../dialect/postgres/pool.js'
import { defaultEventsTable } from './events-table.js'
import type { ClaimedEvent } from './queue.js'
import { Queue } from './queue.js'

/** Handles every event. */
export type EventHandler = (event: LifecycleEvent) => unknown

/**
 * Handlers by the names of events; other events count as delivered. A service's own resource types are the third
 * parameter: `EventHandlers<User, Group, [typeof Role]>`.
 */
export type EventHandlers<
  U = User,
  G = Group,
  Types extends readonly ResourceTypeDefinition[] = readonly [],
> = LifecycleCallbacks<'User', U> & LifecycleCallbacks<'Group', G> & CallbacksOf<Types>

/** Options of {@link deliverEvents}. */
export interface DeliverOptions {
  /** Stops the work when it is aborted, after the current events. Left out: what is due now is delivered, once. */
  readonly signal?: AbortSignal
  /** The table. Default `scim_events`. */
  readonly table?: string
  /** How many events are handled at a time; those of one resource never are. Default 10. */
  readonly concurrency?: number
  /** Milliseconds between two polls of a table in which nothing was due. Default 1,000. */
  readonly pollInterval?: number
  /** How often an event is tried before it is dead. Default 10. */
  readonly maxAttempts?: number
  /** Milliseconds before the second attempt, at most; each further one waits twice as long, up to an hour. Default 1,000. */
  readonly retryDelay?: number
  /** Milliseconds after which other workers may claim the events of one that has died. Default 30,000. */
  readonly lease?: number
  /** Receives what handlers throw, with the event, and errors of the database. Default: a line on the console. */
  readonly onError?: (error: unknown, event: LifecycleEvent | undefined) => void
}

const defaultTiming = {
  concurrency: 10,
  pollInterval: 1000,
  maxAttempts: 10,
  retryDelay: 1000,
  lease: 30_000,
}
type Timing = typeof defaultTiming

const maxRetryDelay = 3_600_000
const maxOutageDelay = 60_000

/**
 * Delivers the lifecycle events that stores with `outbox` record: at least once, and those of one resource in order.
 * Delivered events are deleted. An event whose handler throws is tried again later, and the events that follow it
 * wait; after `maxAttempts` it is dead: it stays in the table and no longer blocks others. Any number of workers may
 * share a table.
 *
 * With a `signal` it continues until that is aborted, also while the database is away. Without one it delivers what is
 * due and resolves.
 *
 * @throws TypeError for an option that is not a whole number from 1 on; without a `signal`, errors of the database too.
 * @example
 * await deliverEvents(pool, { 'user.deactivated': ({ before, tenant }) => revokeSessions(tenant, before.id) }, { signal })
 */
export async function deliverEvents<DB, U extends User = User, G extends Group = Group>(
  db: Kysely<DB> | PostgresPool,
  handler: EventHandler | EventHandlers<U, G>,
  options: DeliverOptions = {},
): Promise<void> {
  const { signal, onError = logDeliveryError } = options
  const timing = readTiming(options)
  const queue = new Queue(databaseOf(db), options.table ?? defaultEventsTable, timing.lease)
  const handle = handlerOf(handler)
  const reportError = (error: unknown, event?: LifecycleEvent) => {
    try {
      onError(error, event)
    } catch {
      // A listener that throws must not stop the delivery.
    }
  }
  const delivery: Delivery = { queue, handle, timing, reportError }
  for (let outages = 0; !signal?.aborted; ) {
    try {
      const claimed = await queue.claim(timing.concurrency)
      if (claimed.length > 0) await handleClaimed(delivery, claimed)
      else if (signal) await sleep(timing.pollInterval, signal)
      else return
      outages = 0
    } catch (error) {
      if (!signal) throw error
      reportError(error)
      await sleep(delayAfter(++outages, timing.retryDelay, maxOutageDelay), signal)
    }
  }
}

interface Delivery {
  readonly queue: Queue
  readonly handle: EventHandler
  readonly timing: Timing
  readonly reportError: (error: unknown, event?: LifecycleEvent) => void
}

function readTiming(options: DeliverOptions): Timing {
  const timing: Record<keyof Timing, number> = { ...defaultTiming }
  for (const name of Object.keys(defaultTiming) as (keyof Timing)[]) {
    const value = options[name] ?? defaultTiming[name]
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`deliverEvents: ${name} must be a whole number from 1 on`)
    }
    timing[name] = value
  }
  return timing
}

/** Handlers' types are checked where the host writes them; handlers by name are looked up here. */
function handlerOf(handler: EventHandler | object): EventHandler {
  if (typeof handler === 'function') return handler as EventHandler
  const byName = new Map(Object.entries(handler) as [string, EventHandler | undefined][])
  return (event) => byName.get(event.name)?.(event)
}

/** Handles events of several resources at once, and extends their lease for as long as that takes. */
async function handleClaimed(delivery: Delivery, claimed: readonly ClaimedEvent[]): Promise<void> {
  const { queue, timing, reportError } = delivery
  const extension = setInterval(() => queue.extend(claimed).catch(reportError), timing.lease / 3)
  try {
    const results = await Promise.allSettled(claimed.map((event) => handleOne(delivery, event)))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  } finally {
    clearInterval(extension)
  }
}

async function handleOne(
  { queue, handle, timing, reportError }: Delivery,
  claimed: ClaimedEvent,
): Promise<void> {
  const { event, attempts } = claimed
  // Workers that died while handling it have used up attempts too.
  if (attempts > timing.maxAttempts) {
    reportError(new Error('Every attempt ended before its handler did'), event)
    return queue.markDead(claimed, 'LeaseExpired')
  }
  try {
    await handle(event)
  } catch (error) {
    reportError(error, event)
    const name = nameOf(error)
    if (attempts >= timing.maxAttempts) return queue.markDead(claimed, name)
    return queue.reschedule(claimed, name, delayAfter(attempts, timing.retryDelay, maxRetryDelay))
  }
  return queue.remove(claimed)
}

/** The name of an error and not its message, which may contain personal data. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code } = error as Error & { readonly code?: unknown }
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? `${error.name} ${code}` : error.name
}

/** Whole milliseconds, of which half are random. */
function delayAfter(attempt: number, first: number, max: number): number {
  return Math.ceil(backoff(attempt, { first, max, jitter: 0.5 }))
}

/** Waits for a time, or until the signal is aborted. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}

function logDeliveryError(error: unknown, event: LifecycleEvent | undefined): void {
  const source = event ? `the handler of ${event.name} (${event.id})` : 'the database of the outbox'
  console.error(`scimkit: ${source} failed with ${nameOf(error)}`)
}
