import type { OptionNames } from '../../protocol/index.js'
import { assertKnownOptions, HostFault, ScimError } from '../../protocol/index.js'
import type { CommonAttributes, Meta } from '../../schema/index.js'
import { readValue } from '../../schema/index.js'
import { describeAs } from '../describe-as.js'
import type { StoreDescription } from '../description.js'
import type {
  Draft,
  ListQuery,
  ListResult,
  MemberChange,
  MemberChangeResult,
  ResourceStore,
  StoreContext,
} from '../store.js'
import { assertExisting, existingMembers, isInMemory, leaveGroups, publishTables } from './existing.js'
import type { Row } from './row.js'
import { Table } from './table.js'

/** Where a {@link memoryStore} takes ids and times from, for tests that need to know them. */
export interface MemoryStoreOptions {
  /** Makes ids. Default: random UUIDs. */
  readonly newId?: () => string
  /** The time of a change. Default: the clock. */
  readonly now?: () => Date
}

const optionNames = { newId: true, now: true } satisfies OptionNames<MemoryStoreOptions>

const description: StoreDescription = {
  deletion: 'removes',
  showsAll: true,
  uniqueness: 'store',
  evaluates: () => true,
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
 * @throws TypeError for an option that there is not.
 * @example
 * const scim = createScim({ authenticate, users: memoryStore() })
 */
export function memoryStore<R extends CommonAttributes = never>(
  options: MemoryStoreOptions = {},
): ResourceStore<R> {
  assertKnownOptions('memoryStore', options, optionNames)
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

  /** A resource without new members that have been deleted since the service looked them up. */
  function withExistingMembers(resource: Draft<R>, row: Row<R> | undefined, context: StoreContext): Draft<R> {
    const { membership } = context.resourceType
    const list = membership && readValue(resource, membership)
    if (!membership || !Array.isArray(list) || list === row?.list) return resource
    const existing = existingMembers(list, row?.members, context)
    if (existing === list) return resource
    const { [membership.name]: _list, ...rest } = resource as Draft<R> & Readonly<Record<string, unknown>>
    // What is left is a draft without an optional attribute, or with one that fits.
    return (existing.length === 0 ? rest : { ...rest, [membership.name]: existing }) as unknown as Draft<R>
  }

  /** The `meta` of a resource after a change. */
  function next(meta: Meta): Meta {
    return { ...meta, lastModified: now().toISOString(), version: String(Number(meta.version) + 1) }
  }

  function changeRow(table: Table<R>, row: Row<R>, change: MemberChange): MemberChangeResult {
    const { added, removed, isChanged } = table.changeMembers(row, change)
    if (isChanged) row.withoutMembers = { ...row.withoutMembers, meta: next(row.withoutMembers.meta) }
    return { meta: row.withoutMembers.meta, added, removed }
  }

  const store: ResourceStore<R> = {
    sorts: true,
    cursors: true,
    checksReferencesTo: isInMemory,
    storesAsText: () => true,
    canClear: () => true,
    async get(id, projection, context) {
      return tableOf(context)?.get(id, projection)
    },
    async list(query: ListQuery, context): Promise<ListResult<R>> {
      // Reading leaves nothing behind: tenants may be as many as there are callers.
      return tableOf(context)?.page(query, context) ?? { resources: [], totalResults: 0 }
    },
    async create(draft: Draft<R>, context) {
      assertExisting(context)
      const table = makeTable(context)
      const at = now().toISOString()
      const meta = { resourceType: context.resourceType.name, created: at, lastModified: at, version: '1' }
      const id = newId()
      if (typeof id !== 'string' || id === '')
        throw new HostFault('memoryStore: newId must return text that is not empty')
      const resource = complete<R>(withExistingMembers(draft, undefined, context), id, meta)
      table.insert(resource)
      return resource
    },
    async replace(id, resource, expectedVersion, context) {
      const table = existingTable(context)
      const row = table.rowAt(id, expectedVersion)
      assertExisting(context)
      const after = complete<R>(
        withExistingMembers(resource, row, context),
        id,
        next(row.withoutMembers.meta),
      )
      table.update(row, after)
      return after
    },
    async delete(id, expectedVersion, context) {
      const table = existingTable(context)
      table.delete(table.rowAt(id, expectedVersion))
      leaveGroups(id, context)
    },
    async changeMembers(id, change, expectedVersion, context): Promise<MemberChangeResult> {
      const table = existingTable(context)
      const row = table.rowAt(id, expectedVersion)
      const { members } = row
      const existing =
        'replaceAll' in change
          ? { replaceAll: existingMembers(change.replaceAll, members, context) }
          : { add: existingMembers(change.add, members, context), remove: change.remove }
      return changeRow(table, row, existing)
    },
    async renameMember(member, names, context) {
      tableOf(context)?.renameMember(member, names)
    },
    async groupsOf(ids, context) {
      return tableOf(context)?.groupsOf(ids) ?? new Map()
    },
  }
  describeAs(store, () => description)
  publishTables(store, {
    has: (typeName, tenant, id) => tables.get(typeName)?.get(tenant)?.has(id) ?? false,
    removeFromAll(type, tenant, id) {
      const table = tables.get(type.name)?.get(tenant)
      return (table?.rowsWithMember(id) ?? []).flatMap((row) => {
        const before = row.withoutMembers
        return table ? [{ type, before, change: changeRow(table, row, { add: [], remove: [id] }) }] : []
      })
    },
  })
  return store
}
