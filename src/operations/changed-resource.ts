import { didYouMean, HostFault, isEqual, isObject, isScimError, noNote, showName } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import {
  attributeNamed,
  noLeniency,
  normaliseValue,
  readValue,
  replacementOf,
  schemasIn,
  validateChanges,
} from '../schema/index.js'
import type { OperationContext } from './context.js'
import { isPlainObject, kindOf } from './kind-of.js'
import { settleValues } from './settle-values.js'
import { assertSize } from './size.js'

type Attributes = Readonly<Record<string, unknown>>

/** What a hook has returned instead of a resource, and what it was about. */
export interface ReturnedResource<R extends object> {
  /** The name of the hook, for messages. */
  readonly hook: string
  /** Undefined for a new resource. */
  readonly before: CommonAttributes | undefined
  /** What would be stored otherwise. */
  readonly given: R
  /** The attributes of it that the hook was not shown. */
  readonly hidden: readonly (CompiledAttribute | undefined)[]
  readonly returned: unknown
}

/**
 * What shall be stored by the word of a hook. What it leaves out is cleared, but for what it was not shown and what the
 * service gives a resource itself. The same object as before where nothing differs.
 *
 * @throws HostFault for what is no resource of the type, or not valid.
 */
export async function readChangedResource<R extends object>(
  context: OperationContext,
  result: ReturnedResource<R>,
): Promise<R> {
  const { service, endpoint } = context
  const { type } = endpoint
  const { hook, before, given, hidden, returned } = result
  if (!isPlainObject(returned)) {
    const kind = kindOf(returned)
    throw new HostFault(
      `${hook} must return a ${type.name} as a plain object, or nothing, and returned ${kind}`,
    )
  }
  const isKept = (attribute: CompiledAttribute) => attribute === type.activation || hidden.includes(attribute)
  try {
    // The registry describes both.
    const attributes = takeAttributes(given as Attributes, returned, type.attributes, hook, isKept)
    const taken = settleValues(context, given, attributes, 'kept')
    if (isEqual(taken, given)) return given
    assertAllowed(type, before, given, taken, hook)
    const changed: CompiledAttribute[] = []
    await validateChanges(given, taken, type, service.limits.maxValues, changed)
    assertSize(context, before, taken, changed)
    const result = 'schemas' in given ? { ...taken, schemas: schemasIn(taken, type) } : taken
    // Of the attributes of an R, the required ones are there, and all are valid.
    return result as R
  } catch (error) {
    // The client is not to blame for it.
    if (isScimError(error))
      throw new HostFault(`${hook} returned a ${type.name} that is not valid: ${error.message}`)
    throw error
  }
}

/** The attributes that a hook has returned, in the registry's terms; those that are equal stay the same objects. */
function takeAttributes(
  given: Attributes,
  returned: Attributes,
  attributes: ReadonlyMap<string, CompiledAttribute>,
  hook: string,
  isKept: (attribute: CompiledAttribute) => boolean,
): Attributes {
  assertKnown(returned, attributes, hook)
  const taken: Record<string, unknown> = {}
  for (const attribute of new Set(attributes.values())) {
    const { name } = attribute
    const value = takeValue(given[name], returned[name], attribute, hook, isKept)
    if (value !== undefined) taken[name] = value
  }
  return taken
}

function takeValue(
  was: unknown,
  is: unknown,
  attribute: CompiledAttribute,
  hook: string,
  isKept: (attribute: CompiledAttribute) => boolean,
): unknown {
  if (attribute.mutability === 'readOnly' || isEqual(was, is)) return was
  if (is === undefined && isKept(attribute)) return was
  const isOne = attribute.type === 'complex' && !attribute.multiValued
  if (!isOne || !isObject(was) || !isPlainObject(is))
    return replacementOf(
      attribute,
      was,
      normaliseValue(is, attribute, { leniency: noLeniency, note: noNote }),
    )
  const inner = takeAttributes(was, is, attribute.subAttributes, hook, isKept)
  return Object.keys(inner).length === 0 ? undefined : inner
}

/** @throws HostFault for an attribute that no schema defines, which would be lost without a word. */
function assertKnown(
  returned: Attributes,
  attributes: ReadonlyMap<string, CompiledAttribute>,
  hook: string,
): void {
  for (const [key, value] of Object.entries(returned)) {
    const found = attributeNamed(attributes, key)
    if (found?.name === key || value === undefined) continue
    const names = [...attributes.values()].map(({ name }) => name)
    const advice = found ? `; it is called "${found.name}"` : didYouMean(key, names)
    throw new HostFault(`${hook} returned "${showName(key)}", which no schema defines${advice}`)
  }
}

/** @throws HostFault for a required attribute that is gone, or an immutable one that is another. */
function assertAllowed(
  type: CompiledResourceType,
  before: CommonAttributes | undefined,
  given: object,
  taken: Attributes,
  hook: string,
): void {
  for (const attribute of type.ordered) {
    if (!attribute.required || readValue(given, attribute) === undefined) continue
    if (taken[attribute.name] === undefined)
      throw new HostFault(`${hook} returned no ${attribute.path}, which is required`)
  }
  for (const attribute of type.immutable) {
    const was = before && readValue(before, attribute)
    if (was !== undefined && !isEqual(was, readValue(taken, attribute)))
      throw new HostFault(`${hook} returned another ${attribute.path}, which cannot be changed`)
  }
}
