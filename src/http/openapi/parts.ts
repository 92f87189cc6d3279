import type { Limits } from '../../operations/index.js'
import { mediaType } from '../../protocol/index.js'
import type {
  JsonSchema,
  OpenApiContent,
  OpenApiHeader,
  OpenApiParameter,
  OpenApiReference,
  OpenApiResponse,
} from './document.js'
import { arraySchema, textSchema, toSchema } from './messages.js'

const attributeNames: JsonSchema = arraySchema({ type: 'string' })

/** What a list can be asked for, in a query or in a SearchRequest (RFC 7644 sections 3.4.2 and 3.4.3). */
export function querySchemas(limits: Limits) {
  return {
    attributes: {
      ...attributeNames,
      description: 'The attributes to return, besides those that always are.',
    },
    excludedAttributes: {
      ...attributeNames,
      description: 'Attributes to leave out; not together with `attributes`.',
    },
    filter: {
      ...textSchema('Which resources, such as `userName eq "bjensen"` (RFC 7644 section 3.4.2.2).'),
      maxLength: limits.maxLength,
    },
    sortBy: textSchema('The attribute to sort by, such as `name.familyName`.'),
    sortOrder: { type: 'string', enum: ['ascending', 'descending'], default: 'ascending' },
    startIndex: {
      type: 'integer',
      description: 'The number of the first resource, counted from 1.',
      minimum: 1,
      default: 1,
    },
    count: {
      type: 'integer',
      description: `How many at most. More than ${limits.maxPageSize} are never returned.`,
      minimum: 0,
      default: limits.defaultPageSize,
    },
    cursor: textSchema(
      'Empty for the first page; then the `nextCursor` of the page before. Not with `startIndex`.',
    ),
  } as const satisfies Readonly<Record<string, JsonSchema>>
}

export type QueryName = keyof ReturnType<typeof querySchemas>
export type ParameterName = QueryName | 'id' | 'ifMatch' | 'ifNoneMatch'

function queryParameter(name: string, { description, ...schema }: JsonSchema): OpenApiParameter {
  const form = schema.type === 'array' && ({ style: 'form', explode: false } as const)
  return { name, in: 'query', description: description ?? 'The order.', ...form, schema }
}

export function parameters(limits: Limits): Readonly<Record<ParameterName, OpenApiParameter>> {
  const query = Object.entries(querySchemas(limits)).map(([name, schema]) => [
    name,
    queryParameter(name, schema),
  ])
  const etags = { type: 'string', examples: ['W/"1"', '*'] } as const
  return {
    // One entry for each name of `querySchemas`.
    ...(Object.fromEntries(query) as Readonly<Record<QueryName, OpenApiParameter>>),
    id: { name: 'id', in: 'path', description: 'The `id`.', required: true, schema: { type: 'string' } },
    ifMatch: {
      name: 'If-Match',
      in: 'header',
      description: 'Only if the resource is at one of these versions; otherwise 412.',
      schema: etags,
    },
    ifNoneMatch: {
      name: 'If-None-Match',
      in: 'header',
      description: 'Only if the resource is at none of these versions; otherwise 304 when reading, or 412.',
      schema: etags,
    },
  }
}

export const headers = {
  ETag: { description: 'The version of the resource.', schema: { type: 'string', examples: ['W/"1"'] } },
  Location: { description: 'The URI.', schema: { type: 'string', format: 'uri-reference' } },
  'WWW-Authenticate': { description: 'How to authenticate.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer' } },
  'RateLimit-Policy': {
    description: 'How many requests (q) a tenant may send in how many seconds (w).',
    schema: { type: 'string', examples: ['"tenant";q=1500;w=60'] },
  },
  RateLimit: {
    description: 'How many requests are left (r) for the next seconds (t).',
    schema: { type: 'string', examples: ['"tenant";r=0;t=1'] },
  },
} as const satisfies Readonly<Record<string, OpenApiHeader>>

export function toHeaders(...names: readonly (keyof typeof headers)[]) {
  const entries = names.map((name): [string, OpenApiReference] => [
    name,
    { $ref: `#/components/headers/${name}` },
  ])
  return { headers: Object.fromEntries(entries) }
}

/** A body of a reply. */
export function content(schema: JsonSchema): OpenApiContent {
  return { [mediaType]: { schema } }
}

/** What can go wrong, by its status; the names are those of the document's components. */
const failures = {
  400: ['BadRequest', 'The request is not valid; `scimType` says in which way.'],
  401: ['Unauthorized', 'The request carries no valid credential.'],
  403: ['Forbidden', 'The credential does not allow this, or the service does not do it.'],
  404: ['NotFound', 'There is no such resource.'],
  406: ['NotAcceptable', 'The client accepts no reply that the service can give.'],
  409: [
    'Conflict',
    'Another resource has a value that only one may have, or the request contradicts itself.',
  ],
  412: ['PreconditionFailed', 'The resource is at another version.'],
  413: ['ContentTooLarge', 'The request is larger than the service accepts.'],
  415: ['UnsupportedMediaType', 'The body is not JSON in UTF-8.'],
  429: ['TooManyRequests', 'The tenant has sent too many requests; this one has done nothing.'],
  500: ['InternalServerError', 'Something went wrong inside the service.'],
  501: ['NotImplemented', 'The service does not do this.'],
  503: ['ServiceUnavailable', 'Not now; try again later.'],
} as const

export type Failure = keyof typeof failures

/** The replies to what goes wrong. */
export function toFailures(statuses: readonly Failure[]): Readonly<Record<string, OpenApiReference>> {
  const entries = statuses.map((status) => [
    status,
    { $ref: `#/components/responses/${failures[status][0]}` },
  ])
  return Object.fromEntries(entries)
}

/** The replies that {@link toFailures} refers to. */
export function failureResponses(): Readonly<Record<string, OpenApiResponse>> {
  const extra: Readonly<Record<string, object>> = {
    401: toHeaders('WWW-Authenticate'),
    429: toHeaders('Retry-After', 'RateLimit-Policy', 'RateLimit'),
    503: toHeaders('Retry-After'),
  }
  return Object.fromEntries(
    Object.entries(failures).map(([status, [name, description]]) => [
      name,
      { description, ...extra[status], content: content(toSchema('Error')) },
    ]),
  )
}
