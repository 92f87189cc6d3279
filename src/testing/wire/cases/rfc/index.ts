import { bulk } from './bulk.js'
import { creation } from './create.js'
import { cursors } from './cursors.js'
import { discovery } from './discovery.js'
import { filters } from './filters.js'
import { groups } from './groups.js'
import { http } from './http.js'
import { lists } from './lists.js'
import { patchedElements } from './patch-elements.js'
import { patchedValues } from './patch-values.js'
import { replacement } from './replace-delete.js'

/** RFC 7643, RFC 7644 and RFC 9865. */
export const rfcCases = [
  ...discovery,
  ...http,
  ...creation,
  ...replacement,
  ...lists,
  ...filters,
  ...cursors,
  ...patchedValues,
  ...patchedElements,
  ...groups,
  ...bulk,
]
