import type { CommonAttributes } from '../../schema/index.js'
import type { ListQuery, ListResult } from '../../stores/store.js'
import type { OperationContext } from '../context.js'
import { storeContext } from '../context.js'
import { assertPage } from '../store-replies.js'
import { fillPage, isShort } from './fill-page.js'

/** A page of the store, whole also where the store has cut it short. */
export async function readPage(
  context: OperationContext,
  query: ListQuery,
): Promise<ListResult<CommonAttributes>> {
  const { endpoint } = context
  const read = async (part: ListQuery) =>
    assertPage(await endpoint.store.list(part, storeContext(context)), part, endpoint)
  const page = await read(query)
  return isShort(query, page) ? fillPage(query, page, read) : page
}
