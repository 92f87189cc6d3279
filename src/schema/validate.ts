import type * as z from 'zod'
import { isObject, ScimError } from '../protocol/index.js'
import { attributeNamed } from './lookup.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'
import { shownValues } from './twins.js'

type Validators = typeof import('./validators.js')

let validators: Validators | Promise<Validators> | undefined

/** Zod is as large as the rest of the package together: it is loaded when something is first validated. */
function load(): Validators | Promise<Validators> {
  validators ??= import('./validators.js').then((loaded) => {
    validators = loaded
    return loaded
  })
  return validators
}

/** The path of what an issue is about, with the places of elements: `emails[0].value`. */
function pathOfIssue(attribute: CompiledAttribute, steps: readonly PropertyKey[]): string {
  let { path } = attribute
  let parent: CompiledAttribute | undefined = attribute
  for (const step of steps) {
    if (typeof step === 'number') {
      path += `[${step}]`
      continue
    }
    const name = String(step)
    path += `${parent?.isExtension ? ':' : '.'}${name}`
    parent = parent && attributeNamed(parent.subAttributes, name)
  }
  return path
}

/** Zod's message without what it may quote of the input. */
function problem(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? 'is required' : `must be ${issue.expected}`
  if (issue.code === 'invalid_format') return `is not a valid ${issue.format}`
  return 'does not fit its type'
}

function refuse(attribute: CompiledAttribute, issues: readonly z.core.$ZodIssue[]): never {
  const first = issues[0]
  const path = pathOfIssue(attribute, first?.path ?? [])
  throw ScimError.invalidValue(`${path} ${first ? problem(first) : 'is not valid'}`, { path })
}

function hasSeveralPrimary(values: readonly unknown[]): boolean {
  return values.filter((element) => isObject(element) && element.primary === true).length > 1
}

function assertValid(value: unknown, attribute: CompiledAttribute, validator: z.ZodType): void {
  if (!validator.safeParse(value).success) {
    // Options make zod many times as slow; what was wrong is looked for only where something was.
    const { error } = validator.safeParse(value, { reportInput: true })
    refuse(attribute, error?.issues ?? [])
  }
  if (attribute.multiValued && attribute.subAttributes.has('primary') && Array.isArray(value)) {
    if (hasSeveralPrimary(value) && hasSeveralPrimary(shownValues(attribute, value))) {
      throw ScimError.invalidValue(`${attribute.path}: primary may be true for one value only`, {
        path: attribute.path,
      })
    }
  }
}

const withLists = new WeakMap<CompiledAttribute, boolean>()

/** Whether there is a multi-valued attribute inside. */
function hasLists(attribute: CompiledAttribute): boolean {
  let known = withLists.get(attribute)
  if (known === undefined) {
    known = [...attribute.subAttributes.values()].some((sub) => sub.multiValued || hasLists(sub))
    withLists.set(attribute, known)
  }
  return known
}

/** Refuses more values than an attribute may have, but for what had more before and has not grown. */
function assertCount(was: unknown, is: unknown, attribute: CompiledAttribute, maxValues: number): void {
  if (Array.isArray(is) && attribute.multiValued && is.length > maxValues) {
    if (!(Array.isArray(was) && is.length <= was.length)) {
      throw ScimError.invalidValue(`${attribute.path} may have ${maxValues} values at most (maxValues)`, {
        path: attribute.path,
      })
    }
  }
  if (attribute.subAttributes.size === 0 || !hasLists(attribute)) return
  for (const sub of attribute.subAttributes.values()) {
    if (!sub.multiValued && !hasLists(sub)) continue
    const longest = longestOf(was, sub)
    for (const value of Array.isArray(is) ? is : [is]) {
      if (isObject(value)) assertCount(longest, value[sub.name], sub, maxValues)
    }
  }
}

/** The value of a sub-attribute, of the element in which it has the most. */
function longestOf(value: unknown, sub: CompiledAttribute): unknown {
  if (!Array.isArray(value)) return isObject(value) ? value[sub.name] : undefined
  let longest: readonly unknown[] = []
  for (const element of value) {
    const list: unknown = isObject(element) ? element[sub.name] : undefined
    if (Array.isArray(list) && list.length > longest.length) longest = list
  }
  return longest
}

/** Refuses a resource from a client that lacks something required. @throws ScimError `invalidValue`. */
export function assertComplete(
  resource: Readonly<Record<string, unknown>>,
  type: CompiledResourceType,
): void {
  for (const attribute of type.ordered) {
    // What the service gives itself is not the client's to bring.
    if (attribute.required && attribute.mutability !== 'readOnly' && resource[attribute.name] === undefined) {
      throw ScimError.invalidValue(`${attribute.path} is required`, { path: attribute.path })
    }
  }
}

/**
 * Refuses values that do not fit their attributes, among those in which a resource differs from what it was.
 *
 * @param maxValues how many values a multi-valued attribute may have, unless it has had as many before; members are
 * not counted.
 * @param changed receives the attributes that were looked at, for further checks.
 * @throws ScimError `invalidValue`, naming the path.
 */
export async function validateChanges(
  before: object | undefined,
  after: object,
  type: CompiledResourceType,
  maxValues: number,
  changed?: CompiledAttribute[],
): Promise<void> {
  const was = (before ?? {}) as Readonly<Record<string, unknown>>
  const is = after as Readonly<Record<string, unknown>>
  const { validatorOf } = await load()
  for (const attribute of type.ordered) {
    const value = is[attribute.name]
    if (value === undefined || value === was[attribute.name] || attribute.mutability === 'readOnly') continue
    if (attribute !== type.membership) assertCount(was[attribute.name], value, attribute, maxValues)
    assertValid(value, attribute, validatorOf(attribute))
    changed?.push(attribute)
  }
}

/**
 * The zod validator of a whole resource of a type, for hosts that check resources themselves. It expects canonical
 * attribute names.
 *
 * @example
 * const validator = await resourceValidator(compileResourceType(userResourceType))
 * validator.parse(user)
 */
export async function resourceValidator(type: CompiledResourceType): Promise<z.ZodType> {
  return (await load()).zodResourceValidator(type)
}
