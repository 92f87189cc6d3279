import { isObject } from '../protocol/index.js'

/** Where a single value is in a resource: in an attribute, or in one element of a multi-valued one. */
export interface ValuePlace {
  /** As a path, such as `userName` or `emails[type eq "work"].value`. */
  readonly path: string
  /** The object keys that lead to the attribute from the top of the resource. */
  readonly keys: readonly string[]
  /** Whether the value's case means something. */
  readonly caseExact: boolean
  /** The element; undefined for an attribute that is no list. */
  readonly element?: ElementOfPlace | undefined
}

/** One element of a multi-valued attribute, with the sub-attribute that has the value. */
export interface ElementOfPlace {
  readonly subAttribute: string
  /** What every such element has, such as its `type`. */
  readonly constants: Readonly<Record<string, unknown>>
  /** Whether an element is the one. */
  matches(element: unknown): boolean
}

/** A value that a store keeps once and shows in two places. */
export interface SharedValue {
  /** The place that counts where a request says both. */
  readonly source: ValuePlace
  readonly alias: ValuePlace
}

/** What a store says of the values that it keeps, in a resource type that it has restricted. */
export interface StoredValueFacts {
  /** One value for two attributes. Left out: each attribute has its own. */
  readonly sharedValues?: readonly SharedValue[] | undefined
  /** Texts of which no case is kept. Left out: what is written is read. */
  readonly foldedValues?: readonly ValuePlace[] | undefined
}

type Element = Readonly<Record<string, unknown>>

function elementIn(list: unknown, { matches, subAttribute }: ElementOfPlace): Element | undefined {
  if (!Array.isArray(list)) return undefined
  const matching = list.filter((one): one is Element => isObject(one) && matches(one))
  return matching.find((one) => one[subAttribute] !== undefined) ?? matching[0]
}

/** The value at a place; undefined where there is none. */
export function valueAt(resource: object, { keys, element }: ValuePlace): unknown {
  let at: unknown = resource
  for (const key of keys) at = isObject(at) ? at[key] : undefined
  return element ? elementIn(at, element)?.[element.subAttribute] : at
}

/** A copy of a resource with another value at a place; undefined removes it, and what is empty then. */
export function withValueAt(resource: object, { keys, element }: ValuePlace, value: unknown): Element {
  return setIn(resource, keys, (before) => {
    if (!element) return value
    const list: readonly unknown[] = Array.isArray(before) ? before : []
    const changed = withElementValue(list, element, value)
    return changed.length === 0 ? undefined : changed
  })
}

function withElementValue(
  list: readonly unknown[],
  place: ElementOfPlace,
  value: unknown,
): readonly unknown[] {
  const { subAttribute, constants } = place
  const found = elementIn(list, place)
  if (!found) return value === undefined ? list : [{ ...constants, [subAttribute]: value }, ...list]
  const { [subAttribute]: _before, ...others } = found
  const isEmpty = value === undefined && Object.keys(others).every((name) => name in constants)
  if (isEmpty) return list.filter((one) => one !== found)
  const next = value === undefined ? others : { ...found, [subAttribute]: value }
  return list.map((one) => (one === found ? next : one))
}

function setIn(
  object: object,
  [key = '', ...below]: readonly string[],
  change: (before: unknown) => unknown,
): Element {
  const { [key]: before, ...others } = object as Element
  const next = below.length === 0 ? change(before) : setIn(isObject(before) ? before : {}, below, change)
  const isEmpty = next === undefined || (below.length > 0 && Object.keys(next as object).length === 0)
  if (isEmpty) return others
  // In its old place, so that a resource without a change stays the same.
  return { ...(object as Element), [key]: next }
}
