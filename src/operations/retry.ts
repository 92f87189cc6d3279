import { isScimError, ScimError } from '../protocol/index.js'
import type { Service } from './context.js'

/** The versions that a client allows a resource to be at (RFC 7644 section 3.14); undefined where it did not say. */
export type Precondition = ((version: string) => boolean) | undefined

/** Refuses a write when the client named versions and the resource is at another one. */
export function assertVersion(version: string, precondition: Precondition): void {
  if (precondition && !precondition(version)) throw ScimError.versionMismatch()
}

/** How long a write goes on, in milliseconds: identity providers wait longer than that. */
const patience = 15_000

/** At once the first time; then longer each time, so that however many write, few do so at the same time. */
function pause(attempt: number): Promise<void> {
  if (attempt < 2) return Promise.resolve()
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** attempt, 2000)))
}

/**
 * Reads and writes until no other writer comes between: with a precondition once, without one again from the start,
 * a bounded number of times and for a bounded time.
 *
 * @throws ScimError 412 with a precondition; 503 with `Retry-After` when the attempts are used up.
 */
export async function retryOnVersionConflict<T>(
  service: Service,
  precondition: Precondition,
  attempt: () => Promise<T>,
): Promise<T> {
  const begun = Date.now()
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      if (precondition || !isScimError(error) || error.status !== 412) throw error
      if (count >= service.limits.maxAttempts || Date.now() - begun > patience) {
        throw ScimError.unavailable('The resource is being changed by others; try again', { cause: error })
      }
      await pause(count)
    }
  }
}
