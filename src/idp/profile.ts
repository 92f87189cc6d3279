import type { RawOperation } from '../patch/index.js'
import type { Note, OptionNames, UnknownObject } from '../protocol/index.js'
import { assertKnownOptions, didYouMean, isObject, showName } from '../protocol/index.js'
import type { Coerced, CompiledAttribute, CompiledResourceType, Leniency } from '../schema/index.js'
import { fits, noDemands, noLeniency } from '../schema/index.js'
import { interopRequirements } from './interop.js'
import { messageRules } from './messages.js'
import { patchRules } from './patches.js'
import type { Requirement } from './requirement.js'
import type { Rule } from './rule.js'
import { valueRules } from './values.js'

/** Every rule there is. */
export const rules = [...messageRules, ...patchRules, ...valueRules] as const satisfies readonly Rule[]

/** The name of a rule, such as `booleanStrings`. */
export type RuleName = (typeof rules)[number]['name']

/** The rules that a service applies to a request; made by {@link lenient}, {@link strict} and the others. */
export interface Profile {
  readonly name: string
  readonly rules: readonly Rule[]
  /** What is asked for beyond the RFC. Empty but for {@link interop} and {@link ipsie}. */
  readonly requirements: readonly Requirement[]
  /** The longest page of a list that the profile allows; undefined: as long as the service has them. */
  readonly maxPageSize: number | undefined
  has(rule: string): boolean
  readonly leniency: Leniency
  /** Puts the body of a POST or PUT into the RFC's form. */
  readResource(body: unknown, type: CompiledResourceType, note: Note): unknown
  /** Puts the operations of a PATCH into the RFC's form; one may become several, with the same index. */
  rewritePatch(
    operations: readonly RawOperation[],
    type: CompiledResourceType,
    note: Note,
  ): readonly RawOperation[]
}

/** Marks profiles, also those of another copy of the package. A copy by spreading loses it. */
const brand = Symbol.for('scimkit.Profile')

/** Whether a value is a profile that this package has made. */
export function isProfile(value: unknown): value is Profile {
  return isObject(value) && Object.hasOwn(value, brand)
}

/** How many rules may follow one another on a value: an array of one, of an object, of a text, of a boolean. */
const maxCoercions = 4

function coerceWith(active: readonly Rule[]): Leniency['coerce'] {
  const coercing = active.filter((rule) => rule.coerce)
  return (value: unknown, attribute: CompiledAttribute): Coerced | undefined => {
    let read: Coerced | undefined
    let current = value
    for (let times = 0; times < maxCoercions; times++) {
      let found: Coerced | undefined
      for (const rule of coercing) {
        const result = rule.coerce?.(current, attribute)
        if (result) {
          const { value: next, message } = result
          // A body may have a hundred thousand such values: most need one rule.
          found = read
            ? { value: next, message, rule: rule.name, earlier: [...(read.earlier ?? []), read] }
            : { value: next, message, rule: rule.name }
          break
        }
      }
      if (!found) break
      read = found
      current = found.value
      if (fits(current, attribute)) break
    }
    return read
  }
}

/** Operations as a rule rewrites them; the same list where it does not apply. */
function rewriteEach(
  operations: readonly unknown[],
  rewrite: (operation: UnknownObject) => readonly unknown[] | undefined,
): readonly unknown[] {
  let output: unknown[] | undefined
  for (const [index, operation] of operations.entries()) {
    const rewritten = isObject(operation) ? rewrite(operation) : undefined
    if (rewritten) output ??= operations.slice(0, index)
    // One by one: a rule can make more operations of one than a call has room for arguments.
    if (rewritten) for (const part of rewritten) output?.push(part)
    else output?.push(operation)
  }
  return output ?? operations
}

/** The switches of the leniency that rules turn on, and what requirements demand. */
function switchedOn(
  active: readonly Rule[],
  requirements: readonly Requirement[],
): Partial<Record<NonNullable<Rule['allows'] | Requirement['demands']>, true>> {
  const names = [...active.map(({ allows }) => allows), ...requirements.map(({ demands }) => demands)]
  return Object.fromEntries(names.flatMap((one) => (one ? [[one, true]] : [])))
}

/** The page size that all requirements allow. */
function shortest(requirements: readonly Requirement[]): number | undefined {
  const sizes = requirements.flatMap(({ maxPageSize }) => maxPageSize ?? [])
  return sizes.length === 0 ? undefined : Math.min(...sizes)
}

const noRequirements: readonly Requirement[] = []

function makeProfile(
  name: string,
  active: readonly Rule[],
  requirements: readonly Requirement[] = noRequirements,
): Profile {
  const names = new Set(active.map((rule) => rule.name))
  const resourceRules = active.flatMap((rule) => rule.resource ?? [])
  const operationRules = active.flatMap((rule) => rule.operation ?? [])
  const profile: Profile = {
    name,
    rules: active,
    requirements,
    maxPageSize: shortest(requirements),
    has: (rule) => names.has(rule),
    leniency: { ...noLeniency, ...switchedOn(active, requirements), coerce: coerceWith(active) },
    readResource: (body, type, note) => resourceRules.reduce((read, apply) => apply(read, type, note), body),
    rewritePatch(operations, type, note) {
      if (operationRules.length === 0) return operations
      const rewritten: RawOperation[] = []
      for (const raw of operations) {
        let parts: readonly unknown[] = [raw.operation]
        for (const apply of operationRules) {
          parts = rewriteEach(parts, (operation) => apply(operation, type, note))
        }
        if (parts.length === 1 && parts[0] === raw.operation) rewritten.push(raw)
        else for (const operation of parts) rewritten.push({ operation, index: raw.index })
      }
      return rewritten
    },
  }
  return Object.defineProperty(profile, brand, { value: true })
}

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
