import type { UnknownObject } from '../protocol/index.js'
import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import type { AttributeMapping, ColumnMapping } from './attribute-mapping.js'

/** An element of a multi-valued attribute that has columns of its own, selected by some of its sub-attributes. */
export interface ElementMapping {
  /** Such as `emails[type eq "work"]`. */
  readonly key: string
  readonly attribute: CompiledAttribute
  /** What every such element has: `type`, and perhaps `primary`. */
  readonly constants: UnknownObject
  /** What tells the element from others. */
  readonly selector: { matches(element: unknown): boolean }
  readonly columns: ReadonlyMap<CompiledAttribute, ColumnMapping<never, never>>
}

/** How one resource type is mapped. */
export interface ResourceMapping {
  readonly type: CompiledResourceType
  readonly attributes: ReadonlyMap<CompiledAttribute, AttributeMapping>
  readonly elements: readonly ElementMapping[]
  readonly overflow: { readonly column: string; readonly indexed: readonly string[] } | undefined
  /** Attributes that are mapped themselves or have a mapped attribute inside. */
  readonly mappedAttributes: ReadonlySet<CompiledAttribute>
}
