import type { Caller } from '../auth/index.js'
import type { Profile } from '../idp/index.js'
import type { Note } from '../protocol/index.js'
import { ScimError } from '../protocol/index.js'
import type { CommonAttributes, CompiledResourceType } from '../schema/index.js'
import type { ResourceStore, StoreContext, StoredType, Transactions } from '../stores/store.js'
import type { BulkTransaction } from './bulk-transaction.js'
import type { Authorize, Callback, ErrorContext, HashPassword, OnConflict, OperationName } from './hooks.js'
import type { Limits } from './limits.js'
import type { Cursors } from './list/cursor.js'
import type { PatchReply } from './patch-reply.js'
import { DetailNotes } from './request-detail.js'
import { readRequestId, readTraceparent } from './request-ids.js'
import { Trace } from './trace.js'
import type { Walks } from './walks.js'
import type { WriteDetails } from './write-details.js'
import type { WriteHookSet } from './write-hooks.js'

/** A resource type with the store that holds its resources. */
export interface Endpoint {
  readonly type: CompiledResourceType
  readonly store: ResourceStore<CommonAttributes>
  /** What a PATCH is answered with, unless the client names attributes. */
  readonly patchReply: PatchReply
}

/** What a service is made of. */
export interface Service {
  readonly endpoints: readonly Endpoint[]
  readonly limits: Limits
  readonly callbacks: ReadonlyMap<string, Callback>
  readonly hashPassword: HashPassword | undefined
  readonly authorize: Authorize | undefined
  readonly onConflict: OnConflict | undefined
  /** Asked before writes; undefined where the host has no such hooks. */
  readonly before: WriteHookSet | undefined
  readonly cursors: Cursors
  readonly walks: Walks
  /** What happens to members that are no resource of the service. */
  readonly unknownMembers: 'ignore' | 'reject'
  /** What happens to references to what is no resource of the service. */
  readonly unknownReferences: 'ignore' | 'reject'
  /** Whether the base URL of a request is how clients reach the service: not what a proxy has made of it. */
  readonly isBaseUrlKnown: boolean
  /** Shared by all stores, where a bulk request is one transaction; undefined: each operation counts alone. */
  readonly bulkTransactions: Transactions | undefined
  /** Receives the errors that clients do not see. */
  readonly report: (error: unknown, context: ErrorContext) => void
}

/** What an operation of a bulk request works with. */
export interface BulkScope {
  /** In a transaction, with callbacks that were asked before it began. */
  readonly service: Service
  /** Undefined where each operation counts alone. */
  readonly transaction: BulkTransaction | undefined
}

/** What a context is made from: a request, or the context of the bulk request that an operation is part of. */
export interface ContextSource {
  /** Made on first use, so that most requests need none. */
  readonly requestId?: string | undefined
  readonly traceparent?: string | undefined
  /** Where the service is mounted, as the client reaches it. */
  readonly baseUrl?: string | undefined
  /** The value of a header of the request, whose name is given in lower case. */
  header?(name: string): string | undefined
  /** Adapters make it on first use. */
  readonly signal?: AbortSignal | undefined
  /** Whether the request's deadline has passed; undefined where it has none. */
  readonly isLate?: boolean | undefined
}

/**
 * Everything that an operation knows about the request that it works for: one object per request, and one per
 * operation of a bulk request.
 */
export class OperationContext {
  /** Set when it is known. */
  caller: Caller = {}
  /** Set when the route is known. */
  operation: OperationName | undefined
  /** Set when it is known which resource the operation is about: from its path, or once it is created. */
  resourceId: string | undefined
  /** What the request was about, where it is recorded; undefined where it is not. */
  detail: DetailNotes | undefined
  /** Whether it follows from a write that is done already: the host's hooks are not asked about it. */
  isFollowUp = false
  /** Whether it stops where it would write, since only its questions to the host count. */
  private isRehearsal = false
  private ownRequestId: string | undefined
  private ownReadable: Map<Endpoint, Map<string, boolean>> | undefined
  /** Adds a line to the trace. */
  readonly note: Note = (rule, path, message) => this.trace.add(rule, path, message)

  private constructor(
    readonly service: Service,
    private readonly source: ContextSource,
    /** Until the caller is known, the profile for everyone. */
    public profile: Profile,
    private target: Endpoint | undefined,
    readonly transaction: BulkTransaction | undefined,
    readonly trace: Trace,
  ) {}

  static ofRequest(service: Service, source: ContextSource, profile: Profile): OperationContext {
    return new OperationContext(service, source, profile, undefined, undefined, new Trace())
  }

  /** The context of one operation of this bulk request, with a trace of its own. */
  ofOperation(
    operation: OperationName | undefined,
    endpoint: Endpoint | undefined,
    { service, transaction }: BulkScope,
  ): OperationContext {
    const detail = this.detail && new DetailNotes()
    if (detail && endpoint) detail.type = endpoint.type
    return Object.assign(this.copy(service, operation, endpoint, transaction, new Trace()), { detail })
  }

