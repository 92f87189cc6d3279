import type { LogEntry, RequestLogStore } from '../stores/index.js'
import type { RecordAllowance } from './allowance.js'
import type { LogCounts } from './counts.js'
import type { Digests } from './digests.js'
import type { EntryDraft } from './draft.js'
import { entryIds } from './entry-ids.js'

/** How many entries are written at once. */
const batchSize = 500

/** How many entries are made at once: HMACs take threads that requests need too. */
const stepSize = 10

/** Milliseconds after which a write counts as failed. */
const writeTimeout = 10_000

/** Milliseconds between a write that has failed and the next one: twice as many each time. */
const retryDelay = { first: 1000, max: 60_000 }

/** How a {@link LogWriter} works. */
export interface WriterOptions {
  readonly store: RequestLogStore
  readonly digests: Digests
  /** How many entries wait at most. */
  readonly capacity: number
  /** Milliseconds after which what is waiting is written. */
  readonly interval: number
  /** How many reads and refused credentials are recorded, and how many other requests. */
  readonly reads: RecordAllowance
  readonly writes: RecordAllowance
  readonly waitUntil: ((work: Promise<void>) => void) | undefined
  /** Called after a write, and with what has failed. */
  readonly written: (count: number) => Promise<void>
  readonly failed: (error: unknown) => void
}

/** An entry that waits, with the id that it will have however often it is tried. */
interface Waiting {
  readonly id: string
  readonly draft: EntryDraft
}

/** Writes entries off the way of requests: in batches, a moment later, and never more than it has room for. */
export class LogWriter {
  private queue: Waiting[] = []
  private readonly newId = entryIds()
  private timer: ReturnType<typeof setTimeout> | undefined
  private writing: Promise<void> | undefined
  private appending: Promise<void> | undefined
  private failures = 0
  private recorded = 0
  private dropped = 0
  /** By tenant: how many requests its log does not have. */
  private unrecorded = new Map<string | undefined, number>()

  constructor(private readonly options: WriterOptions) {}

  get counts(): LogCounts {
    return { recorded: this.recorded, waiting: this.queue.length, dropped: this.dropped }
  }

  /** Whether there is room for an entry. Reads and refused credentials leave half of it to others. */
  hasRoom(isPlain: boolean): boolean {
    const { capacity, reads, writes } = this.options
    return isPlain
      ? this.queue.length < capacity / 2 && reads.hasOne
      : this.queue.length < capacity && writes.hasOne
  }

  /** Takes the room for an entry, where there is some. */
  takeRoom(isPlain: boolean): boolean {
    const { reads, writes } = this.options
    return this.hasRoom(isPlain) && (isPlain ? reads : writes).take()
  }

  /** Counts a request for which there was no room. */
  drop(tenant: string | undefined): void {
    this.dropped++
    // A tenant's name comes from the host, so there are few.
    this.unrecorded.set(tenant, (this.unrecorded.get(tenant) ?? 0) + 1)
  }

  add(draft: EntryDraft): void {
    this.recorded++
    this.queue.push({ id: this.newId(draft.time), draft })
    const { waitUntil, interval } = this.options
    if (waitUntil) {
      if (!this.writing) waitUntil(this.flush())
    } else if (this.queue.length >= batchSize && this.failures === 0) this.schedule(0)
    else this.schedule(interval)
  }

  /** Removes what waits about a person or a resource. */
  remove(isAbout: (draft: EntryDraft) => boolean): number {
    const kept = this.queue.filter(({ draft }) => !isAbout(draft))
    const count = this.queue.length - kept.length
    this.queue = kept
    return count
  }

  /** Writes what is waiting; resolves too where that fails, which is reported. */
  flush(): Promise<void> {
    if (this.writing) return this.writing.then(() => (this.isBehind ? this.flush() : undefined))
    this.writing = this.writeAll().finally(() => {
      this.writing = undefined
      if (this.queue.length > 0) this.schedule(this.delay)
    })
    return this.writing
  }

  /** Whether a store has yet to answer what it was told to write, after the time that it had for it. */
  get isUnanswered(): boolean {
    return this.appending !== undefined
  }

  /** Stops the timer. */
  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** Whether something has come while the rest was written. */
  private get isBehind(): boolean {
    return this.queue.length > 0 && this.failures === 0
  }

  private get delay(): number {
    if (this.failures === 0) return this.options.interval
    return Math.min(retryDelay.first * 2 ** (this.failures - 1), retryDelay.max)
  }

  private schedule(delay: number): void {
    if (this.writing || this.options.waitUntil) return
    if (this.timer !== undefined) {
      if (delay > 0) return
      clearTimeout(this.timer)
    }
    this.timer = setTimeout(() => {
      this.timer = undefined
      void this.flush()
    }, delay)
    // In Node.js, a process that has nothing else to do may end; other runtimes have numbers for timers.
    const timer: unknown = this.timer
    if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
      timer.unref()
  }

  private async writeAll(): Promise<void> {
    // Requests that are answered now come first.
    await Promise.resolve()
    this.stop()
    while (this.queue.length > 0) {
      const batch = this.queue.slice(0, batchSize)
      try {
        await this.write(batch)
      } catch (error) {
        this.failures++
        // Once per outage, however long it is.
        if (this.failures === 1) this.options.failed(error)
        return
      }
      this.failures = 0
      const done = new Set(batch)
      this.queue = this.queue.filter((waiting) => !done.has(waiting))
      await this.options.written(batch.length)
    }
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    const entries: LogEntry[] = []
    for (let from = 0; from < batch.length; from += stepSize) {
      const step = batch.slice(from, from + stepSize)
      entries.push(...(await Promise.all(step.map((waiting) => this.entryOf(waiting)))))
    }
    const gaps = this.unrecorded
    this.unrecorded = new Map()
    for (const [tenant, count] of gaps) entries.push(this.gap(tenant, count))
    try {
      await this.append(entries)
    } catch (error) {
      for (const [tenant, count] of gaps)
        this.unrecorded.set(tenant, count + (this.unrecorded.get(tenant) ?? 0))
      throw error
    }
  }

  /** One at a time: a store that does not answer is not asked again before it does. */
  private async append(entries: readonly LogEntry[]): Promise<void> {
    if (this.appending) await inTime(this.appending.catch(() => {}))
    const appending = this.options.store.append(entries).finally(() => {
      this.appending = undefined
    })
    this.appending = appending
    await inTime(appending)
  }

  private async entryOf({ id, draft }: Waiting): Promise<LogEntry> {
    const { entry, time, subjects, resourceId } = draft
    const { digests } = this.options
    const { tenant } = entry
    return {
      id,
      time: new Date(time).toISOString(),
      ...entry,
      ...(resourceId !== undefined && { resourceId: await digests.ofId(tenant, resourceId) }),
      subjects: await Promise.all([...subjects].map((subject) => digests.ofSubject(tenant, subject))),
    }
  }

  /** Stands for requests that were dropped. */
  private gap(tenant: string | undefined, count: number): LogEntry {
    const time = Date.now()
    return {
      id: this.newId(time),
      time: new Date(time).toISOString(),
      ...(tenant !== undefined && { tenant }),
      requestId: '',
      method: '',
      path: '',
      status: 0,
      durationMs: 0,
      outcome: 'unrecorded',
      found: count,
      subjects: [],
    }
  }
}

/** @throws Error when a store does not answer in time. */
async function inTime(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The store of the request log did not answer within ${writeTimeout} ms`))
    }, writeTimeout)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
