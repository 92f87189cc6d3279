import { isEqual, isObject } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'

function collect(
  before: unknown,
  after: unknown,
  attributes: Iterable<CompiledAttribute>,
  into: string[],
): void {
  const had = isObject(before) ? before : {}
  const has = isObject(after) ? after : {}
  for (const attribute of attributes) {
    if (attribute.mutability === 'readOnly') continue
    const was = had[attribute.name]
    const is = has[attribute.name]
    if (isEqual(was, is)) continue
    if (attribute.type === 'complex' && !attribute.multiValued)
      collect(was, is, attribute.subAttributes.values(), into)
    else into.push(attribute.path)
  }
}

/**
 * The paths of the attributes in which two resources differ, such as `active` and `name.givenName`; a multi-valued
 * attribute counts as one. Read-only attributes, which follow from others, are left out.
 */
export function changedPaths(type: CompiledResourceType, before: unknown, after: unknown): readonly string[] {
  const changed: string[] = []
  collect(before, after, type.ordered, changed)
  return changed
}
