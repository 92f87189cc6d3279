import type { LongWork } from '../../protocol/index.js'
import { nextTurn, TurnClock, urns } from '../../protocol/index.js'

/** The members of a ListResponse besides the resources. */
export interface PageInfo {
  readonly totalResults: number
  readonly startIndex?: number | undefined
  readonly nextCursor?: string | undefined
  readonly previousCursor?: string | undefined
}

/** The characters up to which a page is sent as a whole, with its length. */
const maxWhole = 1024 * 1024

/** The characters of a part that is sent of a longer page, at least. */
const minPart = 64 * 1024

/** The JSON text of a ListResponse up to its first resource (RFC 7644 section 3.4.2, RFC 9865). */
function opening(length: number, page: PageInfo): string {
  const { totalResults, startIndex, nextCursor, previousCursor } = page
  let info = `"totalResults":${totalResults},`
  if (startIndex !== undefined) info += `"startIndex":${startIndex},`
  info += `"itemsPerPage":${length},`
  // Cursors are base64url and need no escaping.
  if (previousCursor !== undefined) info += `"previousCursor":"${previousCursor}",`
  if (nextCursor !== undefined) info += `"nextCursor":"${nextCursor}",`
  return `{"schemas":["${urns.listResponse}"],${info}"Resources":[`
}

/**
 * The JSON text of a ListResponse. A long one comes in parts, each of which is rendered when the client has taken the
 * one before, so that a page of any size is held in memory one resource at a time. Made in turns: `attributes` may have
 * hundreds of conditions on thousands of values.
 *
 * @param textOf returns the JSON text of a resource.
 */
export function* listResponse<T>(
  resources: readonly T[],
  page: PageInfo,
  textOf: (resource: T) => string,
): LongWork<string | AsyncGenerator<string>> {
  const clock = new TurnClock()
  let whole = opening(resources.length, page)
  let done = 0
  for (const resource of resources) {
    whole += done === 0 ? textOf(resource) : `,${textOf(resource)}`
    done++
    if (whole.length > maxWhole) return inParts(whole, resources, done, textOf)
    if (!clock.isOver()) continue
    yield
    clock.restart()
  }
  return `${whole}]}`
}

/** The rest of a page after its beginning, which has `done` of the resources. */
async function* inParts<T>(
  beginning: string,
  resources: readonly T[],
  done: number,
  textOf: (resource: T) => string,
): AsyncGenerator<string> {
  yield beginning
  const clock = new TurnClock()
  let part = ''
  for (const resource of resources.slice(done)) {
    part += `,${textOf(resource)}`
    if (part.length >= minPart) {
      yield part
      part = ''
    }
    if (!clock.isOver()) continue
    // A client that takes each part at once leaves no turn to others.
    await nextTurn()
    clock.restart()
  }
  yield `${part}]}`
}
