import { urns } from '../protocol/index.js'
import { canonicalValuesOf } from './canonical-types.js'
import type { SchemaDefinition } from './define.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'
import { schemasOf } from './registry.js'

/** A discovery document before its `meta.location` is known. */
export interface DiscoveryDocument {
  readonly schemas: readonly string[]
  readonly id: string
  readonly [name: string]: unknown
}

/** What profiles change in the documents of schemas. */
export interface SchemaView {
  /** Every `type` of elements has canonical values. */
  readonly namesTypes: boolean
  /** There are no attributes for secrets in clear text. */
  readonly hidesCredentials: boolean
  /** The schema of a resource type has `externalId` too, which RFC 7643 section 3.1 has in common for all types. */
  readonly listsExternalId: boolean
}

const plainView: SchemaView = { namesTypes: false, hidesCredentials: false, listsExternalId: false }

function attributeDocument(
  attribute: CompiledAttribute,
  type: CompiledResourceType,
  view: SchemaView,
): Record<string, unknown> {
  const canonicalValues = view.namesTypes ? canonicalValuesOf(attribute, type) : attribute.canonicalValues
  const isText = attribute.type === 'string' || attribute.type === 'reference' || attribute.type === 'binary'
  return {
    name: attribute.name,
    type: attribute.type,
    ...(attribute.type === 'complex' && {
      subAttributes: [...attribute.subAttributes.values()].map((sub) => attributeDocument(sub, type, view)),
    }),
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(canonicalValues.length > 0 && { canonicalValues }),
    ...(isText && { caseExact: attribute.caseExact }),
    mutability: attribute.mutability,
    returned: attribute.returned,
    ...(attribute.type !== 'complex' && attribute.type !== 'boolean' && { uniqueness: attribute.uniqueness }),
    ...(attribute.type === 'reference' && { referenceTypes: attribute.referenceTypes }),
  }
}

function attributesOf(
  definition: SchemaDefinition,
  type: CompiledResourceType,
  { listsExternalId }: SchemaView,
): readonly CompiledAttribute[] {
  const isOwn = definition.urn === type.definition.schema.urn
  const among = isOwn
    ? type.attributes
    : type.extensions.find((attribute) => attribute.name === definition.urn)?.subAttributes
  const names = Object.keys(definition.attributes)
  const keepsExternalId = !type.definition.notKept?.includes('externalId')
  if (isOwn && listsExternalId && keepsExternalId) names.unshift('externalId')
  return names.flatMap((name) => among?.get(name.toLowerCase()) ?? [])
}

/** The documents of `/Schemas`: each schema of the resource types once (RFC 7643 section 7). */
export function schemaDocuments(
  types: readonly CompiledResourceType[],
  view: SchemaView = plainView,
): readonly DiscoveryDocument[] {
  const documents = new Map<string, DiscoveryDocument>()
  for (const type of types) {
    const isShown = (attribute: CompiledAttribute) => !view.hidesCredentials || attribute !== type.credential
    for (const definition of schemasOf(type.definition)) {
      if (documents.has(definition.urn)) continue
      documents.set(definition.urn, {
        schemas: [urns.schema],
        id: definition.urn,
        name: definition.name,
        description: definition.description,
        attributes: attributesOf(definition, type, view)
          .filter(isShown)
          .map((attribute) => attributeDocument(attribute, type, view)),
        meta: { resourceType: 'Schema' },
      })
    }
  }
  return [...documents.values()]
}

/** The documents of `/ResourceTypes` (RFC 7643 section 6). */
export function resourceTypeDocuments(types: readonly CompiledResourceType[]): readonly DiscoveryDocument[] {
  return types.map(({ definition }) => ({
    schemas: [urns.resourceType],
    id: definition.name,
    name: definition.name,
    description: definition.description,
    endpoint: definition.endpoint,
    schema: definition.schema.urn,
    schemaExtensions: definition.extensions.map(({ urn, required }) => ({ schema: urn, required })),
    meta: { resourceType: 'ResourceType' },
  }))
}
