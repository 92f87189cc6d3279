import { isScimError, ScimError } from '../protocol/index.js'
import type { Endpoint, OperationContext } from './context.js'
import { readPermission } from './hook-results.js'
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
  const asked = { operation, resourceType, id, tenant, actor, signal }
  const isAllowed = readPermission(await service.authorize(asked))
  if (!isAllowed) throw ScimError.forbidden(`The credential does not allow to ${operation} here`)
}

/** Whether the host's `authorize` allows it, where a refusal is no error; it may also throw its 403. */
export async function isAuthorized(
  context: OperationContext,
  operation: OperationName,
  endpoint: Endpoint,
  id: string | undefined,
): Promise<boolean> {
  try {
    await assertAuthorized(context, operation, endpoint, id)
    return true
  } catch (error) {
    if (isScimError(error) && error.status === 403) return false
    throw error
  }
}
