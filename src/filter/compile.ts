import { isObject } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import type { BoundFilter, Literal } from './ast.js'
import { compareWith, type Test } from './compare.js'
import { propertyReader, type ReadProperty } from './property.js'

/** Whether a resource or element matches. */
export type Predicate = (resource: unknown) => boolean

/** Makes the predicate for a set of literals. */
export type Instantiate = (literals: readonly Literal[]) => Predicate

/**
 * A bound filter as functions. The values in the filter are numbers of literals, which {@link Instantiate} is
 * called with, so that the tree is walked once for all filters of a shape.
 *
 * @param within what the predicate is called with: an element of this attribute rather than a resource.
 */
export function compileFilter(filter: BoundFilter, within?: CompiledAttribute): Instantiate {
  switch (filter.op) {
    case 'and':
      return conjunction(filter.filters.map((part) => compileFilter(part, within)))
    case 'or':
      return disjunction(filter.filters.map((part) => compileFilter(part, within)))
    case 'not': {
      const instantiate = compileFilter(filter.filter, within)
      return (literals) => {
        const matches = instantiate(literals)
        return (resource) => !matches(resource)
      }
    }
    case 'pr': {
      if (filter.attribute.constant !== undefined) return () => () => true
      const isPresent = compileReach(filter.attribute, within)(isAssigned)
      return () => isPresent
    }
    case 'valuePath': {
      const reach = compileReach(filter.attribute, within, reachElements)
      const instantiate = compileFilter(filter.filter, filter.attribute)
      return (literals) => reach(instantiate(literals))
    }
    default: {
      const { op, attribute, value } = filter
      const index = Number(value)
      const { constant } = attribute
      if (constant !== undefined) {
        return (literals) => {
          const isMatch = compareWith(op, attribute, literals[index] ?? null)(constant)
          return () => isMatch
        }
      }
      if (isSame(op, attribute) && attribute.parent === within && !attribute.multiValued) {
        const read = propertyReader(attribute.name)
        return (literals) => {
          const literal = literals[index]
          return (resource) => read(resource) === literal
        }
      }
      const reach = compileReach(attribute, within)
      return (literals) => reach(compareWith(op, attribute, literals[index] ?? null))
    }
  }
}

/** Whether the comparison is `===`, which spares a call for each resource. */
function isSame(op: string, { type, caseExact }: CompiledAttribute): boolean {
  const isPlain = type === 'boolean' || type === 'integer' || type === 'decimal'
  return op === 'eq' && (isPlain || (caseExact && type !== 'dateTime'))
}

function conjunction(all: readonly Instantiate[]): Instantiate {
  const [first, second, third] = all
  if (first && second && all.length === 2) {
    return (literals) => {
      const a = first(literals)
      const b = second(literals)
      return (resource) => a(resource) && b(resource)
    }
  }
  if (first && second && third && all.length === 3) {
    return (literals) => {
      const a = first(literals)
      const b = second(literals)
      const c = third(literals)
      return (resource) => a(resource) && b(resource) && c(resource)
    }
  }
  return (literals) => {
    const predicates = all.map((instantiate) => instantiate(literals))
    return (resource) => {
      for (const matches of predicates) if (!matches(resource)) return false
      return true
    }
  }
}

function disjunction(all: readonly Instantiate[]): Instantiate {
  const [first, second, third] = all
  if (first && second && all.length === 2) {
    return (literals) => {
      const a = first(literals)
      const b = second(literals)
      return (resource) => a(resource) || b(resource)
    }
  }
  if (first && second && third && all.length === 3) {
    return (literals) => {
      const a = first(literals)
      const b = second(literals)
      const c = third(literals)
      return (resource) => a(resource) || b(resource) || c(resource)
    }
  }
  return (literals) => {
    const predicates = all.map((instantiate) => instantiate(literals))
    return (resource) => {
      for (const matches of predicates) if (matches(resource)) return true
      return false
    }
  }
}

/** How a test comes to the values of an attribute. One value that passes is enough; where there is none, it tests undefined. */
type Reach = (test: Test) => Predicate

function compileReach(
  attribute: CompiledAttribute,
  within: CompiledAttribute | undefined,
  last = reachValues,
): Reach {
  const steps: CompiledAttribute[] = []
  for (let step: CompiledAttribute | undefined = attribute; step && step !== within; step = step.parent)
    steps.unshift(step)
  return reachAlong(steps, last)
}

function reachAlong(
  steps: readonly CompiledAttribute[],
  last: (attribute: CompiledAttribute) => Reach,
): Reach {
  const [first, second] = steps
  if (!first) return (test) => test
  if (!second) return last(first)
  const read = propertyReader(first.name)
  if (steps.length === 2 && !second.multiValued && last === reachValues) {
    const readSecond = propertyReader(second.name)
    return first.multiValued
      ? reachInElements(read, readSecond)
      : (test) => (resource) => test(readSecond(read(resource)))
  }
  const reachRest = reachAlong(steps.slice(1), last)
  if (first.multiValued) {
    const reach = reachValues(first)
    return (test) => reach(reachRest(test))
  }
  return (test) => {
    const matches = reachRest(test)
    return (resource) => matches(read(resource))
  }
}

/** The values of an attribute, or undefined when there are none. */
function reachValues(attribute: CompiledAttribute): Reach {
  const read = propertyReader(attribute.name)
  if (!attribute.multiValued) return (test) => (resource) => test(read(resource))
  return (test) => {
    const withoutElements = test(undefined)
    return (resource) => {
      const elements = read(resource)
      if (!Array.isArray(elements) || elements.length === 0) return withoutElements
      for (let i = 0; i < elements.length; i++) if (test(elements[i])) return true
      return false
    }
  }
}

/** The values of a single-valued attribute of elements. */
function reachInElements(read: ReadProperty, readSecond: ReadProperty): Reach {
  return (test) => {
    const withoutElements = test(undefined)
    return (resource) => {
      const elements = read(resource)
      if (!Array.isArray(elements) || elements.length === 0) return withoutElements
      for (let i = 0; i < elements.length; i++) if (test(readSecond(elements[i]))) return true
      return false
    }
  }
}

/** The elements of an attribute. Where there are none, nothing matches, not even the absence of something. */
function reachElements(attribute: CompiledAttribute): Reach {
  const read = propertyReader(attribute.name)
  if (!attribute.multiValued) {
    return (matches) => (resource) => {
      const value = read(resource)
      return isObject(value) && matches(value)
    }
  }
  const isComplex = attribute.type === 'complex'
  return (matches) => (resource) => {
    const elements = read(resource)
    if (!Array.isArray(elements)) return false
    for (let i = 0; i < elements.length; i++) {
      const element: unknown = elements[i]
      if (isComplex === isObject(element) && matches(element)) return true
    }
    return false
  }
}

/** Whether a value counts as one (RFC 7643 section 2.5): null, "", an empty array and an empty object do not. */
function isAssigned(value: unknown): boolean {
  return typeof value === 'string' ? value !== '' : isAssignedTo(value, 0)
}

function isAssignedTo(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      return value !== ''
    case 'number':
    case 'boolean':
      return true
    case 'object':
      // A resource is four levels deep at most; what is deeper, or refers to itself, is something.
      if (value === null) return false
      if (depth > 5) return true
      for (const key of Object.keys(value)) {
        if (isAssignedTo((value as Readonly<Record<string, unknown>>)[key], depth + 1)) return true
      }
      return false
    default:
      return false
  }
}
