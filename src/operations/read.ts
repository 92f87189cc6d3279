import { ScimError } from '../protocol/index.js'
import type { CommonAttributes, Projection } from '../schema/index.js'
import type { Call, Endpoint } from './context.js'
import { storeContext } from './context.js'

/**
 * The resource with an id.
 *
 * @throws ScimError 404.
 * @see RFC 7644 section 3.4.1
 */
export async function read(
  endpoint: Endpoint,
  id: string,
  projection: Projection,
  call: Call,
): Promise<CommonAttributes> {
  const found = await endpoint.store.get(id, projection, storeContext(endpoint, call))
  if (!found) throw ScimError.notFound(`There is no such ${endpoint.type.name}`)
  return assertStored(found, endpoint, 'get')
}

/** Says what a store has forgotten, to the host; the client is answered with 500. @throws TypeError */
export function assertStored<R extends CommonAttributes>(resource: R, { type }: Endpoint, method: string): R {
  if (typeof resource?.id !== 'string' || typeof resource.meta?.version !== 'string') {
    throw new TypeError(
      `The store of ${type.name}: ${method} gave a resource without an id or a meta.version as text`,
    )
  }
  return resource
}
