import type * as z from 'zod'
import { ScimError } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'

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

function printPath(top: string, steps: readonly PropertyKey[]): string {
  let path = top
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`
    else
      path +=
        path === ''
          ? String(step)
          : `${/^urn:/i.test(path) && !/[.[]/.test(path.slice(path.lastIndexOf(':'))) ? ':' : '.'}${String(step)}`
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

function refuse(top: string, issues: readonly z.core.$ZodIssue[]): never {
  const first = issues[0]
  const path = printPath(top, first?.path ?? [])
  throw ScimError.invalidValue(`${path} ${first ? problem(first) : 'is not valid'}`, { path })
}

function assertValid(value: unknown, attribute: CompiledAttribute, validator: z.ZodType): void {
  if (!validator.safeParse(value).success) {
    // Options make zod many times as slow; what was wrong is looked for only where something was.
    const { error } = validator.safeParse(value, { reportInput: true })
    refuse(attribute.path, error?.issues ?? [])
  }
  if (attribute.multiValued && attribute.subAttributes.has('primary') && Array.isArray(value)) {
    if (value.filter((element) => element.primary === true).length > 1) {
      throw ScimError.invalidValue(`${attribute.path}: primary may be true for one value only`, {
        path: attribute.path,
      })
    }
  }
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
 * @throws ScimError `invalidValue`, naming the path.
 */
export async function validateChanges(
  before: object | undefined,
  after: object,
  type: CompiledResourceType,
): Promise<void> {
  const was = (before ?? {}) as Readonly<Record<string, unknown>>
  const is = after as Readonly<Record<string, unknown>>
  const { validatorOf } = await load()
  for (const attribute of type.ordered) {
    const value = is[attribute.name]
    if (value === undefined || value === was[attribute.name] || attribute.mutability === 'readOnly') continue
    assertValid(value, attribute, validatorOf(attribute))
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
