import type { Facts, TypeFacts } from './facts.js'
import { evaluates } from './facts.js'

/** Whether something holds, or is for the host to see to, because scimkit cannot tell. */
export type ConformanceState = 'holds' | 'does not hold' | 'host'

export interface Verdict {
  readonly state: ConformanceState
  /** One line. */
  readonly reason: string
}

/** What a document asks for, and how it is found out whether a service does it. */
export interface Criterion {
  readonly section: string
  /** What is asked for, in a few words. */
  readonly asks: string
  readonly judge: (facts: Facts) => Verdict
}

export function holds(reason: string): Verdict {
  return { state: 'holds', reason }
}

export function fails(reason: string): Verdict {
  return { state: 'does not hold', reason }
}

export function host(reason: string): Verdict {
  return { state: 'host', reason }
}

/** The verdict for what holds in every configuration. */
export function always(reason: string): Criterion['judge'] {
  return () => holds(reason)
}

/** The verdict that counts where all are asked for. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  const of = (state: ConformanceState) => verdicts.find((verdict) => verdict.state === state)
  return of('does not hold') ?? of('host') ?? of('holds') ?? holds('nothing is asked for')
}

/** Whether a store can evaluate filters. */
export function filtersVerdict(facts: TypeFacts, filters: readonly string[]): Verdict {
  const { name } = facts.type
  const refused = filters.filter((text) => evaluates(facts, text) === false)
  if (refused.length > 0) return fails(`${name}: this store does not evaluate \`${refused.join('`, `')}\``)
  if (!facts.description) return host(`${name}: the store does not say which filters it evaluates`)
  return holds(`${name}: the store evaluates them`)
}

/** What a DELETE does, as clients see it. */
export function deletionVerdict({ type: { name }, description }: TypeFacts): Verdict {
  switch (description?.deletion) {
    case 'removes':
      return holds('a DELETE removes the resource')
    case 'hides':
      return host(
        `${name}: softDelete hides the row from every client; a unique index over hidden rows keeps its names (see scim.check())`,
      )
    case 'revives':
      return holds(`${name}: softDelete hides the row from every client until a POST of its name revives it`)
    case 'shows':
      return fails(`${name}: a DELETE leaves the resource visible`)
    default:
      return host(`${name}: the store does not say what a DELETE does`)
  }
}

/** Who tells which unique values are the same. */
export function uniquenessVerdict({ type: { name }, description }: TypeFacts): Verdict {
  if (!description) return host(`${name}: the store does not say which values it takes for the same`)
  return description.uniqueness === 'store'
    ? holds('the store compares as filters do')
    : host(
        `${name}: unique indexes of the host compare; scim.check() says which are missing or tell case apart`,
      )
}
