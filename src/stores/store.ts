import type { LifecycleEvent } from '../events/index.js'
import type { Member, MemberChange } from '../patch/index.js'
import type {
  CommonAttributes,
  CompiledAttribute,
  CompiledResourceType,
  Group,
  Meta,
  Projection,
  ResourceTypeDefinition,
  User,
} from '../schema/index.js'
import type { StoreDescription } from './description.js'
import type { Finding } from './finding.js'
import type { ListQuery, ListResult } from './list-query.js'

export type { ListCursor, ListQuery, ListResult, Sort } from './list-query.js'
export type { StoredPosition, WalkStore } from './walk-store.js'
export type { Finding, Member, MemberChange, StoreDescription }

/** A resource type with the store that holds its resources. */
export interface StoredType {
  readonly type: CompiledResourceType
  readonly store: ResourceStore<CommonAttributes>
}

/** What a write refers to in one attribute, and what is stored does not refer to yet. */
export interface NewReferences {
  readonly attribute: CompiledAttribute
  /** Each once. */
  readonly ids: readonly string[]
  /** Where the resources can be: each must exist in one of them. */
  readonly targets: readonly StoredType[]
}

/** A group that a deleted resource was a member of. */
export interface LeftGroup {
  readonly type: CompiledResourceType
  /** The group as it was; its members are not needed. */
  readonly before: CommonAttributes
  readonly change: MemberChangeResult
}

/** The request that a store works for. */
export interface StoreContext {
  /** The tenant that the caller was authenticated for. A store keeps tenants apart. */
  readonly tenant: string | undefined
  /** The caller, as `authenticate` named it. */
  readonly actor: string | undefined
  /** The same for all calls on behalf of one request: the client's `X-Request-Id`, or one that is made. */
  readonly requestId: string
  /** The client's place in a distributed trace, as it has sent it (W3C Trace Context); undefined where it has not. */
  readonly traceparent?: string | undefined
  /** The resource type with its attributes, for stores that serve several. */
  readonly resourceType: CompiledResourceType
  /** Aborted when the client disconnects, and when the service's `deadline` has passed. */
  readonly signal: AbortSignal | undefined
  /** What {@link Transactions.run} passed to its callback, where the call belongs to an open transaction. */
  readonly transaction?: object | undefined
  /** The resource types of the service, for stores with {@link ResourceStore.checksReferencesTo}. */
  readonly types?: readonly StoredType[] | undefined
  /** What a `create` or `replace` must not refer to unless it exists, for stores with {@link ResourceStore.checksReferencesTo}. */
  readonly references?: readonly NewReferences[] | undefined
  /**
   * For `replace`: the canonical paths of the attributes that differ from what is stored, such as `title`,
   * `name.familyName`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`, and `emails` for all of
   * a multi-valued attribute. What has lost its value is among them. For stores that write only what has changed;
   * worked out when it is read.
   */
  readonly changes?: ReadonlySet<string> | undefined
  /** For `replace`: the resource as the service read it, at the expected version. */
  readonly stored?: CommonAttributes | undefined
  /** For `delete`: a store that takes the resource out of its groups in the same step adds each of them, for its event. */
  readonly leftGroups?: LeftGroup[] | undefined
  /** How often work is tried while concurrent transactions are in its way: `limits.maxAttempts` of the service. */
  readonly maxAttempts?: number | undefined
}

/** What a store's {@link ResourceStore.check} is asked about. */
export interface CheckContext {
  readonly resourceType: CompiledResourceType
  /** The resource types of the service, this one too. */
  readonly types: readonly StoredType[]
  /** Whether what another check of this process has read will do; false where it may have been mended since. */
  readonly mayReuse: boolean
}

/** Makes several calls atomic: all of them take effect, or none. */
export interface Transactions {
  /**
   * Runs work in a transaction, which it receives and passes to stores as `context.transaction`; rolled back when the
   * work throws. The work may run again from the start after a conflict with another transaction. Inside of an open
   * transaction, only this part of it is rolled back.
   */
  run<T>(
    work: (transaction: object) => Promise<T>,
    context: StoreContext,
    options?: TransactionOptions,
  ): Promise<T>

