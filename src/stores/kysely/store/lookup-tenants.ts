import type { Layout } from '../../../mapping/index.js'

/**
 * Refuses what is looked up without a tenant in a store that has tenants: they would share it.
 *
 * @throws TypeError that names the line of the mapping.
 */
export function assertLookupTenants({ lookups }: Layout, hasTenants: boolean): void {
  for (const { attribute, mapping } of lookups.values()) {
    const { tenant, table } = mapping
    if (hasTenants && tenant === undefined) {
      throw new TypeError(
        `mapping: ${attribute.path}: say which column of "${table}" has the tenant, or tenant: false where all tenants share its rows`,
      )
    }
    if (!hasTenants && typeof tenant === 'string')
      throw new TypeError(`mapping: ${attribute.path}: the store has no tenants to look for in "${tenant}"`)
  }
}
