import type { Filter } from '../../filter/index.js'
import type { LongWork } from '../../protocol/index.js'
import { stepsPerTurn } from '../../protocol/index.js'
import type { CommonAttributes } from '../../schema/index.js'
import type { FoundRows } from './page.js'
import type { Row } from './row.js'
import type { MatchingWork } from './work.js'
import { matchingWork } from './work.js'

/** The rows that are left for later turns, with what they were when the first one ended. */
interface Rest<R extends CommonAttributes> {
  readonly rows: readonly Row<R>[]
  /** Without members, and with them where the filter looks at them. */
  readonly bare: readonly R[]
  readonly whole: readonly R[]
  readonly matches: Row<R>[]
  readonly states: R[]
}

/** Matches rows until a turn is over. Returns the place of the next one. */
function matchFirst<R extends CommonAttributes>(
  rows: readonly Row<R>[],
  filter: Filter,
  needsMembers: boolean,
  { rowsPerTurn, stepsFor }: MatchingWork,
  matches: Row<R>[],
): number {
  const end = Math.min(rows.length, rowsPerTurn)
  let left = stepsPerTurn
  for (let at = 0; at < end; at++) {
    const row = rows[at]
    if (!row || row.isGone) continue
    const resource = needsMembers ? row.resource : row.withoutMembers
    if (filter.matches(resource)) matches.push(row)
    if (stepsFor) {
      left -= stepsFor(resource)
      if (left <= 0) return at + 1
    }
  }
  return end
}

/** {@link matchFirst} for the other turns. */
function matchNext<R extends CommonAttributes>(
  { rows, bare, whole, matches, states }: Rest<R>,
  from: number,
  filter: Filter,
  { rowsPerTurn, stepsFor }: MatchingWork,
): number {
  const end = Math.min(rows.length, from + rowsPerTurn)
  let left = stepsPerTurn
  for (let at = from; at < end; at++) {
    const row = rows[at]
    const state = bare[at]
    if (!row || !state || row.isGone) continue
    const resource = whole[at] ?? state
    if (filter.matches(resource)) {
      matches.push(row)
      states.push(state)
    }
    if (stepsFor) {
      left -= stepsFor(resource)
      if (left <= 0) return at + 1
    }
  }
  return end
}

/** The rows that match a filter, as they all are when the first turn ends. */
export function* matchInTurns<R extends CommonAttributes>(
  rows: readonly Row<R>[],
  filter: Filter,
  needsMembers: boolean,
): LongWork<FoundRows<R>> {
  const work = matchingWork(filter.tree)
  const matches: Row<R>[] = []
  const first = matchFirst(rows, filter, needsMembers, work, matches)
  if (first === rows.length) return { rows: matches, states: undefined, gone: 0 }
  const left = rows.slice(first)
  const bare = left.map(({ withoutMembers }) => withoutMembers)
  const whole = needsMembers ? left.map(({ resource }) => resource) : bare
  const states = matches.map(({ withoutMembers }) => withoutMembers)
  const rest = { rows: left, bare, whole, matches, states }
  for (let at = 0; at < left.length; ) {
    yield
    at = matchNext(rest, at, filter, work)
  }
  return { rows: matches, states, gone: 0 }
}