  /**
   * Waits until no other transaction, also of another process, has locked a name, and locks it until the end of
   * `context.transaction`. Atomic bulk requests of one tenant come one after the other by it. Left out: those of other
   * processes run at the same time, and the database decides which of two that are in each other's way goes on.
   *
   * @param timeout milliseconds to wait at most.
   * @throws ScimError 503 when the lock is not free in time.
   */
  lock?(name: string, timeout: number, context: StoreContext): Promise<void>
}

/** What a transaction has to be. */
export interface TransactionOptions {
  /**
   * Each statement sees what others have committed before it began, as at the level `read committed`, whatever the
   * database's default. Not for what is part of an open transaction.
   */
  readonly seesCommits?: boolean
}

/** A resource without `id` and `meta`, which the store assigns. */
export type Draft<R extends CommonAttributes> = Omit<R, 'id' | 'meta'>

/** The result of a change of members. */
export interface MemberChangeResult {
  /** The group's `meta` after the change; the same version as before where nothing changed. */
  readonly meta: Meta
  /** Ids that are members now and were not before. */
  readonly added: readonly string[]
  /** Ids that were members and no longer are. */
  readonly removed: readonly string[]
}

/** A group, as the `groups` of its direct members list it. */
export interface GroupReference {
  readonly value: string
  readonly display?: string | undefined
}

/**
 * Where resources of one type live: the port between the protocol and the host's data. `get`, `list`, `create`,
 * `replace` and `delete` are enough for a correct service; {@link memoryStore} is one implementation, `kyselyStore` of
 * `scimkit/kysely` another.
 *
 * A store assigns `id` and `meta` (`created`, `lastModified`, `version`) and stores everything else unchanged: what it
 * does not return is lost. Attributes without a value are left out; an empty object or array counts as a value.
 * Resources are immutable: neither side changes one that it has passed on. A store throws {@link ScimError} for errors
 * that the protocol defines; any other error becomes a 500 whose message the client does not see.
 *
 * @see RFC 7644 section 3
 */
export interface ResourceStore<R extends CommonAttributes> {
  /**
   * The paths of the attributes that this store keeps: an attribute with everything inside it (`name`), a part of one
   * (`name.givenName`), an extension by its URN, `externalId`. Others are not advertised, cannot be used in filters, and
   * are left out of what clients send, with a line in the trace. Default: everything.
   *
   * @example
   * const users: UserStore = { attributes: ['userName', 'active', 'name', 'externalId'], get, list, create, replace, delete: remove }
   */
  readonly attributes?: readonly string[]

  /**
   * For a store that changes more than which attributes there are; see {@link attributes}. The part of the resource type that this store can store: other attributes are not advertised, cannot be used in
   * filters, and are dropped from what clients send. Default: everything.
   */
  restrictResourceType?(definition: ResourceTypeDefinition): ResourceTypeDefinition

  /**
   * Finds what will not work, before a request does: called by `scim.check()`, `scim.ready()` and the first request.
   * {@link Finding.where} begins with the store's own option, such as `mapping of userName`; the service puts its option
   * in front. Left out: there is nothing to find.
   *
   * @throws ScimError 503 while that cannot be told, as for a database that is away: it is tried again.
   */
  check?(context: CheckContext): Promise<readonly Finding[]>

  /** What the store says of itself, for `scim.conformance()`. Left out, or undefined: it is for the host to see to. */
  describe?(type: CompiledResourceType): StoreDescription | undefined

  /** Transactions that the store's methods can be part of. Stores with the same object share them. */
  readonly transactions?: Transactions

  /**
   * Records lifecycle events for later delivery, in the transaction of the write that caused them. Only for stores with
   * `transactions`. Left out: only the service's callbacks receive events.
   */
  record?(events: readonly LifecycleEvent[], context: StoreContext): Promise<void>

