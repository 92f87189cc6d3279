import type {
  AttributeDefinition,
  AttributeDefinitions,
  CompiledAttribute,
  ResourceTypeDefinition,
} from '../schema/index.js'
import { typesReferredTo } from '../schema/index.js'
import { acceptsWrites } from './attribute-mapping.js'
import type { ElementMapping } from './element-mapping.js'
import type { Layout } from './layout.js'

/**
 * Sub-attributes that suggest the values for which there are columns, and no others: provisioning clients make a path of
 * each suggested type (RFC 7643 section 7).
 */
function suggestKept(
  subAttributes: AttributeDefinitions,
  elements: readonly ElementMapping[],
): AttributeDefinitions {
  if (elements.length === 0) return subAttributes
  return Object.fromEntries(
    Object.entries(subAttributes).map(([name, definition]): [string, AttributeDefinition] => {
      const constants = elements.map((element) => element.constants[name])
      if (!constants.every((value) => typeof value === 'string')) return [name, definition]
      return [
        name,
        { ...definition, options: { ...definition.options, canonicalValues: [...new Set(constants)] } },
      ]
    }),
  )
}

/** The resource type as a table stores it. */
export function restrictDefinition(
  definition: ResourceTypeDefinition,
  layout: Layout,
): ResourceTypeDefinition {
  const { type, overflow } = layout
  const mappings = [...layout.attributes.values()]
  const { sharedValues, foldedValues } = layout
  const storesEverything = overflow && mappings.every((mapping) => acceptsWrites(mapping))
  const isAsDefined =
    sharedValues.length === 0 && layout.foldsNoCase && mappings.every(({ kind }) => kind === 'column')
  if (storesEverything && isAsDefined) return definition
  const restrict = (
    definitions: AttributeDefinitions,
    compiled: ReadonlyMap<string, CompiledAttribute>,
  ): AttributeDefinitions =>
    Object.fromEntries(
      Object.entries(definitions).flatMap(([name, attributeDefinition]): [string, AttributeDefinition][] => {
        const attribute = compiled.get(name.toLowerCase())
        if (!attribute) return []
        // The service fills it in, whatever the store has.
        if (attribute === type.memberOf) return [[name, attributeDefinition]]
        const access = layout.access(attribute)
        if (!access) return []
        const subAttributes = suggestKept(
          restrict(attributeDefinition.subAttributes, attribute.subAttributes),
          layout.keptElements(attribute),
        )
        if (attributeDefinition.type === 'complex' && Object.keys(subAttributes).length === 0) return []
        // The column holds ids of the same table; elsewhere the `$ref` says what of, and may have no place in the table.
        const isOwn = layout.attributes.get(attribute)?.kind === 'reference'
        const referenceTypes = isOwn ? [definition.name] : typesReferredTo(attribute)
        const options = {
          ...attributeDefinition.options,
          ...(access === 'readOnly' && { mutability: 'readOnly' as const }),
          ...(referenceTypes.length > 0 && { referenceTypes }),
          ...(layout.foldsCase(attribute) && { caseExact: false }),
        }
        const places = layout.placesOf(attribute)
        const hasHostKeys = attribute.type === 'complex' && layout.attributes.get(attribute)?.kind === 'json'
        return [
          [
            name,
            {
              ...attributeDefinition,
              options,
              subAttributes,
              ...(places && { places }),
              ...(hasHostKeys && { hasHostKeys }),
            },
          ],
        ]
      }),
    )
  const { schema } = definition
  const attributes = restrict(schema.attributes, type.attributes)
  const ifStored = (name: string | undefined) => (name !== undefined && attributes[name] ? name : undefined)
  return {
    ...definition,
    schema: { ...schema, attributes },
    extensions: definition.extensions.flatMap((extension) => {
      const compiled = type.attributes.get(extension.urn.toLowerCase())?.subAttributes
      const inside = compiled ? restrict(extension.attributes, compiled) : {}
      return Object.keys(inside).length === 0 ? [] : [{ ...extension, attributes: inside }]
    }),
    activation: ifStored(definition.activation),
    membership: ifStored(definition.membership),
    labels: definition.labels.filter((name) => attributes[name]),
    memberOf: ifStored(definition.memberOf),
    credential: ifStored(definition.credential),
    notKept: type.ordered.flatMap((attribute) =>
      attribute.path === 'externalId' && !layout.access(attribute) ? [attribute.path] : [],
    ),
    ...(sharedValues.length > 0 && { sharedValues }),
    ...(foldedValues.length > 0 && { foldedValues }),
  }
}
