import * as z from 'zod'
import { instantOf } from './instant.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'

const validators = new WeakMap<CompiledAttribute, z.ZodType>()

/** What is stored can be compared: it is the reader of instants that says what a dateTime is (RFC 7643 section 2.3.5). */
const dateTime = z.stringFormat('datetime', (text) => !Number.isNaN(instantOf(text)) && !/[tz]/.test(text))

/** Either alphabet, and padding that may be missing but not wrong (RFC 7643 section 2.3.6, RFC 4648). */
const base64 = z.stringFormat(
  'base64',
  (text) => /^(?:[\w-]*|[A-Za-z\d+/]*)={0,2}$/.test(text) && isWholeBytes(text),
)

function isWholeBytes(text: string): boolean {
  const padding = text.indexOf('=')
  return padding < 0 ? text.length % 4 !== 1 : text.length % 4 === 0
}

function simpleValidator(attribute: CompiledAttribute): z.ZodType {
  switch (attribute.type) {
    case 'boolean':
      return z.boolean()
    case 'integer':
      return z.int()
    case 'decimal':
      return z.number()
    case 'dateTime':
      return dateTime
    case 'binary':
      return base64
    default:
      return z.string()
  }
}

/**
 * The zod validator of one value of an attribute (of the array, where it is multi-valued), made when it is first
 * asked for.
 */
export function validatorOf(attribute: CompiledAttribute): z.ZodType {
  const known = validators.get(attribute)
  if (known) return known
  const element =
    attribute.type === 'complex' ? objectValidator(attribute.subAttributes) : simpleValidator(attribute)
  const whole = attribute.multiValued ? z.array(element) : element
  validators.set(attribute, whole)
  return whole
}

function objectValidator(attributes: ReadonlyMap<string, CompiledAttribute>): z.ZodType {
  const shape: Record<string, z.ZodType> = {}
  for (const attribute of attributes.values()) {
    // What the service gives itself is not the client's to bring.
    const required = attribute.required && attribute.mutability !== 'readOnly'
    shape[attribute.name] = required ? validatorOf(attribute) : validatorOf(attribute).optional()
  }
  return z.object(shape)
}

const resourceValidators = new WeakMap<CompiledResourceType, z.ZodType>()

/** The zod validator of a whole resource. */
export function zodResourceValidator(type: CompiledResourceType): z.ZodType {
  let validator = resourceValidators.get(type)
  if (!validator) {
    validator = objectValidator(type.attributes)
    resourceValidators.set(type, validator)
  }
  return validator
}
