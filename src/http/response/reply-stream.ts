import type { OperationContext } from '../../operations/index.js'
import { report } from '../../operations/index.js'

/** How a streamed reply ended: whole, with the client gone, or with an error on the way. */
export type StreamEnd = 'complete' | 'aborted' | 'failed'

/** Called once, with the error of a reply that failed. Must not reject. */
type OnEnd = (end: StreamEnd, error: unknown) => Promise<void>

/**
 * The parts of a reply that is made while it is sent. However it ends, what it reads from is closed, also where no part
 * has been asked for: a generator that never ran has no `finally`.
 */
export class ReplyStream implements AsyncIterableIterator<string> {
  private readonly listeners: OnEnd[] = []
  private hasEnded = false

  private inTime: ((part: Promise<IteratorResult<string>>) => Promise<IteratorResult<string>>) | undefined

  constructor(private readonly parts: AsyncGenerator<string>) {}

  /** Sets how long a part may take, from being asked for: what `inTime` rejects is an error of the reply. */
  limit(inTime: (part: Promise<IteratorResult<string>>) => Promise<IteratorResult<string>>): void {
    this.inTime = inTime
  }

  /** Listeners are called at once and none waits for another. */
  onEnd(listener: OnEnd): void {
    this.listeners.push(listener)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<string>> {
    if (this.hasEnded) return { done: true, value: undefined }
    let result: IteratorResult<string>
    try {
      const part = this.parts.next()
      result = await (this.inTime ? this.inTime(part) : part)
    } catch (error) {
      await this.end('failed', error)
      throw error
    }
    if (result.done) await this.end('complete', undefined)
    return result
  }

  /** The reader reads no further: the client has gone. */
  async return(): Promise<IteratorResult<string>> {
    await this.end('aborted', undefined)
    return { done: true, value: undefined }
  }

  private async end(end: StreamEnd, error: unknown): Promise<void> {
    if (this.hasEnded) return
    this.hasEnded = true
    // Not awaited: it waits for a part that is being made, however long that takes.
    this.parts.return(undefined).catch(() => {})
    await Promise.all(this.listeners.map((listener) => listener(end, error)))
  }
}

/** A reply in parts. Reports an error that comes up while it is being sent, when it is too late for an error reply. */
export function replyStream(parts: AsyncGenerator<string>, context: OperationContext): ReplyStream {
  const stream = new ReplyStream(parts)
  stream.onEnd(async (end, error) => {
    // Only here, since the request's id is made when it is asked for.
    if (end === 'failed') report(context.service, error, context)
  })
  return stream
}
