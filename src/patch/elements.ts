import { isEqual, isWithin } from '../protocol/index.js'
import type { Attribute } from '../schema/index.js'
import { attributeNamed } from '../schema/index.js'

type Element = Readonly<Record<string, unknown>>

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null
}

/**
 * What makes two elements of a multi-valued attribute the same: for references `value`, for others `value` and
 * `type` (RFC 7643 section 2.4). Undefined where an element has no `value`.
 */
function identity(one: Attribute, element: unknown): string | undefined {
  if (!isElement(element) || element.value === undefined) return undefined
  const value = attributeNamed(one.subAttributes, 'value')
  const text = value?.caseExact === false ? String(element.value).toLowerCase() : String(element.value)
  if (one.subAttributes.has('$ref')) return text
  return `${text}\n${String(element.type ?? '').toLowerCase()}`
}

/** What a part of an element is found by. */
function partKey(name: string, value: unknown): string {
  return `${name}\n${JSON.stringify(value)}`
}

/** Finds the elements that others mean, without comparing each with each. */
class Elements {
  private readonly byIdentity = new Map<string, number[]>()
  /** Made for the first element that has no identity. */
  private byPart: Map<string, number[]> | undefined
  private readonly elements: unknown[] = []

  constructor(
    private readonly one: Attribute,
    elements: readonly unknown[],
  ) {
    for (const element of elements) this.add(element)
  }

  add(element: unknown): void {
    const at = this.elements.push(element) - 1
    const key = identity(this.one, element)
    if (key !== undefined) enter(this.byIdentity, key, at)
    if (this.byPart) this.enterParts(this.byPart, element, at)
  }

  replace(at: number, element: unknown): void {
    this.elements[at] = element
    // Under its old parts it is found too, and does not fit.
    if (this.byPart) this.enterParts(this.byPart, element, at)
  }

  /** The places of those with the same identity or, for what has none, of those in which all of it is. */
  meant(element: unknown): readonly number[] {
    const key = identity(this.one, element)
    if (key !== undefined) return this.byIdentity.get(key) ?? []
    return this.candidates(element).filter((at) => {
      const existing = this.elements[at]
      return isElement(existing) && isElement(element)
        ? isWithin(element, existing)
        : isEqual(existing, element)
    })
  }

  /** The places that share the rarest part. */
  private candidates(element: unknown): readonly number[] {
    const parts = this.parts()
    let fewest: readonly number[] | undefined
    for (const key of partsOf(element)) {
      const found = parts.get(key) ?? []
      if (!fewest || found.length < fewest.length) fewest = found
    }
    return fewest ?? [...this.elements.keys()]
  }

  private parts(): Map<string, number[]> {
    if (this.byPart) return this.byPart
    this.byPart = new Map()
    for (const [at, element] of this.elements.entries()) this.enterParts(this.byPart, element, at)
    return this.byPart
  }

  private enterParts(parts: Map<string, number[]>, element: unknown, at: number): void {
    for (const key of partsOf(element)) enter(parts, key, at)
  }
}

function partsOf(element: unknown): readonly string[] {
  if (!isElement(element)) return [partKey('', element)]
  return Object.entries(element).map(([name, value]) => partKey(name, value))
}

function enter(places: Map<string, number[]>, key: string, at: number): void {
  const known = places.get(key)
  if (!known) places.set(key, [at])
  else if (known.at(-1) !== at) known.push(at)
}

/** The elements with the incoming ones added; what is there already is completed, not repeated. */
export function addElements(
  one: Attribute,
  current: readonly unknown[],
  incoming: readonly unknown[],
): readonly unknown[] {
  let output: unknown[] | undefined
  const known = new Elements(one, current)
  for (const element of incoming) {
    const [at] = known.meant(element)
    if (at === undefined) {
      output ??= [...current]
      output.push(element)
      known.add(element)
      continue
    }
    const existing = (output ?? current)[at]
    if (!isElement(existing) || !isElement(element) || isWithin(element, existing)) continue
    output ??= [...current]
    output[at] = { ...existing, ...element }
    known.replace(at, output[at])
  }
  return output ?? current
}

/** Which of the elements a `remove` with these values means. */
export function meantBy(
  one: Attribute,
  elements: readonly unknown[],
  values: readonly unknown[],
): ReadonlySet<unknown> {
  const simple = new Set<string>()
  const known = new Elements(one, elements)
  const meant = new Set<unknown>()
  for (const value of values) {
    // A value without `type` means the elements of every type.
    const text = isElement(value) && value.type === undefined && !hasMore(value) ? value.value : value
    if (typeof text === 'string') simple.add(fold(one, text))
    else for (const at of known.meant(value)) meant.add(elements[at])
  }
  for (const element of elements) {
    const value = isElement(element) ? element.value : element
    if (typeof value === 'string' && simple.has(fold(one, value))) meant.add(element)
  }
  return meant
}

function fold(one: Attribute, value: string): string {
  const caseExact =
    one.type === 'complex' ? attributeNamed(one.subAttributes, 'value')?.caseExact : one.caseExact
  return caseExact ? value : value.toLowerCase()
}

/** Whether an element says more than its `value`, `display` and `$ref`. */
function hasMore(element: Element): boolean {
  return Object.keys(element).some((key) => key !== 'value' && key !== 'display' && key !== '$ref')
}

/** When a change made an element primary, the others no longer are (RFC 7644 section 3.5.2). */
export function settlePrimary(
  one: Attribute,
  before: readonly unknown[],
  after: readonly unknown[],
): readonly unknown[] {
  if (after === before || !one.subAttributes.has('primary') || countPrimary(after) < 2) return after
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
