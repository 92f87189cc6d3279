import { bindFilter } from '../../filter/index.js'
import { WrittenChange } from '../../operations/index.js'
import { isScimError } from '../../protocol/index.js'
import type { CommonAttributes, CompiledResourceType, Projection } from '../../schema/index.js'
import { fullProjection } from '../../schema/index.js'
import type {
  GroupReference,
  LeftGroup,
  ListCursor,
  ListQuery,
  ListResult,
  MemberChange,
  MemberChangeResult,
  NewReferences,
  ResourceStore,
  Sort,
  StoreContext,
  StoredType,
} from '../../stores/index.js'
import { fail, showError } from './failure.js'

/** A resource of any type. */
export type Resource = CommonAttributes & Readonly<Record<string, unknown>>
/** What is stored of one: without what the store gives. */
export type ResourceDraft = Omit<CommonAttributes, 'id' | 'meta'> & Readonly<Record<string, unknown>>

/** What is asked of a list beside the filter. */
export interface ListAsk {
  readonly sort?: Sort | undefined
  readonly startIndex?: number
  readonly count?: number
  readonly cursor?: ListCursor
  readonly projection?: Projection
}

/** What a subject works for: whose resources, and in what. */
export interface StoreScope {
  readonly tenant: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly transaction?: object | undefined
}

let requests = 0

/** A store with what a service fills in: the type, the tenant, the request. */
export class TestedStore {
  constructor(
    readonly store: ResourceStore<Resource>,
    readonly type: CompiledResourceType,
    /** All types of the service, this one too. */
    readonly types: readonly StoredType[],
    readonly scope: StoreScope,
  ) {}

  /** The same store for something else, such as another tenant. */
  within(scope: Partial<StoreScope>): TestedStore {
    return new TestedStore(this.store, this.type, this.types, { ...this.scope, ...scope })
  }

  context(more: Partial<StoreContext> = {}): StoreContext {
    requests += 1
    const { tenant, signal, transaction } = this.scope
    return {
      tenant,
      signal,
      transaction,
      actor: 'contract',
      requestId: `contract-${requests}`,
      resourceType: this.type,
      types: this.types,
      maxAttempts: 10,
      ...more,
    }
  }

  async get(id: string, projection: Projection = fullProjection(this.type)): Promise<Resource | undefined> {
    return this.call('get', () => this.store.get(id, projection, this.context()))
  }

  list(filter?: string, ask: ListAsk = {}): Promise<ListResult<Resource>> {
    const query: ListQuery = {
      filter: filter === undefined ? undefined : bindFilter(this.type, filter),
      sort: undefined,
      startIndex: 1,
      count: 1000,
      projection: fullProjection(this.type),
      ...ask,
    }
    const what = filter === undefined ? 'list' : `list of ${filter}`
    return this.call(what, async () => assertPage(await this.store.list(query, this.context()), query))
  }

  /** All that {@link list} finds, read on where the store gives less than a page, as the service does. */
  async listAll(filter?: string, ask: ListAsk = {}): Promise<ListResult<Resource>> {
    const { startIndex: first = 1, count = 1000 } = ask
    const page = await this.list(filter, ask)
    const resources = [...page.resources]
    let { length } = resources
    while (length > 0 && resources.length < Math.min(count, page.totalResults - first + 1)) {
      const startIndex = first + resources.length
      const more = await this.list(filter, { ...ask, startIndex, count: count - resources.length })
      length = more.resources.length
      resources.push(...more.resources)
    }
    return { ...page, resources }
  }

  async create(draft: ResourceDraft): Promise<Resource> {
    return this.call('create', () => this.store.create(draft, this.context()))
  }

  /** Creates a resource that refers to others, for a store that looks itself whether they exist. */
  createReferring(draft: ResourceDraft, references: readonly NewReferences[]): Promise<Resource> {
    return this.call('create', () => this.store.create(draft, this.context({ references })))
  }

  /** Replaces what was read, as the service does: with what differs. */
  replace(stored: Resource, draft: ResourceDraft): Promise<Resource> {
    return this.replaceAt(stored.id, draft, stored.meta.version, stored)
  }

  replaceAt(
    id: string,
    draft: ResourceDraft,
    version: string,
    stored: Resource = { ...draft, id, meta: { created: '', lastModified: '', version } },
  ): Promise<Resource> {
    const after = { ...draft, id, meta: stored.meta }
    const { paths: changes } = new WrittenChange(this.type, stored, after)
    return this.call('replace', () =>
      this.store.replace(id, draft, version, this.context({ changes, stored })),
    )
  }

  remove(id: string, version?: string): Promise<void> {
    return this.call('delete', () => this.store.delete(id, version, this.context({ leftGroups: [] })))
  }

  /** Deletes a resource, and gives the groups that the store says that it has taken it out of. */
  async removeAndLeave(id: string): Promise<readonly LeftGroup[]> {
    const leftGroups: LeftGroup[] = []
    await this.call('delete', () => this.store.delete(id, undefined, this.context({ leftGroups })))
    return leftGroups
  }

  changeMembers(id: string, change: MemberChange, version?: string): Promise<MemberChangeResult> {
    return this.call('changeMembers', async () => {
      const result = await this.store.changeMembers?.(id, change, version, this.context())
      return result ?? Promise.reject(new TypeError('changeMembers gave nothing'))
    })
  }

  groupsOf(ids: readonly string[]): Promise<ReadonlyMap<string, readonly GroupReference[]>> {
    return this.call('groupsOf', async () => {
      const result = await this.store.groupsOf?.(ids, this.context())
      return result ?? Promise.reject(new TypeError('groupsOf gave nothing'))
    })
  }

  /** The ids of a group's members, a list for each batch. */
  members(id: string): Promise<readonly (readonly string[])[]> {
    return this.call('members', async () => {
      const batches: string[][] = []
      for await (const batch of this.store.members?.(id, this.context()) ?? [])
        batches.push(batch.map(({ value }) => value))
      return batches
    })
  }

  /** Runs a store's method: what it throws that is no ScimError is a 500 to clients. */
  private async call<T>(method: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      if (isScimError(error)) throw error
      throw new UnexpectedError(method, error)
    }
  }
}

/** What a store has thrown that is no ScimError. */
export class UnexpectedError extends Error {
  override readonly name = 'UnexpectedError'
  constructor(
    readonly method: string,
    override readonly cause: unknown,
  ) {
    super(`${method} threw ${showError(cause)}`)
  }
}

/** What every page must be; the service answers 500 to anything else. */
function assertPage(page: ListResult<Resource>, { count }: ListQuery): ListResult<Resource> {
  const fix = 'return { resources, totalResults } from list, with totalResults as a number'
  if (!Array.isArray(page?.resources) || !Number.isSafeInteger(page.totalResults) || page.totalResults < 0) {
    fail({
      problem: 'list gave no page',
      expected: 'an object with resources, a list, and totalResults, a whole number from 0 on',
      got: JSON.stringify(page) ?? 'nothing',
      fix,
    })
  }
  if (page.resources.length > count) {
    fail({
      problem: 'a page has more resources than count allows',
      expected: `at most ${count}`,
      got: String(page.resources.length),
      fix: 'cut the page: limit it to query.count, which is 0 where only the total is wanted',
    })
  }
  return page
}
