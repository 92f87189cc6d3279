import { urns } from '../protocol/index.js'

/** The JSON text of a ListResponse around resources that are JSON text already (RFC 7644 section 3.4.2). */
export function listResponse(resources: readonly string[], totalResults: number, startIndex: number): string {
  return (
    `{"schemas":["${urns.listResponse}"],"totalResults":${totalResults},"startIndex":${startIndex},` +
    `"itemsPerPage":${resources.length},"Resources":[${resources.join(',')}]}`
  )
}
