import { backoff, isScimError, ScimError } from '../protocol/index.js'
import { isRefusal } from './before-write.js'
import type { OperationContext } from './context.js'

/** The versions that a client allows a resource to be at (RFC 7644 section 3.14); undefined: any. */
export type Precondition = ((version: string) => boolean) | undefined

/** Refuses a write when the client named versions and the resource is at another one. @throws ScimError 412. */
export function assertVersion(version: string, precondition: Precondition): void {
  if (precondition && !precondition(version)) throw ScimError.versionMismatch()
}

/** How long a write is retried, in milliseconds; identity providers wait longer than that. */
const retryTimeout = 15_000

/** The longest pause between two attempts, in milliseconds. */
const maxPause = 2000

/**
 * Repeats a read and write while other writers come first: not at all with a precondition; without one from the
 * start, at most `limits.maxAttempts` times and for 15 seconds.
 *
 * @throws ScimError 412 with a precondition; 503 with `Retry-After` when the attempts are used up.
 */
export async function retryOnVersionConflict<T>(
  { service }: OperationContext,
  precondition: Precondition,
  attempt: () => Promise<T>,
): Promise<T> {
  const start = Date.now()
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      if (precondition || !isScimError(error) || error.status !== 412 || isRefusal(error)) throw error
      if (count >= service.limits.maxAttempts || Date.now() - start > retryTimeout) {
        throw ScimError.unavailable('The resource is being changed by others; try again', { cause: error })
      }
      // The first retry comes at once; later ones are spread, so that few of many writers meet again.
      if (count > 1) await pause(backoff(count, { first: 2, max: maxPause }))
    }
  }
}

/** Repeats an attempt while `isWorthwhile` says so of its error and its number, counted from 1. */
export async function retry<T>(
  attempt: () => Promise<T>,
  isWorthwhile: (error: unknown, count: number) => boolean,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      if (!isWorthwhile(error, count)) throw error
      await pause(backoff(count, { first: 20, max: maxPause }))
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
