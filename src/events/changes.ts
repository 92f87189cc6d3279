import { isEqual, isObject } from '../protocol/index.js'
import type { Attribute, ResourceType } from '../schema/index.js'

function collect(before: unknown, after: unknown, attributes: Iterable<Attribute>, into: string[]): void {
  const had = isObject(before) ? before : {}
  const has = isObject(after) ? after : {}
  for (const one of attributes) {
    if (one.mutability === 'readOnly') continue
    const was = had[one.name]
    const is = has[one.name]
    if (isEqual(was, is)) continue
    if (one.type === 'complex' && !one.multiValued) collect(was, is, one.subAttributes.values(), into)
    else into.push(one.path)
  }
}

/**
 * The paths of the attributes in which two resources differ, such as `active` and `name.givenName`; a multi-valued
 * attribute counts as one. Read-only attributes, which follow from others, are left out.
 */
export function changedPaths(type: ResourceType, before: unknown, after: unknown): readonly string[] {
  const changed: string[] = []
  collect(before, after, type.ordered, changed)
  return changed
}
