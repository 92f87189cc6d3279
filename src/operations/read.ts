import { ScimError } from '../protocol/index.js'
import type { CommonAttributes, Projection } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { storeContext } from './context.js'
import { assertStored } from './store-replies.js'

/**
 * The resource with an id.
 *
 * @throws ScimError 404.
 * @see RFC 7644 section 3.4.1
 */
export async function read(
  context: OperationContext,
  id: string,
  projection: Projection,
): Promise<CommonAttributes> {
  const { endpoint } = context
  const resource = await endpoint.store.get(id, projection, storeContext(context))
  if (resource === undefined || resource === null)
    throw ScimError.notFound(`There is no such ${endpoint.type.name}`)
  return assertStored(resource, endpoint, 'get')
}
