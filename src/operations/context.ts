import type { LifecycleEvent } from '../events/index.js'
import type { FilterLimits } from '../filter/index.js'
import type { Profile } from '../idp/index.js'
import type { Note } from '../protocol/index.js'
import type { CommonAttributes, CompiledResourceType } from '../schema/index.js'
import type { ResourceStore, StoreContext, Transactions } from '../stores/store.js'
import type { Cursors } from './list/cursor.js'

/** Bounds on what one request may cost. */
export interface Limits extends FilterLimits {
  /** Bytes of a request body. Default 10 MiB: a PUT of a large group. */
  readonly maxBodyBytes: number
  /** Nested objects and arrays in a body. Default 32. */
  readonly maxJsonDepth: number
  /** Operations in one PATCH. Default 10,000. */
  readonly maxPatchOperations: number
  /** Operations in one bulk request. Default 1,000. */
  readonly maxBulkOperations: number
  /** Bytes of a bulk request. Default 1 MiB. */
  readonly maxBulkPayloadBytes: number
  /** Resources on a page that asks for no number. Default 100. */
  readonly defaultPageSize: number
  /** Resources on a page at the most. Default 1,000. */
  readonly maxPageSize: number
  /** How often a write is applied again, within 15 seconds, when another one came between. Default 100. */
  readonly maxAttempts: number
}

/** Makes of a secret in clear text what may be stored of it. */
export type HashPassword = (
  password: string,
  context: { readonly tenant: string | undefined },
) => string | Promise<string>

/** What a caller wants to do. */
export type OperationName = 'create' | 'read' | 'list' | 'replace' | 'modify' | 'remove' | 'discover' | 'bulk'

/** Says whether a caller may do something; false is answered with 403. Asked for each operation of a bulk request. */
export type Authorize = (request: {
  readonly operation: OperationName
  /** Such as `User`; undefined where the operation is about no one type. */
  readonly resourceType: string | undefined
  readonly id: string | undefined
  readonly tenant: string | undefined
  readonly actor: string | undefined
}) => boolean | Promise<boolean>

/**
 * What becomes of a resource that a POST would create a second time: `reject` answers 409, `link` gives the existing
 * one the incoming attributes and leaves it on or off, `reactivate` also switches it on.
 */
export type ConflictDecision = 'reject' | 'link' | 'reactivate'

/** Decides about a POST of a unique value or `externalId` that another resource has already. */
export type OnConflict = (conflict: {
  readonly existing: CommonAttributes & Readonly<Record<string, unknown>>
  /** What the client sent, without a password. */
  readonly incoming: Readonly<Record<string, unknown>>
  readonly context: {
    readonly tenant: string | undefined
    readonly actor: string | undefined
    readonly requestId: string
    readonly resourceType: string
  }
}) => ConflictDecision | Promise<ConflictDecision>

/** A callback of the host, by the event that it is for. */
export type Callback = (event: never) => unknown

/** A resource type with the store that holds its resources. */
export interface Endpoint {
  readonly type: CompiledResourceType
  readonly store: ResourceStore<CommonAttributes>
}

/** What a service is made of. */
export interface Service {
  readonly endpoints: readonly Endpoint[]
  readonly limits: Limits
  readonly callbacks: ReadonlyMap<string, Callback>
  readonly hashPassword: HashPassword | undefined
  readonly authorize: Authorize | undefined
  readonly onConflict: OnConflict | undefined
  readonly cursors: Cursors
  /** What becomes of members that are no resource of the service. */
  readonly unknownMembers: 'ignore' | 'reject'
  /** The transactions that all stores share, where a bulk request is to be one; undefined: each operation counts alone. */
  readonly bulkTransactions: Transactions | undefined
  /** Takes what the client is not told. */
  readonly report: (error: unknown, context: ErrorContext) => void
}

/** Where an error came up. */
export interface ErrorContext {
  /** Also told to the client, so that the two can be brought together. */
  readonly errorId: string
  readonly requestId: string
  readonly tenant: string | undefined
  /** Such as `create`, or `user.deactivated` for a callback. */
  readonly operation: string | undefined
}

/** Several operations that happen together or not at all. */
export interface Unit {
  readonly transaction: object
  /** What the host is told of when all is done. */
  readonly events: LifecycleEvent[]
}

/** What a request brings along to every operation. */
export interface Call {
  readonly tenant: string | undefined
  readonly actor: string | undefined
  readonly requestId: string
  /** Aborted when the client has gone; costs something when it is first asked for. */
  readonly signal: AbortSignal | undefined
  readonly profile: Profile
  /** What the operation is a part of. */
  readonly unit?: Unit | undefined
  readonly note: Note
}

/** A class, because an object literal with a getter gets a hidden class of its own, each time. */
class CallContext implements StoreContext {
  constructor(
    private readonly call: Call,
    readonly resourceType: CompiledResourceType,
    readonly transaction: object | undefined,
  ) {}
  get tenant() {
    return this.call.tenant
  }
  get actor() {
    return this.call.actor
  }
  get requestId() {
    return this.call.requestId
  }
  get signal() {
    return this.call.signal
  }
}

/** What the store is told about a request. */
export function storeContext(
  endpoint: Endpoint,
  call: Call,
  transaction: object | undefined = call.unit?.transaction,
): StoreContext {
  return new CallContext(call, endpoint.type, transaction)
}
