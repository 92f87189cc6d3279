import type { Filter } from '../../filter/index.js'
import type { CommonAttributes, Projection } from '../../schema/index.js'
import { fullProjection } from '../../schema/index.js'
import type { Endpoint, OperationContext } from '../context.js'
import { storeContext } from '../context.js'
import { assertPage } from '../store-replies.js'

/** Conditions in one query: few enough for the parameters of any database. */
const chunkSize = 200

export function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += chunkSize) yield list.slice(at, at + chunkSize)
}

/** Every resource of an endpoint that a filter matches, read a page at a time. */
export async function* listAll(
  context: OperationContext,
  endpoint: Endpoint,
  filter: Filter | undefined,
  projection: Projection = fullProjection(endpoint.type),
): AsyncGenerator<CommonAttributes> {
  for (let startIndex = 1; ; ) {
    const query = { filter, sort: undefined, startIndex, count: chunkSize, projection }
    const page = await endpoint.store.list(query, storeContext(context, endpoint))
    const { resources, totalResults } = assertPage(page, query, endpoint)
    yield* resources
    startIndex += resources.length
    if (resources.length === 0 || startIndex > totalResults) return
  }
}
