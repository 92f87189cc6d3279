import type { Refusal } from './failure.js'
import { assertHolds, isRefusedAs, showError } from './failure.js'
import { UnexpectedError } from './tested-store.js'

/** What came of one of many calls at once. */
export type CallOutcome<T> = PromiseSettledResult<T>

/** Makes many calls at once. */
export function race<T>(count: number, call: (number: number) => Promise<T>): Promise<CallOutcome<T>[]> {
  return Promise.allSettled(Array.from({ length: count }, (_, number) => call(number)))
}

/** The results of the calls that were done. */
export function done<T>(outcomes: readonly CallOutcome<T>[]): readonly T[] {
  return outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** Why the others were not. */
export function refusals(outcomes: readonly CallOutcome<unknown>[]): readonly unknown[] {
  return outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
}

/** @throws StoreContractError unless one call was done, and the others were refused as they must be. */
export function assertOneWins<T>(
  outcomes: readonly CallOutcome<T>[],
  refusal: Refusal,
  problem: string,
  fix: string,
): T {
  const winners = done(outcomes)
  const [winner] = winners
  assertHolds(winner !== undefined && winners.length === 1, () => ({
    problem: `of ${outcomes.length} ${problem}, ${winners.length} were accepted`,
    expected: '1',
    got: String(winners.length),
    fix,
  }))
  const other = refusals(outcomes).find((error) => !isRefusedAs(error, refusal))
  assertHolds(other === undefined, () => ({
    problem: `of ${outcomes.length} ${problem}, a loser was not told so`,
    expected: `${refusal.error}${refusal.path === undefined ? '' : ` with the path ${refusal.path}`}`,
    got: showError(other instanceof UnexpectedError ? other.cause : other),
    fix: `translate what the database throws then to ${refusal.error}, and wait for or retry what it calls a conflict`,
  }))
  return winner
}
