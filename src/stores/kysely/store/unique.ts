import type { Mapping } from '../../../mapping/index.js'
import type { CommonAttributes, ResourceTypeDefinition } from '../../../schema/index.js'
import { chainOf, compileResourceType } from '../../../schema/index.js'

/**
 * The resource type as a table stores it.
 *
 * @throws TypeError that names the line of the mapping, or the attribute, that is wrong.
 */
export function restrictToTable<R extends CommonAttributes>(
  definition: ResourceTypeDefinition,
  mapping: Mapping<R>,
): ResourceTypeDefinition {
  const restricted = mapping.restrictResourceType(definition)
  assertUniqueness(restricted, mapping)
  return restricted
}

/**
 * Refuses a promise of uniqueness that no index can keep: of what is inside of a list in a JSON column.
 *
 * @throws TypeError that names the attribute.
 */
function assertUniqueness<R extends CommonAttributes>(
  definition: ResourceTypeDefinition,
  mapping: Mapping<R>,
): void {
  const type = compileResourceType(definition)
  const layout = mapping.layout(type)
  for (const attribute of type.unique) {
    const list = chainOf(attribute).find(({ multiValued }) => multiValued)
    const json = list && layout.elementsOf(list).json
    if (!json) continue
    throw new TypeError(
      `${attribute.path}: its uniqueness cannot be kept, since the values of ${list.path} are in the JSON column "${json.column}": ` +
        'define it without uniqueness, or map its values to a childTable() with a unique index',
    )
  }
}
