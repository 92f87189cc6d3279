import { urns } from '../protocol/index.js'
import type { SchemaDefinition } from './define.js'
import type { Attribute, ResourceType } from './registry.js'
import { schemasOf } from './registry.js'

/** A discovery document before its `meta.location` is known. */
export interface DiscoveryDocument {
  readonly schemas: readonly string[]
  readonly id: string
  readonly [name: string]: unknown
}

function attributeDocument(one: Attribute): Record<string, unknown> {
  const isText = one.type === 'string' || one.type === 'reference' || one.type === 'binary'
  return {
    name: one.name,
    type: one.type,
    ...(one.type === 'complex' && { subAttributes: [...one.subAttributes.values()].map(attributeDocument) }),
    multiValued: one.multiValued,
    description: one.description,
    required: one.required,
    ...(one.canonicalValues.length > 0 && { canonicalValues: one.canonicalValues }),
    ...(isText && { caseExact: one.caseExact }),
    mutability: one.mutability,
    returned: one.returned,
    ...(one.type !== 'complex' && one.type !== 'boolean' && { uniqueness: one.uniqueness }),
    ...(one.type === 'reference' && { referenceTypes: one.referenceTypes }),
  }
}

function attributesOf(definition: SchemaDefinition, type: ResourceType): readonly Attribute[] {
  const among =
    definition.urn === type.definition.schema.urn
      ? type.attributes
      : type.extensions.find((one) => one.name === definition.urn)?.subAttributes
  return Object.keys(definition.attributes).flatMap((name) => among?.get(name.toLowerCase()) ?? [])
}

/** The documents of `/Schemas`: each schema of the resource types once (RFC 7643 section 7). */
export function schemaDocuments(types: readonly ResourceType[]): readonly DiscoveryDocument[] {
  const documents = new Map<string, DiscoveryDocument>()
  for (const type of types) {
    for (const definition of schemasOf(type.definition)) {
      if (documents.has(definition.urn)) continue
      documents.set(definition.urn, {
        schemas: [urns.schema],
        id: definition.urn,
        name: definition.name,
        description: definition.description,
        attributes: attributesOf(definition, type).map(attributeDocument),
        meta: { resourceType: 'Schema' },
      })
    }
  }
  return [...documents.values()]
}

/** The documents of `/ResourceTypes` (RFC 7643 section 6). */
export function resourceTypeDocuments(types: readonly ResourceType[]): readonly DiscoveryDocument[] {
  return types.map(({ definition }) => ({
    schemas: [urns.resourceType],
    id: definition.name,
    name: definition.name,
    description: definition.description,
    endpoint: definition.endpoint,
    schema: definition.schema.urn,
    schemaExtensions: definition.extensions.map((one) => ({ schema: one.urn, required: one.required })),
    meta: { resourceType: 'ResourceType' },
  }))
}
