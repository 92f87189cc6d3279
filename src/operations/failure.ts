import { isScimError, ScimError } from '../protocol/index.js'
import type { Service } from './context.js'
import type { ErrorContext } from './hooks.js'
import { report } from './report.js'

/** The error that the client receives: the protocol's own, or a 500 with the id under which the host finds the rest. */
export function toScimError(
  service: Service,
  error: unknown,
  context: Omit<ErrorContext, 'errorId'>,
): ScimError {
  if (isScimError(error)) return error
  const errorId = report(service, error, context)
  return new ScimError(
    500,
    undefined,
    `Something went wrong inside the service; its log has it under ${errorId}`,
  )
}
