import { bulk } from './bulk.js'
import { creation } from './create.js'
import { createdValues } from './create-values.js'
import { cursors } from './cursors.js'
import { discovery } from './discovery.js'
import { filterOperators } from './filter-operators.js'
import { filters } from './filters.js'
import { groupMembers } from './group-members.js'
import { groups } from './groups.js'
import { http } from './http.js'
import { lists } from './lists.js'
import { patchedElements } from './patch-elements.js'
import { patchRules } from './patch-rules.js'
import { patchedValues } from './patch-values.js'
import { replacement } from './replace-delete.js'

/** RFC 7643, RFC 7644 and RFC 9865. */
export const rfcCases = [
  ...discovery,
  ...http,
  ...creation,
  ...createdValues,
  ...replacement,
  ...lists,
  ...filters,
  ...filterOperators,
  ...cursors,
  ...patchedValues,
  ...patchRules,
  ...patchedElements,
  ...groups,
  ...groupMembers,
  ...bulk,
]
