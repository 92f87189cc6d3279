import { foldText, isEqual } from '../protocol/index.js'
import type { SharedValue, ValuePlace } from '../schema/index.js'
import { schemasIn, valueAt, withValueAt } from '../schema/index.js'
import type { OperationContext } from './context.js'

/** What a request says of what it does not name: a PATCH leaves it as it is, a PUT or POST has no value for it. */
export type Unnamed = 'kept' | 'without value'

/**
 * The next state of a resource as the store will show it: a value that is kept once is the same in both of its places,
 * and a text of which no case is kept is not changed by another case alone.
 */
export function settleValues<A extends object>(
  { endpoint: { type }, note }: OperationContext,
  before: object | undefined,
  after: A,
  unnamed: Unnamed,
): A {
  const { sharedValues, foldedValues } = type.definition
  if (!sharedValues && !foldedValues) return after
  let settled: object = after
  for (const shared of sharedValues ?? []) {
    const { value, remark } = sharedBetween(shared, before, settled, unnamed)
    if (remark !== undefined) note('sameAs', shared.alias.path, remark)
    settled = withValue(withValue(settled, shared.source, value), shared.alias, value)
  }
  for (const place of foldedValues ?? []) {
    const was = before && valueAt(before, place)
    if (difference(place, was, valueAt(settled, place)) === 1) settled = withValue(settled, place, was)
  }
  if (settled === after) return after
  const result = 'schemas' in settled ? { ...settled, schemas: schemasIn(settled, type) } : settled
  // An A whose values are others of the same types is an A.
  return result as A
}

function withValue(resource: object, place: ValuePlace, value: unknown): object {
  return isEqual(valueAt(resource, place), value) ? resource : withValueAt(resource, place, value)
}

/** How much two values differ: not at all, in case only, where that means nothing, or really. */
function difference({ caseExact }: ValuePlace, a: unknown, b: unknown): 0 | 1 | 2 {
  if (isEqual(a, b)) return 0
  const isCaseOnly =
    !caseExact && typeof a === 'string' && typeof b === 'string' && foldText(a) === foldText(b)
  return isCaseOnly ? 1 : 2
}

/** The value of both places, and what the trace says of it. */
function sharedBetween(
  { source, alias }: SharedValue,
  before: object | undefined,
  after: object,
  unnamed: Unnamed,
): { readonly value: unknown; readonly remark?: string } {
  const [formerSource, formerAlias] = [before && valueAt(before, source), before && valueAt(before, alias)]
  const [ofSource, ofAlias] = [valueAt(after, source), valueAt(after, alias)]
  if (isEqual(ofSource, ofAlias)) return { value: ofSource }
  const sourceChange = difference(source, formerSource, ofSource)
  const aliasChange = difference(source, formerAlias, ofAlias)
  if (ofAlias === undefined) {
    const isRemoved = formerAlias !== undefined && sourceChange !== 2
    return {
      value: ofSource,
      ...(isRemoved && { remark: `not removed: it is the same as ${source.path}, which has a value` }),
    }
  }
  // Only a PATCH removes a value on purpose; a PUT may know one of the places only.
  if (ofSource === undefined) return { value: unnamed === 'kept' && aliasChange < 2 ? undefined : ofAlias }
  if (aliasChange > sourceChange) return { value: ofAlias }
  const isContradiction = aliasChange === 2 && difference(source, ofSource, ofAlias) === 2
  return {
    value: ofSource,
    ...(isContradiction && {
      remark: `ignored: it is the same as ${source.path}, and the request has set that to another value`,
    }),
  }
}
