import type { CompiledAttribute } from '../schema/index.js'

/** The operators that compare an attribute with a literal (RFC 7644 table 3). */
export type Comparator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

/** A literal of a filter (RFC 7644 figure 1, compValue). */
export type Literal = string | number | boolean | null

/**
 * A filter as it was written: paths are text in the writer's case, and no schema has been asked.
 *
 * @see RFC 7644 section 3.4.2.2
 */
export type FilterNode =
  | { readonly op: 'and' | 'or'; readonly filters: readonly FilterNode[] }
  | { readonly op: 'not'; readonly filter: FilterNode }
  | { readonly op: 'pr'; readonly path: string }
  | { readonly op: Comparator; readonly path: string; readonly value: Literal }
  /** `emails[…]`: one element of the attribute matches the whole filter, whose paths start at the element. */
  | { readonly op: 'valuePath'; readonly path: string; readonly filter: FilterNode }

/**
 * A filter bound to a resource type: every path is an attribute, every literal fits it. This is what a store
 * translates into its own query language.
 */
export type BoundFilter =
  | { readonly op: 'and' | 'or'; readonly filters: readonly BoundFilter[] }
  | { readonly op: 'not'; readonly filter: BoundFilter }
  | { readonly op: 'pr'; readonly attribute: CompiledAttribute }
  /** A comparison of a complex attribute has been bound to its `value` sub-attribute. */
  | { readonly op: Comparator; readonly attribute: CompiledAttribute; readonly value: Literal }
  /** At least one element of the attribute matches; attributes inside are its sub-attributes. */
  | { readonly op: 'valuePath'; readonly attribute: CompiledAttribute; readonly filter: BoundFilter }

/** A condition `attribute eq literal` that every match fulfils. */
export interface Equality {
  readonly attribute: CompiledAttribute
  readonly value: Literal
}

/** A filter that has been read for one resource type; immutable. */
export interface Filter {
  /** The conditions as a tree, for stores that translate them. */
  readonly tree: BoundFilter
  /**
   * The conditions `attribute eq literal` that every match fulfils, those inside value filters among them: what an
   * index can answer, and what an element has to have that is made to match. They need not be all conditions.
   */
  readonly equalities: readonly Equality[]
  /**
   * The value that the attribute at a path must equal for a match, where the filter requires one: one of
   * {@link equalities}, looked up.
   *
   * @example
   * const login = filter.equalTo('userName') // the lookup that every identity provider begins with
   */
  equalTo(path: string): Literal | undefined
  /** Whether a resource (for a value filter: an element) matches. Never throws. */
  matches(resource: unknown): boolean
}

/** Bounds on what a filter may cost. */
export interface FilterLimits {
  /** Characters. Default 8,192. */
  readonly maxLength: number
  /** Nested parentheses and brackets. Default 32. */
  readonly maxDepth: number
  /** Comparisons and presence tests. Default 256. */
  readonly maxClauses: number
}

export const defaultFilterLimits: FilterLimits = { maxLength: 8192, maxDepth: 32, maxClauses: 256 }

export const filterLimitNames: readonly string[] = Object.keys(defaultFilterLimits)

/** A path that a PATCH operation or `attributes` parameter names (RFC 7644 figure 7), bound to a resource type. */
export interface AttributePath {
  /** The attribute before the value filter, or the whole path where there is none. */
  readonly attribute: CompiledAttribute
  /** Selects among the attribute's elements. */
  readonly filter: Filter | undefined
  /** The sub-attribute after the value filter. */
  readonly subAttribute: CompiledAttribute | undefined
}
