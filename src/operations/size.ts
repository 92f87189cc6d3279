import { HostFault, ScimError } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute, CompiledResourceType } from '../schema/index.js'
import { attributeNamed } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { report } from './report.js'

type Attributes = Readonly<Record<string, unknown>>

/** The attributes of a type that count as its resources' size, in the order of the registry. */
const measured = new WeakMap<CompiledResourceType, readonly CompiledAttribute[]>()

/** What is stored in the resource itself: not what the store adds, nor members, which have rows of their own. */
function measuredIn(type: CompiledResourceType): readonly CompiledAttribute[] {
  let attributes = measured.get(type)
  if (!attributes) {
    const added = new Set(['id', 'meta', 'schemas'])
    attributes = type.ordered.filter(
      (attribute) =>
        !added.has(attribute.path) && attribute !== type.membership && attribute !== type.memberOf,
    )
    measured.set(type, attributes)
  }
  return attributes
}

/** Whether any two values take about the same room, so that no change of it makes a resource larger. */
function isOfFixedSize({ type, multiValued }: CompiledAttribute): boolean {
  return !multiValued && (type === 'boolean' || type === 'integer' || type === 'decimal')
}

/**
 * The bytes that a value has as JSON, at most, which takes a fraction of the time of writing it; infinite where a text
 * is longer than `maxText`. UTF-8 and JSON's escapes make at most six bytes of a character.
 */
function upperBound(value: unknown, maxText: number): number {
  if (typeof value === 'string')
    return value.length > maxText ? Number.POSITIVE_INFINITY : value.length * 6 + 3
  if (typeof value !== 'object' || value === null) return 25
  let bound = 2
  if (Array.isArray(value)) {
    for (const element of value) bound += upperBound(element, maxText)
    return bound
  }
  for (const [name, inner] of Object.entries(value)) bound += name.length * 6 + 4 + upperBound(inner, maxText)
  return bound
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength
}

/** The bytes of a resource as JSON in UTF-8, without its members and what the store adds. */
function sizeOf(resource: Attributes, type: CompiledResourceType): number {
  const stored: Record<string, unknown> = {}
  for (const { name } of measuredIn(type)) stored[name] = resource[name]
  return bytesOf(JSON.stringify(stored))
}

function addTexts(value: unknown, longerThan: number, texts: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length > longerThan) texts.add(value)
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) addTexts(inner, longerThan, texts)
  }
}

function assertTexts(
  value: unknown,
  attribute: CompiledAttribute,
  max: number,
  stored: ReadonlySet<string>,
): void {
  if (Array.isArray(value)) for (const element of value) assertTexts(element, attribute, max, stored)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      const subAttribute = attributeNamed(attribute.subAttributes, name)
      if (subAttribute) assertTexts(inner, subAttribute, max, stored)
    }
  } else if (typeof value === 'string' && value.length > max) {
    // Certificates, and pictures in `data:` URIs, are as large as the resource may be.
    if (attribute.type === 'binary' || attribute.type === 'reference' || stored.has(value)) return
    const { path } = attribute
    throw ScimError.invalidValue(`${path} is longer than maxTextLength (${max} characters)`, { path })
  }
}

/**
 * Refuses values with a text longer than `limits.maxTextLength`, except where it is stored already.
 *
 * @returns the bytes of the value as JSON, at most.
 * @throws ScimError `invalidValue`, naming the attribute.
 */
export function assertTextLengths(
  { service: { limits } }: OperationContext,
  attribute: CompiledAttribute,
  before: unknown,
  after: unknown,
): number {
  const { maxTextLength } = limits
  const bound = upperBound(after, maxTextLength)
  if (bound < Number.POSITIVE_INFINITY) return bound
  const stored = new Set<string>()
  addTexts(before, maxTextLength, stored)
  assertTexts(after, attribute, maxTextLength, stored)
  return bound
}

/**
 * Refuses a resource that is larger than the limits allow, among those that a change makes larger: what a host's table
 * holds already can still be changed, above all deactivated.
 *
 * @param changed the attributes in which it differs from what it was.
 * @throws ScimError `invalidValue` for a text over `maxTextLength`; 413 over `maxResourceBytes`.
 */
export function assertSize(
  context: OperationContext,
  before: CommonAttributes | undefined,
  after: object,
  changed: readonly CompiledAttribute[],
): void {
  const { type } = context.endpoint
  const { maxResourceBytes } = context.service.limits
  const was = (before ?? {}) as Attributes
  const is = after as Attributes
  let mayGrow = false
  let bound = 2
  for (const attribute of changed) {
    if (isOfFixedSize(attribute)) continue
    const own = assertTextLengths(context, attribute, was[attribute.name], is[attribute.name])
    if (attribute === type.membership) continue
    mayGrow = true
    bound += own
  }
  if (!mayGrow) return
  for (const attribute of measuredIn(type)) {
    const { name } = attribute
    const value = is[name]
    if (value === undefined) continue
    bound += name.length * 6 + 4
    if (!changed.includes(attribute) || isOfFixedSize(attribute)) bound += upperBound(value, maxResourceBytes)
  }
  if (bound <= maxResourceBytes) return
  const size = sizeOf(is, type)
  if (size <= maxResourceBytes || (before && size <= sizeOf(was, type))) return
  throw ScimError.tooLarge(
    `The ${type.name} would be larger than maxResourceBytes (${maxResourceBytes} bytes)`,
  )
}

/** The types of a service of which a resource over the limit has been reported. */
const reported = new WeakMap<object, Set<CompiledResourceType>>()

/**
 * Reports a stored resource that is larger than `limits.maxResourceBytes`, the first of its type: it is served all the
 * same.
 *
 * @param text its JSON text as the client sees it.
 */
export function reportSize(
  context: OperationContext,
  type: CompiledResourceType,
  resource: CommonAttributes,
  text: string,
): void {
  const { service } = context
  const { maxResourceBytes } = service.limits
  // No character has more than three bytes per unit of its length.
  if (text.length * 3 <= maxResourceBytes) return
  const types = reported.get(service) ?? new Set()
  if (types.has(type) || (text.length <= maxResourceBytes && bytesOf(text) <= maxResourceBytes)) return
  // The registry describes the resource.
  const size = sizeOf(resource as unknown as Attributes, type)
  if (size <= maxResourceBytes) return
  reported.set(service, types.add(type))
  const detail = `has ${size} bytes, more than limits.maxResourceBytes (${maxResourceBytes})`
  report(
    service,
    new HostFault(`A stored ${type.name} ${detail}. It is served, but cannot grow; others are not reported`),
    context,
  )
}
