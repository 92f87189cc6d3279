import type { CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import type { AnyPlace, ColumnPlace } from './attribute-mapping.js'

/** An element of a multi-valued attribute that has columns of its own, told by some of its sub-attributes. */
export interface Slot {
  /** Such as `emails[type eq "work"]`. */
  readonly key: string
  readonly attribute: CompiledAttribute
  /** What every such element has, `type` and perhaps `primary`. */
  readonly constants: Readonly<Record<string, unknown>>
  /** What tells it from other elements. */
  readonly selector: { matches(element: unknown): boolean }
  readonly columns: ReadonlyMap<CompiledAttribute, ColumnPlace<never, never>>
}

/** What a mapping says about one resource type. */
export interface Places {
  readonly type: CompiledResourceType
  readonly places: ReadonlyMap<CompiledAttribute, AnyPlace>
  readonly slots: readonly Slot[]
  readonly overflow: { readonly column: string; readonly indexed: readonly string[] } | undefined
  /** Attributes that are mapped, or have something mapped inside. */
  readonly touched: ReadonlySet<CompiledAttribute>
}
