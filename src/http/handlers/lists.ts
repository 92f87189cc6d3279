import type { OperationContext } from '../../operations/index.js'
import { addGroups, list, listAcross, readProjection, reportSize } from '../../operations/index.js'
import { doInTurns } from '../../protocol/index.js'
import type { CommonAttributes, CompiledResourceType, Projection } from '../../schema/index.js'
import type { ScimRequest, ScimResponse } from '../message.js'
import { readQuery } from '../request/query.js'
import { readJson } from '../request/read-json.js'
import type { Search } from '../request/search.js'
import { readSearchRequest, searchInQuery } from '../request/search.js'
import { searchError } from '../request/text.js'
import type { PageInfo } from '../response/list-response.js'
import { listResponse } from '../response/list-response.js'
import { reply } from '../response/reply.js'
import { replyStream } from '../response/reply-stream.js'
import type { Handle, HttpService } from '../route.js'
import { answerCreate } from './resources.js'

/** The characters of the longest text that a list keeps for the next reply: a page may hold a thousand. */
const maxKept = 256 * 1024

/** GET lists the resources of a type, POST creates one (RFC 7644 sections 3.4.2 and 3.3). */
export const answerCollection: Handle = (http, match, request, context) =>
  request.method === 'POST'
    ? answerCreate(http, match, request, context)
    : answerList(http, searchInQuery(readQuery(request.query), context.service.limits), request, context)

/** Lists the resources of a type by a SearchRequest (RFC 7644 section 3.4.3). */
export const answerSearch: Handle = async (http, _match, request, context) =>
  answerList(http, await searchInBody(request, context), request, context)

/** Lists resources across types, by query or by SearchRequest (RFC 7644 sections 3.4.2.1 and 3.4.3). */
export const answerSearchAcross: Handle = async (http, _match, request, context) => {
  const search =
    request.method === 'POST'
      ? await searchInBody(request, context)
      : searchInQuery(readQuery(request.query), context.service.limits)
  const page = await listAcross(context, search.list, search)
  if (context.detail) context.detail.found = page.totalResults
  const render = listRenderer(http, request, context)
  return pageReply(page.found, page, context, ({ resource, endpoint: { type }, projection }) =>
    render(resource, type, projection),
  )
}

async function searchInBody(request: ScimRequest, context: OperationContext): Promise<Search> {
  return readSearchRequest(await readJson(request, context.service.limits, searchError), context)
}

async function answerList(
  http: HttpService,
  { attributes, excludedAttributes, list: listRequest }: Search,
  request: ScimRequest,
  context: OperationContext,
): Promise<ScimResponse> {
  const { type } = context.endpoint
  const projection = readProjection(context, attributes, excludedAttributes)
  const page = await list(context, listRequest, projection)
  if (context.detail) context.detail.found = page.totalResults
  const shown = await addGroups(context, page.resources, projection)
  const render = listRenderer(http, request, context)
  return pageReply(shown, page, context, (resource) => render(resource, type, projection))
}

/** Renders the resources of a list. */
function listRenderer({ renderer }: HttpService, { baseUrl }: ScimRequest, context: OperationContext) {
  return (resource: CommonAttributes, type: CompiledResourceType, projection: Projection): string => {
    const text = renderer.renderCached(resource, type, projection, baseUrl, maxKept)
    reportSize(context, type, resource, text)
    return text
  }
}

/** A page as a reply; a long one is sent while it is rendered. */
function pageReply<T>(
  resources: readonly T[],
  page: PageInfo,
  context: OperationContext,
  textOf: (resource: T) => string,
): ScimResponse | Promise<ScimResponse> {
  const made = doInTurns(listResponse(resources, page, textOf), () => context.signal)
  const send = (body: string | AsyncGenerator<string>) =>
    reply(200, typeof body === 'string' ? body : replyStream(body, context))
  return made instanceof Promise ? made.then(send) : send(made)
}
