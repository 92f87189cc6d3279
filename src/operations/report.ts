import type { Service } from './context.js'
import type { ErrorContext } from './hooks.js'

/** Where an error came up, without the id that it will get. */
export interface ErrorPlace extends Omit<ErrorContext, 'errorId'> {
  /** Not to be forgotten. */
  readonly traceparent: string | undefined
}

/** Gives an error that the client does not see to the host's `onError`, and returns the error's id. */
export function report(
  service: Service,
  error: unknown,
  { requestId, traceparent, tenant, operation }: ErrorPlace,
): string {
  const errorId = crypto.randomUUID()
  try {
    // `onError` may be async, though nothing waits for it.
    Promise.resolve(service.report(error, { errorId, requestId, traceparent, tenant, operation })).catch(
      () => {},
    )
  } catch {
    // An `onError` that throws has nowhere left to report to.
  }
  return errorId
}
