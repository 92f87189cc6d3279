import { urns } from '../../protocol/index.js'

/** What a ListResponse says of its page. */
interface PageInfo {
  readonly totalResults: number
  readonly startIndex?: number | undefined
  readonly nextCursor?: string | undefined
  readonly previousCursor?: string | undefined
}

/** The JSON text of a ListResponse around resources that are JSON text already (RFC 7644 section 3.4.2, RFC 9865). */
export function listResponse(resources: readonly string[], page: PageInfo): string {
  const { totalResults, startIndex, nextCursor, previousCursor } = page
  let info = `"totalResults":${totalResults},`
  if (startIndex !== undefined) info += `"startIndex":${startIndex},`
  info += `"itemsPerPage":${resources.length},`
  // Cursors are base64url: nothing in them has to be escaped.
  if (previousCursor !== undefined) info += `"previousCursor":"${previousCursor}",`
  if (nextCursor !== undefined) info += `"nextCursor":"${nextCursor}",`
  return `{"schemas":["${urns.listResponse}"],${info}"Resources":[${resources.join(',')}]}`
}
