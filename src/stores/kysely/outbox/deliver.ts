import type { CallbacksOf, LifecycleCallbacks, LifecycleEvent } from '../../../events/index.js'
import { lifecycleKinds } from '../../../events/index.js'
import type { OptionNames } from '../../../protocol/index.js'
import { assertKnownOptions, didYouMean, showName } from '../../../protocol/index.js'
import type { Group, ResourceTypeDefinition, User } from '../../../schema/index.js'
import type { HostDatabase } from '../database/connect.js'
import { databaseOf } from '../database/connect.js'
import { assertTableSchema } from '../dialect/names.js'
import { defaultEventsTable } from './events-table.js'
import { OutdatedTablesError, Queue } from './queue.js'
import { readTiming } from './timing.js'
import { nameOf, Worker } from './worker.js'

/** What a handler gets besides the event. */
export interface HandlerContext {
  /**
   * Aborted when the handler has used up its `timeout`, or its worker stops without waiting for it any longer. The event
   * is tried again, even by a handler that goes on: pass the signal on, for instance to `fetch`.
   */
  readonly signal: AbortSignal
}

/** Handles every event. */
export type EventHandler = (event: LifecycleEvent, context: HandlerContext) => unknown

/**
 * Handlers by the names of events; other events count as delivered. A service's own resource types are the third
 * parameter: `EventHandlers<User, Group, [typeof Role]>`.
 */
export type EventHandlers<
  U = User,
  G = Group,
  Types extends readonly ResourceTypeDefinition[] = readonly [],
> = LifecycleCallbacks<'User', U, [HandlerContext]> &
  LifecycleCallbacks<'Group', G, [HandlerContext]> &
  CallbacksOf<Types, [HandlerContext]>

/** Options of {@link deliverEvents}. */
export interface DeliverOptions {
  /**
   * Stops the work when it is aborted: no more events are claimed, and those in hand may end within `gracePeriod`. Left
   * out: what is due now is delivered, once.
   */
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
  /**
   * Milliseconds that a handler may take. One that takes longer has failed, and its signal is aborted. Default 30,000.
   */
  readonly timeout?: number
  /**
   * Milliseconds that handlers have to end after `signal` is aborted. Then theirs are aborted too, their events are left
   * to other workers, and `deliverEvents` resolves within two seconds, whatever they do. Default 10,000.
   */
  readonly gracePeriod?: number
  /**
   * Milliseconds after which other workers may claim the events of one that has died. A shorter one than `timeout` is
   * extended while a handler runs, which needs the database. Default: 30,000 more than `timeout`.
   */
  readonly lease?: number
  /** Receives what handlers throw, with the event, and errors of the database. Default: a line on the console. */
  readonly onError?: (error: unknown, event: LifecycleEvent | undefined) => void
}

const optionNames = {
  signal: true,
  table: true,
  concurrency: true,
  pollInterval: true,
  maxAttempts: true,
  retryDelay: true,
  timeout: true,
  gracePeriod: true,
  lease: true,
  onError: true,
} satisfies OptionNames<DeliverOptions>

/**
 * Delivers the lifecycle events that stores with `outbox` record: at least once, and those of one resource in order.
 * Delivered events are deleted. An event whose handler throws or takes longer than `timeout` is tried again later, and
 * the events that follow it wait; after `maxAttempts` it is dead: it stays in the table and no longer blocks others. Any
 * number of workers may share a table.
 *
 * An event's `id` is the same each time: what a handler recognises a repetition by. The order is promised to handlers
 * that end when their signal is aborted; one that goes on can meet the next attempt of its event.
 *
 * With a `signal` it continues until that is aborted, also while the database is away. Without one it delivers what is
 * due and resolves.
 *
 * @throws TypeError for an option or an event that there is not, and for a number that is no whole one from 1 on; without a `signal`, errors of the database too.
 * @example
 * await deliverEvents(
 *   pool,
 *   { 'user.deactivated': ({ id, before }, { signal }) => fetch(`${url}/${before.id}?event=${id}`, { method: 'POST', signal }) },
 *   { signal: stop.signal },
 * )
 */
export async function deliverEvents<DB, U extends User = User, G extends Group = Group>(
  db: HostDatabase<DB>,
  handler: EventHandler | EventHandlers<U, G>,
  options: DeliverOptions = {},
): Promise<void> {
  assertKnownOptions('deliverEvents', options, optionNames)
  assertEvents(handler)
  const { signal, table = defaultEventsTable, onError = logDeliveryError } = options
  const database = databaseOf(db)
  assertTableSchema('deliverEvents: ', database.dialect.schema, table)
  const timing = readTiming(options)
  const { lease, pollInterval: restartInterval } = timing
  const handle = handlerOf(handler)
  const report = (error: unknown, event?: LifecycleEvent) => {
    try {
      onError(error, event)
    } catch {
      // A listener that throws must not stop the delivery.
    }
  }
  await new Worker({
    queue: new Queue(database, { table, lease, restartInterval, onOutdated: report }),
    timing,
    signal,
    handle: (event, signal) => handle(event, { signal }),
    report,
  }).run()
}

/** Refuses handlers of events that no resource type has: they would never be called. @throws TypeError */
function assertEvents(handler: EventHandler | object): void {
  if (typeof handler === 'function') return
  for (const name of Object.keys(handler)) {
    const at = name.lastIndexOf('.')
    const kinds: readonly string[] = lifecycleKinds
    if (at > 0 && kinds.includes(name.slice(at + 1))) continue
    const events = lifecycleKinds.map((kind) => `${at > 0 ? name.slice(0, at) : 'user'}.${kind}`)
    throw new TypeError(`deliverEvents: unknown event "${showName(name)}"${didYouMean(name, events)}`)
  }
}

/** Handlers' types are checked where the host writes them; handlers by name are looked up here. */
function handlerOf(handler: EventHandler | object): EventHandler {
  if (typeof handler === 'function') return handler as EventHandler
  const byName = new Map(Object.entries(handler) as [string, EventHandler | undefined][])
  return (event, context) => byName.get(event.name)?.(event, context)
}

function logDeliveryError(error: unknown, event: LifecycleEvent | undefined): void {
  if (error instanceof OutdatedTablesError) {
    console.error(`scimkit: ${error.message}`)
    return
  }
  const source = event ? `the handler of ${event.name} (${event.id})` : 'the database of the outbox'
  // Messages of others may contain personal data.
  console.error(`scimkit: ${source} failed with ${nameOf(error)}`)
}
