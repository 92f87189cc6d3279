import type { ErrorContext } from '../operations/index.js'
import { HostFault } from '../operations/index.js'
import { isScimError } from '../protocol/index.js'

/** A code of a platform or a database, such as `ECONNREFUSED` or `57P01`: nothing personal. */
const plainCode = /^\w{1,40}$/

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return plainCode.test(code) ? `${error.name} ${code}` : error.name
}

/** What led to an error of the protocol, which says itself no more than the client knows. */
function rootCauseOf(error: unknown): unknown {
  let cause = error
  // A bound, since causes may go round in a circle.
  for (let depth = 0; depth < 10 && isScimError(cause) && cause.cause !== undefined; depth++)
    cause = cause.cause
  return cause
}

/** The lines of the stack that say where, of which a line of the message may only look like one. */
function framesOf({ message, stack = '' }: Error): readonly string[] {
  const end = stack.indexOf(message) + message.length
  return stack
    .slice(Math.max(end, 0))
    .split('\n')
    .filter((line) => /^\s+at .*[:)]/.test(line))
}

/** Logs what failed and where, without the error's own message, which may hold personal data unless it is ours. */
export function logError(error: unknown, context: ErrorContext): void {
  const cause = rootCauseOf(error)
  const frames = cause instanceof Error ? framesOf(cause) : undefined
  const answered = isScimError(error) && cause !== error ? ` and was answered with ${error.status}` : ''
  const reason = cause instanceof HostFault ? `: ${cause.message}` : ''
  console.error(
    [
      `scimkit: ${context.operation ?? 'request'} failed with ${nameOf(cause)}${answered} (${context.errorId})${reason}`,
      ...(frames ?? []),
    ].join('\n'),
  )
}
