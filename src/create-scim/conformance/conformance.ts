import { hasFixedTokens } from '../../auth/index.js'
import type { Profile, Reviewer } from '../../idp/index.js'
import type { Service } from '../../operations/index.js'
import type { ScimOptions } from '../options.js'
import type { Facts, TypeFacts } from './facts.js'
import { requires, typeFacts } from './facts.js'
import { interopCriteria } from './interop.js'
import { firstLevelCriteria, secondLevelCriteria } from './ipsie.js'
import { criteriaOf, reviewers } from './reviews.js'
import { rfcCriteria } from './rfc.js'
import type { ConformanceState, Criterion } from './verdict.js'
import { holds } from './verdict.js'

/** What a service is measured by: documents, and the reviewers of identity providers. */
export type ConformanceProfile = 'rfc' | 'interop' | 'ipsie AL1' | 'ipsie AL2' | Reviewer

/** What a service claims of one section of a document, in the configuration that is running. */
export interface ConformanceClaim {
  readonly profile: ConformanceProfile
  /** Of the document, such as `RFC 7644 3.6` or `6.5.1`, or the part of a review, such as `SPEC test`. */
  readonly section: string
  /** What is asked for, in a few words. */
  readonly asks: string
  /** `host`: scimkit cannot tell, and the host must see to it. */
  readonly state: ConformanceState
  /** Why, in a line, with the option that would change it. */
  readonly reason: string
}

/** Whether the interoperability profile holds, as far as scimkit can tell. */
function isInteropConformant(facts: Facts): boolean {
  return interopCriteria.every(({ judge }) => judge(facts).state !== 'does not hold')
}

const statement: Criterion = {
  section: '4',
  asks: '`interopProfileConformant` says the truth',
  judge: (facts) =>
    holds(
      requires(facts, 'conformanceStatement')
        ? `discovery says ${isInteropConformant(facts)}`
        : `under the profile ${facts.profile.name} discovery says nothing`,
    ),
}

const criteria: readonly (readonly [ConformanceProfile, readonly Criterion[]])[] = [
  ['rfc', rfcCriteria],
  ['interop', [statement, ...interopCriteria]],
  ['ipsie AL1', firstLevelCriteria],
  ['ipsie AL2', secondLevelCriteria],
  ...reviewers.map((reviewer) => [reviewer, criteriaOf(reviewer)] as const),
]

/** What a service can claim, by the profile of a caller. */
export class Conformance {
  private readonly types: readonly TypeFacts[]
  private readonly users: TypeFacts
  private readonly statements = new WeakMap<Profile['requirements'], boolean>()

  constructor(
    private readonly options: ScimOptions,
    private readonly service: Service,
  ) {
    this.types = typeFacts(service.endpoints)
    const [users] = this.types
    if (!users) throw new Error('A service has users')
    this.users = users
  }

  claims(profile: Profile): readonly ConformanceClaim[] {
    const facts = this.facts(profile)
    return criteria.flatMap(([name, list]) =>
      list.map(({ section, asks, judge }) => ({ profile: name, section, asks, ...judge(facts) })),
    )
  }

  /** Whether discovery says that the interoperability profile holds; undefined: it says nothing. */
  statement(profile: Profile): boolean | undefined {
    const { requirements } = profile
    const known = this.statements.get(requirements)
    if (known !== undefined) return known
    const facts = this.facts(profile)
    if (!requires(facts, 'conformanceStatement')) return undefined
    const says = isInteropConformant(facts)
    this.statements.set(requirements, says)
    return says
  }

  private facts(profile: Profile): Facts {
    const { options, service, types, users } = this
    const { endpoints, limits, callbacks } = service
    return {
      options,
      limits,
      profile,
      types,
      users,
      groups: options.groups ? types[1] : undefined,
      hasFixedTokens: hasFixedTokens(options.authenticate),
      sorts: endpoints.every(({ store }) => store.sorts === true),
      hasCursors: endpoints.every(({ store }) => store.cursors === true),
      hearsDeactivations: callbacks.has('user.deactivated') || endpoints[0]?.store.record !== undefined,
    }
  }
}
