import type { TraceEntry } from '../protocol/index.js'

/**
 * What a request came to. `unchanged`: a write that found everything as it asked for. `linked`: a POST of a resource that
 * was there already. `done`: a request about no single resource, such as a bulk request. `refused`: answered with 4xx.
 * `failed`: answered with 5xx, or its reply broke off. `unrecorded`: no request, but the place of some that were left out,
 * since more came than could be written. `noted`: no request, but what the host has noted, such as a token that was issued.
 */
export type LogOutcome =
  | 'created'
  | 'linked'
  | 'changed'
  | 'unchanged'
  | 'deactivated'
  | 'reactivated'
  | 'deleted'
  | 'found'
  | 'listed'
  | 'described'
  | 'done'
  | 'refused'
  | 'failed'
  | 'unrecorded'
  | 'noted'

/**
 * The shape of a request's body: its keys, and what kind of value each has, such as `<text>`. Values themselves are shown
 * of `op`, `path`, booleans and the URNs in `schemas` only, and of a `path` no literals.
 */
export type BodyShape = string | boolean | readonly BodyShape[] | { readonly [key: string]: BodyShape }

/** A request as the log keeps it, without any value that names a person. */
export interface LogEntry {
  /** Sorts by the time at which the requests were answered. */
  readonly id: string
  /** When it was answered: an RFC 3339 dateTime in UTC, with milliseconds. */
  readonly time: string
  /** Left out for the tenant without a name, and for a request whose caller is not known. */
  readonly tenant?: string
  /** The id of the connection that the caller's credential belongs to. */
  readonly connection?: string
  /** Who called, as `authenticate` named them. */
  readonly actor?: string
  readonly requestId: string
  readonly method: string
  /** Below the mount, with `{id}` for an id that may be personal. */
  readonly path: string
  readonly status: number
  readonly durationMs: number
  /** Such as `modify`, or what was noted; left out where the request failed earlier. */
  readonly operation?: string
  /** Such as `User`. */
  readonly resourceType?: string
  /** The resource's id; one that may name a person is `~` and an HMAC. */
  readonly resourceId?: string
  readonly outcome: LogOutcome
  /** The canonical paths of the attributes that have changed. */
  readonly changed?: readonly string[]
  /** How many members were added to a group and removed from it. */
  readonly members?: { readonly added: number; readonly removed: number }
  /** Which state of `active` the body asked for, where it named one. */
  readonly asked?: 'active' | 'inactive'
  /** The filter of a list, with `…` for each literal. */
  readonly filter?: string
  /** How many resources a list found; how many requests are left out, for `unrecorded`. */
  readonly found?: number
  readonly body?: BodyShape
  /** The rules that were used, and what was ignored. */
  readonly rules?: readonly TraceEntry[]
  /** What the client was told of an error. `detail` has `…` for what may name a person. */
  readonly error?: { readonly scimType?: string; readonly path?: string; readonly detail: string }
  /** For an operation inside a bulk request: its index there, from 0. */
  readonly bulkOperation?: number
  /** How a reply broke off. */
  readonly brokeOff?: 'aborted' | 'failed'
  /** HMACs of the userName, the e-mail addresses and the externalId that the request was about. */
  readonly subjects: readonly string[]
}

/** A resource, by its type's name and its id as entries have it. */
export interface LoggedResource {
  readonly resourceType: string
  readonly resourceId: string
}

/** Which entries are looked for: those of one tenant that fulfil every condition. */
export interface LogQuery {
  readonly tenant: string | undefined
  /** Entries about one of these persons or one of `resources`. */
  readonly subjects?: readonly string[]
  readonly resources?: readonly LoggedResource[]
  readonly connection?: string
  readonly operation?: string
  readonly resourceType?: string
  readonly outcomes?: readonly LogOutcome[]
  /** RFC 3339 dateTimes in UTC with milliseconds: from this one on, and before that one. */
  readonly from?: string
  readonly until?: string
  /** The id of an entry: only those that are older. */
  readonly before?: string
  /** The id of an entry: only those that are newer. */
  readonly after?: string
  /** How many at most. */
  readonly limit: number
}

/** Which entries are removed: those of a tenant about one of these persons or resources. */
export interface ErasedEntries {
  readonly tenant: string | undefined
  readonly subjects: readonly string[]
  readonly resources: readonly LoggedResource[]
  /** And those about one of these persons that are about no resource, such as a search for them. */
  readonly lookups: readonly string[]
}

/** What is kept. */
export interface LogLimits {
  /** An RFC 3339 dateTime: entries from before it go. */
  readonly from: string
  /** How many entries of each tenant stay: the newest. */
  readonly entries: number
}

/**
 * Where a request log is kept: the port between {@link createRequestLog} and a database. `memoryRequestLog` is one
 * implementation, `kyselyRequestLog` of `scimkit/kysely` another. A store keeps tenants apart; it sees no value that
 * names a person.
 */
export interface RequestLogStore {
  /** Adds entries: all of them, or none. An entry whose id is there already is left out. */
  append(entries: readonly LogEntry[]): Promise<void>
  /** The entries that a query is about, the newest first. */
  find(query: LogQuery): Promise<readonly LogEntry[]>
  /** Removes what is older or more than the limits allow, and says how many entries that were. */
  prune(limits: LogLimits): Promise<number>
  /** Removes entries, and says how many they were. */
  erase(which: ErasedEntries): Promise<number>
  /** Whether there are entries of tenants with a name. */
  hasTenants(): Promise<boolean>
}
