import type { RequestRecorder } from '../http/index.js'
import type { LogEntry, LogOutcome } from '../stores/index.js'
import type { LogCounts } from './counts.js'
import type { Sentence } from './sentences.js'
import type { LogLocale } from './texts/text.js'
import type { Why } from './why.js'

/** Whose log it is. */
export interface LogTenant {
  /** The tenant, as `authenticate` named it. Must be given where tenants have names: undefined is the one without. */
  readonly tenant?: string | undefined
}

/** Which entries are looked for. */
export interface LogSearch extends LogTenant {
  /** A userName, an e-mail address or an externalId: only what was about that person. */
  readonly subject?: string
  /** Only what was about one resource. */
  readonly resource?: { readonly resourceType: string; readonly resourceId: string }
  /** The id of a connection. */
  readonly connection?: string
  /** Such as `modify`. */
  readonly operation?: string
  /** Such as `User`. */
  readonly resourceType?: string
  /** What it came to. */
  readonly outcomes?: readonly LogOutcome[]
  /** Entries from this time on, and before that one. */
  readonly from?: Date | string
  readonly until?: Date | string
  /** The `next` of a page: the page after it. */
  readonly before?: string
  /** The id of an entry: only newer ones, for a list that grows. */
  readonly after?: string
  /** How many at most. Default 50; at most 1,000. */
  readonly limit?: number
}

/** A page of the log, the newest entry first. */
export interface LogPage {
  readonly entries: readonly LogEntry[]
  /** What the next page begins `before`; undefined where this is the last one. */
  readonly next: string | undefined
}

/** An outbox that can forget a person, such as what `eventsTable` returns. */
export interface ErasableOutbox {
  /** Removes the events about a person, and says how many they were. */
  erase(person: {
    readonly tenant: string | undefined
    readonly subject: string
    readonly resources: readonly { readonly resourceType: string; readonly resourceId: string }[]
  }): Promise<number>
}

/** How a person is forgotten. */
export interface EraseOptions extends LogTenant {
  /** Lifecycle events about the person are removed too, delivered or not. */
  readonly outbox?: ErasableOutbox
}

/** How the log is exported. */
export interface LogExportOptions extends LogTenant {
  /** The id of a connection: only what came by it. */
  readonly connection?: string
  /** `json`: a JSON array of entries. `csv`: a table for spreadsheets. Default `json`. */
  readonly format?: 'json' | 'csv'
}

/** What is noted besides requests. */
export interface LogNote extends LogTenant {
  /** What was done, in a word of the host's that names nobody, such as `token.issued`. */
  readonly action: string
  /** The id of the connection that it was about. */
  readonly connection?: string
  /** Who did it; must not name a person. */
  readonly actor?: string
}

/** Options of {@link RequestLog.why}. */
export interface WhyOptions extends LogTenant {
  /** The language of the sentences. Default `en`. */
  readonly locale?: LogLocale
  /** How many of the last requests are looked at. Default 100; at most 1,000. */
  readonly limit?: number
}

/** The log of a service's requests. Given to `createScim` as its option `log`. */
export interface RequestLog extends RequestRecorder {
  /**
   * Why a person is not here, or is not deactivated: the last requests about them, what they did and what the identity
   * provider was told, as data and as sentences.
   *
   * @param subject a userName, an e-mail address or an externalId; case does not matter.
   * @throws TypeError where tenants have names and none is given; errors of the store.
   * @example
   * const { text } = await log.why('ada@example.com', { tenant: 'acme' })
   */
  why(subject: string, options?: WhyOptions): Promise<Why>
  /**
   * A page of a tenant's entries, the newest first.
   *
   * @throws TypeError where tenants have names and none is given; errors of the store.
   */
  entries(search?: LogSearch): Promise<LogPage>
  /** An entry in sentences, such as for a list of what has happened. */
  explain(entry: LogEntry, locale?: LogLocale): readonly Sentence[]
  /**
   * Removes what the log has about a person, and with `outbox` the lifecycle events too. What is waiting is written
   * first; what other processes have waiting comes within their `interval`, so where there are several, erase again then.
   *
   * @throws TypeError where tenants have names and none is given; errors of the store, and where it has not answered yet
   * what was written before, which may be about the person.
   * @example
   * await log.erase('ada@example.com', { tenant: 'acme', outbox: eventsTable(pool) })
   */
  erase(
    subject: string,
    options?: EraseOptions,
  ): Promise<{ readonly entries: number; readonly events: number }>
  /**
   * A tenant's whole log as text, in parts, the newest entry first.
   *
   * @throws TypeError where tenants have names and none is given; errors of the store.
   * @example
   * return new Response(ReadableStream.from(log.export({ tenant: 'acme', format: 'csv' })))
   */
  export(options?: LogExportOptions): AsyncIterable<string>
  /**
   * Adds what was done besides requests, such as the issue of a token, so that it stands among them. Does not wait.
   *
   * @throws TypeError for an action that is no word of letters, digits and `.`, `-`, `_`, of 100 characters at most.
   * @example
   * log.note({ tenant: 'acme', action: 'token.issued', connection, actor: 'admin' })
   */
  note(note: LogNote): void
  /** Writes what is waiting. Resolves too where the store fails: `onError` receives that. */
  flush(): Promise<void>
  /** Removes what `retention` no longer keeps, for a log that nothing is written to; writing does so too. */
  prune(): Promise<number>
  /** How many requests this process has recorded, how many of them wait, and how many it had no room for. */
  readonly counts: LogCounts
}
