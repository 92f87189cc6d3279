import type { ScimType } from '../../protocol/index.js'
import { urns } from '../../protocol/index.js'
import type { JsonSchema } from './document.js'

type Properties = Readonly<Record<string, JsonSchema>>

export function textSchema(description: string): JsonSchema {
  return { type: 'string', description }
}

export function booleanSchema(description: string): JsonSchema {
  return { type: 'boolean', description }
}

export function arraySchema(items: JsonSchema, description?: string): JsonSchema {
  return { type: 'array', items, ...(description !== undefined && { description }) }
}

export function toSchema(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** An object that says by its `schemas` what it is. */
export function messageSchema(
  urn: string,
  properties: Properties,
  required: readonly string[] = [],
): JsonSchema {
  const schemas: JsonSchema = { type: 'array', items: { type: 'string', const: urn }, minItems: 1 }
  return { type: 'object', properties: { schemas, ...properties }, required: ['schemas', ...required] }
}

const scimTypes: readonly ScimType[] = [
  'invalidFilter',
  'tooMany',
  'uniqueness',
  'mutability',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
  'invalidVers',
  'sensitive',
  'invalidCursor',
  'expiredCursor',
  'invalidCount',
]

/** RFC 7644 section 3.12. */
export const errorSchema = messageSchema(
  urns.error,
  {
    status: textSchema('The HTTP status, as text.'),
    scimType: { ...textSchema('Which kind of error, where the status alone does not say.'), enum: scimTypes },
    detail: textSchema('What is wrong, for people.'),
  },
  ['status', 'detail'],
)

/** A page of resources (RFC 7644 section 3.4.2); with cursors, RFC 9865. */
export function listSchema(items: JsonSchema, cursors = false): JsonSchema {
  return messageSchema(
    urns.listResponse,
    {
      totalResults: { type: 'integer', description: 'How many there are in all.' },
      startIndex: { type: 'integer', description: 'The number of the first resource, counted from 1.' },
      itemsPerPage: { type: 'integer', description: 'How many are on this page.' },
      ...(cursors && {
        nextCursor: textSchema('Where the next page begins; missing on the last page.'),
        previousCursor: textSchema('Where the previous page begins; missing on the first page.'),
      }),
      Resources: arraySchema(items),
    },
    ['totalResults'],
  )
}

/** RFC 7644 section 3.5.2. */
export function patchSchema(maxItems: number): JsonSchema {
  const operation: JsonSchema = {
    type: 'object',
    properties: {
      op: { type: 'string', enum: ['add', 'remove', 'replace'] },
      path: textSchema('What to change, such as `name.givenName` or `emails[type eq "work"].value`.'),
      value: { description: 'What to add or to put in its place; an object of attributes without a path.' },
    },
    required: ['op'],
  }
  const operations = { ...arraySchema(operation, 'All of them are done, or none.'), minItems: 1, maxItems }
  return messageSchema(urns.patchOp, { Operations: operations }, ['Operations'])
}

/** RFC 7644 section 3.7. */
export function bulkSchemas(maxItems: number): {
  readonly request: JsonSchema
  readonly response: JsonSchema
} {
  const method: JsonSchema = { type: 'string', enum: ['POST', 'PUT', 'PATCH', 'DELETE'] }
  const bulkId = textSchema(
    'A name for what a POST creates; elsewhere in the request, `bulkId:` and it stand for the id.',
  )
  const version = textSchema('The ETag of the resource.')
  const operation: JsonSchema = {
    type: 'object',
    properties: {
      method,
      bulkId,
      version,
      path: textSchema('Below the base URL, such as `/Users` or `/Users/2819c223`.'),
      data: { type: 'object', description: 'The body that the request would have on its own.' },
    },
    required: ['method', 'path'],
  }
  const outcome: JsonSchema = {
    type: 'object',
    properties: {
      method,
      bulkId,
      version,
      location: { ...textSchema('The URI of the resource.'), format: 'uri-reference' },
      status: textSchema('The HTTP status, as text.'),
      response: { type: 'object', description: 'The error, where there is one.' },
    },
    required: ['status'],
  }
  const failOnErrors: JsonSchema = {
    type: 'integer',
    minimum: 1,
    description: 'After how many errors the rest is left undone.',
  }
  return {
    request: messageSchema(
      urns.bulkRequest,
      {
        failOnErrors,
        Operations: { ...arraySchema(operation), minItems: 1, maxItems },
      },
      ['Operations'],
    ),
    response: messageSchema(urns.bulkResponse, { Operations: arraySchema(outcome) }, ['Operations']),
  }
}
