import { ScimError } from '../protocol/index.js'
import type { OperationContext } from './context.js'
import type { OperationName } from './hooks.js'

/** What the host's `authorize` is called with. */
interface AccessRequest {
  readonly operation: OperationName
  /** Undefined where the operation is not about a single resource type. */
  readonly resourceType: string | undefined
  readonly id: string | undefined
}

/** Calls the host's `authorize`, where there is one. @throws ScimError 403. */
export async function assertAuthorized(
  { service, tenant, actor }: OperationContext,
  { operation, resourceType, id }: AccessRequest,
): Promise<void> {
  if (!service.authorize) return
  const isAllowed = await service.authorize({ operation, resourceType, id, tenant, actor })
  if (!isAllowed) throw ScimError.forbidden(`The credential does not allow to ${operation} here`)
}
