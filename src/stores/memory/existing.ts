import { ScimError } from '../../protocol/index.js'
import type { CompiledResourceType } from '../../schema/index.js'
import type { LeftGroup, Member, StoreContext, StoredType } from '../store.js'

/** The resources of a store in memory, for the other stores; none of it makes a table for a look. */
interface PublishedTables {
  has(typeName: string, tenant: string | undefined, id: string): boolean
  /** Takes a resource out of the groups of a type that have it as a member. */
  removeFromAll(type: CompiledResourceType, tenant: string | undefined, id: string): readonly LeftGroup[]
}

/** The tables of memory stores by their `get`: a host may wrap a store, and whoever keeps `get` shows the same resources. */
const tablesByGet = new WeakMap<object, PublishedTables>()

/** Makes a store's resources known to the other stores in memory. */
export function publishTables({ get }: { readonly get: object }, tables: PublishedTables): void {
  tablesByGet.set(get, tables)
}

/** Whether the resources of a type are in memory, where a look at them is part of the write. */
export function isInMemory({ store }: StoredType): boolean {
  return tablesByGet.has(store.get)
}

/** @throws ScimError `invalidValue` for a reference to what does not exist. */
export function assertExisting({ references, tenant }: StoreContext): void {
  for (const { attribute, ids, targets } of references ?? []) {
    const exists = (id: string) =>
      targets.some(({ type, store }) => tablesByGet.get(store.get)?.has(type.name, tenant, id) === true)
    if (ids.every(exists)) continue
    throw ScimError.invalidValue(`${attribute.path} refers to something that does not exist`, {
      path: attribute.path,
    })
  }
}

/** New members without those that have been deleted since the service looked them up. */
export function existingMembers(
  members: readonly Member[],
  current: ReadonlyMap<string, Member> | undefined,
  { types, tenant }: StoreContext,
): readonly Member[] {
  if (!types || members.length === 0) return members
  const exists = ({ value, type: name }: Member) => {
    const target = types.find(({ type }) => type.name === name)
    const tables = target && tablesByGet.get(target.store.get)
    return !tables || current?.has(value) === true || tables.has(target.type.name, tenant, value)
  }
  return members.every(exists) ? members : members.filter(exists)
}

/** Takes a deleted resource out of its groups in memory, in the same step. */
export function leaveGroups(id: string, { types, resourceType, tenant, leftGroups }: StoreContext): void {
  if (!types || !leftGroups) return
  for (const { type, store } of types) {
    const names = type.membership?.subAttributes.get('$ref')?.referenceTypes
    const tables = names?.includes(resourceType.name) ? tablesByGet.get(store.get) : undefined
    if (tables) leftGroups.push(...tables.removeFromAll(type, tenant, id))
  }
}
