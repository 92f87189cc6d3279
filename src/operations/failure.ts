import { HostFault, isScimError, isSendable, ScimError } from '../protocol/index.js'
import type { Service } from './context.js'
import type { ErrorPlace } from './report.js'
import { report } from './report.js'

/** Where an error came up, and whether its request has been answered before, for having taken too long. */
interface FailureContext extends ErrorPlace {
  readonly isLate?: boolean | undefined
}

/**
 * The error that the client receives: the protocol's own, or a 500 with the id under which the host finds the rest. An
 * error of the protocol that says the service failed is reported too where it has a cause, such as a database that is
 * away, and so is one that the host's own tables have caused; without one, the host has thrown it as an answer and knows. What fails after the deadline does so because of it,
 * and that has been reported.
 */
export function toScimError(service: Service, error: unknown, context: FailureContext): ScimError {
  if (isScimError(error) && isSendable(error)) {
    const isOfHost = error.status >= 500 || error.cause instanceof HostFault
    if (isOfHost && error.cause !== undefined && !context.isLate) report(service, error, context)
    return error
  }
  const reason = isScimError(error) ? unsendable(error) : error
  const errorId = context.isLate ? crypto.randomUUID() : report(service, reason, context)
  return new ScimError(
    500,
    undefined,
    `Something went wrong inside the service; its log has it under ${errorId}`,
  )
}

function unsendable(error: ScimError): HostFault {
  const rule = 'status must be a whole number from 400 to 599, and retryAfter one from 0 on'
  return new HostFault(`A ScimError cannot be sent: ${rule}`, { cause: error })
}
