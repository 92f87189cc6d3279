import { urns } from '../../protocol/index.js'
import type { JsonSchema } from './document.js'
import { flag, list, message, toSchema } from './messages.js'

function supported(properties: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const all = { supported: flag('Whether the service does this.'), ...properties }
  return { type: 'object', properties: all, required: Object.keys(all) }
}

const uri: JsonSchema = { type: 'string', format: 'uri-reference' }
const integer: JsonSchema = { type: 'integer' }

const meta: JsonSchema = {
  type: 'object',
  properties: { resourceType: { type: 'string' }, location: uri },
  required: ['resourceType', 'location'],
}

const names = { id: { type: 'string' }, name: { type: 'string' }, description: { type: 'string' } } as const

/** RFC 7643 section 5; `pagination` is RFC 9865. */
const serviceProviderConfig = message(
  urns.serviceProviderConfig,
  {
    documentationUri: uri,
    patch: supported(),
    bulk: supported({ maxOperations: integer, maxPayloadSize: integer }),
    filter: supported({ maxResults: integer }),
    changePassword: supported(),
    sort: supported(),
    etag: supported(),
    pagination: {
      type: 'object',
      properties: {
        cursor: flag('Whether lists have cursors.'),
        index: flag('Whether lists have numbered resources.'),
        defaultPaginationMethod: { type: 'string', enum: ['cursor', 'index'] },
        defaultPageSize: integer,
        maxPageSize: integer,
        cursorTimeout: { type: 'integer', description: 'Seconds for which a cursor is good.' },
      },
      required: ['cursor', 'index'],
    },
    authenticationSchemes: list({
      type: 'object',
      properties: {
        type: { type: 'string', examples: ['oauthbearertoken', 'httpbasic', 'oauth2'] },
        name: { type: 'string' },
        description: { type: 'string' },
        specUri: uri,
        documentationUri: uri,
        primary: { type: 'boolean' },
      },
      required: ['type', 'name', 'description'],
    }),
    meta,
  },
  ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag', 'authenticationSchemes'],
)

/** RFC 7643 section 6. */
const resourceType = message(
  urns.resourceType,
  {
    ...names,
    endpoint: uri,
    schema: uri,
    schemaExtensions: list({
      type: 'object',
      properties: { schema: uri, required: { type: 'boolean' } },
      required: ['schema', 'required'],
    }),
    meta,
  },
  ['name', 'endpoint', 'schema'],
)

const attribute: JsonSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    type: {
      type: 'string',
      enum: ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex'],
    },
    subAttributes: list(toSchema('Attribute')),
    multiValued: { type: 'boolean' },
    description: { type: 'string' },
    required: { type: 'boolean' },
    canonicalValues: list({ type: 'string' }, 'Suggestions; other values are accepted.'),
    caseExact: { type: 'boolean' },
    mutability: { type: 'string', enum: ['readOnly', 'readWrite', 'immutable', 'writeOnly'] },
    returned: { type: 'string', enum: ['always', 'never', 'default', 'request'] },
    uniqueness: { type: 'string', enum: ['none', 'server', 'global'] },
    referenceTypes: list({ type: 'string' }),
  },
  required: ['name', 'type', 'multiValued'],
}

/** RFC 7643 section 7. */
const schema = message(urns.schema, { ...names, attributes: list(toSchema('Attribute')), meta }, [
  'id',
  'attributes',
])

/** The schemas of the documents that discovery answers with, by their names in the OpenAPI document. */
export const discoverySchemas = {
  ServiceProviderConfig: serviceProviderConfig,
  ResourceType: resourceType,
  Schema: schema,
  Attribute: attribute,
} as const
