import { ScimError } from '../protocol/index.js'
import type { Endpoint, OperationContext } from './context.js'
import type { OperationName } from './hooks.js'

/** Calls the host's `authorize`, where there is one; `endpoint` is undefined across resource types. @throws ScimError 403. */
export async function assertAuthorized(
  context: OperationContext,
  operation: OperationName,
  endpoint: Endpoint | undefined,
  id: string | undefined,
): Promise<void> {
  const { service, tenant, actor } = context
  if (!service.authorize) return
  const resourceType = endpoint?.type.name
  const signal = context.callbackSignal
  const isAllowed = await service.authorize({ operation, resourceType, id, tenant, actor, signal })
  if (!isAllowed) throw ScimError.forbidden(`The credential does not allow to ${operation} here`)
}
