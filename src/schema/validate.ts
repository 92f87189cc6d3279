import * as z from 'zod'
import { ScimError } from '../protocol/index.js'
import type { Attribute, ResourceType } from './registry.js'

const validators = new WeakMap<Attribute, z.ZodType>()

function simpleValidator(one: Attribute): z.ZodType {
  switch (one.type) {
    case 'boolean':
      return z.boolean()
    case 'integer':
      return z.int()
    case 'decimal':
      return z.number()
    case 'dateTime':
      // xsd:dateTime makes the offset optional (RFC 7643 section 2.3.5).
      return z.iso.datetime({ offset: true, local: true })
    case 'binary':
      return z.union([z.base64(), z.base64url()])
    default:
      return z.string()
  }
}

/**
 * The zod validator of one value of an attribute (of the array, where it is multi-valued), made when it is first
 * asked for.
 */
export function validatorOf(one: Attribute): z.ZodType {
  const known = validators.get(one)
  if (known) return known
  const element = one.type === 'complex' ? objectValidator(one.subAttributes) : simpleValidator(one)
  const whole = one.multiValued ? z.array(element) : element
  validators.set(one, whole)
  return whole
}

function objectValidator(attributes: ReadonlyMap<string, Attribute>): z.ZodType {
  const shape: Record<string, z.ZodType> = {}
  for (const one of attributes.values()) {
    // What the service gives itself is not the client's to bring.
    const required = one.required && one.mutability !== 'readOnly'
    shape[one.name] = required ? validatorOf(one) : validatorOf(one).optional()
  }
  return z.object(shape)
}

const resourceValidators = new WeakMap<ResourceType, z.ZodType>()

/**
 * The zod validator of a whole resource of a type, for hosts that want to check one themselves. It expects canonical
 * names.
 */
export function resourceValidator(type: ResourceType): z.ZodType {
  let validator = resourceValidators.get(type)
  if (!validator) {
    validator = objectValidator(type.attributes)
    resourceValidators.set(type, validator)
  }
  return validator
}

function printPath(top: string, steps: readonly PropertyKey[]): string {
  let path = top
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`
    else path += path === '' ? String(step) : `${/^urn:/i.test(path) && !/[.[]/.test(path.slice(path.lastIndexOf(':'))) ? ':' : '.'}${String(step)}`
  }
  return path
}

/** Zod's message without what it may quote of the input. */
function problem(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.input === undefined ? 'is required' : `is to be ${issue.expected}`
  if (issue.code === 'invalid_format') return `is not a valid ${issue.format}`
  return 'does not fit its type'
}

function refuse(top: string, issues: readonly z.core.$ZodIssue[]): never {
  const first = issues[0]
  const path = printPath(top, first?.path ?? [])
  throw ScimError.invalidValue(`${path} ${first ? problem(first) : 'is not valid'}`, { path })
}

/** Refuses a value that does not fit its attribute. @throws ScimError `invalidValue`, naming the path. */
export function validateValue(value: unknown, one: Attribute): void {
  const result = validatorOf(one).safeParse(value, { reportInput: true })
  if (!result.success) refuse(one.path, result.error.issues)
  if (one.multiValued && one.subAttributes.has('primary') && Array.isArray(value)) {
    if (value.filter((element) => element.primary === true).length > 1) {
      throw ScimError.invalidValue(`${one.path}: primary may be true for one value only`, { path: one.path })
    }
  }
}

/** Refuses a resource that lacks something required or has values that do not fit. @throws ScimError `invalidValue`. */
export function validateResource(resource: Readonly<Record<string, unknown>>, type: ResourceType): void {
  for (const one of type.ordered) {
    const value = resource[one.name]
    if (value !== undefined) {
      if (one.mutability !== 'readOnly') validateValue(value, one)
    } else if (one.required && one.mutability !== 'readOnly') {
      throw ScimError.invalidValue(`${one.path} is required`, { path: one.path })
    }
  }
}