  /** The same request, about another resource type. */
  at(endpoint: Endpoint): OperationContext {
    return this.copy(this.service, this.operation, endpoint, this.transaction, this.trace)
  }

  /** The same operation, as part of a transaction. */
  within(transaction: BulkTransaction): OperationContext {
    return this.copy(this.service, this.operation, this.target, transaction, this.trace)
  }

  /** The same operation, for what follows from what is done already: it has no deadline, nor a client that may go. */
  afterwards(): OperationContext {
    const { requestId, traceparent } = this
    const { service, profile, target, transaction, trace } = this
    const copy = new OperationContext(
      service,
      { requestId, traceparent },
      profile,
      target,
      transaction,
      trace,
    )
    copy.caller = this.caller
    copy.operation = this.operation
    copy.isFollowUp = true
    return copy
  }

  /** The same operation, which stops where it would write. */
  rehearsal(): OperationContext {
    const copy = this.copy(this.service, this.operation, this.target, this.transaction, this.trace)
    copy.isRehearsal = true
    return copy
  }

  private copy(
    service: Service,
    operation: OperationName | undefined,
    endpoint: Endpoint | undefined,
    transaction: BulkTransaction | undefined,
    trace: Trace,
  ): OperationContext {
    const copy = new OperationContext(service, this, this.profile, endpoint, transaction, trace)
    copy.caller = this.caller
    copy.operation = operation
    copy.isFollowUp = this.isFollowUp
    copy.isRehearsal = this.isRehearsal
    copy.detail = this.detail
    return copy
  }

  /** The resource type that the operation is about. @throws Error for operations that are about no single one. */
  get endpoint(): Endpoint {
    if (!this.target) throw new Error('This operation is not about a single resource type')
    return this.target
  }

  set endpoint(endpoint: Endpoint) {
    this.target = endpoint
  }

  /** The name of that resource type, such as `User`, where there is one. */
  get resourceType(): string | undefined {
    return this.target?.type.name
  }

  get tenant(): string | undefined {
    return this.caller.tenant
  }

  get actor(): string | undefined {
    return this.caller.actor
  }

  get baseUrl(): string | undefined {
    return this.source.baseUrl
  }

  get requestId(): string {
    this.ownRequestId ??= this.source.requestId ?? this.sentRequestId ?? crypto.randomUUID()
    return this.ownRequestId
  }

  /** The id that the client has given the request, where it has. */
  get sentRequestId(): string | undefined {
    return readRequestId(this.source.header?.('x-request-id'))
  }

  /** The client's place in a distributed trace, where it has told one. */
  get traceparent(): string | undefined {
    return this.source.traceparent ?? readTraceparent(this.source.header?.('traceparent'))
  }

  get signal(): AbortSignal | undefined {
    return this.source.signal
  }

  get isLate(): boolean | undefined {
    return this.source.isLate
  }

  /** The signal for callbacks of the host; undefined without a deadline, so that most requests make none. */
  get callbackSignal(): AbortSignal | undefined {
    return this.isLate === undefined ? undefined : this.signal
  }

  /** Refuses to begin what changes something: the client has been told that it did not happen. @throws ScimError 503. */
  assertInTime(): void {
    if (this.isLate) throw ScimError.unavailable('The service did not answer in time; try again')
    if (this.isRehearsal) throw ScimError.unavailable('Nothing is written before the transaction')
  }

  /** What the host's `authorize` has said about reading groups of a type, by their ids: the same for the whole request. */
  readableIn(container: Endpoint): Map<string, boolean> {
    if (this.source instanceof OperationContext) return this.source.readableIn(container)
    this.ownReadable ??= new Map()
    let readable = this.ownReadable.get(container)
    if (!readable) {
      readable = new Map()
      this.ownReadable.set(container, readable)
    }
    return readable
  }
}

const noDetails: WriteDetails = {}

/** A class, because V8 gives every object literal with a getter a hidden class of its own. */
class RequestStoreContext implements StoreContext {
  constructor(
    private readonly context: OperationContext,
    readonly resourceType: CompiledResourceType,
    readonly transaction: object | undefined,
    private readonly more: WriteDetails,
  ) {}
  get references() {
    return this.more.references
  }
  get changes() {
    return this.more.change?.paths
  }
  get stored() {
    return this.more.change?.before
  }
  get leftGroups() {
    return this.more.leftGroups
  }
  get types() {
    return this.context.service.endpoints
  }
  get maxAttempts() {
    return this.context.service.limits.maxAttempts
  }
  get tenant() {
    return this.context.tenant
  }
  get actor() {
    return this.context.actor
  }
  get requestId() {
    return this.context.requestId
  }
  get traceparent() {
    return this.context.traceparent
  }
  get signal() {
    return this.context.signal
  }
}

/** What a store is told about a request. */
export function storeContext(
  context: OperationContext,
  endpoint: StoredType = context.endpoint,
  transaction: object | undefined = context.transaction?.handle,
  more: WriteDetails = noDetails,
): StoreContext {
  return new RequestStoreContext(context, endpoint.type, transaction, more)
}
