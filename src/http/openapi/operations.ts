import type { JsonSchema, OpenApiMethod, OpenApiOperation, OpenApiResponse } from './document.js'
import { toSchema } from './messages.js'
import type { Failure, ParameterName } from './parts.js'
import { content, toFailures, toHeaders } from './parts.js'

/** An operation at a path. */
export interface PathOperation {
  readonly path: string
  readonly method: OpenApiMethod
  readonly operation: OpenApiOperation
}

interface Described {
  /** The operation's id: the same for as long as the resource type has its name. */
  readonly id: string
  readonly summary: string
  readonly tag: string
  readonly parameters?: readonly ParameterName[]
  readonly body?: JsonSchema
  readonly replies: Readonly<Record<number, OpenApiResponse>>
  /** Errors besides those that every operation can have. */
  readonly failures?: readonly Failure[]
  /** Whether it is answered without a credential. */
  readonly isPublic?: boolean
}

export function pathOperation(path: string, method: OpenApiMethod, described: Described): PathOperation {
  const { id, summary, tag, body, isPublic = false } = described
  const parameters = described.parameters ?? []
  const failures = new Set<Failure>([403, 406, 500, 503, ...(described.failures ?? [])])
  if (!isPublic) failures.add(401)
  if (body) for (const status of [400, 413, 415] as const) failures.add(status)
  const media = body && { ...content(body), 'application/json': { schema: body } }
  const operation: OpenApiOperation = {
    operationId: id,
    summary,
    tags: [tag],
    ...(parameters.length > 0 && {
      parameters: parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    }),
    ...(media && { requestBody: { required: true, content: media } }),
    responses: { ...described.replies, ...toFailures([...failures]) },
    ...(isPublic && { security: [] as const }),
  }
  return { path, method, operation }
}

export function jsonResponse(description: string, schema: JsonSchema): OpenApiResponse {
  return { description, content: content(schema) }
}

/** What a group of operations is about: the resources of a type, or the caller's own. */
export interface Subject {
  /** Ends the ids of the operations, such as `User`. */
  readonly name: string
  /** Such as `a User`. */
  readonly one: string
  readonly tag: string
  readonly shown: JsonSchema
  readonly sent: JsonSchema
}

const projectionParameters: readonly ParameterName[] = ['attributes', 'excludedAttributes']

function resourceReply(description: string, subject: Subject): OpenApiResponse {
  return { ...toHeaders('ETag', 'Location'), ...jsonResponse(description, subject.shown) }
}

/** RFC 7644 section 3.3. `links`: whether a resource that is there already may be taken for the new one. */
export function createOperation(
  path: string,
  subject: Subject,
  links: boolean,
  more: readonly Failure[] = [],
) {
  const text = links ? 'Created, or the resource that was there already.' : 'Created.'
  return pathOperation(path, 'post', {
    id: `create${subject.name}`,
    summary: `Create ${subject.one}`,
    tag: subject.tag,
    parameters: projectionParameters,
    body: subject.sent,
    replies: { 201: resourceReply(text, subject) },
    failures: [409, ...more],
  })
}

/**
 * What can be done with one resource (RFC 7644 sections 3.4.1, 3.5 and 3.6). `isPatchSilent`: a PATCH is not
 * answered with the resource unless the client asks for it.
 */
export function resourceOperations(
  path: string,
  subject: Subject,
  isPatchSilent: boolean,
): readonly PathOperation[] {
  const { name, one, tag } = subject
  const where: readonly ParameterName[] = path.includes('{id}') ? ['id'] : []
  const preconditions: readonly ParameterName[] = ['ifMatch', 'ifNoneMatch']
  const parameters = [...where, ...projectionParameters, ...preconditions]
  const write: readonly Failure[] = [404, 409, 412]
  const described = (verb: string, title: string) => ({
    id: `${verb}${name}`,
    summary: `${title} ${one}`,
    tag,
  })
  const silent = { description: 'Changed. To see the resource, name attributes.', ...toHeaders('ETag') }
  const now = { 200: resourceReply('The resource as it is now.', subject) }
  return [
    pathOperation(path, 'get', {
      ...described('read', 'Read'),
      parameters,
      replies: {
        200: resourceReply('The resource.', subject),
        304: { description: 'It is at a version that the client has.', ...toHeaders('ETag') },
      },
      failures: [400, 404, 412],
    }),
    pathOperation(path, 'put', {
      ...described('replace', 'Replace'),
      parameters,
      body: subject.sent,
      replies: now,
      failures: write,
    }),
    pathOperation(path, 'patch', {
      ...described('modify', 'Change parts of'),
      parameters,
      body: toSchema('PatchOp'),
      replies: { ...now, ...(isPatchSilent && { 204: silent }) },
      failures: write,
    }),
    pathOperation(path, 'delete', {
      ...described('delete', 'Delete'),
      parameters: [...where, ...preconditions],
      replies: { 204: { description: 'Deleted.' } },
      failures: [400, 404, 412],
    }),
  ]
}

/** What a list is about: the resources of a type, or those of every type. */
export interface ListSubject {
  /** Ends the ids of the operations, such as `Users`. */
  readonly name: string
  /** Such as `resources of every type`. */
  readonly all: string
  readonly tag: string
  readonly parameters: readonly ParameterName[]
  readonly page: JsonSchema
  readonly search: JsonSchema
}

function pageReplies({ parameters, page }: ListSubject) {
  const failures: readonly Failure[] = parameters.includes('sortBy') ? [400] : [400, 501]
  return { replies: { 200: jsonResponse('A page.', page) }, failures }
}

/** A list by query (RFC 7644 section 3.4.2). */
export function listOperation(path: string, subject: ListSubject): PathOperation {
  const { name, all, tag, parameters } = subject
  return pathOperation(path, 'get', {
    id: `list${name}`,
    summary: `List ${all}`,
    tag,
    parameters,
    ...pageReplies(subject),
  })
}

/** A list by SearchRequest (RFC 7644 section 3.4.3). */
export function searchOperation(path: string, subject: ListSubject): PathOperation {
  const { name, all, tag, search } = subject
  return pathOperation(path, 'post', {
    id: `search${name}`,
    summary: `Search ${all}, with the query in the body`,
    tag,
    body: search,
    ...pageReplies(subject),
  })
}

const discoveryTag = 'Discovery'

/** The description of the service itself (RFC 7644 section 4). */
export function configOperation(isPublic: boolean): PathOperation {
  return pathOperation('/ServiceProviderConfig', 'get', {
    id: 'readServiceProviderConfig',
    summary: 'Read what the service can do',
    tag: discoveryTag,
    isPublic,
    replies: { 200: jsonResponse('The document.', toSchema('ServiceProviderConfig')) },
  })
}

/** Discovery documents and the list of them (RFC 7644 section 4). `all`: such as `the schemas`. */
export function documentOperations(
  path: string,
  document: string,
  all: string,
  isPublic: boolean,
): readonly PathOperation[] {
  return [
    pathOperation(path, 'get', {
      id: `list${path.slice(1)}`,
      summary: `List ${all}`,
      tag: discoveryTag,
      isPublic,
      replies: { 200: jsonResponse('All of them.', toSchema(`${document}List`)) },
    }),
    pathOperation(`${path}/{id}`, 'get', {
      id: `read${document}`,
      summary: `Read one of ${all}`,
      tag: discoveryTag,
      isPublic,
      parameters: ['id'],
      replies: { 200: jsonResponse('The document.', toSchema(document)) },
      failures: [404],
    }),
  ]
}
