import type { CompiledResourceType } from '../../../schema/index.js'
import type { Member, StoreContext, StoredType } from '../../store.js'
import type { SqlTable } from '../dialect/dialect.js'
import type { MemberRowsBeside, RowScope } from '../search/scope.js'
import type { Database } from '../sql/query.js'
import type { Membership } from '../statements/members.js'
import type { ReferencedRows } from '../statements/references.js'

/** A store's table, for the stores that refer to its rows. */
interface PublishedTable {
  readonly root: Database
  /** The table's name where it has no tenant column. */
  readonly untenanted: string | undefined
  rowFor(type: CompiledResourceType, tenant: string | undefined): RowScope
  /** Whether it has rows that are not the directory's. */
  readonly hasOthers: boolean
  tableFor(type: CompiledResourceType): SqlTable
}

/** Tables by the `get` of their store: a host may wrap a store, and whoever keeps `get` shows the same rows. */
const tablesByGet = new WeakMap<object, PublishedTable>()

/** Makes a store's table known to the other stores over its database. */
export function publishTable({ get }: { readonly get: object }, table: PublishedTable): void {
  tablesByGet.set(get, table)
}

/** Whether the resources of a type are in a table of the database. */
export function isIn(root: Database, { store }: StoredType): boolean {
  return tablesByGet.get(store.get)?.root === root
}

/** The tables without a tenant column that a request's references may lead to. */
export function tablesReferredTo(
  root: Database,
  { types = [], references = [] }: StoreContext,
): readonly string[] {
  const targets = [...types, ...references.flatMap((reference) => reference.targets)]
  return targets.flatMap(({ store }) => {
    const table = tablesByGet.get(store.get)
    return table?.root === root && table.untenanted !== undefined ? [table.untenanted] : []
  })
}

/** The tables of resource types in the database, by the types' names. */
export function tablesOf(root: Database, types: readonly StoredType[]): ReadonlyMap<string, SqlTable> {
  return new Map(
    types.flatMap(({ type, store }) => {
      const table = tablesByGet.get(store.get)
      return table?.root === root ? [[type.name, table.tableFor(type)] as const] : []
    }),
  )
}

function rowOf(
  root: Database,
  { type, store }: StoredType,
  tenant: string | undefined,
): RowScope | undefined {
  const table = tablesByGet.get(store.get)
  return table?.root === root ? table.rowFor(type, tenant) : undefined
}

/** What a write must not refer to unless it exists, with the tables that it is in. */
export function referencedRows(
  root: Database,
  { references, tenant }: StoreContext,
): readonly ReferencedRows[] | undefined {
  return references?.map(({ attribute, ids, targets }) => ({
    attribute,
    ids,
    rows: targets.flatMap((target) => rowOf(root, target, tenant) ?? []),
  }))
}

/** The rows that members are, by their types, of tables that have rows beside those of the directory. */
export function memberRowsBeside(
  root: Database,
  membership: Membership | undefined,
  { types, resourceType, tenant }: StoreContext,
): MemberRowsBeside | undefined {
  const hasOthers = ({ store }: StoredType) => tablesByGet.get(store.get)?.hasOthers === true
  if (!membership || !types?.some(hasOthers)) return undefined
  const names = resourceType.membership?.subAttributes.get('$ref')?.referenceTypes ?? []
  const rows = new Map<string, RowScope>()
  for (const target of types) {
    const row =
      names.includes(target.type.name) && hasOthers(target) ? rowOf(root, target, tenant) : undefined
    if (row) rows.set(target.type.name, row)
  }
  return rows.size === 0 ? undefined : { mapping: membership.members.mapping, rows }
}

/** Finds the rows of the database that a member of a group can be, where the service says what its types are. */
export function memberRows(
  root: Database,
  { types, resourceType, tenant }: StoreContext,
): ((member: Member) => readonly RowScope[] | undefined) | undefined {
  const names = resourceType.membership?.subAttributes.get('$ref')?.referenceTypes
  if (!types || !names) return undefined
  const targets = types.filter(({ type }) => names.includes(type.name))
  const rows = new Map(targets.map((target) => [target.type.name, rowOf(root, target, tenant)]))
  return ({ type }) => {
    const own = type !== undefined && rows.has(type) ? [rows.get(type)] : [...rows.values()]
    const known = own.filter((row) => row !== undefined)
    return known.length === own.length ? known : undefined
  }
}
