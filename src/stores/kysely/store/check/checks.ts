import { findCaseFolding } from './case-folding.js'
import type { Check } from './checked-store.js'
import { findSharedTables, findSlowChildren } from './child-tables.js'
import { findDeletedInTheWay } from './deleted-rows.js'
import { findLookups } from './filters.js'
import { findStaleFolds } from './folded-columns.js'
import { findRepeatedTexts } from './lookup-tables.js'
import { findMissingEvents } from './outbox.js'
import { findOutdated } from './outdated.js'
import { findMissing } from './presence.js'
import { findReusedIds } from './reused-ids.js'
import { findTenantsNotApart } from './tenants.js'
import { findTypes } from './types.js'
import { findUniqueness } from './uniqueness.js'
import { findMissingValues } from './values.js'
import { findMissingVersion } from './versions.js'

/** Every look at a store, in the order of what they find. */
export const checks: readonly Check[] = [
  findMissing,
  findOutdated,
  findMissingVersion,
  findTenantsNotApart,
  findTypes,
  findMissingEvents,
  findReusedIds,
  findUniqueness,
  findDeletedInTheWay,
  findStaleFolds,
  findRepeatedTexts,
  findLookups,
  findMissingValues,
  findSlowChildren,
  findSharedTables,
  findCaseFolding,
]
