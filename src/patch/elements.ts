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

function matchesExisting(one: Attribute, existing: unknown, incoming: unknown): boolean {
  const key = identity(one, incoming)
  if (key !== undefined) return key === identity(one, existing)
  return isElement(existing) && isElement(incoming)
    ? isWithin(incoming, existing)
    : isEqual(existing, incoming)
}

/** The elements with the incoming ones added; what is there already is completed, not repeated. */
export function addElements(
  one: Attribute,
  current: readonly unknown[],
  incoming: readonly unknown[],
): readonly unknown[] {
  let output: unknown[] | undefined
  const known = new Map<string, number>()
  for (const [index, element] of current.entries()) {
    const key = identity(one, element)
    if (key !== undefined) known.set(key, index)
  }
  for (const element of incoming) {
    const elements = output ?? current
    const key = identity(one, element)
    const at =
      key === undefined
        ? elements.findIndex((existing) => matchesExisting(one, existing, element))
        : (known.get(key) ?? -1)
    if (at === -1) {
      output ??= [...current]
      if (key !== undefined) known.set(key, output.length)
      output.push(element)
      continue
    }
    const existing = elements[at]
    if (!isElement(existing) || !isElement(element) || isWithin(element, existing)) continue
    output ??= [...current]
    output[at] = { ...existing, ...element }
  }
  return output ?? current
}

/** Which of the elements a `remove` with these values means. */
export function meantBy(one: Attribute, values: readonly unknown[]): (element: unknown) => boolean {
  const keys = new Set<string>()
  const others: unknown[] = []
  for (const value of values) {
    // A value without `type` means the elements of every type.
    const simple = isElement(value)
      ? value.type === undefined && !hasMore(value)
        ? value.value
        : undefined
      : value
    if (typeof simple === 'string') keys.add(fold(one, simple))
    else others.push(value)
  }
  return (element) => {
    const value = isElement(element) ? element.value : element
    if (typeof value === 'string' && keys.has(fold(one, value))) return true
    return others.some((other) => matchesExisting(one, element, other))
  }
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
