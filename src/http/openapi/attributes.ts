import type { Attribute, ResourceType } from '../../schema/index.js'
import { schemasOf } from '../../schema/index.js'
import type { JsonSchema } from './document.js'

/** What clients are shown, and what they send: the two have different attributes. */
export type Side = 'read' | 'write'

function isOn(side: Side, one: Attribute): boolean {
  return side === 'read' ? one.returned !== 'never' : one.mutability !== 'readOnly'
}

/** The common attributes that every reply has. */
const alwaysGiven: ReadonlySet<string> = new Set(['schemas', 'id'])

/** Whether a body is never without the attribute. A reply may be without what `attributes` does not name. */
function isRequired(side: Side, one: Attribute): boolean {
  if (alwaysGiven.has(one.path)) return true
  return one.required && (side === 'write' || one.returned === 'always')
}

function objectSchema(attributes: Iterable<Attribute>, side: Side, type: ResourceType): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  const required: string[] = []
  for (const one of attributes) {
    // The client says which schemas it means, and the service which ones there are.
    if (!isOn(side, one) && one.path !== 'schemas') continue
    properties[one.name] = attributeSchema(one, side, type)
    if (isRequired(side, one)) required.push(one.name)
  }
  return { type: 'object', properties, ...(required.length > 0 && { required }) }
}

function valueSchema(one: Attribute, side: Side, type: ResourceType): JsonSchema {
  switch (one.type) {
    case 'complex':
      return objectSchema(one.subAttributes.values(), side, type)
    case 'boolean':
    case 'integer':
      return { type: one.type }
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

function attributeSchema(one: Attribute, side: Side, type: ResourceType): JsonSchema {
  const definitions = schemasOf(type.definition)
  const suggested = one.path === 'schemas' ? definitions.map(({ urn }) => urn) : one.canonicalValues
  const title = one.isExtension && definitions.find(({ urn }) => urn === one.name)?.name
  const value: JsonSchema = {
    ...valueSchema(one, side, type),
    ...(one.constant !== undefined && { const: one.constant }),
    // Not an `enum`: other values are accepted.
    ...(suggested.length > 0 && { examples: suggested }),
  }
  return {
    ...(title && { title }),
    ...(one.description !== '' && { description: one.description }),
    ...(one.multiValued ? { type: 'array', items: value } : value),
    ...(side === 'read' && one.mutability === 'readOnly' && { readOnly: true as const }),
    ...(side === 'write' && one.returned === 'never' && { writeOnly: true as const }),
  }
}

/** The schema of a type's resources, as clients are shown them or as they send them. */
export function resourceSchema(type: ResourceType, side: Side): JsonSchema {
  const { description } = type.definition
  return {
    title: type.name,
    ...(description !== '' && { description }),
    ...objectSchema(type.ordered, side, type),
  }
}
