import { chainOf } from './lookup.js'
import type { CompiledAttribute } from './registry.js'

/** An attribute that a client names in `attributes` or `excludedAttributes`, with the elements that it means. */
export interface Selection {
  readonly attribute: CompiledAttribute
  readonly filter?: { matches(element: unknown): boolean } | undefined
  readonly subAttribute?: CompiledAttribute | undefined
}

type Filter = NonNullable<Selection['filter']>

/** What is named of an attribute. */
export interface Wanted {
  /** The attribute with everything inside that is returned by default. */
  whole: boolean
  inside: Map<CompiledAttribute, Wanted>
  /** What is meant of some elements only. */
  filtered: { readonly filter: Filter; readonly wanted: Wanted }[]
}

function node(): Wanted {
  return { whole: false, inside: new Map(), filtered: [] }
}

/** Puts selections into a tree along the attributes that lead to them. */
export function toTree(selections: readonly Selection[]): Map<CompiledAttribute, Wanted> {
  const top = new Map<CompiledAttribute, Wanted>()
  for (const selection of selections) {
    let level = top
    const chain = chainOf(selection.subAttribute ?? selection.attribute)
    for (const [index, attribute] of chain.entries()) {
      let here = level.get(attribute) ?? node()
      level.set(attribute, here)
      if (attribute === selection.attribute && selection.filter) {
        const wanted = node()
        here.filtered.push({ filter: selection.filter, wanted })
        here = wanted
      }
      if (index === chain.length - 1) here.whole = true
      level = here.inside
    }
  }
  return top
}
