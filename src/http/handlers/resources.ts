import type { MemberPages, Operation, OperationContext, Outcome } from '../../operations/index.js'
import {
  addGroups,
  perform,
  read,
  readProjection,
  readStreamed,
  replyProjection,
  report,
  reportSize,
  shownGroups,
} from '../../operations/index.js'
import { isScimError, ScimError } from '../../protocol/index.js'
import type { CommonAttributes, Meta, Projection } from '../../schema/index.js'
import { defaultProjection } from '../../schema/index.js'
import { readETags, readPrecondition, toETag } from '../etag.js'
import type { ScimRequest, ScimResponse } from '../message.js'
import { readQuery, readText } from '../request/query.js'
import { readJson } from '../request/read-json.js'
import { patchError, valueError } from '../request/text.js'
import { locationOf } from '../response/render.js'
import { reply } from '../response/reply.js'
import type { ReplyStream } from '../response/reply-stream.js'
import { replyStream } from '../response/reply-stream.js'
import { successStatus } from '../response/status.js'
import { streamJson } from '../response/stream-members.js'
import type { Handle, HttpService } from '../route.js'

/** Reads, replaces, modifies or removes a resource (RFC 7644 sections 3.4.1, 3.5 and 3.6). */
export const answerResource: Handle = async (http, match, request, context) => {
  const { endpoint, service } = context
  const { id = '' } = match
  if (request.method === 'DELETE') {
    const operation: Operation = { kind: 'remove', endpoint, id, precondition: readPrecondition(request) }
    return answerWrite(http, operation, defaultProjection(endpoint.type), request, context)
  }
  const projection = projectionIn(request, context)
  if (request.method === 'PUT' || request.method === 'PATCH') {
    const kind = request.method === 'PUT' ? 'replace' : 'modify'
    const body = await readJson(request, service.limits, kind === 'modify' ? patchError : valueError)
    const precondition = readPrecondition(request)
    return answerWrite(http, { kind, endpoint, id, body, precondition }, projection, request, context)
  }
  const { resource, openMembers } = await readStreamed(context, id, projection)
  const { version } = resource.meta
  // The version of a user leaves groups out: one that they change would make a user's If-Match fail at every group push.
  // So a user whose groups are shown may have changed without it, and is sent.
  if (readETags(request.header('if-none-match'))?.(version) && !shownGroups(context, projection)) {
    return reply(304, undefined, { etag: toETag(version) })
  }
  const mayRead = readETags(request.header('if-match'))
  if (mayRead && !mayRead(version)) throw ScimError.versionMismatch()
  // A reply to HEAD has the same headers without members.
  if (openMembers && request.method === 'GET') {
    return answerWithMembers(http, resource, openMembers(), projection, request, context)
  }
  const [shown = resource] = await addGroups(context, [resource], projection)
  return resourceReply(http, 200, shown, projection, request, context)
}

/** A resource with its members: in it where they are few, else at its end, read while the reply is sent. */
async function answerWithMembers(
  http: HttpService,
  resource: CommonAttributes,
  members: MemberPages,
  projection: Projection,
  request: ScimRequest,
  context: OperationContext,
): Promise<ScimResponse> {
  const { type } = context.endpoint
  const name = type.membership?.name ?? ''
  let isStreamed = false
  try {
    const few = await members.only()
    const whole = few?.page ? Object.assign({}, resource, { [name]: few.page }) : resource
    const [shown = whole] = await addGroups(context, [whole], projection)
    const response = resourceReply(http, 200, shown, projection, request, context)
    if (few || typeof response.body !== 'string') return response
    const body = memberStream(http, response.body, members, projection, request, context)
    isStreamed = true
    return { ...response, body }
  } finally {
    if (!isStreamed) await members.close()
  }
}

/** The parts of a reply with members at the end. */
function memberStream(
  { renderer }: HttpService,
  resource: string,
  members: MemberPages,
  projection: Projection,
  { baseUrl }: ScimRequest,
  context: OperationContext,
): ReplyStream {
  const { type } = context.endpoint
  const { membership } = type
  const nextPage = async () => {
    const page = membership && (await members.next())
    return page && renderer.renderElements(page, membership, type, projection, baseUrl)
  }
  const stream = replyStream(streamJson(resource, membership?.name ?? '', nextPage), context)
  stream.onEnd(() => members.close())
  return stream
}

/** Creates a resource (RFC 7644 section 3.3). */
export const answerCreate: Handle = async (http, _match, request, context) => {
  const projection = projectionIn(request, context)
  const body = await readJson(request, context.service.limits, valueError)
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
  asked: Projection,
  request: ScimRequest,
  context: OperationContext,
): Promise<ScimResponse> {
  const outcome = await perform(context, operation)
  const { id, meta, resource, isNew } = outcome
  context.resourceId = id
  const status = successStatus(operation, asked)
  if (status === 204 || !meta) return reply(204, undefined, meta && { etag: toETag(meta.version) })
  const projection = replyProjection(context, operation, asked)
  try {
    const whole = resource ?? (await read(context, id, projection))
    // A new resource is in no group yet.
    const [shown = whole] = isNew ? [] : await addGroups(context, [whole], projection)
    return resourceReply(http, status, shown, projection, request, context)
  } catch (error) {
    // Someone has deleted it meanwhile.
    if (isScimError(error) && error.status === 404) throw error
    // The write is done, and the client must not take it for failed.
    // The client has had its reply at the deadline, which has been reported.
    if (!context.isLate) report(context.service, error, context)
    const text = renderWithout(http, outcome, projection, request, context)
    return withHeaders(status, text, id, meta, request, context)
  }
}

/** A resource that was written, without its groups or without more than its `meta`: what can be shown of it. */
function renderWithout(
  { renderer }: HttpService,
  { id, meta, resource }: Outcome,
  projection: Projection,
  { baseUrl }: ScimRequest,
  { endpoint: { type } }: OperationContext,
): string {
  if (resource) {
    try {
      return renderer.render(resource, type, projection, baseUrl)
    } catch {
      // It is this that has been reported.
    }
  }
  return renderer.renderBare(id, meta, type, baseUrl)
}

function resourceReply(
  { renderer }: HttpService,
  status: number,
  resource: CommonAttributes,
  projection: Projection,
  request: ScimRequest,
  context: OperationContext,
): ScimResponse {
  const { baseUrl, method } = request
  const { type } = context.endpoint
  // A resource that was just written is seldom read next.
  const render = method === 'GET' ? renderer.renderCached : renderer.render
  const text = render(resource, type, projection, baseUrl)
  reportSize(context, type, resource, text)
  return withHeaders(status, text, resource.id, resource.meta, request, context)
}

/** A resource's text as a reply, with its version and where it is. */
function withHeaders(
  status: number,
  text: string,
  id: string,
  { version }: Meta,
  { baseUrl }: ScimRequest,
  { endpoint: { type } }: OperationContext,
): ScimResponse {
  const location = locationOf(baseUrl, type, id)
  return reply(status, text, { etag: toETag(version), location, 'content-location': location })
}
