import type { OperationContext } from '../../operations/index.js'
import { addGroups, list, listAcross, readProjection } from '../../operations/index.js'
import type { ScimRequest, ScimResponse } from '../message.js'
import { readQuery } from '../request/query.js'
import { readJson } from '../request/read-json.js'
import type { Search } from '../request/search.js'
import { readSearchRequest, searchInQuery } from '../request/search.js'
import { listResponse } from '../response/list-response.js'
import { reply } from '../response/reply.js'
import type { Handle, HttpService } from '../route.js'
import { answerCreate } from './resources.js'

/** GET lists the resources of a type, POST creates one (RFC 7644 sections 3.4.2 and 3.3). */
export const answerCollection: Handle = (http, match, request, context) =>
  request.method === 'POST'
    ? answerCreate(http, match, request, context)
    : answerList(http, searchInQuery(readQuery(request.query), context.service.limits), request, context)

/** Lists the resources of a type by a SearchRequest (RFC 7644 section 3.4.3). */
export const answerSearch: Handle = async (http, _match, request, context) =>
  answerList(http, await searchInBody(request, context), request, context)

/** Lists resources across types, by query or by SearchRequest (RFC 7644 sections 3.4.2.1 and 3.4.3). */
export const answerSearchAcross: Handle = async ({ renderer }, _match, request, context) => {
  const search =
    request.method === 'POST'
      ? await searchInBody(request, context)
      : searchInQuery(readQuery(request.query), context.service.limits)
  const page = await listAcross(context, search.list, search)
  const texts = page.found.map(({ resource, endpoint, projection }) =>
    renderer.renderCached(resource, endpoint.type, projection, request.baseUrl),
  )
  return reply(200, listResponse(texts, page))
}

async function searchInBody(request: ScimRequest, { service }: OperationContext): Promise<Search> {
  return readSearchRequest(await readJson(request, service.limits), service.limits)
}

async function answerList(
  { renderer }: HttpService,
  { attributes, excludedAttributes, list: listRequest }: Search,
  { baseUrl }: ScimRequest,
  context: OperationContext,
): Promise<ScimResponse> {
  const { type } = context.endpoint
  const projection = readProjection(context, attributes, excludedAttributes)
  const page = await list(context, listRequest, projection)
  const shown = await addGroups(context, page.resources, projection)
  const texts = shown.map((resource) => renderer.renderCached(resource, type, projection, baseUrl))
  return reply(200, listResponse(texts, page))
}
