import type { RawOperation } from '../patch/index.js'
import type { Note, UnknownObject } from '../protocol/index.js'
import { isObject } from '../protocol/index.js'
import type { Coerced, CompiledAttribute, CompiledResourceType, Leniency } from '../schema/index.js'
import { fits, noLeniency } from '../schema/index.js'
import type { Requirement } from './requirement.js'
import type { Rule } from './rule.js'

/** The rules that a service applies to a request; made by `lenient()`, `strict()` and the others. */
export interface Profile {
  readonly name: string
  readonly rules: readonly Rule[]
  /** What is asked for beyond the RFC. Empty but for `interop()` and `ipsie()`. */
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

/** Whether /Schemas lists `externalId` under a profile: not where it keeps to the RFC, or demands more. */
export function listsExternalId({ rules, requirements }: Profile): boolean {
  return rules.length > 0 && requirements.length === 0
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

/** A profile of rules that are applied in their order, and of what is asked for beyond the RFC. */
export function makeProfile(
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
