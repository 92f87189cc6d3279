import type { ErrorContext } from '../operations/index.js'

/** Logs what failed and where, without the error's own message, which may hold personal data. */
export function logError(error: unknown, context: ErrorContext): void {
  const frames =
    error instanceof Error ? error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) : undefined
  const name = error instanceof Error ? error.name : typeof error
  console.error(
    [
      `scimkit: ${context.operation ?? 'request'} failed with ${name} (${context.errorId})`,
      ...(frames ?? []),
    ].join('\n'),
  )
}
