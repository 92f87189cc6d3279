import { isObject, ScimError } from '../protocol/index.js'
import type { CompiledAttribute, InputOptions } from '../schema/index.js'
import { attributeNamed, fits, isUnassigned, normaliseOne } from '../schema/index.js'

const removedByValue = 'removed the elements that equal the value, and no others'

/**
 * The elements that a `remove` with a value means; undefined where it names none, and means them all.
 *
 * Nothing else means all: whoever sends a value that nobody can read wants something gone, and not everything.
 *
 * @param target an attribute with several values, or one inside its elements.
 * @throws ScimError `invalidValue` for a value of which it cannot be told what is meant; `invalidSyntax` for any where a
 * profile allows none.
 * @see RFC 7644 section 3.5.2.2
 */
export function readRemoved(
  value: unknown,
  target: CompiledAttribute,
  options: InputOptions,
): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined
  assertMayHaveValue(options)
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) {
    options.note('removeByValue', target.path, 'removed nothing: the list is empty')
    return list
  }
  options.note('removeByValue', target.path, removedByValue)
  return list.map((element) => {
    const normal = isUnassigned(element) ? undefined : normaliseOne(element, target, options)
    if (normal !== undefined && isReadable(normal, target)) return normal
    const advice = isObject(element) || target.type === 'complex' ? ', such as [{ "value": "…" }]' : ''
    throw ScimError.invalidValue(
      `${target.path}: which elements to remove cannot be told from the value; name them${advice}, or give no value to remove all`,
      { path: target.path },
    )
  })
}

function isReadable(value: unknown, attribute: CompiledAttribute): boolean {
  if (!fits(value, attribute)) return false
  if (attribute.type !== 'complex' || !isObject(value)) return true
  return Object.entries(value).every(([name, part]) => {
    const sub = attributeNamed(attribute.subAttributes, name)
    return sub !== undefined && fits(part, sub)
  })
}

/** @throws ScimError `invalidSyntax` where a `remove` has no value in the profile. */
export function assertMayHaveValue({ leniency }: InputOptions): void {
  if (leniency.removeByValue) return
  throw ScimError.invalidSyntax('remove takes no value; select elements with a filter in the path')
}
