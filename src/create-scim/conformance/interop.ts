import type { CompiledAttribute, CompiledResourceType } from '../../schema/index.js'
import { canonicalValuesOf, findAttribute } from '../../schema/index.js'
import type { Facts } from './facts.js'
import { requires } from './facts.js'
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

/** What holds under the profile that asks for it. */
function byProfile(...names: readonly string[]): Criterion['judge'] {
  return (facts) => {
    const { profile } = facts
    return names.every((name) => requires(facts, name))
      ? holds(`the profile ${profile.name} sees to it`)
      : fails(`the profile ${profile.name} does not ask for it; interop() does`)
  }
}

/** Whether the case of a text counts; undefined where the type has no such attribute. */
function countsCase(type: CompiledResourceType, path: string): boolean | undefined {
  return type.definition.notKept?.includes(path) ? undefined : findAttribute(type, path)?.caseExact
}

function letterCase(facts: Facts): Verdict {
  const { users, types } = facts
  const wrong = types.flatMap(({ type }) =>
    countsCase(type, 'externalId') === false ? [`${type.name}: the case of externalId does not count`] : [],
  )
  if (countsCase(users.type, 'userName') !== false) wrong.push('the case of userName counts')
  return wrong[0] === undefined ? worst(types.map(uniquenessVerdict)) : fails(wrong[0])
}

/** The kinds of the elements of multi-valued attributes of which discovery has no canonical values. */
function kindsWithout(
  type: CompiledResourceType,
  attributes: ReadonlyMap<string, CompiledAttribute> = type.attributes,
): readonly string[] {
  return [...attributes.values()].flatMap((attribute) => {
    const kind = attribute.multiValued ? attribute.subAttributes.get('type') : undefined
    const inside = kindsWithout(type, attribute.subAttributes)
    return kind && canonicalValuesOf(kind, type).length === 0 ? [kind.path, ...inside] : inside
  })
}

function canonicalTypes(facts: Facts): Verdict {
  const without = facts.types.flatMap(({ type }) => kindsWithout(type))
  if (without.length > 0) return fails(`there are no canonicalValues for ${without.join(', ')}`)
  return byProfile('canonicalTypes')(facts)
}

function pages({ limits }: Facts): Verdict {
  const { defaultPageSize, maxPageSize } = limits
  if (maxPageSize < 100) return fails(`limits.maxPageSize is ${maxPageSize}, which is less than 100`)
  if (defaultPageSize !== 100) return fails(`limits.defaultPageSize is ${defaultPageSize}, not 100`)
  return holds(`pages of 100, and of ${maxPageSize.toLocaleString('en-US')} at most`)
}

/** draft-zollner-scim-interop-profile, but for section 4, which says whether all of these hold. */
export const interopCriteria: readonly Criterion[] = [
  {
    section: '5.1',
    asks: 'discovery as it is implemented',
    judge: always('from the types and their stores'),
  },
  { section: '5.2', asks: 'letter case, in filters and uniqueness alike', judge: letterCase },
  { section: '5.3', asks: 'unknown attributes and schemas are refused', judge: byProfile('knownNames') },
  { section: '5.4', asks: '`canonicalValues` for every `type`', judge: canonicalTypes },
  { section: '6.1', asks: 'one endpoint for each type', judge: always('as /ResourceTypes names it') },
  { section: '6.2', asks: 'application/scim+json', judge: always('every reply has it') },
  {
    section: '6.3',
    asks: 'filters with eq and and',
    judge: ({ users, groups }) =>
      worst([
        filtersVerdict(users, ['userName eq "x"', 'userName eq "x" and id eq "y"']),
        ...(groups
          ? [filtersVerdict(groups, ['displayName eq "x"', 'displayName eq "x" and id eq "y"'])]
          : []),
      ]),
  },
  { section: '6.4', asks: 'pages of 100', judge: pages },
  { section: '6.5.1', asks: 'PATCH without a path is refused', judge: byProfile('pathRequired') },
  { section: '6.5.2', asks: 'what add and replace do', judge: byProfile('replaceIsWhole', 'arrays') },
  {
    section: '6.5.3',
    asks: 'what a filter in a path selects',
    judge: byProfile('subAttributeOfElement', 'oneElement'),
  },
  { section: '6.6', asks: 'a DELETE deletes', judge: ({ types }) => worst(types.map(deletionVerdict)) },
  { section: '6.8', asks: 'bulk', judge: always('optional, and there') },
  {
    section: '6.9',
    asks: '409 for POST and PATCH',
    judge: ({ types }) => worst(types.map(uniquenessVerdict)),
  },
  {
    section: '7',
    asks: 'TLS 1.3; not Basic',
    judge: ({ options }) =>
      host(
        options.authenticationSchemes?.some(({ type }) => type === 'httpbasic')
          ? "discovery names httpbasic, which is not recommended; TLS is the server's"
          : "TLS is the server's",
      ),
  },
]
