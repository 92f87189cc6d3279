import type { UnknownObject } from '../../protocol/index.js'
import { isObject, urns } from '../../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../../schema/index.js'
import { attributeNamed } from '../../schema/index.js'

/** Whether a part of a new resource is added later, when the resource that it refers to exists. */
type IsLate = (part: unknown, canWait: boolean) => boolean

/** A new resource in two parts: what it is created with, and what is added when the others exist. */
export interface Postponed {
  readonly now: unknown
  /** Undefined where everything is in `now`. */
  readonly later: UnknownObject | undefined
}

/**
 * Splits a new resource into what it is created with and what is added later. Attributes that cannot be written stay
 * in `now`: they are ignored or refused when the resource is created.
 */
export function postpone(body: unknown, type: CompiledResourceType, isLate: IsLate): Postponed {
  if (!isObject(body)) return { now: body, later: undefined }
  return splitAttributes(body, type.attributes, true, isLate)
}

/** The attributes of a resource or of an extension. */
function splitAttributes(
  values: UnknownObject,
  attributes: ReadonlyMap<string, CompiledAttribute>,
  canWait: boolean,
  isLate: IsLate,
): { readonly now: UnknownObject; readonly later: UnknownObject | undefined } {
  const now: [string, unknown][] = []
  const later: [string, unknown][] = []
  for (const [key, value] of Object.entries(values)) {
    const attribute = attributeNamed(attributes, key)
    const split =
      attribute && attribute.mutability !== 'readOnly'
        ? splitValue(value, attribute, canWait, isLate)
        : undefined
    if (!split?.later) now.push([key, value])
    else {
      later.push([key, split.later.value])
      if (split.now) now.push([key, split.now.value])
    }
  }
  if (later.length === 0) return { now: values, later: undefined }
  return { now: Object.fromEntries(now), later: Object.fromEntries(later) }
}

interface Part {
  readonly value: unknown
}

function splitValue(
  value: unknown,
  attribute: CompiledAttribute,
  canParentWait: boolean,
  isLate: IsLate,
): { readonly now?: Part; readonly later?: Part } {
  const canWait = canParentWait && !attribute.required
  if (attribute.isExtension && isObject(value)) {
    const { now, later } = splitAttributes(value, attribute.subAttributes, canWait, isLate)
    return {
      ...(Object.keys(now).length > 0 && { now: { value: now } }),
      ...(later && { later: { value: later } }),
    }
  }
  if (!attribute.multiValued || !Array.isArray(value))
    return isLate(value, canWait) ? { later: { value } } : {}
  const [now, later]: [unknown[], unknown[]] = [[], []]
  for (const element of value) (isLate(element, canWait) ? later : now).push(element)
  return {
    ...(now.length > 0 && { now: { value: now } }),
    ...(later.length > 0 && { later: { value: later } }),
  }
}

/** The body of the PATCH that adds the later part. */
export function completion(later: unknown): unknown {
  return { schemas: [urns.patchOp], Operations: [{ op: 'add', value: later }] }
}
