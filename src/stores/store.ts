import type { LifecycleEvent } from '../events/index.js'
import type { Filter } from '../filter/index.js'
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

/** What a store is told about the request that it works for. */
export interface StoreContext {
  /** The tenant that the caller was authenticated for. A store keeps tenants apart. */
  readonly tenant: string | undefined
  /** Who calls, as `authenticate` named them. */
  readonly actor: string | undefined
  /** The same for everything that one request does. */
  readonly requestId: string
  /** The resource type with its attributes, for stores that work for several. */
  readonly resourceType: CompiledResourceType
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal | undefined
  /** What {@link Transactions.run} handed out, where the work belongs to a transaction that is under way. */
  readonly transaction?: object | undefined
}

/** Makes several steps one: all of them happen, or none. */
export interface Transactions {
  /**
   * Does the work in a transaction, which is given to it and goes along to stores as `context.transaction`; undone
   * when the work throws. The work may be done again from the start where another transaction was in the way. Inside
   * of a transaction that is under way already, what is undone is this part of it.
   */
  run<T>(work: (transaction: object) => Promise<T>, context: StoreContext): Promise<T>
}

/** What a client and the service say of a resource: everything but `id` and `meta`, which the store gives. */
export type Draft<R extends CommonAttributes> = Omit<R, 'id' | 'meta'>

/** One key to sort by. */
export interface Sort {
  readonly attribute: CompiledAttribute
  readonly order: 'ascending' | 'descending'
}

/** What a list request asks of a store. */
export interface ListQuery {
  /** Which resources; all of the tenant's where it is undefined. */
  readonly filter: Filter | undefined
  /** Only for stores that say `sorts: true`. The order ends with `id` in any case. */
  readonly sort: Sort | undefined
  /** The number of the first resource of the page, counted from 1. 1 where there is a `cursor`. */
  readonly startIndex: number
  /** Where the page begins, for stores that say `cursors: true`; undefined for a page by number. */
  readonly cursor?: ListCursor | undefined
  /** How many at most. 0: only the total is wanted. */
  readonly count: number
  /** What of each resource will be read. */
  readonly projection: Projection
}

/**
 * Where a page begins in cursor mode: at the first resource, or right after or before a place. A place is text that
 * the store itself has made of a resource's place in the order, so that it is still known when the resource has gone.
 */
export type ListCursor =
  | { readonly from: 'start' }
  | { readonly from: 'after' | 'before'; readonly place: string }

/** A page, and how many resources the filter matches in all. */
export interface ListResult<R> {
  readonly resources: readonly R[]
  /** Not the length of the page. */
  readonly totalResults: number
  /** In cursor mode: the place of the page's last resource, where more follow. */
  readonly next?: string | undefined
  /** In cursor mode: the place of the page's first resource, where others come before. */
  readonly previous?: string | undefined
}

/** A member of a group, by its id. */
export interface Member {
  readonly value: string
  readonly type?: string | undefined
  readonly display?: string | undefined
}

/** What is to become of a resource's members: some more and some fewer, or others altogether. */
export type MemberChange =
  | { readonly add: readonly Member[]; readonly remove: readonly string[] }
  | { readonly replaceAll: readonly Member[] }

/** What a change of members came to. */
export interface MemberChangeResult {
  /** The resource's `meta` after the change; the same version as before where nothing changed. */
  readonly meta: Meta
  /** Ids that were no members and are now. */
  readonly added: readonly string[]
  /** Ids that were members and are no longer. */
  readonly removed: readonly string[]
}

/** A group that somebody is a direct member of. */
export interface GroupReference {
  readonly value: string
  readonly display?: string | undefined
}

/**
 * Where resources of one type live: the port between the protocol and the host's data. These five methods make a
 * correct service; {@link memoryStore} is one.
 *
 * A store gives `id` and `meta` (`created`, `lastModified`, `version`) and keeps everything else as it comes: what it
 * does not give back is gone. What has no value is left out: an empty object or array counts as a value.
 * Resources are immutable: neither side changes one that it has handed over. A store throws {@link ScimError} for
 * what the protocol has a word for; anything else becomes a 500 whose message the client does not see.
 *
 * @see RFC 7644 section 3
 */
export interface ResourceStore<R extends CommonAttributes> {
  /**
   * The resource type as far as this store keeps it: what it leaves out is not advertised, not filtered by, and
   * dropped from what clients send. Left out: the store keeps everything.
   */
  restrictResourceType?(definition: ResourceTypeDefinition): ResourceTypeDefinition

  /** Transactions that the store's methods can be part of. Stores that have the same object share them. */
  readonly transactions?: Transactions

  /**
   * Keeps lifecycle events for whoever delivers them later, in the transaction of the write that they tell of. Only
   * for stores with `transactions`. Left out: events go to the service's callbacks alone.
   */
  record?(events: readonly LifecycleEvent[], context: StoreContext): Promise<void>

  /** Whether `list` honours `sort`; discovery says so. Default false. */
  readonly sorts?: boolean
  /** Whether `list` honours `cursor`; discovery says so. Default false. */
  readonly cursors?: boolean

  /** The resource, or undefined when there is none. `projection`: what will be read of it. */
  get(id: string, projection: Projection, context: StoreContext): Promise<R | undefined>

  /**
   * A page of the resources that the filter matches, always in the same order.
   *
   * @throws ScimError `invalidFilter` for a filter that the store can not evaluate.
   */
  list(query: ListQuery, context: StoreContext): Promise<ListResult<R>>

  /**
   * Stores a new resource and gives it back with its `id` and `meta`.
   *
   * @throws ScimError `uniqueness` when another resource has a value that only one may have.
   */
  create(draft: Draft<R>, context: StoreContext): Promise<R>

  /**
   * Stores a resource over the one with that id, if it is still at the expected version, and gives back what is
   * stored with its new `meta`.
   *
   * @throws ScimError `versionMismatch` when it is at another version; `notFound`; `uniqueness`.
   */
  replace(id: string, resource: Draft<R>, expectedVersion: string, context: StoreContext): Promise<R>

  /**
   * Deletes a resource, if it is still at the expected version where one is given.
   *
   * @throws ScimError `notFound`; `versionMismatch`.
   */
  delete(id: string, expectedVersion: string | undefined, context: StoreContext): Promise<void>

  /**
   * Groups: changes members without reading, copying or writing the others, so that it costs the same for ten members
   * and for a million. Left out: the service replaces the whole group.
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
   * Groups: the members of one group, some at a time and in the order of their ids, so that a group of any size is read
   * in bounded memory. Left out: a group is read whole.
   */
  members?(id: string, context: StoreContext): AsyncIterable<readonly Member[]>

  /**
   * Groups: the groups that have these ids as direct members; ids in no group are left out. Left out: the service
   * asks `list` for the groups and their members.
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
