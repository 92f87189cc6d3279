import { isObject, isSafeKey } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { attributeNamed, isUnassigned, shownValues } from '../schema/index.js'

type Attributes = Readonly<Record<string, unknown>>

/**
 * The next state of a resource with what the host keeps in it beside the attributes that the schemas define: a request
 * cannot speak of that, so it stays, also inside of objects and elements that are replaced. The same object where
 * nothing was lost.
 */
export function withHostKeys(
  type: CompiledResourceType,
  before: CommonAttributes,
  after: CommonAttributes,
): CommonAttributes {
  const membership = type.membership?.name
  // What is kept has the keys of an R, and those of the host.
  return keepIn(before, after, type.attributes, membership) as CommonAttributes
}

function keepIn(
  before: object,
  after: object,
  attributes: CompiledAttribute['subAttributes'],
  except?: string,
): object {
  const was = before as Attributes
  const is = after as Attributes
  let output: Record<string, unknown> | undefined
  for (const key of Object.keys(was)) {
    const value = was[key]
    const next = is[key]
    if (next === value || value === undefined || key === except) continue
    const attribute = attributeNamed(attributes, key)
    const kept = next === undefined ? keptWithout(value, attribute) : keepInside(value, next, attribute)
    if (kept === next || !isSafeKey(key)) continue
    output ??= { ...is }
    output[key] = kept
  }
  return output ?? after
}

/** What stays of a value that the next state lacks: what no schema knows, and what says nothing either. */
function keptWithout(value: unknown, attribute: CompiledAttribute | undefined): unknown {
  const isEmpty = isUnassigned(value) || (isObject(value) && Object.keys(value).length === 0)
  return !attribute || isEmpty ? value : undefined
}

function keepInside(before: unknown, after: unknown, attribute: CompiledAttribute | undefined): unknown {
  const subAttributes = attribute?.subAttributes
  if (!attribute || !subAttributes?.size || typeof after !== 'object' || after === null) return after
  if (!Array.isArray(before))
    return isObject(before) && isObject(after) ? keepIn(before, after, subAttributes) : after
  if (!Array.isArray(after)) return after
  // Elements are told apart by value and type (RFC 7643 section 2.4).
  const byIdentity = new Map<string, object>()
  // A client speaks of the one of twins that it sees; the others stay as they are.
  for (const element of shownValues(attribute, before)) {
    if (isObject(element) && hasHostKeys(element, attribute)) byIdentity.set(identityOf(element), element)
  }
  if (byIdentity.size === 0) return after
  const kept = new Set<unknown>(before)
  return after.map((element) => {
    if (kept.has(element)) return element
    const former = isObject(element) ? byIdentity.get(identityOf(element)) : undefined
    return former && isObject(element) ? keepIn(former, element, subAttributes) : element
  })
}

function hasHostKeys(element: object, { subAttributes }: CompiledAttribute): boolean {
  return Object.keys(element).some((key) => !attributeNamed(subAttributes, key))
}

function identityOf({ value, type }: Attributes): string {
  return JSON.stringify([value, type])
}
