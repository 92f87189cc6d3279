import type { ErrorContext, Service } from './context.js'

/** Tells the host of an error that the client does not see. The host's own mistakes in listening change nothing. */
export function report(service: Service, error: unknown, context: Omit<ErrorContext, 'errorId'>): string {
  const errorId = crypto.randomUUID()
  try {
    // A listener may be an async function, though nobody waits for it.
    Promise.resolve(service.report(error, { ...context, errorId })).catch(() => {})
  } catch {
    // The host's reporter is the last to know; there is nobody left to tell.
  }
  return errorId
}
