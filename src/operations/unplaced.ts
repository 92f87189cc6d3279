import { isEqual, ScimError } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { noteUnplaced, readValue, schemasIn, unplacedMessage } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { withValue } from './with-value.js'

/**
 * A resource without the elements that the store has no place for, where it keeps certain ones only. The same object
 * where it has one for all.
 *
 * @throws ScimError `invalidValue` where the profile does not ignore them.
 */
export function withoutUnplaced<A extends object>(
  context: OperationContext,
  before: object | undefined,
  after: A,
): A {
  const { type } = context.endpoint
  let output = after
  for (const attribute of type.placed) {
    const value = readValue(after, attribute)
    if (value === undefined || (before && readValue(before, attribute) === value)) continue
    const elements = listOf(value)
    const placed = placedAmong(elements, attribute, before ? listOf(readValue(before, attribute)) : [])
    if (placed.length === elements.length) continue
    if (!context.profile.leniency.ignoreUnkept) {
      // What is not refused here is for the database to refuse.
      if (attribute.places?.some(({ holdsMany }) => holdsMany)) continue
      const { path } = attribute
      throw ScimError.invalidValue(`${path}: ${unplacedMessage(attribute)}`, { path })
    }
    noteUnplaced(attribute, context)
    const left = withValue(output, attribute.keys, placed.length === 0 ? undefined : placed)
    // An A without an optional attribute, or with fewer elements of one, is an A.
    output = ('schemas' in left ? { ...left, schemas: schemasIn({ ...left }, type) } : left) as A
  }
  return output
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/** The elements that have a place: one for each, or any number; those that the host has given one keep it. */
function placedAmong(
  elements: readonly unknown[],
  { places = [] }: CompiledAttribute,
  before: readonly unknown[],
): readonly unknown[] {
  const placed = new Set<unknown>()
  for (const place of places) {
    if (place.holdsMany) {
      const ofHost = before.filter((element) => !place.matches(element))
      for (const element of elements) {
        if (place.matches(element) || ofHost.some((one) => isEqual(one, element))) placed.add(element)
      }
      continue
    }
    const element = elements.find((candidate) => !placed.has(candidate) && place.matches(candidate))
    if (element !== undefined) placed.add(element)
  }
  return elements.filter((element) => placed.has(element))
}
