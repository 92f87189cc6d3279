import { chainOf } from './lookup.js'
import type { Attribute, ResourceType } from './registry.js'

/** An attribute that a client names in `attributes` or `excludedAttributes`, with the elements that it means. */
export interface Selection {
  readonly attribute: Attribute
  readonly filter?: { matches(element: unknown): boolean } | undefined
  readonly subAttribute?: Attribute | undefined
}

/**
 * What of a resource is in a reply: the characteristic `returned`, and the client's `attributes` or
 * `excludedAttributes` (RFC 7644 section 3.9).
 */
export interface Projection {
  /** Whether neither parameter was given, so that every resource looks the same. */
  readonly isDefault: boolean
  /** Whether an attribute, or something inside it, is in the reply; a store need not load what is not. */
  includes(one: Attribute): boolean
  /** The resource with what is in the reply, in the registry's order. */
  apply(resource: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
}

type Filter = NonNullable<Selection['filter']>

interface Wanted {
  /** The attribute with everything inside that is returned by default. */
  whole: boolean
  inside: Map<Attribute, Wanted>
  /** What is meant of some elements only. */
  filtered: { readonly filter: Filter; readonly wanted: Wanted }[]
}

function node(): Wanted {
  return { whole: false, inside: new Map(), filtered: [] }
}

/** Puts selections into a tree along the attributes that lead to them. */
function toTree(selections: readonly Selection[]): Map<Attribute, Wanted> {
  const top = new Map<Attribute, Wanted>()
  for (const selection of selections) {
    let level = top
    const chain = chainOf(selection.subAttribute ?? selection.attribute)
    for (const [index, one] of chain.entries()) {
      let here = level.get(one) ?? node()
      level.set(one, here)
      if (one === selection.attribute && selection.filter) {
        const wanted = node()
        here.filtered.push({ filter: selection.filter, wanted })
        here = wanted
      }
      if (index === chain.length - 1) here.whole = true
      level = here.inside
    }
  }
  return top
}

type Project = (value: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>

interface Step {
  readonly name: string
  /** Undefined: the value goes out as it is. */
  readonly project: ((value: unknown) => unknown) | undefined
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** Makes the copier of some attributes from what is to become of each. */
function copier(attributes: Iterable<Attribute>, stepOf: (one: Attribute) => Step | undefined): Project {
  const steps: Step[] = []
  for (const one of attributes) {
    const step = stepOf(one)
    if (step) steps.push(step)
  }
  return (value) => {
    const output: Record<string, unknown> = {}
    for (const { name, project } of steps) {
      const had = value[name]
      if (had === undefined || had === null) continue
      const has = project ? project(had) : had
      if (has !== undefined) output[name] = has
    }
    return output
  }
}

function inner(one: Attribute, project: Project): (value: unknown) => unknown {
  const each = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const output = project(value as Readonly<Record<string, unknown>>)
    return isEmpty(output) ? undefined : output
  }
  if (!one.multiValued) return each
  return (value) => {
    if (!Array.isArray(value)) return each(value)
    const output: unknown[] = []
    for (const element of value) {
      const projected = each(element)
      if (projected !== undefined) output.push(projected)
    }
    return output.length === 0 ? undefined : output
  }
}

/** Whether everything inside is returned by default, so that a value can go out as it is. */
function allDefault(one: Attribute): boolean {
  for (const sub of one.subAttributes.values()) {
    if (sub.returned === 'never' || sub.returned === 'request' || !allDefault(sub)) return false
  }
  return true
}

function wholeStep(one: Attribute): Step {
  if (one.type !== 'complex' || allDefault(one)) return { name: one.name, project: undefined }
  return { name: one.name, project: inner(one, copier(one.subAttributes.values(), defaultStep)) }
}

function defaultStep(one: Attribute): Step | undefined {
  return one.returned === 'never' || one.returned === 'request' ? undefined : wholeStep(one)
}

/** What is always returned of an extension, whatever the client names (RFC 7643 section 7). */
function alwaysStep(extension: Attribute): Step | undefined {
  const always = [...extension.subAttributes.values()].filter((sub) => sub.returned === 'always')
  if (always.length === 0) return undefined
  return { name: extension.name, project: inner(extension, copier(always, wholeStep)) }
}

function includeStep(tree: ReadonlyMap<Attribute, Wanted>, one: Attribute): Step | undefined {
  const wanted = tree.get(one)
  if (one.returned === 'never') return undefined
  if (!wanted) {
    if (one.returned === 'always') return wholeStep(one)
    return one.isExtension ? alwaysStep(one) : undefined
  }
  if (one.type !== 'complex') return wholeStep(one)
  const isAny = wanted.whole || wanted.inside.size > 0
  const ofAny = isAny ? includeInside(one, wanted) : undefined
  const ofSome = wanted.filtered.map(({ filter, wanted }) => ({
    filter,
    project: includeInside(one, wanted),
  }))
  if (ofAny && ofSome.length === 0) return { name: one.name, project: inner(one, ofAny) }
  return {
    name: one.name,
    // All that is named of an element, in any of the ways.
    project: inner(one, (element) => {
      const named = ofSome.filter(({ filter }) => filter.matches(element))
      return Object.assign({}, ofAny?.(element), ...named.map(({ project }) => project(element)))
    }),
  }
}

function includeInside(one: Attribute, { whole, inside }: Wanted): Project {
  if (whole && inside.size === 0) return copier(one.subAttributes.values(), defaultStep)
  return copier(
    one.subAttributes.values(),
    (sub) => includeStep(inside, sub) ?? (whole ? defaultStep(sub) : undefined),
  )
}

function excludeStep(tree: ReadonlyMap<Attribute, Wanted>, one: Attribute): Step | undefined {
  const unwanted = tree.get(one)
  if (one.returned === 'never' || one.returned === 'request') return undefined
  if (!unwanted || one.returned === 'always') return wholeStep(one)
  if (unwanted.whole) return one.isExtension ? alwaysStep(one) : undefined
  const ofAny = excludeInside(one, unwanted)
  if (unwanted.filtered.length === 0) return { name: one.name, project: inner(one, ofAny) }
  // Elements that a filter means go, or lose what is named after it.
  const ofSome = unwanted.filtered.map(({ filter, wanted }) => ({
    filter,
    project: wanted.whole ? () => ({}) : excludeInside(one, wanted),
  }))
  return {
    name: one.name,
    project: inner(one, (element) => {
      const named = ofSome.filter(({ filter }) => filter.matches(element))
      return named.reduce((left, { project }) => project(left), ofAny(element))
    }),
  }
}

function excludeInside(one: Attribute, { inside }: Wanted): Project {
  return copier(one.subAttributes.values(), (sub) => excludeStep(inside, sub))
}

function projection(
  type: ResourceType,
  isDefault: boolean,
  stepOf: (one: Attribute) => Step | undefined,
): Projection {
  const included = new Set<Attribute>()
  const apply = copier(type.ordered, (one) => {
    const step = stepOf(one)
    if (step) included.add(one)
    return step
  })
  return {
    isDefault,
    apply,
    includes: (one) => included.has(chainOf(one)[0] ?? one),
  }
}

const defaults = new WeakMap<ResourceType, Projection>()

/** What a reply shows when the client asks for nothing in particular. */
export function defaultProjection(type: ResourceType): Projection {
  let known = defaults.get(type)
  if (!known) {
    known = projection(type, true, defaultStep)
    defaults.set(type, known)
  }
  return known
}

const full = new WeakMap<ResourceType, Projection>()

/** Everything that is stored: what an operation reads that is going to change the resource. */
export function fullProjection(type: ResourceType): Projection {
  let known = full.get(type)
  if (!known) {
    known = { isDefault: false, includes: () => true, apply: (resource) => resource }
    full.set(type, known)
  }
  return known
}

/** What a reply shows to a client that named `attributes`: those, and what is always returned. */
export function includeOnly(type: ResourceType, selections: readonly Selection[]): Projection {
  const tree = toTree(selections)
  return projection(type, false, (one) => includeStep(tree, one))
}

/** What a reply shows to a client that named `excludedAttributes`: all but those, and what is always returned. */
export function excludeFrom(type: ResourceType, selections: readonly Selection[]): Projection {
  const tree = toTree(selections)
  return projection(type, false, (one) => excludeStep(tree, one))
}
