import fc from 'fast-check'
import { requests } from './requests.js'
import { check } from './service.js'

/** Runs the property for a time. @throws Error with the smallest requests that break it, and the seed. */
export async function fuzz(milliseconds: number, seed?: number): Promise<number> {
  let runs = 0
  const property = fc.asyncProperty(requests, async (sent) => {
    runs += 1
    await check(sent)
  })
  await fc.assert(property, {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: milliseconds,
    ...(seed !== undefined && { seed }),
  })
  return runs
}
