import type { CompiledAttribute, CompiledResourceType } from '../../schema/index.js'
import { schemasOf } from '../../schema/index.js'
import type { JsonSchema } from './document.js'

/** What clients are shown, and what they send: the two have different attributes. */
export type Side = 'read' | 'write'

function isOnSide(side: Side, attribute: CompiledAttribute): boolean {
  return side === 'read' ? attribute.returned !== 'never' : attribute.mutability !== 'readOnly'
}

/** The common attributes that every reply has. */
const alwaysGiven: ReadonlySet<string> = new Set(['schemas', 'id'])

/** Whether a body is never without the attribute. A reply may be without what `attributes` does not name. */
function isRequired(side: Side, attribute: CompiledAttribute): boolean {
  if (alwaysGiven.has(attribute.path)) return true
  return attribute.required && (side === 'write' || attribute.returned === 'always')
}

function objectSchema(
  attributes: Iterable<CompiledAttribute>,
  side: Side,
  type: CompiledResourceType,
): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  const required: string[] = []
  for (const attribute of attributes) {
    // The client says which schemas it means, and the service which ones there are.
    if (!isOnSide(side, attribute) && attribute.path !== 'schemas') continue
    properties[attribute.name] = attributeSchema(attribute, side, type)
    if (isRequired(side, attribute)) required.push(attribute.name)
  }
  return { type: 'object', properties, ...(required.length > 0 && { required }) }
}

function valueSchema(attribute: CompiledAttribute, side: Side, type: CompiledResourceType): JsonSchema {
  switch (attribute.type) {
    case 'complex':
      return objectSchema(attribute.subAttributes.values(), side, type)
    case 'boolean':
    case 'integer':
      return { type: attribute.type }
    case 'decimal':
      return { type: 'number' }
    case 'dateTime':
      return { type: 'string', format: 'date-time' }
    case 'reference':
      return { type: 'string', format: 'uri-reference' }
    case 'binary':
      return { type: 'string', contentEncoding: 'base64' }
    default:
      return { type: 'string' }
  }
}

function attributeSchema(attribute: CompiledAttribute, side: Side, type: CompiledResourceType): JsonSchema {
  const definitions = schemasOf(type.definition)
  const suggested =
    attribute.path === 'schemas' ? definitions.map(({ urn }) => urn) : attribute.canonicalValues
  const title = attribute.isExtension && definitions.find(({ urn }) => urn === attribute.name)?.name
  const value: JsonSchema = {
    ...valueSchema(attribute, side, type),
    ...(attribute.constant !== undefined && { const: attribute.constant }),
    // Not an `enum`: other values are accepted.
    ...(suggested.length > 0 && { examples: suggested }),
  }
  return {
    ...(title && { title }),
    ...(attribute.description !== '' && { description: attribute.description }),
    ...(attribute.multiValued ? { type: 'array', items: value } : value),
    ...(side === 'read' && attribute.mutability === 'readOnly' && { readOnly: true as const }),
    ...(side === 'write' && attribute.returned === 'never' && { writeOnly: true as const }),
  }
}

/** The schema of a type's resources, as clients are shown them or as they send them. */
export function resourceSchema(type: CompiledResourceType, side: Side): JsonSchema {
  const { description } = type.definition
  return {
    title: type.name,
    ...(description !== '' && { description }),
    ...objectSchema(type.ordered, side, type),
  }
}