  /**
   * False where the store is for one tenant only, and shows every caller everything: a service whose tokens name tenants
   * is refused. Default true.
   */
  readonly keepsTenantsApart?: boolean
  /** Whether `list` supports `sort`, which discovery advertises. Default false. */
  readonly sorts?: boolean
  /** Whether `list` supports `cursor`, which discovery advertises. Default false. */
  readonly cursors?: boolean

  /**
   * Whether this store checks, in the write itself, that what it is given to refer to exists in the tenant, where that
   * is in the store of a type. Then `create` and `replace` throw `invalidValue` with the path of the attribute where one
   * of `context.references` does not exist, and a member that does not exist is not added. Left out: the service looks
   * before a write, and again after one that adds members.
   */
  checksReferencesTo?(target: StoredType): boolean

  /**
   * Whether the id in an attribute that refers to another resource, such as `manager`, is only text where it is stored:
   * no foreign key refuses one that does not exist. Then `unknownReferences: 'ignore'` keeps it. Left out: it is dropped.
   */
  storesAsText?(attribute: CompiledAttribute, type: CompiledResourceType): boolean

  /**
   * Whether an attribute that is cleared has no value afterwards, rather than one that the store makes of nothing, such
   * as a status. Asked of `active` where a profile lets clients clear it. Left out: it has.
   */
  canClear?(attribute: CompiledAttribute, type: CompiledResourceType): boolean

  /** The resource, or undefined when there is none. `projection`: the attributes that will be read of it. */
  get(id: string, projection: Projection, context: StoreContext): Promise<R | undefined>

  /**
   * A page of the resources that match the filter, always in the same order.
   *
   * @throws ScimError `invalidFilter` for a filter that the store cannot evaluate.
   */
  list(query: ListQuery, context: StoreContext): Promise<ListResult<R>>

  /**
   * Stores a new resource and returns it with its `id` and `meta`.
   *
   * @throws ScimError `uniqueness` when another resource has a value that only one may have.
   */
  create(draft: Draft<R>, context: StoreContext): Promise<R>

  /**
   * Replaces the resource with that id, if it is still at the expected version, and returns what is stored with its new
   * `meta`.
   *
   * @throws ScimError `versionMismatch` when it is at another version; `notFound`; `uniqueness`.
   */
  replace(id: string, resource: Draft<R>, expectedVersion: string, context: StoreContext): Promise<R>

  /**
   * Deletes a resource; where a version is expected, only at that version.
   *
   * @throws ScimError `notFound`; `versionMismatch`.
   */
  delete(id: string, expectedVersion: string | undefined, context: StoreContext): Promise<void>

  /**
   * Groups: changes members without reading or writing the others, so that a group of a million costs no more than one
   * of ten. Left out: the service replaces the whole group.
   *
   * @throws ScimError `notFound`; `versionMismatch` where a version is expected.
   */
  changeMembers?(
    id: string,
    change: MemberChange,
    expectedVersion: string | undefined,
    context: StoreContext,
  ): Promise<MemberChangeResult>

  /**
   * Groups: a resource that can be a member is called something else now. A membership whose `display` is one of its
   * former names gets the present one; any other `display` stays. It is no change of the group: its `meta` stays as it is.
   * Left out: members keep the `display` that they were added with.
   *
   * @param names the present name by the former one.
   */
  renameMember?(
    member: { readonly id: string; readonly type: string },
    names: ReadonlyMap<string, string>,
    context: StoreContext,
  ): Promise<void>

  /**
   * Groups: the members of one group in batches, in the order of their ids, so that a group of any size is read in
   * bounded memory. Left out: a group is read as a whole.
   */
  members?(id: string, context: StoreContext): AsyncIterable<readonly Member[]>

  /**
   * Groups: the groups that have these ids as direct members; ids in no group are left out. Left out: the service calls
   * `list` for the groups and their members.
   */
  groupsOf?(
    ids: readonly string[],
    context: StoreContext,
  ): Promise<ReadonlyMap<string, readonly GroupReference[]>>
}

/** A {@link ResourceStore} of groups. */
export type GroupStore<R extends CommonAttributes = Group> = ResourceStore<R>
/** A {@link ResourceStore} of users. */
export type UserStore<R extends CommonAttributes = User> = ResourceStore<R>
