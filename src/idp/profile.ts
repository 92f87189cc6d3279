import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, didYouMean, isObject, showName } from '../protocol/index.js'
import { noDemands, noLeniency } from '../schema/index.js'
import { interopRequirements } from './interop.js'
import { secondLevelRequirements } from './ipsie.js'
import type { Profile } from './make-profile.js'
import { makeProfile } from './make-profile.js'
import { messageRules } from './messages.js'
import { patchRules } from './patches.js'
import type { Requirement } from './requirement.js'
import type { Rule } from './rule.js'
import { valueRules } from './values.js'

/** Every rule there is. */
export const rules = [...messageRules, ...patchRules, ...valueRules] as const satisfies readonly Rule[]

/** The name of a rule, such as `booleanStrings`. */
export type RuleName = (typeof rules)[number]['name']

/** Which rules a profile adds and leaves out. */
export interface ProfileOptions {
  /** Built-in rules that are not applied. */
  readonly without?: readonly RuleName[]
  /** Rules of the host's own, applied after the built-in ones. Names of built-in rules are taken unless left out. */
  readonly with?: readonly Rule[]
}

const optionNames = { with: true, without: true } satisfies OptionNames<ProfileOptions>
const ruleNames = {
  name: true,
  description: true,
  sentBy: true,
  source: true,
  coerce: true,
  resource: true,
  operation: true,
  allows: true,
} satisfies OptionNames<Rule>

/** What a rule can allow by name: every switch of the leniency; values are read by `coerce`. */
const allowances = Object.keys(noLeniency)
  .filter((name) => name !== 'coerce' && !Object.hasOwn(noDemands, name))
  .sort()

/** Refuses what is no rule, and a name that is taken. @throws TypeError */
function assertRules(profile: string, added: readonly Rule[], builtIn: readonly Rule[]): void {
  const names = new Set(builtIn.map((rule) => rule.name))
  for (const [index, rule] of added.entries()) {
    const where = `${profile}: with[${index}]`
    if (!isObject(rule)) throw new TypeError(`${where} must be a rule`)
    assertKnownOptions(profile, rule, ruleNames, `with[${index}]`)
    for (const key of ['name', 'description', 'source'] as const) {
      if (typeof rule[key] !== 'string' || rule[key] === '') {
        throw new TypeError(`${where} must have a ${key}: text`)
      }
    }
    if (!Array.isArray(rule.sentBy)) throw new TypeError(`${where} must have sentBy: a list of names`)
    for (const key of ['coerce', 'resource', 'operation'] as const) {
      if (rule[key] !== undefined && typeof rule[key] !== 'function') {
        throw new TypeError(`${where}: ${key} must be a function`)
      }
    }
    if (rule.allows !== undefined && !allowances.includes(rule.allows)) {
      throw new TypeError(`${where}: allows must be one of ${allowances.join(', ')}`)
    }
    if (names.has(rule.name)) {
      throw new TypeError(`${where}: there is a rule "${rule.name}" already; choose another name`)
    }
    names.add(rule.name)
  }
}

function profileOf(
  name: string,
  options: ProfileOptions | undefined,
  isIn: (rule: Rule) => boolean,
): Profile {
  assertKnownOptions(name, options, optionNames)
  const { with: added = [] } = options ?? {}
  const without = new Set<string>(options?.without)
  for (const ruleName of without) {
    if (!rules.some((rule) => rule.name === ruleName))
      throw new TypeError(
        `${name}: there is no rule "${showName(ruleName)}"${didYouMean(
          ruleName,
          rules.map((rule) => rule.name),
        )}`,
      )
  }
  assertRules(
    name,
    added,
    rules.filter((rule) => !without.has(rule.name)),
  )
  const builtIn = rules.filter((rule) => isIn(rule) && !without.has(rule.name))
  return makeProfile(name, [...builtIn, ...added])
}

/**
 * Every rule: accepts what any known identity provider sends. The default profile.
 *
 * @throws TypeError for a rule in `without` that does not exist, or one in `with` that is no rule or has a name that is
 * taken.
 * @example
 * createScim({ profile: lenient({ without: ['unknownAttributes'] }), … })
 * @example
 * const yesAndNo: Rule = {
 *   name: 'yesAndNo',
 *   description: 'The texts "yes" and "no" are booleans.',
 *   sentBy: ['our HR system'],
 *   source: 'its manual, page 12',
 *   coerce: (value, attribute) =>
 *     attribute.type === 'boolean' && (value === 'yes' || value === 'no')
 *       ? { value: value === 'yes', message: 'read the text as a boolean' }
 *       : undefined,
 * }
 * createScim({ profile: lenient({ with: [yesAndNo] }), … })
 */
export function lenient(options?: ProfileOptions): Profile {
  return profileOf('lenient', options, () => true)
}

/** No rule: the RFC and nothing else. */
export function strict(): Profile {
  return profileOf('strict', undefined, () => false)
}

/** What Okta sends. */
export function okta(options?: ProfileOptions): Profile {
  return profileOf('okta', options, (rule) => rule.sentBy.includes('Okta'))
}

/** What Microsoft Entra ID sends. */
export function entra(options?: ProfileOptions): Profile {
  return profileOf('entra', options, (rule) => rule.sentBy.includes('Entra'))
}

/**
 * The SCIM 2.0 Interoperability Profile of identity providers and applications (draft-zollner-scim-interop-profile):
 * the RFC and nothing else, and what the draft asks for beyond it. It refuses what Okta and Entra send today, such as a
 * PATCH without a path, so choose it for tenants whose identity provider follows it.
 *
 * @experimental The draft may change, and this with it.
 * @example
 * createScim({ profile: ({ tenant }) => (tenant === 'acme' ? interop() : lenient()), … })
 */
export function interop(): Profile {
  return makeProfile('interop', [], interopRequirements)
}

/** The levels of the IPSIE profile that {@link ipsie} knows. */
export type IpsieLevel = 'AL1' | 'AL2'

const levels: Readonly<Record<IpsieLevel, readonly Requirement[]>> = {
  AL1: interopRequirements,
  AL2: [...interopRequirements, ...secondLevelRequirements],
}

/**
 * The IPSIE profile of OpenID for account lifecycle: {@link interop}, and at `AL2` no passwords, pages of at most 1,000,
 * and members removed by their ids. What it asks of the service around, such as OAuth and the end of sessions,
 * `scim.conformance()` lists.
 *
 * @experimental The draft may change, and this with it.
 * @throws TypeError for a level that there is not.
 * @example
 * createScim({ profile: ({ tenant }) => (tenant === 'acme' ? ipsie('AL2') : lenient()), … })
 */
export function ipsie(level: IpsieLevel): Profile {
  if (!Object.hasOwn(levels, level)) throw new TypeError('ipsie: the level must be "AL1" or "AL2"')
  return makeProfile(`ipsie ${level}`, [], levels[level])
}

const factories: Readonly<Record<string, unknown>> = { lenient, strict, okta, entra, interop, ipsie }

/** The name of a function that makes profiles, where a value is one of them: parentheses have been forgotten. */
export function factoryName(value: unknown): string | undefined {
  return Object.keys(factories).find((name) => factories[name] === value)
}
