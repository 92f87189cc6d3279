import { isEqual, isWithin } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { attributeNamed } from '../schema/index.js'

type Element = Readonly<Record<string, unknown>>

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null
}

/**
 * What makes two elements of a multi-valued attribute the same: for references `value`, for others `value` and
 * `type` (RFC 7643 section 2.4). Undefined where an element has no `value`.
 */
function identity(attribute: CompiledAttribute, element: unknown): string | undefined {
  if (!isElement(element) || element.value === undefined) return undefined
  const value = attributeNamed(attribute.subAttributes, 'value')
  const text = value?.caseExact === false ? String(element.value).toLowerCase() : String(element.value)
  if (attribute.subAttributes.has('$ref')) return text
  return `${text}\n${String(element.type ?? '').toLowerCase()}`
}

/** What an element that is told apart by all it says is found by: each of its parts. */
function partsOf(element: unknown): readonly string[] {
  if (!isElement(element)) return [JSON.stringify(element)]
  return Object.entries(element).map(([name, value]) => `${name}\n${JSON.stringify(value)}`)
}

/** Whether all that the one says is in the other. */
function isPartOf(said: unknown, element: unknown): boolean {
  return isElement(said) && isElement(element) ? isWithin(said, element) : isEqual(said, element)
}

function enter<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const known = lists.get(key)
  if (known) known.push(value)
  else lists.set(key, [value])
}

/** The elements of an attribute, to find those that incoming ones mean without comparing each with each. */
class ElementIndex {
  private readonly byIdentity = new Map<string, number>()
  /** Made for the first element that has no identity. */
  private byPart: Map<string, number[]> | undefined
  private readonly all: unknown[] = []

  constructor(
    private readonly attribute: CompiledAttribute,
    elements: readonly unknown[],
  ) {
    for (const element of elements) this.put(this.all.length, element)
  }

  put(at: number, element: unknown): void {
    this.all[at] = element
    const key = identity(this.attribute, element)
    if (key !== undefined) this.byIdentity.set(key, at)
    // What an element said before finds it still, and does not fit.
    if (this.byPart) for (const part of partsOf(element)) enter(this.byPart, part, at)
  }

  /** The place of the one with the same identity or, for what has none, of the first that says all of it. */
  find(element: unknown): number | undefined {
    const key = identity(this.attribute, element)
    if (key !== undefined) return this.byIdentity.get(key)
    const parts = this.parts()
    let rarest: readonly number[] | undefined
    for (const part of partsOf(element)) {
      const places = parts.get(part) ?? []
      if (!rarest || places.length < rarest.length) rarest = places
    }
    return rarest?.find((at) => isPartOf(element, this.all[at]))
  }

  private parts(): ReadonlyMap<string, readonly number[]> {
    if (this.byPart) return this.byPart
    this.byPart = new Map()
    for (const [at, element] of this.all.entries())
      for (const part of partsOf(element)) enter(this.byPart, part, at)
    return this.byPart
  }
}

/** The elements with the incoming ones added; what is there already is completed, not repeated. */
export function addElements(
  attribute: CompiledAttribute,
  current: readonly unknown[],
  incoming: readonly unknown[],
): readonly unknown[] {
  let output: unknown[] | undefined
  const known = new ElementIndex(attribute, current)
  for (const element of incoming) {
    const at = known.find(element)
    if (at === undefined) {
      output ??= [...current]
      known.put(output.length, element)
      output.push(element)
      continue
    }
    const existing = (output ?? current)[at]
    if (!isElement(existing) || !isElement(element) || isWithin(element, existing)) continue
    output ??= [...current]
    output[at] = { ...existing, ...element }
    known.put(at, output[at])
  }
  return output ?? current
}

/** Which elements a `remove` with these values means. */
export function matchesAnyOf(
  attribute: CompiledAttribute,
  values: readonly unknown[],
): (element: unknown) => boolean {
  const texts = new Set<string>()
  const identities = new Set<string>()
  const others: unknown[] = []
  for (const value of values) {
    // A value without `type` means the elements of every type.
    const text = isElement(value) && value.type === undefined && !hasMore(value) ? value.value : value
    const key = identity(attribute, value)
    if (typeof text === 'string') texts.add(fold(attribute, text))
    else if (key !== undefined) identities.add(key)
    else others.push(value)
  }
  const byPart = byRarestPart(others)
  return (element) => {
    const value = isElement(element) ? element.value : element
    if (typeof value === 'string' && texts.has(fold(attribute, value))) return true
    const key = identity(attribute, element)
    if (key !== undefined && identities.has(key)) return true
    if (byPart.size === 0) return false
    return partsOf(element).some((part) => byPart.get(part)?.some((other) => isPartOf(other, element)))
  }
}

/** Each under that of its parts which the fewest share. */
function byRarestPart(elements: readonly unknown[]): ReadonlyMap<string, readonly unknown[]> {
  const times = new Map<string, number>()
  for (const element of elements)
    for (const part of partsOf(element)) times.set(part, (times.get(part) ?? 0) + 1)
  const found = new Map<string, unknown[]>()
  for (const element of elements) {
    const [first, ...parts] = partsOf(element)
    if (first === undefined) continue
    enter(
      found,
      parts.reduce(
        (rarest, part) => ((times.get(part) ?? 0) < (times.get(rarest) ?? 0) ? part : rarest),
        first,
      ),
      element,
    )
  }
  return found
}

function fold(attribute: CompiledAttribute, value: string): string {
  const caseExact =
    attribute.type === 'complex'
      ? attributeNamed(attribute.subAttributes, 'value')?.caseExact
      : attribute.caseExact
  return caseExact ? value : value.toLowerCase()
}

/** Whether an element says more than its `value`, `display` and `$ref`. */
function hasMore(element: Element): boolean {
  return Object.keys(element).some((key) => key !== 'value' && key !== 'display' && key !== '$ref')
}

/** When a change made an element primary, the others no longer are (RFC 7644 section 3.5.2). */
export function keepOnePrimary(
  attribute: CompiledAttribute,
  before: readonly unknown[],
  after: readonly unknown[],
): readonly unknown[] {
  if (after === before || !attribute.subAttributes.has('primary') || countPrimary(after) < 2) return after
  const wasPrimary = new Set(before.filter(isPrimary))
  const winner = lastIndex(after, (element) => isPrimary(element) && !wasPrimary.has(element))
  if (winner === -1) return after
  return after.map((element, index) =>
    index !== winner && isPrimary(element) ? { ...element, primary: false } : element,
  )
}

function isPrimary(element: unknown): element is Element {
  return isElement(element) && element.primary === true
}

function countPrimary(elements: readonly unknown[]): number {
  let count = 0
  for (const element of elements) if (isPrimary(element)) count += 1
  return count
}

function lastIndex(elements: readonly unknown[], holds: (element: unknown) => boolean): number {
  let at = elements.length - 1
  while (at >= 0 && !holds(elements[at])) at -= 1
  return at
}
