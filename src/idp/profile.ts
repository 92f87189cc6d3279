import type { Note } from '../protocol/index.js'
import { getMember, isObject, origin } from '../protocol/index.js'
import type { Coerced, CompiledAttribute, CompiledResourceType, Leniency } from '../schema/index.js'
import { fits } from '../schema/index.js'
import { messageRules } from './messages.js'
import { patchRules } from './patches.js'
import type { Rule } from './rule.js'
import { valueRules } from './values.js'

/** Every rule there is. */
export const rules = [...messageRules, ...patchRules, ...valueRules] as const satisfies readonly Rule[]

/** The name of a rule, such as `booleanStrings`. */
export type RuleName = (typeof rules)[number]['name']

/** The rules that a service applies to a request. */
export interface Profile {
  readonly name: string
  readonly rules: readonly Rule[]
  has(rule: RuleName): boolean
  readonly leniency: Leniency
  /** Puts the body of a POST or PUT into the RFC's form. */
  readResource(body: unknown, type: CompiledResourceType, note: Note): unknown
  /** Puts the body of a PATCH into the RFC's form. */
  readPatch(body: unknown, type: CompiledResourceType, note: Note): unknown
}

/** How many rules may follow one another on a value: an array of one, of an object, of a text, of a boolean. */
const maxCoercions = 4

function coerceWith(active: readonly Rule[]): Leniency['coerce'] {
  const coercing = active.filter((one) => one.coerce)
  return (value: unknown, attribute: CompiledAttribute): Coerced | undefined => {
    let read: Coerced | undefined
    let current = value
    for (let times = 0; times < maxCoercions; times++) {
      let found: Coerced | undefined
      for (const rule of coercing) {
        const result = rule.coerce?.(current, attribute)
        if (result) {
          found = { ...result, rule: rule.name, earlier: read ? [...(read.earlier ?? []), read] : [] }
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

/** Operations as a rule reads them; the same list where it has nothing to say. */
function readEach(
  operations: readonly unknown[],
  read: (operation: Readonly<Record<string, unknown>>) => readonly unknown[] | undefined,
): readonly unknown[] {
  let output: unknown[] | undefined
  for (const [index, one] of operations.entries()) {
    const made = isObject(one) ? read(one) : undefined
    if (made) output ??= operations.slice(0, index)
    if (output) output.push(...(made ?? [one]))
  }
  return output ?? operations
}

function makeProfile(name: string, active: readonly Rule[]): Profile {
  const names = new Set(active.map((one) => one.name))
  const allowed = new Set(active.map((one) => one.allows))
  const resourceRules = active.flatMap((one) => one.resource ?? [])
  const operationRules = active.flatMap((one) => one.operation ?? [])
  return {
    name,
    rules: active,
    has: (rule) => names.has(rule),
    leniency: {
      coerce: coerceWith(active),
      unquotedLiterals: allowed.has('unquotedLiterals'),
      createFromFilter: allowed.has('createFromFilter'),
      removeByValue: allowed.has('removeByValue'),
      ignoreReadOnly: allowed.has('ignoreReadOnly'),
      ignoreUnknown: allowed.has('ignoreUnknown'),
      ignoreUnknownSchemas: allowed.has('ignoreUnknownSchemas'),
      loneValue: allowed.has('loneValue'),
      unqualifiedExtensions: allowed.has('unqualifiedExtensions'),
      emptyOperations: allowed.has('emptyOperations'),
      bareBulkPatch: allowed.has('bareBulkPatch'),
    },
    readResource: (body, type, note) => resourceRules.reduce((read, apply) => apply(read, type, note), body),
    readPatch(body, type, note) {
      const operations = isObject(body) ? getMember(body, 'Operations') : undefined
      if (!isObject(body) || !Array.isArray(operations)) return body
      const read: unknown[] = []
      for (const [index, operation] of operations.entries()) {
        let some: readonly unknown[] = [operation]
        for (const apply of operationRules) some = readEach(some, (one) => apply(one, type, note))
        for (const one of some) {
          // What an error is about is an operation of the request, not one that was made of it.
          const isInPlace = read.length === index || !isObject(one)
          read.push(isInPlace ? one : { ...one, [origin]: index })
        }
      }
      return { schemas: getMember(body, 'schemas'), Operations: read }
    },
  }
}

/** Which rules a profile leaves out. */
export interface ProfileOptions {
  /** Rules that are not to be applied. */
  readonly without?: readonly RuleName[]
}

function profileOf(
  name: string,
  options: ProfileOptions | undefined,
  isIn: (rule: Rule) => boolean,
): Profile {
  const without = new Set<string>(options?.without)
  for (const rule of without) {
    if (!rules.some((one) => one.name === rule)) throw new TypeError(`${name}: there is no rule "${rule}"`)
  }
  return makeProfile(
    name,
    rules.filter((one) => isIn(one) && !without.has(one.name)),
  )
}

/**
 * Every rule: what any known identity provider sends is accepted. The profile of a service that names none.
 *
 * @throws TypeError when it is to leave out a rule that there is none of.
 * @example
 * createScim({ profile: lenient({ without: ['unknownAttributes'] }), … })
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
  return profileOf('okta', options, (one) => one.sentBy.includes('Okta'))
}

/** What Microsoft Entra ID sends. */
export function entra(options?: ProfileOptions): Profile {
  return profileOf('entra', options, (one) => one.sentBy.includes('Entra'))
}
