import { foldText, isEqual } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { attributeNamed, elementIdentity, instantKey } from '../schema/index.js'

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

/**
 * An element without identity is found by its own names and their values, which others may add to.
 *
 * @param names what of an element counts.
 */
function keyOfParts(
  attribute: CompiledAttribute,
  element: unknown,
  names: readonly string[] = isElement(element) ? Object.keys(element).sort() : [],
): ElementKey | undefined {
  if (!isElement(element)) {
    const whole = (other: unknown) =>
      isElement(other) ? undefined : JSON.stringify(comparable(attribute, other))
    return { name: 'whole', of: whole }
  }
  if (names.length === 0) return undefined
  const parts = names.map((name) => [name, attributeNamed(attribute.subAttributes, name)] as const)
  return {
    name: `parts ${names.join()}`,
    of: (other) =>
      isElement(other) ? JSON.stringify(parts.map(([name, sub]) => comparable(sub, other[name]))) : undefined,
  }
}

/** A value as it is compared: without its case where that does not count; `false` is no different from nothing; instants. */
function comparable(attribute: CompiledAttribute | undefined, value: unknown): unknown {
  if (value === false) return undefined
  if (attribute?.type === 'dateTime' && typeof value === 'string') return instantKey(value) ?? value
  return typeof value === 'string' && attribute?.caseExact === false ? foldText(value) : value
}

/** Whether two values are texts that differ in nothing that counts. */
export function isSameText(a: unknown, b: unknown, attribute: CompiledAttribute): boolean {
  return (
    typeof a === 'string' && typeof b === 'string' && comparable(attribute, a) === comparable(attribute, b)
  )
}

/** By what the elements are found that are the same as this one or, where it has no identity, say all that it says. */
export function elementsLike(attribute: CompiledAttribute, element: unknown): KeyText | undefined {
  const text = elementIdentity(attribute, element)
  if (text !== undefined) {
    return { key: { name: 'identity', of: (other) => elementIdentity(attribute, other) }, text }
  }
  return byParts(attribute, element)
}

function byParts(
  attribute: CompiledAttribute,
  element: unknown,
  names?: readonly string[],
): KeyText | undefined {
  const key = keyOfParts(attribute, element, names)
  const parts = key?.of(element)
  return key && parts !== undefined ? { key, text: parts } : undefined
}

/**
 * An element with what another one that is the same says besides; undefined where that is nothing. What tells it apart
 * stays as it is written there, and so does its `display`; a reference to a resource says nothing new.
 */
export function completedBy(
  attribute: CompiledAttribute,
  element: Element,
  other: Element,
): Element | undefined {
  if (attribute.subAttributes.has('$ref') && element.value !== undefined) return undefined
  let completed: Record<string, unknown> | undefined
  for (const [name, value] of Object.entries(other)) {
    const own = element[name]
    const sub = attributeNamed(attribute.subAttributes, name)
    const isThere = sub ? isSameText(own, value, sub) || (name === 'display' && own !== undefined) : false
    if (isThere || isEqual(own, value)) continue
    completed ??= { ...element }
    completed[name] = value
  }
  return completed
}

/** By what the elements are found that a `remove` with this value means: those that have all that it says. */
export function removedBy(attribute: CompiledAttribute, value: unknown): KeyText | undefined {
  if (isElement(value) && value.type !== undefined) return elementsLike(attribute, value)
  // A value without `type` means the elements of every type.
  const names = isElement(value) ? Object.keys(value).filter((name) => !isBeside(name, value)) : ['value']
  const text = isElement(value) ? value.value : value
  if (names.length > 1 || names[0] !== 'value' || typeof text !== 'string')
    return byParts(attribute, value, names.sort())
  return { key: { name: 'value', of: (other) => foldedValue(attribute, other) }, text: fold(attribute, text) }
}

/** Whether a part of an element says no more than its `value` does. */
function isBeside(name: string, element: Element): boolean {
  return element.value !== undefined && (name === 'display' || name === '$ref')
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
  return caseExact ? value : foldText(value)
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
  if (typeof value === 'string') return `"${caseExact ? value : foldText(value)}`
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
