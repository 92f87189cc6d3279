import { isScimError, ScimError } from '../protocol/index.js'
import type { ErrorContext, Service } from './context.js'
import { report } from './report.js'

/** What a client is told of an error: what the protocol has a word for, or where the host finds the rest. */
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
