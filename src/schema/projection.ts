import { chainOf } from './lookup.js'
import type { CompiledAttribute, CompiledResourceType } from './registry.js'
import type { Selection, Wanted } from './selection.js'
import { toTree } from './selection.js'
import { mayHaveTwins, shownValues } from './twins.js'

/**
 * What of a resource is in a reply: the characteristic `returned`, and the client's `attributes` or
 * `excludedAttributes` (RFC 7644 section 3.9).
 */
export interface Projection {
  /** Whether neither parameter was given, so that every resource looks the same. */
  readonly isDefault: boolean
  /** Whether an attribute, or something inside it, is in the reply; a store need not load what is not. */
  includes(attribute: CompiledAttribute): boolean
  /** The resource with what is in the reply, in the registry's order. */
  apply(resource: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
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

/** Makes the copier of some attributes from a function for each. */
function copier(
  attributes: Iterable<CompiledAttribute>,
  stepOf: (attribute: CompiledAttribute) => Step | undefined,
): Project {
  const steps: Step[] = []
  for (const attribute of attributes) {
    const step = stepOf(attribute)
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

function inner(attribute: CompiledAttribute, project: Project): (value: unknown) => unknown {
  const each = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const output = project(value as Readonly<Record<string, unknown>>)
    return isEmpty(output) ? undefined : output
  }
  if (!attribute.multiValued) return each
  return (value) => {
    if (!Array.isArray(value)) return each(value)
    const output: unknown[] = []
    for (const element of shownValues(attribute, value)) {
      const projected = each(element)
      if (projected !== undefined) output.push(projected)
    }
    return output.length === 0 ? undefined : output
  }
}

/** Attributes that are returned on request only, and are asked for by what a client has written. */
type Asked = ReadonlySet<CompiledAttribute>

const nothing: Asked = new Set()

function isHidden(attribute: CompiledAttribute, asked: Asked): boolean {
  return attribute.returned === 'never' || (attribute.returned === 'request' && !asked.has(attribute))
}

/** Whether everything inside is returned, so that a value can go out as it is. */
function allShown(attribute: CompiledAttribute, asked: Asked): boolean {
  if (attribute.hasHostKeys) return false
  for (const sub of attribute.subAttributes.values()) {
    if (isHidden(sub, asked)) return false
    if (mayHaveTwins(sub) || !allShown(sub, asked)) return false
  }
  return true
}

/** The values of an attribute, each value and type once: a store may have twins (RFC 7643 section 2.4). */
function shownOf(attribute: CompiledAttribute): (value: unknown) => unknown {
  return (value) => (Array.isArray(value) ? shownValues(attribute, value) : value)
}

function wholeStep(attribute: CompiledAttribute, asked = nothing): Step {
  if (attribute.type !== 'complex' || allShown(attribute, asked)) {
    const project = mayHaveTwins(attribute) ? shownOf(attribute) : undefined
    return { name: attribute.name, project }
  }
  return {
    name: attribute.name,
    project: inner(
      attribute,
      copier(attribute.subAttributes.values(), (sub) => defaultStep(sub, asked)),
    ),
  }
}

function defaultStep(attribute: CompiledAttribute, asked = nothing): Step | undefined {
  return isHidden(attribute, asked) ? undefined : wholeStep(attribute, asked)
}

/** What is always returned of an extension, whatever the client names (RFC 7643 section 7). */
function alwaysStep(extension: CompiledAttribute): Step | undefined {
  const always = [...extension.subAttributes.values()].filter((sub) => sub.returned === 'always')
  if (always.length === 0) return undefined
  return {
    name: extension.name,
    project: inner(
      extension,
      copier(always, (sub) => wholeStep(sub)),
    ),
  }
}

function includeStep(
  tree: ReadonlyMap<CompiledAttribute, Wanted>,
  attribute: CompiledAttribute,
): Step | undefined {
  const wanted = tree.get(attribute)
  if (attribute.returned === 'never') return undefined
  if (!wanted) {
    if (attribute.returned === 'always') return wholeStep(attribute)
    return attribute.isExtension ? alwaysStep(attribute) : undefined
  }
  if (attribute.type !== 'complex') return wholeStep(attribute)
  const isAny = wanted.whole || wanted.inside.size > 0
  const ofAny = isAny ? includeInside(attribute, wanted) : undefined
  const ofSome = wanted.filtered.map(({ filter, wanted }) => ({
    filter,
    project: includeInside(attribute, wanted),
  }))
  if (ofAny && ofSome.length === 0) return { name: attribute.name, project: inner(attribute, ofAny) }
  return {
    name: attribute.name,
    // All that is named of an element, in any of the ways.
    project: inner(attribute, (element) => {
      const output = Object.assign({}, ofAny?.(element))
      for (const { filter, project } of ofSome)
        if (filter.matches(element)) Object.assign(output, project(element))
      return output
    }),
  }
}

function includeInside(attribute: CompiledAttribute, { whole, inside }: Wanted): Project {
  if (whole && inside.size === 0) return copier(attribute.subAttributes.values(), (sub) => defaultStep(sub))
  return copier(
    attribute.subAttributes.values(),
    (sub) => includeStep(inside, sub) ?? (whole ? defaultStep(sub) : undefined),
  )
}

function excludeStep(
  tree: ReadonlyMap<CompiledAttribute, Wanted>,
  attribute: CompiledAttribute,
  asked: Asked,
): Step | undefined {
  const unwanted = tree.get(attribute)
  if (isHidden(attribute, asked)) return undefined
  if (!unwanted || attribute.returned === 'always') return wholeStep(attribute, asked)
  if (unwanted.whole) return attribute.isExtension ? alwaysStep(attribute) : undefined
  const ofAny = excludeInside(attribute, unwanted, asked)
  if (unwanted.filtered.length === 0) return { name: attribute.name, project: inner(attribute, ofAny) }
  // Elements that a filter means go, or lose what is named after it.
  const ofSome = unwanted.filtered.map(({ filter, wanted }) => ({
    filter,
    project: wanted.whole ? () => ({}) : excludeInside(attribute, wanted, asked),
  }))
  return {
    name: attribute.name,
    project: inner(attribute, (element) => {
      const named = ofSome.filter(({ filter }) => filter.matches(element))
      return named.reduce((left, { project }) => project(left), ofAny(element))
    }),
  }
}

function excludeInside(attribute: CompiledAttribute, { inside }: Wanted, asked: Asked): Project {
  return copier(attribute.subAttributes.values(), (sub) => excludeStep(inside, sub, asked))
}

function projection(
  type: CompiledResourceType,
  isDefault: boolean,
  stepOf: (attribute: CompiledAttribute) => Step | undefined,
): Projection {
  const included = new Set<CompiledAttribute>()
  const apply = copier(type.ordered, (attribute) => {
    const step = stepOf(attribute)
    if (step) included.add(attribute)
    return step
  })
  return {
    isDefault,
    apply,
    includes: (attribute) => included.has(chainOf(attribute)[0] ?? attribute),
  }
}

const defaults = new WeakMap<CompiledResourceType, Projection>()

/** What a reply shows when the client asks for nothing in particular. */
export function defaultProjection(type: CompiledResourceType): Projection {
  let known = defaults.get(type)
  if (!known) {
    known = projection(type, true, (attribute) => defaultStep(attribute))
    askable.set(known, (asked) => projection(type, true, (attribute) => defaultStep(attribute, asked)))
    defaults.set(type, known)
  }
  return known
}

const full = new WeakMap<CompiledResourceType, Projection>()

/** Everything that is stored: what an operation reads that is going to change the resource. */
export function fullProjection(type: CompiledResourceType): Projection {
  let known = full.get(type)
  if (!known) {
    known = { isDefault: false, includes: () => true, apply: (resource) => resource }
    full.set(type, known)
  }
  return known
}

/** What a reply shows to a client that named `attributes`: those, and what is always returned. */
export function includeOnly(type: CompiledResourceType, selections: readonly Selection[]): Projection {
  const tree = toTree(selections)
  return projection(type, false, (attribute) => includeStep(tree, attribute))
}

/** What a reply shows to a client that named `excludedAttributes`: all but those, and what is always returned. */
export function excludeFrom(type: CompiledResourceType, selections: readonly Selection[]): Projection {
  const tree = toTree(selections)
  const without = (asked: Asked) =>
    projection(type, false, (attribute) => excludeStep(tree, attribute, asked))
  const shown = without(nothing)
  askable.set(shown, without)
  return shown
}

const askable = new WeakMap<Projection, (asked: Asked) => Projection>()

/**
 * What the reply to a write shows besides: the attributes that are returned on request only and that the client has
 * written. A client that named `attributes` has said what it wants (RFC 7643 section 7).
 */
export function withAsked(projection: Projection, asked: ReadonlySet<CompiledAttribute>): Projection {
  return askable.get(projection)?.(asked) ?? projection
}
