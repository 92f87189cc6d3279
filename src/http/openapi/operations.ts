import type { JsonSchema, OpenApiMethod, OpenApiOperation, OpenApiResponse } from './document.js'
import { toSchema } from './messages.js'
import type { Failure, ParameterName } from './parts.js'
import { content, toFailures, toHeaders } from './parts.js'

/** An operation in its place. */
export interface Placed {
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
  /** What can go wrong besides what always can. */
  readonly failures?: readonly Failure[]
  /** Whether it is answered without a credential. */
  readonly isPublic?: boolean
}

export function place(path: string, method: OpenApiMethod, described: Described): Placed {
  const { id, summary, tag, body, isPublic = false } = described
  const parameters = described.parameters ?? []
  const failures = new Set<Failure>([403, 406, 500, 503, ...(described.failures ?? [])])
  if (!isPublic) failures.add(401)
  if (body) for (const one of [400, 413, 415] as const) failures.add(one)
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

export function reply(description: string, schema: JsonSchema): OpenApiResponse {
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

const projection: readonly ParameterName[] = ['attributes', 'excludedAttributes']

function resourceReply(description: string, subject: Subject): OpenApiResponse {
  return { ...toHeaders('ETag', 'Location'), ...reply(description, subject.shown) }
}

/** RFC 7644 section 3.3. `links`: whether a resource that is there already may be taken for the new one. */
export function createOperation(
  path: string,
  subject: Subject,
  links: boolean,
  more: readonly Failure[] = [],
) {
  const text = links ? 'Created, or the resource that was there already.' : 'Created.'
  return place(path, 'post', {
    id: `create${subject.name}`,
    summary: `Create ${subject.one}`,
    tag: subject.tag,
    parameters: projection,
    body: subject.sent,
    replies: { 201: resourceReply(text, subject) },
    failures: [409, ...more],
  })
}

/**
 * What can be done with one resource (RFC 7644 sections 3.4.1, 3.5 and 3.6). `hasMembers`: a PATCH is not answered
 * with the resource unless the client asks for it.
 */
export function resourceOperations(path: string, subject: Subject, hasMembers: boolean): readonly Placed[] {
  const { name, one, tag } = subject
  const where: readonly ParameterName[] = path.includes('{id}') ? ['id'] : []
  const preconditions: readonly ParameterName[] = ['ifMatch', 'ifNoneMatch']
  const parameters = [...where, ...projection, ...preconditions]
  const write: readonly Failure[] = [404, 409, 412]
  const described = (verb: string, title: string) => ({
    id: `${verb}${name}`,
    summary: `${title} ${one}`,
    tag,
  })
  const silent = { description: 'Changed. To see the resource, name attributes.', ...toHeaders('ETag') }
  const now = { 200: resourceReply('The resource as it is now.', subject) }
  return [
    place(path, 'get', {
      ...described('read', 'Read'),
      parameters,
      replies: {
        200: resourceReply('The resource.', subject),
        304: { description: 'It is at a version that the client has.', ...toHeaders('ETag') },
      },
      failures: [400, 404, 412],
    }),
    place(path, 'put', {
      ...described('replace', 'Replace'),
      parameters,
      body: subject.sent,
      replies: now,
      failures: write,
    }),
    place(path, 'patch', {
      ...described('modify', 'Change parts of'),
      parameters,
      body: toSchema('PatchOp'),
      replies: { ...now, ...(hasMembers && { 204: silent }) },
      failures: write,
    }),
    place(path, 'delete', {
      ...described('delete', 'Delete'),
      parameters: [...where, ...preconditions],
      replies: { 204: { description: 'Deleted.' } },
      failures: [404, 412],
    }),
  ]
}

/** A list by query, and by SearchRequest (RFC 7644 sections 3.4.2 and 3.4.3). */
export function listOperations(
  path: string,
  about: { readonly name: string; readonly all: string; readonly tag: string },
  parameters: readonly ParameterName[],
  schemas: { readonly page: JsonSchema; readonly search: JsonSchema },
): readonly Placed[] {
  const { name, all, tag } = about
  const replies = { 200: reply('A page.', schemas.page) }
  const failures: readonly Failure[] = parameters.includes('sortBy') ? [400] : [400, 501]
  const searchPath = `${path === '/' ? '' : path}/.search`
  return [
    place(path, 'get', { id: `list${name}`, summary: `List ${all}`, tag, parameters, replies, failures }),
    place(searchPath, 'post', {
      id: `search${name}`,
      summary: `Search ${all}, with the query in the body`,
      tag,
      body: schemas.search,
      replies,
      failures,
    }),
  ]
}

/** RFC 7644 section 4. */
export function discoveryOperations(isPublic: boolean): readonly Placed[] {
  const tag = 'Discovery'
  const many = (path: string, name: string, all: string) => [
    place(`/${path}`, 'get', {
      id: `list${path}`,
      summary: `List ${all}`,
      tag,
      isPublic,
      replies: { 200: reply('All of them.', toSchema(`${name}List`)) },
    }),
    place(`/${path}/{id}`, 'get', {
      id: `read${name}`,
      summary: `Read one of ${all}`,
      tag,
      isPublic,
      parameters: ['id'],
      replies: { 200: reply('The document.', toSchema(name)) },
      failures: [404],
    }),
  ]
  return [
    place('/ServiceProviderConfig', 'get', {
      id: 'readServiceProviderConfig',
      summary: 'Read what the service can do',
      tag,
      isPublic,
      replies: { 200: reply('The document.', toSchema('ServiceProviderConfig')) },
    }),
    ...many('ResourceTypes', 'ResourceType', 'the resource types'),
    ...many('Schemas', 'Schema', 'the schemas'),
  ]
}
