import type { CompiledAttribute } from '../schema/index.js'
import { attributeNamed, elementIdentity } from '../schema/index.js'

export type Element = Readonly<Record<string, unknown>>

export function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null
}

/** One way to tell the elements of a multi-valued attribute apart, by which an index can find them. */
export interface ElementKey {
  /** The same for keys of an attribute that tell its elements apart alike. */
  readonly name: string
  /** Undefined for an element that has no such key. */
  of(element: unknown): string | undefined
}

/** What an element must have to be found. */
export interface KeyText {
  readonly key: ElementKey
  readonly text: string
}

/** An element without identity is found by its own names and their values, which others may add to. */
function keyOfParts(element: unknown): ElementKey | undefined {
  if (!isElement(element)) {
    return { name: 'whole', of: (other) => (isElement(other) ? undefined : JSON.stringify(other)) }
  }
  const names = Object.keys(element).sort()
  if (names.length === 0) return undefined
  return {
    name: `parts ${names.join()}`,
    of: (other) => (isElement(other) ? JSON.stringify(names.map((name) => other[name])) : undefined),
  }
}

/** By what the elements are found that are the same as this one or, where it has no identity, say all that it says. */
export function elementsLike(attribute: CompiledAttribute, element: unknown): KeyText | undefined {
  const text = elementIdentity(attribute, element)
  if (text !== undefined) {
    return { key: { name: 'identity', of: (other) => elementIdentity(attribute, other) }, text }
  }
  const key = keyOfParts(element)
  const parts = key?.of(element)
  return key && parts !== undefined ? { key, text: parts } : undefined
}

/** By what the elements are found that a `remove` with this value means. */
export function removedBy(attribute: CompiledAttribute, value: unknown): KeyText | undefined {
  // A value without `type` means the elements of every type.
  const text = isElement(value) && value.type === undefined && !hasMore(value) ? value.value : value
  if (typeof text !== 'string') return elementsLike(attribute, value)
  return { key: { name: 'value', of: (other) => foldedValue(attribute, other) }, text: fold(attribute, text) }
}

/** Whether an element says more than its `value`, `display` and `$ref`. */
function hasMore(element: Element): boolean {
  return Object.keys(element).some((key) => key !== 'value' && key !== 'display' && key !== '$ref')
}

function foldedValue(attribute: CompiledAttribute, element: unknown): string | undefined {
  const value = isElement(element) ? element.value : element
  return typeof value === 'string' ? fold(attribute, value) : undefined
}

function fold(attribute: CompiledAttribute, value: string): string {
  const caseExact =
    attribute.type === 'complex'
      ? attributeNamed(attribute.subAttributes, 'value')?.caseExact
      : attribute.caseExact
  return caseExact ? value : value.toLowerCase()
}

/**
 * By what the elements are found among which are all whose sub-attribute equals a literal. Undefined where equality is
 * more than a text can say: of dateTimes, and of sub-attributes with several values.
 */
export function equalTo(subAttribute: CompiledAttribute, literal: unknown): KeyText | undefined {
  const { name, type, multiValued, constant } = subAttribute
  if (multiValued || type === 'dateTime' || type === 'complex' || constant !== undefined) return undefined
  const of = (value: unknown) => scalarText(value, subAttribute.caseExact)
  const text = of(literal)
  if (text === undefined) return undefined
  const key = { name: `eq ${name}`, of: (other: unknown) => (isElement(other) ? of(other[name]) : undefined) }
  return { key, text }
}

function scalarText(value: unknown, caseExact: boolean): string | undefined {
  if (typeof value === 'string') return `"${caseExact ? value : value.toLowerCase()}`
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** Which elements a `remove` with these values means. */
export function matchesAnyOf(
  attribute: CompiledAttribute,
  values: readonly unknown[],
): (element: unknown) => boolean {
  const wanted = new Map<string, { readonly key: ElementKey; readonly texts: Set<string> }>()
  for (const value of values) {
    const found = removedBy(attribute, value)
    if (!found) continue
    const { key, text } = found
    const known = wanted.get(key.name)
    if (known) known.texts.add(text)
    else wanted.set(key.name, { key, texts: new Set([text]) })
  }
  return (element) => {
    for (const { key, texts } of wanted.values()) {
      const text = key.of(element)
      if (text !== undefined && texts.has(text)) return true
    }
    return false
  }
}
