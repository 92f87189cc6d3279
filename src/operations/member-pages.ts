import type { Member } from '../stores/store.js'
import type { OperationContext } from './context.js'
import { report } from './report.js'
import { assertMembers } from './store-replies.js'

type Page = readonly Member[]

/** The members of a group as its store reads them: a page at a time, and only as far as they are asked for. */
export class MemberPages {
  private readonly ahead: Page[] = []
  private isReading = false
  private isClosed = false

  constructor(
    private readonly context: OperationContext,
    private readonly pages: AsyncIterator<Page>,
  ) {}

  /** The next page; undefined after the last one. */
  async next(): Promise<Page | undefined> {
    return this.ahead.shift() ?? this.read()
  }

  /** Reads at most two pages: the only one, or none, where there are no more; else undefined, and `next` has them all. */
  async only(): Promise<{ readonly page: Page | undefined } | undefined> {
    const first = await this.read()
    if (!first) return { page: undefined }
    const second = await this.read()
    if (!second) return { page: first }
    this.ahead.push(first, second)
    return undefined
  }

  /** Lets the store free what it reads with. Must be called once no more is read, also after an error; never rejects. */
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    const closing = this.end()
    // A generator ends when the page that it is reading has come, and that may take as long as it likes.
    if (!this.isReading) await closing
  }

  private async end(): Promise<void> {
    try {
      await this.pages.return?.()
    } catch (error) {
      const { service, requestId, traceparent, tenant } = this.context
      report(service, error, { requestId, traceparent, tenant, operation: 'read' })
    }
  }

  private async read(): Promise<Page | undefined> {
    this.isReading = true
    try {
      const { done, value } = await this.pages.next()
      return done ? undefined : assertMembers(value, this.context.endpoint)
    } finally {
      this.isReading = false
    }
  }
}
