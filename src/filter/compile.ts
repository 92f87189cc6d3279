import type { Attribute } from '../schema/index.js'
import type { BoundFilter, Literal } from './ast.js'
import { compareWith, type Test } from './compare.js'

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
export function compileFilter(filter: BoundFilter, within?: Attribute): Instantiate {
  switch (filter.op) {
    case 'and':
      return conjunction(filter.filters.map((one) => compileFilter(one, within)))
    case 'or':
      return disjunction(filter.filters.map((one) => compileFilter(one, within)))
    case 'not': {
      const instantiate = compileFilter(filter.filter, within)
      return (literals) => {
        const matches = instantiate(literals)
        return (resource) => !matches(resource)
      }
    }
    case 'pr': {
      const isPresent = compileReach(filter.attribute, within)(isAssigned)
      return () => isPresent
    }
    case 'valuePath': {
      const reach = compileReach(filter.attribute, within)
      const instantiate = compileFilter(filter.filter, filter.attribute)
      return (literals) => {
        const matches = instantiate(literals)
        return reach((element) => isPlainObject(element) && matches(element))
      }
    }
    default: {
      const { op, attribute, value } = filter
      const slot = Number(value)
      const reach = compileReach(attribute, within)
      return (literals) => reach(compareWith(op, attribute, literals[slot] ?? null))
    }
  }
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
    const predicates = all.map((one) => one(literals))
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
    const predicates = all.map((one) => one(literals))
    return (resource) => {
      for (const matches of predicates) if (matches(resource)) return true
      return false
    }
  }
}

/** One key on the way to an attribute's values. */
interface Step {
  readonly key: string
  readonly multiValued: boolean
}

/** How a test comes to the values of an attribute: any value that passes is enough; without values, it tests undefined. */
type Reach = (test: Test) => Predicate

function compileReach(attribute: Attribute, within: Attribute | undefined): Reach {
  const steps: Step[] = []
  for (let one: Attribute | undefined = attribute; one && one !== within; one = one.parent) {
    steps.unshift({ key: one.name, multiValued: one.multiValued })
  }
  return reachAlong(steps)
}

function reachAlong(steps: readonly Step[]): Reach {
  const [first, second] = steps
  if (!first) return (test) => test
  const { key } = first
  if (first.multiValued) {
    if (second && !second.multiValued && steps.length === 2) return reachInElements(key, second.key)
    const rest = reachAlong(steps.slice(1))
    return (test) => anyElement(key, rest(test))
  }
  if (!second) return (test) => (resource) => test(read(resource, key))
  if (!second.multiValued && steps.length === 2) {
    const last = second.key
    return (test) => (resource) => test(read(read(resource, key), last))
  }
  const rest = reachAlong(steps.slice(1))
  return (test) => {
    const matches = rest(test)
    return (resource) => matches(read(resource, key))
  }
}

function anyElement(key: string, matches: Predicate): Predicate {
  const withoutElements = matches(undefined)
  return (resource) => {
    const elements = read(resource, key)
    if (!Array.isArray(elements) || elements.length === 0) return withoutElements
    for (let i = 0; i < elements.length; i++) if (matches(elements[i])) return true
    return false
  }
}

function reachInElements(key: string, last: string): Reach {
  return (test) => {
    const withoutElements = test(undefined)
    return (resource) => {
      const elements = read(resource, key)
      if (!Array.isArray(elements) || elements.length === 0) return withoutElements
      for (let i = 0; i < elements.length; i++) if (test(read(elements[i], last))) return true
      return false
    }
  }
}

function read(value: unknown, key: string): unknown {
  return (value as Readonly<Record<string, unknown>> | null | undefined)?.[key]
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Whether a value counts as one (RFC 7643 section 2.5): null, "", an empty array and an empty object do not. */
function isAssigned(value: unknown): boolean {
  return isAssignedTo(value, 0)
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
