import { ScimError } from '../protocol/index.js'
import type { Call, Endpoint, OperationName, Service } from './context.js'

/** Asks the host whether a caller may do something. @throws ScimError 403. */
export async function assertAuthorized(
  service: Service,
  operation: OperationName,
  endpoint: Endpoint | undefined,
  id: string | undefined,
  call: Call,
): Promise<void> {
  if (!service.authorize) return
  const { tenant, actor } = call
  const isAllowed = await service.authorize({
    operation,
    resourceType: endpoint?.type.name,
    id,
    tenant,
    actor,
  })
  if (!isAllowed) throw ScimError.forbidden(`The credential does not allow to ${operation} here`)
}
