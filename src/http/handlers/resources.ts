import type { Operation, OperationContext } from '../../operations/index.js'
import { addGroups, perform, read, readProjection, readStreamed } from '../../operations/index.js'
import { ScimError } from '../../protocol/index.js'
import type { CommonAttributes, Projection } from '../../schema/index.js'
import { defaultProjection } from '../../schema/index.js'
import type { Member } from '../../stores/index.js'
import { readETags, readPrecondition, toETag } from '../etag.js'
import type { ScimRequest, ScimResponse } from '../message.js'
import { readQuery, readText } from '../request/query.js'
import { readJson } from '../request/read-json.js'
import { locationOf } from '../response/render.js'
import { reply } from '../response/reply.js'
import { successStatus } from '../response/status.js'
import { reportFailure, streamJson } from '../response/stream-members.js'
import type { Handle, HttpService } from '../route.js'

/** Reads, replaces, modifies or removes a resource (RFC 7644 sections 3.4.1, 3.5 and 3.6). */
export const answerResource: Handle = async (http, match, request, context) => {
  const { endpoint, service } = context
  const { id = '' } = match
  const precondition = readPrecondition(request)
  if (request.method === 'DELETE') {
    const operation: Operation = { kind: 'remove', endpoint, id, precondition }
    return answerWrite(http, operation, defaultProjection(endpoint.type), request, context)
  }
  const projection = projectionIn(request, context)
  if (request.method === 'PUT' || request.method === 'PATCH') {
    const kind = request.method === 'PUT' ? 'replace' : 'modify'
    const body = await readJson(request, service.limits)
    return answerWrite(http, { kind, endpoint, id, body, precondition }, projection, request, context)
  }
  const { resource, members } = await readStreamed(context, id, projection)
  const { version } = resource.meta
  if (readETags(request.header('if-none-match'))?.(version)) {
    return reply(304, undefined, { etag: toETag(version) })
  }
  if (precondition && !precondition(version)) throw ScimError.versionMismatch()
  const [shown = resource] = await addGroups(context, [resource], projection)
  const whole = resourceReply(http, 200, shown, projection, request, context)
  return members ? withStreamedMembers(http, whole, members, projection, request, context) : whole
}

/** The same reply with members at the end, which are read while it is sent. */
function withStreamedMembers(
  { renderer }: HttpService,
  whole: ScimResponse,
  members: AsyncIterable<readonly Member[]>,
  projection: Projection,
  { baseUrl }: ScimRequest,
  context: OperationContext,
): ScimResponse {
  const { type } = context.endpoint
  const { membership } = type
  if (!membership || typeof whole.body !== 'string') return whole
  const parts = streamJson(whole.body, membership.name, members, (page) =>
    renderer.renderElements(page, membership, type, projection, baseUrl),
  )
  return { ...whole, body: reportFailure(parts, context) }
}

/** Creates a resource (RFC 7644 section 3.3). */
export const answerCreate: Handle = async (http, _match, request, context) => {
  const projection = projectionIn(request, context)
  const body = await readJson(request, context.service.limits)
  const operation: Operation = { kind: 'create', endpoint: context.endpoint, body }
  return answerWrite(http, operation, projection, request, context)
}

function projectionIn(request: ScimRequest, context: OperationContext): Projection {
  const query = readQuery(request.query)
  return readProjection(context, readText(query, 'attributes'), readText(query, 'excludedAttributes'))
}

async function answerWrite(
  http: HttpService,
  operation: Operation,
  projection: Projection,
  request: ScimRequest,
  context: OperationContext,
): Promise<ScimResponse> {
  const { id, meta, resource, isNew } = await perform(context, operation)
  const status = successStatus(operation, projection)
  if (status === 204) return reply(204, undefined, meta && { etag: toETag(meta.version) })
  const whole = resource ?? (await read(context, id, projection))
  // A new resource is in no group yet.
  const [shown = whole] = isNew ? [] : await addGroups(context, [whole], projection)
  return resourceReply(http, status, shown, projection, request, context)
}

function resourceReply(
  { renderer }: HttpService,
  status: number,
  resource: CommonAttributes,
  projection: Projection,
  { baseUrl, method }: ScimRequest,
  { endpoint: { type } }: OperationContext,
): ScimResponse {
  // A resource that was just written is seldom read next.
  const render = method === 'GET' ? renderer.renderCached : renderer.render
  return reply(status, render(resource, type, projection, baseUrl), {
    etag: toETag(resource.meta.version),
    location: locationOf(baseUrl, type, resource.id),
  })
}
