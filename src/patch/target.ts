import type { AttributePath } from '../filter/index.js'
import { isObject, ScimError } from '../protocol/index.js'
import type { CompiledAttribute, InputOptions } from '../schema/index.js'
import { chainOf } from '../schema/index.js'
import type { Change } from './assign.js'
import { changeKey } from './assign.js'
import { keepOnePrimary } from './elements.js'

/** Applies a change at the end of a chain of attributes, to every element on the way where one is multi-valued. */
export function changeAt(resource: unknown, target: CompiledAttribute, change: Change): unknown {
  const chain = chainOf(target)
  const step = (object: unknown, index: number): unknown => {
    const attribute = chain[index]
    if (!attribute) return change(object)
    const isLast = index === chain.length - 1
    return changeKey(object, attribute, (current) => {
      if (isLast) return change(current)
      if (!attribute.multiValued) return step(current, index + 1)
      const elements = Array.isArray(current) && current.length > 0 ? current : [undefined]
      return changeElements(
        attribute,
        elements,
        (element) => step(element, index + 1),
        () => true,
      )
    })
  }
  return step(resource, 0)
}

/** Changes the elements that are meant; drops those that become empty. */
export function changeElements(
  attribute: CompiledAttribute,
  elements: readonly unknown[],
  change: Change,
  isMeant: (element: unknown) => boolean,
): unknown {
  let output: unknown[] | undefined
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index]
    const next = isMeant(element) ? change(element) : element
    if (next !== element) output ??= elements.slice(0, index)
    if (output && next !== undefined) output.push(next)
  }
  if (!output) return elements.length === 1 && elements[0] === undefined ? undefined : elements
  return output.length === 0 ? undefined : keepOnePrimary(attribute, elements, output)
}

/** The element that the `eq` terms of a value filter describe, where it would match the filter. */
function describedBy(path: AttributePath): Readonly<Record<string, unknown>> | undefined {
  const { filter } = path
  if (!filter || filter.equalities.length === 0) return undefined
  const element: Record<string, unknown> = {}
  for (const { attribute, value } of filter.equalities) {
    if (attribute.parent !== path.attribute) return undefined
    element[attribute.name] = value
  }
  // Conditions other than `eq` would not hold for it.
  return filter.matches(element) ? element : undefined
}

/** Applies a change to the elements that a value filter selects, or to one made from it when it selects none. */
export function changeSelected(
  resource: unknown,
  path: AttributePath,
  change: Change,
  options: InputOptions,
): unknown {
  const { attribute, filter } = path
  const isMeant = (element: unknown) => filter?.matches(element) ?? true
  return changeAt(resource, attribute, (current) => {
    if (!attribute.multiValued) {
      if (isObject(current) && isMeant(current)) return change(current)
    } else if (Array.isArray(current) && current.some(isMeant)) {
      return changeElements(attribute, current, change, isMeant)
    }
    const described = options.leniency.createFromFilter ? describedBy(path) : undefined
    if (!described)
      throw ScimError.noTarget(`${attribute.path}: no element matches the filter`, { path: attribute.path })
    const created = change(described)
    if (created === described || created === undefined) return current
    options.note('createFromFilter', attribute.path, 'no element matched the filter: one was created from it')
    if (!attribute.multiValued) return created
    const before = Array.isArray(current) ? current : []
    return keepOnePrimary(attribute, before, [...before, created])
  })
}
