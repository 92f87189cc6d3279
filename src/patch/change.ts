import { isObject } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { requiredAttribute } from './required.js'

/** Makes the next value of a place from the present one; undefined is no value. */
export type Change = (current: unknown) => unknown

/** Changes one key of an object on a copy; the same object where nothing changes. */
export function changeKey(object: unknown, attribute: CompiledAttribute, change: Change): unknown {
  const current = isObject(object) ? object : {}
  const before = current[attribute.name]
  const after = change(before)
  if (after === before) return object
  // Not by spreading: V8 gives an object that gains a key after a spread a hidden class of its own.
  if (after !== undefined) {
    const next: Record<string, unknown> = Object.assign({}, current)
    next[attribute.name] = after
    return next
  }
  const { [attribute.name]: _removed, ...rest } = current
  return Object.keys(rest).length === 0 ? undefined : rest
}

/**
 * {@link changeKey} for an element that a path leads into.
 *
 * @throws ScimError `mutability` where the element would go with its last part, which is required.
 */
export function changePart(element: unknown, attribute: CompiledAttribute, change: Change): unknown {
  const next = changeKey(element, attribute, change)
  if (next === undefined && element !== undefined && attribute.required) throw requiredAttribute(attribute)
  return next
}
