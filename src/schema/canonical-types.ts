import { urns } from '../protocol/index.js'
import type { AttributeDefinition } from './attribute.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'
import { userSchema } from './user.js'

/** What RFC 7643 section 2.4 calls the `type` of an element of any attribute. */
const general = ['work', 'home', 'other'] as const

/** Attributes of users for whose `type` RFC 7643 section 8.7.1 has an empty list of canonical values. */
const withoutValues: ReadonlySet<string> = new Set(
  Object.entries<AttributeDefinition>(userSchema.attributes).flatMap(([name, { subAttributes }]) =>
    subAttributes.type?.options.canonicalValues?.length === 0 ? [`${name}.type`] : [],
  ),
)

/** The canonical values of an attribute: for the `type` of elements also where its schema has none of its own. */
export function canonicalValuesOf(
  attribute: CompiledAttribute,
  { definition }: CompiledResourceType,
): readonly string[] {
  const { canonicalValues, path } = attribute
  if (canonicalValues.length > 0) return canonicalValues
  return definition.schema.urn === urns.user && withoutValues.has(path) ? general : canonicalValues
}
