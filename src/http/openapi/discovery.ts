import { urns } from '../../protocol/index.js'
import type { JsonSchema } from './document.js'
import { arraySchema, booleanSchema, messageSchema, toSchema } from './messages.js'

function supported(properties: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const all = { supported: booleanSchema('Whether the service does this.'), ...properties }
  return { type: 'object', properties: all, required: Object.keys(all) }
}

const uriSchema: JsonSchema = { type: 'string', format: 'uri-reference' }
const integerSchema: JsonSchema = { type: 'integer' }

const metaSchema: JsonSchema = {
  type: 'object',
  properties: { resourceType: { type: 'string' }, location: uriSchema },
  required: ['resourceType', 'location'],
}

const namingProperties = {
  id: { type: 'string' },
  name: { type: 'string' },
  description: { type: 'string' },
} as const

/** RFC 7643 section 5; `pagination` is RFC 9865. */
const serviceProviderConfigSchema = messageSchema(
  urns.serviceProviderConfig,
  {
    documentationUri: uriSchema,
    patch: supported(),
    bulk: supported({ maxOperations: integerSchema, maxPayloadSize: integerSchema }),
    filter: supported({ maxResults: integerSchema }),
    changePassword: supported(),
    sort: supported(),
    etag: supported(),
    pagination: {
      type: 'object',
      properties: {
        cursor: booleanSchema('Whether lists have cursors.'),
        index: booleanSchema('Whether lists have numbered resources.'),
        defaultPaginationMethod: { type: 'string', enum: ['cursor', 'index'] },
        defaultPageSize: integerSchema,
        maxPageSize: integerSchema,
        cursorTimeout: { type: 'integer', description: 'Seconds for which a cursor is good.' },
      },
      required: ['cursor', 'index'],
    },
    authenticationSchemes: arraySchema({
      type: 'object',
      properties: {
        type: { type: 'string', examples: ['oauthbearertoken', 'httpbasic', 'oauth2'] },
        name: { type: 'string' },
        description: { type: 'string' },
        specUri: uriSchema,
        documentationUri: uriSchema,
        primary: { type: 'boolean' },
      },
      required: ['type', 'name', 'description'],
    }),
    interopProfileConformant: booleanSchema('Whether the interoperability profile holds.'),
    meta: metaSchema,
  },
  ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag', 'authenticationSchemes'],
)

/** RFC 7643 section 6. */
const resourceTypeSchema = messageSchema(
  urns.resourceType,
  {
    ...namingProperties,
    endpoint: uriSchema,
    schema: uriSchema,
    schemaExtensions: arraySchema({
      type: 'object',
      properties: { schema: uriSchema, required: { type: 'boolean' } },
      required: ['schema', 'required'],
    }),
    meta: metaSchema,
  },
  ['name', 'endpoint', 'schema'],
)

const schemaAttributeSchema: JsonSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    type: {
      type: 'string',
      enum: ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex'],
    },
    subAttributes: arraySchema(toSchema('Attribute')),
    multiValued: { type: 'boolean' },
    description: { type: 'string' },
    required: { type: 'boolean' },
    canonicalValues: arraySchema({ type: 'string' }, 'Suggestions; other values are accepted.'),
    caseExact: { type: 'boolean' },
    mutability: { type: 'string', enum: ['readOnly', 'readWrite', 'immutable', 'writeOnly'] },
    returned: { type: 'string', enum: ['always', 'never', 'default', 'request'] },
    uniqueness: { type: 'string', enum: ['none', 'server', 'global'] },
    referenceTypes: arraySchema({ type: 'string' }),
  },
  required: ['name', 'type', 'multiValued'],
}

/** RFC 7643 section 7. */
const schemaSchema = messageSchema(
  urns.schema,
  { ...namingProperties, attributes: arraySchema(toSchema('Attribute')), meta: metaSchema },
  ['id', 'attributes'],
)

/** The schemas of the documents that discovery answers with, by their names in the OpenAPI document. */
export const discoverySchemas = {
  ServiceProviderConfig: serviceProviderConfigSchema,
  ResourceType: resourceTypeSchema,
  Schema: schemaSchema,
  Attribute: schemaAttributeSchema,
} as const
