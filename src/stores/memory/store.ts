import { ScimError } from '../../protocol/index.js'
import type { CommonAttributes, Meta } from '../../schema/index.js'
import type {
  Draft,
  ListQuery,
  ListResult,
  MemberChangeResult,
  ResourceStore,
  StoreContext,
} from '../store.js'
import { Table } from './table.js'

/** Where a {@link memoryStore} takes ids and times from, for tests that need to know them. */
export interface MemoryStoreOptions {
  /** Makes ids. Default: random UUIDs. */
  readonly newId?: () => string
  /** The time of a change. Default: the clock. */
  readonly now?: () => Date
}

/** A resource of what it is and the two keys that a store gives. */
function complete<R extends CommonAttributes>(draft: Draft<R>, id: string, meta: Meta): R {
  // Not by spreading: V8 gives an object that gains keys after a spread a hidden class of its own.
  // Draft<R> and the two keys that it lacks are an R.
  return Object.assign({}, draft, { id, meta }) as unknown as R
}

/**
 * A store in this process's memory, for trying out, tests and demonstrations: every tenant's resources are gone when
 * the process ends. Looking up by `id`, by a unique attribute or by `externalId` does not scan.
 *
 * What it stores and hands out is the same object, frozen with everything in it: to change it is a `TypeError`, and
 * changes nothing that is stored. What is given to `create`, `replace` and `changeMembers` is frozen too.
 *
 * A list that takes long is made in turns, between which other requests are answered. It shows what was there when it
 * began, each resource once, and not what is deleted meanwhile. When its `signal` is aborted, it ends with 503.
 *
 * It takes resources of whatever type it serves; to call it yourself, name the type: `memoryStore<User>()`.
 *
 * @example
 * const scim = createScim({ authenticate, users: memoryStore() })
 */
export function memoryStore<R extends CommonAttributes = never>(
  options: MemoryStoreOptions = {},
): ResourceStore<R> {
  const newId = options.newId ?? (() => crypto.randomUUID())
  const now = options.now ?? (() => new Date())
  const tables = new Map<string, Map<string | undefined, Table<R>>>()

  /** The table of a tenant's resources of one type, where something was ever created there. */
  function tableOf({ resourceType, tenant }: StoreContext): Table<R> | undefined {
    return tables.get(resourceType.name)?.get(tenant)
  }

  /** @throws ScimError `notFound` where there is no table to change something in. */
  function existingTable(context: StoreContext): Table<R> {
    const table = tableOf(context)
    if (!table) throw ScimError.notFound()
    return table
  }

  /** The table for a new resource: a store that serves several types keeps them apart. */
  function makeTable({ resourceType, tenant }: StoreContext): Table<R> {
    let ofType = tables.get(resourceType.name)
    if (!ofType) {
      ofType = new Map()
      tables.set(resourceType.name, ofType)
    }
    let table = ofType.get(tenant)
    if (!table) {
      table = new Table<R>(resourceType)
      ofType.set(tenant, table)
    }
    return table
  }

  /** The `meta` of a resource after a change. */
  function next(meta: Meta): Meta {
    return { ...meta, lastModified: now().toISOString(), version: String(Number(meta.version) + 1) }
  }

  return {
    sorts: true,
    cursors: true,
    async get(id, projection, context) {
      return tableOf(context)?.get(id, projection)
    },
    async list(query: ListQuery, context): Promise<ListResult<R>> {
      // Reading leaves nothing behind: tenants may be as many as there are callers.
      return tableOf(context)?.page(query, context) ?? { resources: [], totalResults: 0 }
    },
    async create(draft: Draft<R>, context) {
      const table = makeTable(context)
      const at = now().toISOString()
      const meta = { resourceType: context.resourceType.name, created: at, lastModified: at, version: '1' }
      const id = newId()
      if (typeof id !== 'string' || id === '')
        throw new TypeError('memoryStore: newId must return text that is not empty')
      const resource = complete<R>(draft, id, meta)
      table.insert(resource)
      return resource
    },
    async replace(id, resource, expectedVersion, context) {
      const table = existingTable(context)
      const row = table.rowAt(id, expectedVersion)
      const after = complete<R>(resource, id, next(row.withoutMembers.meta))
      table.update(row, after)
      return after
    },
    async delete(id, expectedVersion, context) {
      const table = existingTable(context)
      table.delete(table.rowAt(id, expectedVersion))
    },
    async changeMembers(id, change, expectedVersion, context): Promise<MemberChangeResult> {
      const table = existingTable(context)
      const row = table.rowAt(id, expectedVersion)
      const { added, removed, isChanged } = table.changeMembers(row, change)
      if (isChanged) row.withoutMembers = { ...row.withoutMembers, meta: next(row.withoutMembers.meta) }
      return { meta: row.withoutMembers.meta, added, removed }
    },
    async groupsOf(ids, context) {
      return tableOf(context)?.groupsOf(ids) ?? new Map()
    },
  }
}
