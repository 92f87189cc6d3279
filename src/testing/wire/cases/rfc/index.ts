import { authentication } from './authentication.js'
import { bulkCases } from './bulk.js'
import { consistency } from './consistency.js'
import { creation } from './create.js'
import { createdValues } from './create-values.js'
import { cursorsCases } from './cursors.js'
import { discoveryCases } from './discovery.js'
import { filterOperators } from './filter-operators.js'
import { filters } from './filters.js'
import { groupMembers } from './group-members.js'
import { groups } from './groups.js'
import { http } from './http.js'
import { lists } from './lists.js'
import { nestedGroups } from './nested-groups.js'
import { patchedElements } from './patch-elements.js'
import { patchRulesCases } from './patch-rules.js'
import { patchedValues } from './patch-values.js'
import { replacement } from './replace-delete.js'
import { sorting } from './sorting.js'

/** RFC 7643, RFC 7644 and RFC 9865. */
export const rfcCases = [
  ...discoveryCases,
  ...authentication,
  ...http,
  ...creation,
  ...createdValues,
  ...replacement,
  ...consistency,
  ...lists,
  ...sorting,
  ...filters,
  ...filterOperators,
  ...cursorsCases,
  ...patchedValues,
  ...patchRulesCases,
  ...patchedElements,
  ...groups,
  ...groupMembers,
  ...nestedGroups,
  ...bulkCases,
]
