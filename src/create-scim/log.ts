import type { ErrorContext } from '../operations/index.js'
import { HostFault, isScimError } from '../protocol/index.js'
import type { Finding } from '../stores/index.js'

/** A code of a platform or a database, such as `ECONNREFUSED` or `57P01`: nothing personal. */
const plainCode = /^\w{1,40}$/

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const code = codeOf(error)
  return code === undefined ? error.name : `${error.name} ${code}`
}

/** The code of an error, or of what led to it: other libraries wrap the errors of a database. */
function codeOf(error: Error): string | undefined {
  let at: unknown = error
  for (let depth = 0; depth < 10 && at instanceof Error; depth++) {
    if ('code' in at && typeof at.code === 'string' && plainCode.test(at.code)) return at.code
    at = at.cause
  }
  return undefined
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

/** The lines that this process has logged: several services may be over the same stores. */
const loggedWarnings = new Set<string>()

/** Logs a warning of the check in a line of its own, once. */
export function logWarning({ code, where, message, fix }: Finding): void {
  const lines = `scimkit: ${code}: ${where}: ${message}. ${fix}`.split('\n')
  const line = lines.map((part) => part.trim()).join(' ')
  if (loggedWarnings.has(line)) return
  loggedWarnings.add(line)
  console.warn(line)
}
