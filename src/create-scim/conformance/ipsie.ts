import type { CompiledResourceType } from '../../schema/index.js'
import { findAttribute } from '../../schema/index.js'
import type { Facts } from './facts.js'
import { requires } from './facts.js'
import { interopCriteria } from './interop.js'
import type { Criterion, Verdict } from './verdict.js'
import { always, deletionVerdict, fails, filtersVerdict, holds, host, worst } from './verdict.js'

/** The attributes of a list that a type does not have. */
function missing({ definition, ...type }: CompiledResourceType, paths: readonly string[]): readonly string[] {
  const whole = { definition, ...type }
  return paths.filter((path) => definition.notKept?.includes(path) || !findAttribute(whole, path))
}

function has(type: CompiledResourceType, paths: readonly string[]): Verdict {
  const without = missing(type, paths)
  return without.length > 0
    ? fails(`${type.name}: the store keeps no ${without.join(', ')}`)
    : holds(`${type.name}: the store keeps them`)
}

function interoperates(facts: Facts): Verdict {
  const { state, reason } = worst(interopCriteria.map(({ judge }) => judge(facts)))
  return { state, reason: state === 'holds' ? 'see the interop profile' : `interop: ${reason}` }
}

const shared: readonly Criterion[] = [
  { section: 'Shared Prerequisites', asks: 'the interop profile', judge: interoperates },
  {
    section: 'Shared Prerequisites',
    asks: 'OAuth 2.0 access tokens that expire',
    judge: ({ hasFixedTokens }) =>
      hasFixedTokens
        ? fails('bearerTokens are fixed tokens')
        : host('authenticate must accept access tokens of OAuth with the scope scim'),
  },
  {
    section: 'Shared Prerequisites',
    asks: 'rate limits with 429 and Retry-After',
    judge: ({ options }) =>
      options.rateLimit ? holds('rateLimit answers 429') : fails('there is no option rateLimit'),
  },
  {
    section: 'Shared Prerequisites',
    asks: '25 requests a second per tenant',
    judge: () => host('rateLimit must allow them, and the machine must bear them'),
  },
  { section: 'Shared Prerequisites', asks: 'bulk', judge: always('at /Bulk') },
  {
    section: 'Shared Prerequisites',
    asks: 'no local changes',
    judge: () => host('what the identity service owns must not be changed elsewhere'),
  },
  {
    section: 'Security Considerations',
    asks: 'an audit of every change and its reply',
    judge: ({ options }) =>
      options.onRequest
        ? host('onRequest is told of each request, and must keep it')
        : fails('there is no option onRequest'),
  },
]

const firstLevel = 'AL1: User Deprovisioning'
const secondLevel = 'AL2: User and Group Management'

/** draft-openid-ipsie-al-scim-profile, level AL1. */
export const firstLevelCriteria: readonly Criterion[] = [
  ...shared,
  {
    section: firstLevel,
    asks: 'users are deactivated and reactivated by PATCH',
    judge: ({ users }) =>
      users.type.activation?.mutability === 'readWrite'
        ? holds('by the attribute active')
        : fails('the store does not write active'),
  },
  {
    section: firstLevel,
    asks: 'sessions, tokens and keys end with a deactivation',
    judge: ({ hearsDeactivations }) =>
      host(
        hearsDeactivations
          ? 'what hears of user.deactivated must end them within 5 minutes'
          : "nothing hears of user.deactivated: give on['user.deactivated'], or an outbox",
      ),
  },
  {
    section: firstLevel,
    asks: 'filters by userName, externalId and e-mail',
    judge: ({ users }) =>
      worst([
        has(users.type, ['userName', 'externalId', 'emails.value', 'emails.type']),
        filtersVerdict(users, [
          'userName eq "x"',
          'externalId eq "x"',
          'emails[value eq "x"]',
          'emails[type eq "work" and value eq "x"]',
        ]),
      ]),
  },
  {
    section: firstLevel,
    asks: 'a userName is free after a DELETE',
    judge: ({ users }) => deletionVerdict(users),
  },
]

/** Level AL2, which includes AL1. */
export const secondLevelCriteria: readonly Criterion[] = [
  ...firstLevelCriteria,
  {
    section: secondLevel,
    asks: 'userName, displayName, active, externalId',
    judge: ({ users }) => has(users.type, ['userName', 'displayName', 'active', 'externalId']),
  },
  {
    section: secondLevel,
    asks: 'passwords are refused',
    judge: (facts) =>
      requires(facts, 'noPassword')
        ? holds(`the profile ${facts.profile.name} sees to it`)
        : fails(`the profile ${facts.profile.name} does not ask for it; ipsie('AL2') does`),
  },
  {
    section: secondLevel,
    asks: 'pages of at most 1,000',
    judge: ({ limits, profile }) => {
      const longest = Math.min(limits.maxPageSize, profile.maxPageSize ?? limits.maxPageSize)
      return longest <= 1000
        ? holds(`pages of ${longest.toLocaleString('en-US')} at most`)
        : fails(`limits.maxPageSize is ${longest.toLocaleString('en-US')}`)
    },
  },
  {
    section: secondLevel,
    asks: 'groups with displayName, members and externalId, found by each',
    judge: ({ groups }) => {
      if (!groups) return fails('there is no option groups')
      return worst([
        has(groups.type, ['displayName', 'members', 'externalId']),
        filtersVerdict(groups, ['displayName eq "x"', 'externalId eq "x"', 'members[value eq "x"]']),
      ])
    },
  },
  {
    section: secondLevel,
    asks: '50 changes of members in one PATCH',
    judge: ({ groups, limits: { maxPatchOperations } }) => {
      if (!groups) return fails('there is no option groups')
      return maxPatchOperations >= 50
        ? holds(`up to ${maxPatchOperations.toLocaleString('en-US')} (limits.maxPatchOperations)`)
        : fails(`limits.maxPatchOperations is ${maxPatchOperations}`)
    },
  },
  {
    section: secondLevel,
    asks: 'members are removed by `members` or `members[value eq "id"]` only',
    judge: (facts) =>
      requires(facts, 'memberPaths')
        ? holds(`the profile ${facts.profile.name} sees to it`)
        : fails(`the profile ${facts.profile.name} does not ask for it; ipsie('AL2') does`),
  },
]
