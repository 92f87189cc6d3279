import { urns } from '../protocol/index.js'

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
  const info = JSON.stringify({
    schemas: [urns.listResponse],
    totalResults,
    startIndex,
    itemsPerPage: resources.length,
    previousCursor,
    nextCursor,
  })
  return `${info.slice(0, -1)},"Resources":[${resources.join(',')}]}`
}
