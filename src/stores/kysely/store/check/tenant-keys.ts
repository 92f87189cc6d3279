import type { NewKey, TableFacts } from '../../dialect/catalogue.js'
import type { CheckedStore } from './checked-store.js'
import { named } from './checked-store.js'

/** What keeps the tenants of a table's rows apart. */
export interface TenantKey {
  /** The column, which keys of indexes may begin with; undefined where there is one tenant, or nobody says. */
  readonly column: string | undefined
  /** Whether only policies know it, and do not name it. */
  readonly isUnnamed: boolean
}

/** The tenant's column as the configuration names it; else as the policies of row-level security do. */
export function tenantKeyOf(
  { table, hasPolicies }: Pick<CheckedStore, 'table' | 'hasPolicies'>,
  { policies }: TableFacts,
  given: string | undefined,
): TenantKey {
  if (given !== undefined || table.tenant !== undefined || !(hasPolicies || policies))
    return { column: given, isUnnamed: false }
  const [column, ...others] = policies?.columns ?? []
  return others.length === 0 && column !== undefined
    ? { column, isUnnamed: false }
    : { column: undefined, isUnnamed: true }
}

/** The SQL of an index that begins with the tenant. */
export function indexMend(
  { table: { dialect } }: Pick<CheckedStore, 'table'>,
  tenant: TenantKey,
  table: string,
  keys: readonly NewKey[],
  isUnique: boolean,
): string {
  const { column, isUnnamed } = tenant
  const index = dialect.mends.index(table, column === undefined ? keys : [column, ...keys], isUnique)
  return isUnnamed
    ? `${index} with the tenant's column first, which the policies of ${named(table)} do not name`
    : index
}
