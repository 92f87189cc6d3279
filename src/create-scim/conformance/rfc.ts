import { findAttribute } from '../../schema/index.js'
import type { Facts, TypeFacts } from './facts.js'
import type { Criterion, Verdict } from './verdict.js'
import {
  always,
  deletionVerdict,
  fails,
  filtersVerdict,
  holds,
  host,
  uniquenessVerdict,
  worst,
} from './verdict.js'

/** A filter for each text that clients look for, as far as the types have it. */
function lookups({ types }: Facts): Verdict {
  return worst(
    types.map((facts) => {
      const { type } = facts
      const paths = [...type.unique.map(({ path }) => path), 'externalId', 'meta.lastModified']
      const known = paths.filter((path) => findAttribute(type, path))
      const literal = (path: string) => (path.startsWith('meta.') ? '2026-01-01T00:00:00Z' : 'x')
      return filtersVerdict(
        facts,
        known.map((path) => `${path} eq "${literal(path)}"`),
      )
    }),
  )
}

/** Where ids come from, and what keeps them apart. */
function ids({ type: { name }, description }: TypeFacts): Verdict {
  if (!description) return host(`${name}: the store gives them, each once`)
  return description.uniqueness === 'store'
    ? holds('the store gives them, each once')
    : host(`${name}: a unique index of the host must keep them apart; scim.check() says where there is none`)
}

/** Whether clients can write what a resource must have. */
function required({ type }: TypeFacts): Verdict {
  const whole = (type.full ?? type).ordered.filter((one) => one.required && one.mutability !== 'readOnly')
  const lost = whole.find(({ path }) => {
    const kept = findAttribute(type, path)
    return !kept || kept.mutability === 'readOnly'
  })
  return lost
    ? fails(`${type.name}: the store does not write ${lost.path}, which is required`)
    : holds('the stores write them, and a resource without one is refused')
}

/** RFC 7643, RFC 7644 and RFC 9865. */
export const rfcCriteria: readonly Criterion[] = [
  { section: 'RFC 7643 2', asks: 'names and types of attributes', judge: always('every value is validated') },
  { section: 'RFC 7643 3.1', asks: 'ids', judge: ({ types }) => worst(types.map(ids)) },
  {
    section: 'RFC 7643 4.1',
    asks: 'User',
    judge: ({ users }) =>
      users.type.full
        ? holds('the part of the schema that the store keeps, as /Schemas says')
        : holds('the whole schema'),
  },
  {
    section: 'RFC 7643 4.2',
    asks: 'Group',
    judge: ({ groups }) => (groups ? holds('the whole schema') : fails('there is no option groups')),
  },
  { section: 'RFC 7643 7', asks: 'required attributes', judge: ({ types }) => worst(types.map(required)) },
  {
    section: 'RFC 7643 7',
    asks: 'uniqueness',
    judge: ({ types }) => worst(types.map(uniquenessVerdict)),
  },
  {
    section: 'RFC 7643 8.7.1',
    asks: 'groups of the same name',
    judge: ({ groups, options }) => {
      if (!groups) return fails('there is no option groups')
      return options.groupNames === 'any' ? holds("groupNames is 'any'") : fails("groupNames is 'unique'")
    },
  },
  {
    section: 'RFC 7644 2',
    asks: 'authentication and TLS',
    judge: ({ hasFixedTokens }) =>
      host(
        hasFixedTokens
          ? "bearerTokens compares the tokens; TLS is the server's"
          : "authenticate is a function of the host; TLS is the server's",
      ),
  },
  { section: 'RFC 7644 3.3', asks: 'POST', judge: always('201 with Location; 409 for what exists') },
  { section: 'RFC 7644 3.4.1', asks: 'GET', judge: always('for every resource type') },
  { section: 'RFC 7644 3.4.2.2', asks: 'filters', judge: lookups },
  {
    section: 'RFC 7644 3.4.2.3',
    asks: 'sorting',
    judge: ({ sorts }) =>
      sorts ? holds('every store sorts') : fails('not every store sorts: sortBy is 501'),
  },
  { section: 'RFC 7644 3.4.2.4', asks: 'pages by index', judge: always('startIndex and count') },
  { section: 'RFC 7644 3.4.3', asks: '/.search', judge: always('at the root and at each endpoint') },
  { section: 'RFC 7644 3.5.1', asks: 'PUT', judge: always('what is read-only stays') },
  { section: 'RFC 7644 3.5.2', asks: 'PATCH', judge: always('all operations or none') },
  { section: 'RFC 7644 3.6', asks: 'DELETE', judge: ({ types }) => worst(types.map(deletionVerdict)) },
  { section: 'RFC 7644 3.7', asks: 'bulk', judge: always('with bulkIds and failOnErrors') },
  { section: 'RFC 7644 3.9', asks: 'attributes, excludedAttributes', judge: always('in every reply') },
  {
    section: 'RFC 7644 3.11',
    asks: '/Me',
    judge: ({ options }) =>
      options.identify ? holds('identify finds who asks') : fails('there is no option identify: /Me is 501'),
  },
  { section: 'RFC 7644 3.12', asks: 'errors', judge: always('each is a SCIM error message') },
  { section: 'RFC 7644 3.14', asks: 'versions', judge: always('ETag, If-Match, If-None-Match') },
  { section: 'RFC 7644 4', asks: 'discovery', judge: always('what the stores keep, and no more') },
  {
    section: 'RFC 9865 2',
    asks: 'pages by cursor',
    judge: ({ hasCursors }) =>
      hasCursors ? holds('every store has cursors') : fails('not every store has cursors'),
  },
  {
    section: 'RFC 9865 4',
    asks: '`pagination` in ServiceProviderConfig',
    judge: ({ options }) =>
      options.discovery?.pagination === false
        ? fails('discovery.pagination is false, for clients that stop at what they do not know')
        : holds('discovery.pagination is true'),
  },
]
