import { ScimError } from '../../protocol/index.js'
import type { CommonAttributes, User } from '../../schema/index.js'
import type { Draft, ListQuery, ListResult, ResourceStore, StoreContext } from '../store.js'
import { Table } from './table.js'

export interface MemoryStoreOptions {
  /** Makes ids; random UUIDs unless told. */
  readonly newId?: () => string
  /** The time of a change; the clock unless told. */
  readonly now?: () => Date
}

/**
 * A store in this process's memory, for trying out, tests and demonstrations: every tenant's resources are gone when
 * the process ends. Looking up by `id`, by a unique attribute or by `externalId` does not scan.
 *
 * @example
 * const scim = createScim({ authenticate, users: memoryStore() })
 */
export function memoryStore<R extends CommonAttributes = User>(
  options: MemoryStoreOptions = {},
): ResourceStore<R> {
  const newId = options.newId ?? (() => crypto.randomUUID())
  const now = options.now ?? (() => new Date())
  const tables = new Map<string | undefined, Table<R>>()

  function tableOf(context: StoreContext): Table<R> {
    let table = tables.get(context.tenant)
    if (!table) {
      table = new Table<R>(context.resourceType)
      tables.set(context.tenant, table)
    }
    return table
  }

  function current(table: Table<R>, id: string, expectedVersion: string | undefined): R {
    const found = table.get(id)
    if (!found) throw ScimError.notFound()
    if (expectedVersion !== undefined && found.meta.version !== expectedVersion)
      throw ScimError.versionMismatch()
    return found
  }

  return {
    sorts: true,
    async get(id, _wanted, context) {
      return tableOf(context).get(id)
    },
    async list(query: ListQuery, context): Promise<ListResult<R>> {
      return tableOf(context).page(query)
    },
    async create(draft: Draft<R>, context) {
      const table = tableOf(context)
      const at = now().toISOString()
      const meta = { resourceType: context.resourceType.name, created: at, lastModified: at, version: '1' }
      // Draft<R> and the two keys that it lacks are an R.
      const resource = { ...draft, id: newId(), meta } as unknown as R
      table.insert(resource)
      return resource
    },
    async replace(id, resource, expectedVersion, context) {
      const table = tableOf(context)
      const before = current(table, id, expectedVersion)
      const meta = {
        ...before.meta,
        lastModified: now().toISOString(),
        version: String(Number(before.meta.version) + 1),
      }
      const after: R = { ...resource, id, meta }
      table.update(before, after)
      return after
    },
    async delete(id, expectedVersion, context) {
      const table = tableOf(context)
      table.remove(current(table, id, expectedVersion))
    },
  }
}
