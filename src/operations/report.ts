import type { Service } from './context.js'
import type { ErrorContext } from './hooks.js'

/** Gives an error that the client does not see to the host's `onError`, and returns the error's id. */
export function report(
  service: Service,
  error: unknown,
  { requestId, tenant, operation }: Omit<ErrorContext, 'errorId'>,
): string {
  const errorId = crypto.randomUUID()
  try {
    // `onError` may be async, though nothing waits for it.
    Promise.resolve(service.report(error, { requestId, tenant, operation, errorId })).catch(() => {})
  } catch {
    // An `onError` that throws has nowhere left to report to.
  }
  return errorId
}
