import { ScimError } from '../protocol/index.js'
import type { CommonAttributes, Projection } from '../schema/index.js'
import type { Call, Endpoint } from './service.js'
import { storeContext } from './service.js'

/**
 * The resource with an id.
 *
 * @throws ScimError 404.
 * @see RFC 7644 section 3.4.1
 */
export async function read(
  endpoint: Endpoint,
  id: string,
  wanted: Projection,
  call: Call,
): Promise<CommonAttributes> {
  const found = await endpoint.store.get(id, wanted, storeContext(endpoint, call))
  if (!found) throw ScimError.notFound(`There is no such ${endpoint.type.name}`)
  return found
}
