import { ScimError } from '../../protocol/index.js'
import type { DiscoveryEndpoint } from '../discovery.js'
import { readQuery, readText } from '../request/query.js'
import { reply } from '../response/reply.js'
import type { Handle } from '../route.js'

/** Answers with discovery documents (RFC 7644 section 4). */
export function answerDiscovery(document: DiscoveryEndpoint): Handle {
  return async ({ discover }, { id }, request, { profile }) => {
    if (readText(readQuery(request.query), 'filter') !== undefined) {
      // RFC 7644 section 4 requires this status.
      throw ScimError.forbidden('Discovery documents cannot be filtered')
    }
    return reply(200, await discover(document, id, request.baseUrl, profile))
  }
}
