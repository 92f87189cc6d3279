import { ScimError } from '../protocol/index.js'
import type { CommonAttributes, Projection } from '../schema/index.js'
import type { Endpoint, OperationContext } from './context.js'
import { storeContext } from './context.js'

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
  if (!resource) throw ScimError.notFound(`There is no such ${endpoint.type.name}`)
  return assertStored(resource, endpoint, 'get')
}

/** Throws a TypeError when a store returns a resource without id or version. */
export function assertStored<R extends CommonAttributes>(resource: R, { type }: Endpoint, method: string): R {
  if (typeof resource?.id !== 'string' || typeof resource.meta?.version !== 'string') {
    throw new TypeError(
      `The store of ${type.name}: ${method} gave a resource without an id or a meta.version as text`,
    )
  }
  return resource
}
