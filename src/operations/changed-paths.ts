import { isEqual, isObject } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute, CompiledResourceType } from '../schema/index.js'

/** What a write changes; worked out when a store asks. */
export class WrittenChange {
  private known: ReadonlySet<string> | undefined

  constructor(
    private readonly type: CompiledResourceType,
    readonly before: CommonAttributes,
    private readonly after: CommonAttributes,
  ) {}

  /** The canonical paths of the attributes that differ. */
  get paths(): ReadonlySet<string> {
    this.known ??= changedPaths(this.type, this.before, this.after)
    return this.known
  }
}

/**
 * The paths of the attributes in which two states of a resource differ: of what is inside a complex attribute with one
 * value, and of a multi-valued attribute as a whole.
 */
function changedPaths(type: CompiledResourceType, before: object, after: object): ReadonlySet<string> {
  const paths = new Set<string>()
  for (const attribute of type.ordered) {
    // The store gives these.
    if (!['id', 'schemas', 'meta'].includes(attribute.path)) addChanged(attribute, before, after, paths)
  }
  return paths
}

function addChanged(attribute: CompiledAttribute, before: object, after: object, paths: Set<string>): void {
  const was = valueIn(before, attribute)
  const is = valueIn(after, attribute)
  if (isEqual(was, is)) return
  const count = paths.size
  if (!attribute.multiValued) {
    for (const sub of attribute.subAttributes.values()) {
      addChanged(sub, isObject(was) ? was : {}, isObject(is) ? is : {}, paths)
    }
  }
  if (paths.size === count) paths.add(attribute.path)
}

function valueIn(resource: object, { name }: CompiledAttribute): unknown {
  return (resource as Readonly<Record<string, unknown>>)[name]
}
