import type { Kysely } from 'kysely'
import type { CallbacksOf, LifecycleCallbacks, LifecycleEvent } from '../../../events/index.js'
import type { Group, ResourceTypeDefinition, User } from '../../../schema/index.js'
import type { PostgresPool } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { defaultEventsTable } from './events-table.js'
import type { Claimed } from './queue.js'
import { Queue } from './queue.js'

/** Takes every event. */
export type EventHandler = (event: LifecycleEvent) => unknown

/**
 * Takes events by their names; others count as delivered. Resource types of a service's own come third:
 * `EventHandlers<User, Group, [typeof Role]>`.
 */
export type EventHandlers<
  U = User,
  G = Group,
  Types extends readonly ResourceTypeDefinition[] = readonly [],
> = LifecycleCallbacks<'User', U> & LifecycleCallbacks<'Group', G> & CallbacksOf<Types>

/** How {@link deliverEvents} goes about it. */
export interface DeliverOptions {
  /** Ends the work when it is aborted, after the events in hand. Left out: what is due now is delivered, once. */
  readonly signal?: AbortSignal
  /** The table, where it is not `scim_events`. */
  readonly table?: string
  /** How many events are handled at a time; those of one resource never are. Default 10. */
  readonly concurrency?: number
  /** Milliseconds between looks at a table in which nothing was due. Default 1,000. */
  readonly pollInterval?: number
  /** How often an event is tried before it is dead. Default 10. */
  readonly maxAttempts?: number
  /** Milliseconds before the second attempt, at most; each further one waits twice as long, up to an hour. Default 1,000. */
  readonly retryDelay?: number
  /** Milliseconds after which the events of a worker that has died are another one's. Default 30,000. */
  readonly lease?: number
  /** Takes what handlers throw, with the event, and errors of the database. Default: a line on the console. */
  readonly onError?: (error: unknown, event: LifecycleEvent | undefined) => void
}

const defaults = { concurrency: 10, pollInterval: 1000, maxAttempts: 10, retryDelay: 1000, lease: 30_000 }
type Timing = typeof defaults

/**
 * Delivers the lifecycle events that stores with `outbox` keep: at least once, and those of one resource in their
 * order. What was delivered is deleted. An event whose handler throws is tried again later, and those that follow it
 * wait; after `maxAttempts` it is dead: it stays in the table and holds nobody up. Any number of workers may share a
 * table.
 *
 * With a `signal` it goes on until that is aborted, also while the database is away. Without one it delivers what is
 * due and resolves.
 *
 * @throws TypeError for an option that is no whole number from 1 on; without a `signal`, errors of the database too.
 * @example
 * await deliverEvents(pool, { 'user.deactivated': ({ before, tenant }) => revokeSessions(tenant, before.id) }, { signal })
 */
export async function deliverEvents<DB, U extends User = User, G extends Group = Group>(
  db: Kysely<DB> | PostgresPool,
  handler: EventHandler | EventHandlers<U, G>,
  options: DeliverOptions = {},
): Promise<void> {
  const { signal, onError = logEvent } = options
  const timing = readTiming(options)
  const queue = new Queue(databaseOf(db), options.table ?? defaultEventsTable, timing.lease)
  const handle = handlerOf(handler)
  /** The host's own mistakes in listening change nothing. */
  const tell = (error: unknown, event?: LifecycleEvent) => {
    try {
      onError(error, event)
    } catch {
      // There is nobody left to tell.
    }
  }
  for (let outages = 0; !signal?.aborted; ) {
    try {
      const claimed = await queue.claim(timing.concurrency)
      if (claimed.length > 0) await deliver(queue, claimed, handle, timing, tell)
      else if (signal) await pause(timing.pollInterval, signal)
      else return
      outages = 0
    } catch (error) {
      if (!signal) throw error
      tell(error)
      await pause(waitBefore(++outages, timing.retryDelay, 60_000), signal)
    }
  }
}

function readTiming(options: DeliverOptions): Timing {
  const timing: Record<keyof Timing, number> = { ...defaults }
  for (const name of Object.keys(defaults) as (keyof Timing)[]) {
    const value = options[name] ?? defaults[name]
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`deliverEvents: ${name} is to be a whole number from 1 on`)
    }
    timing[name] = value
  }
  return timing
}

/** Handlers' types are checked where the host writes them; by name, here. */
function handlerOf(handler: EventHandler | object): EventHandler {
  if (typeof handler === 'function') return handler as EventHandler
  const byName = new Map(Object.entries(handler) as [string, EventHandler | undefined][])
  return (event) => byName.get(event.name)?.(event)
}

/** Handles events of several resources at once, and keeps them for as long as that takes. */
async function deliver(
  queue: Queue,
  claimed: readonly Claimed[],
  handle: EventHandler,
  { lease, maxAttempts, retryDelay }: Timing,
  tell: (error: unknown, event?: LifecycleEvent) => void,
): Promise<void> {
  const keep = setInterval(() => queue.extend(claimed).catch(tell), lease / 3)
  const deliverOne = async (one: Claimed) => {
    // Workers that died over it have used the attempts up too.
    if (one.attempts > maxAttempts) {
      tell(new Error('Every attempt ended before its handler did'), one.event)
      return queue.bury(one, 'LeaseExpired')
    }
    try {
      await handle(one.event)
    } catch (error) {
      tell(error, one.event)
      const name = nameOf(error)
      if (one.attempts >= maxAttempts) return queue.bury(one, name)
      return queue.putBack(one, name, waitBefore(one.attempts, retryDelay, 3_600_000))
    }
    return queue.remove(one)
  }
  try {
    const results = await Promise.allSettled(claimed.map(deliverOne))
    const failed = results.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
  } finally {
    clearInterval(keep)
  }
}

/** What an error is called: its own words may hold personal data. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code } = error as Error & { readonly code?: unknown }
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? `${error.name} ${code}` : error.name
}

/** Longer each time, and not the same for all that wait. */
function waitBefore(attempt: number, first: number, most: number): number {
  return Math.ceil(Math.min(first * 2 ** (attempt - 1), most) * (0.5 + Math.random() / 2))
}

/** Waits, or until the work is to end. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
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

function logEvent(error: unknown, event: LifecycleEvent | undefined): void {
  const what = event ? `the handler of ${event.name} (${event.id})` : 'the database of the outbox'
  console.error(`scimkit: ${what} failed with ${nameOf(error)}`)
}
