import type { Caller } from '../auth/index.js'
import type { CommonAttributes } from '../schema/index.js'

/** Finds the resource that a caller is, for `/Me`; undefined when it is none. */
export type Identify = (caller: Caller) => Identity | undefined | Promise<Identity | undefined>

/** A resource, by the name of its type and its id. */
export interface Identity {
  /** Default: `User`. */
  readonly resourceType?: string
  readonly id: string
}

/** Turns a password in clear text into what may be stored: text that is not empty. */
export type HashPassword = (
  password: string,
  context: {
    readonly tenant: string | undefined
    /** Aborted when the service's `deadline` has passed or the client disconnects; undefined without a deadline. */
    readonly signal?: AbortSignal | undefined
  },
) => string | Promise<string>

/** What a request asks for. */
export type OperationName = 'create' | 'read' | 'list' | 'replace' | 'modify' | 'remove' | 'discover' | 'bulk'

/**
 * Decides whether a caller may do something: true, or false, which is answered with 403; anything else is a 500. Also
 * called for each operation of a bulk request; for `modify` of the existing resource, where `onConflict` links or
 * reactivates one; and for `read` of each group that a user would show or a filter on a user's groups would find, once
 * per request and group: one that is not allowed is left out, as if there were no such group.
 */
export type Authorize = (request: {
  readonly operation: OperationName
  /** Such as `User`; undefined where the operation is not about a single resource type. */
  readonly resourceType: string | undefined
  readonly id: string | undefined
  readonly tenant: string | undefined
  readonly actor: string | undefined
  /** Aborted when the service's `deadline` has passed or the client disconnects; undefined without a deadline. */
  readonly signal?: AbortSignal | undefined
}) => boolean | Promise<boolean>

/**
 * What happens to the existing resource when a POST would create it a second time: `reject` answers 409, `link` gives
 * it the incoming attributes and leaves it on or off, `reactivate` also switches it on.
 */
export type ConflictDecision = 'reject' | 'link' | 'reactivate'

/**
 * Decides about a POST of a unique value or an `externalId` that another resource already has. Anything but the three
 * words is a 500 and writes nothing. Asked again when the existing resource has changed before it could be written.
 */
export type OnConflict = (conflict: {
  readonly existing: CommonAttributes & Readonly<Record<string, unknown>>
  /** What the client sent, without a password. */
  readonly incoming: Readonly<Record<string, unknown>>
  readonly context: {
    readonly tenant: string | undefined
    readonly actor: string | undefined
    readonly requestId: string
    readonly resourceType: string
    /** Aborted when the service's `deadline` has passed or the client disconnects; undefined without a deadline. */
    readonly signal?: AbortSignal | undefined
  }
}) => ConflictDecision | Promise<ConflictDecision>

/** A callback of the host for one event; which event is checked where the host writes it. */
export type Callback = (event: never) => unknown

/** Where an error came up. */
export interface ErrorContext {
  /** Also in the reply to the client where that is a 500, so that the two can be matched. */
  readonly errorId: string
  /** The client's `X-Request-Id`, or one that is made; also in the reply to a request that failed. */
  readonly requestId: string
  /** The client's place in a distributed trace, as it has sent it (W3C Trace Context); undefined where it has not. */
  readonly traceparent?: string | undefined
  readonly tenant: string | undefined
  /** Such as `create`, or `user.deactivated` for a callback. */
  readonly operation: string | undefined
}
