import * as z from 'zod'
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

/** The zod validator of a whole resource. */
export function resourceValidator(type: ResourceType): z.ZodType {
  let validator = resourceValidators.get(type)
  if (!validator) {
    validator = objectValidator(type.attributes)
    resourceValidators.set(type, validator)
  }
  return validator
}
