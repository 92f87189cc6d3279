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

  /** The table of a tenant's resources of one type: a store that serves several types keeps them apart. */
  function tableOf({ resourceType, tenant }: StoreContext): Table<R> {
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
      return tableOf(context).get(id, projection)
    },
    async list(query: ListQuery, context): Promise<ListResult<R>> {
      return tableOf(context).page(query)
    },
    async create(draft: Draft<R>, context) {
      const table = tableOf(context)
      const at = now().toISOString()
      const meta = { resourceType: context.resourceType.name, created: at, lastModified: at, version: '1' }
      const resource = complete<R>(draft, newId(), meta)
      table.insert(resource)
      return resource
    },
    async replace(id, resource, expectedVersion, context) {
      const table = tableOf(context)
      const row = table.rowAt(id, expectedVersion)
      const after = complete<R>(resource, id, next(row.withoutMembers.meta))
      table.update(row, after)
      return after
    },
    async delete(id, expectedVersion, context) {
      const table = tableOf(context)
      table.delete(table.rowAt(id, expectedVersion))
    },
    async changeMembers(id, change, expectedVersion, context): Promise<MemberChangeResult> {
      const table = tableOf(context)
      const row = table.rowAt(id, expectedVersion)
      const { added, removed, isChanged } = table.changeMembers(row, change)
      if (isChanged) row.withoutMembers = { ...row.withoutMembers, meta: next(row.withoutMembers.meta) }
      return { meta: row.withoutMembers.meta, added, removed }
    },
    async groupsOf(ids, context) {
      return tableOf(context).groupsOf(ids)
    },
  }
}
