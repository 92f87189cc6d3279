import { urns } from '../../protocol/index.js'

/** The members of a ListResponse besides the resources. */
interface PageInfo {
  readonly totalResults: number
  readonly startIndex?: number | undefined
  readonly nextCursor?: string | undefined
  readonly previousCursor?: string | undefined
}

/** The JSON text of a ListResponse, from resources that are JSON text already (RFC 7644 section 3.4.2, RFC 9865). */
export function listResponse(resources: readonly string[], page: PageInfo): string {
  const { totalResults, startIndex, nextCursor, previousCursor } = page
  let info = `"totalResults":${totalResults},`
  if (startIndex !== undefined) info += `"startIndex":${startIndex},`
  info += `"itemsPerPage":${resources.length},`
  // Cursors are base64url and need no escaping.
  if (previousCursor !== undefined) info += `"previousCursor":"${previousCursor}",`
  if (nextCursor !== undefined) info += `"nextCursor":"${nextCursor}",`
  return `{"schemas":["${urns.listResponse}"],${info}"Resources":[${resources.join(',')}]}`
}
