import type { ReviewCheck, ReviewDemand, Reviewer } from '../../idp/index.js'
import { listsExternalId, reviewDemands } from '../../idp/index.js'
import { findAttribute } from '../../schema/index.js'
import type { Facts } from './facts.js'
import { requires } from './facts.js'
import type { Criterion, Verdict } from './verdict.js'
import { fails, filtersVerdict, holds, host, worst } from './verdict.js'

type Judge = (facts: Facts, demand: ReviewDemand) => Verdict

const noGroups = fails('there is no option groups')

function refusesBy(requirement: string): Judge {
  return (facts) =>
    requires(facts, requirement)
      ? fails(`the profile ${facts.profile.name} refuses it`)
      : holds(`the profile ${facts.profile.name} takes it`)
}

/** How it is found out whether a reviewer is content. */
const judges: Readonly<Record<ReviewCheck, Judge>> = {
  nothing: (_facts, { reason = '' }) => holds(reason),
  lookups: ({ users, groups }) =>
    worst([
      filtersVerdict(users, ['userName eq "x"']),
      ...(groups ? [filtersVerdict(groups, ['displayName eq "x"'])] : []),
    ]),
  inactiveUsers({ users: { description, type } }) {
    if (!type.activation) return fails('the store of users keeps no active')
    return description?.showsAll
      ? holds('the store of users shows every account')
      : host('the store of users must not leave out who is inactive')
  },
  allUsers({ users: { description } }) {
    if (!description) return host('the store of users does not say whether it leaves anybody out')
    return description.showsAll
      ? holds('the store of users shows every account')
      : host('the option where of the store leaves rows out, which must be no accounts')
  },
  externalId: ({ users: { type } }) =>
    !type.definition.notKept?.includes('externalId') && findAttribute(type, 'externalId')
      ? holds('the store of users keeps it')
      : fails('the store of users does not keep it'),
  listedExternalId({ profile, options }) {
    const { externalId } = options.discovery ?? {}
    if (externalId !== undefined)
      return externalId ? holds('discovery.externalId is true') : fails('discovery.externalId is false')
    return listsExternalId(profile)
      ? holds(`the profile ${profile.name} lists it`)
      : fails(`the profile ${profile.name} does not list it`)
  },
  rule: ({ profile }, { rule = '' }) =>
    profile.has(rule)
      ? holds(`the profile ${profile.name} has the rule ${rule}`)
      : fails(`the profile ${profile.name} lacks the rule ${rule}`),
  pathless: refusesBy('pathRequired'),
  passwords: (facts, demand) => {
    if (requires(facts, 'noPassword')) return refusesBy('noPassword')(facts, demand)
    return holds(facts.options.hashPassword ? 'hashPassword stores it' : 'taken, and not stored')
  },
  uniqueGroupNames({ groups, options }) {
    if (!groups) return noGroups
    return options.groupNames === 'any' ? fails("groupNames is 'any'") : holds("groupNames is 'unique'")
  },
  twinGroups({ groups, options }) {
    if (!groups) return noGroups
    return options.groupNames === 'any'
      ? holds("groupNames is 'any'")
      : holds("groupNames is 'unique': no test asks for more, and the second of two such groups is a 409")
  },
  unknownMembers: ({ options }) =>
    options.unknownMembers === 'reject'
      ? fails("unknownMembers is 'reject': a push of such a group fails for good")
      : holds("unknownMembers is 'ignore'"),
  unknownReferences: ({ options }) =>
    options.unknownReferences === 'reject'
      ? fails("unknownReferences is 'reject'")
      : holds("unknownReferences is 'ignore'"),
  patchReply({ options }) {
    const { users = 'resource', groups = 'none' } = options.patchReply ?? {}
    return holds(`patchReply is '${users}' for users and '${groups}' for groups`)
  },
  accessTokens: ({ hasFixedTokens }) =>
    hasFixedTokens
      ? fails('bearerTokens are fixed tokens')
      : host('authenticate must accept access tokens of OAuth'),
  rate: ({ options }) =>
    host(
      options.rateLimit ? 'rateLimit must allow them' : 'there is no rateLimit; the machine must bear them',
    ),
}

/** What a reviewer asks for. */
export function criteriaOf(reviewer: Reviewer): readonly Criterion[] {
  return reviewDemands.flatMap((demand) =>
    demand.reviewer === reviewer
      ? [
          {
            section: demand.section,
            asks: demand.asks,
            judge: (facts: Facts) => judges[demand.check](facts, demand),
          },
        ]
      : [],
  )
}

/** The reviewers that there are, each once. */
export const reviewers: readonly Reviewer[] = [...new Set(reviewDemands.map(({ reviewer }) => reviewer))]
