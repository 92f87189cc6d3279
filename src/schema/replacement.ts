import { withReadOnlyParts } from './elements.js'
import type { CompiledAttribute } from './registry.js'
import { withHiddenTwins } from './twins.js'

/**
 * The values of an attribute that a client gives instead of others, with what it cannot speak of: what is read-only in
 * elements, and twins that it does not see. The same array where nothing is kept, or that of before.
 */
export function replacementOf(attribute: CompiledAttribute, before: unknown, after: unknown): unknown {
  return withHiddenTwins(attribute, before, withReadOnlyParts(attribute, before, after))
}
