import type { AttributePath } from '../filter/index.js'
import { isObject, ScimError } from '../protocol/index.js'
import type { CompiledAttribute } from '../schema/index.js'
import { chainOf, noteUnplaced } from '../schema/index.js'
import type { Change } from './change.js'
import { changeKey, changePart } from './change.js'
import type { ElementList } from './element-list.js'
import type { PatchRun } from './patch-run.js'

/** Applies a change at the end of a chain of attributes, to every element on the way where one is multi-valued. */
export function changeAt(
  resource: unknown,
  target: CompiledAttribute,
  change: Change,
  run: PatchRun,
): unknown {
  const chain = chainOf(target)
  const step = (object: unknown, index: number): unknown => {
    const attribute = chain[index]
    if (!attribute) return change(object)
    const isLast = index === chain.length - 1
    const changeOne = isLast && attribute.parent?.multiValued ? changePart : changeKey
    return changeOne(object, attribute, (current) => {
      if (isLast) return change(current)
      const inside: Change = (element) => step(element, index + 1)
      if (!attribute.multiValued) return inside(current)
      if (Array.isArray(current) && current.length > 0)
        return run.listOf(attribute, current).changeAll(inside)
      const created = inside(undefined)
      return created === undefined ? undefined : [created]
    })
  }
  return step(resource, 0)
}

/** The element that the `eq` terms of a value filter describe, where it would match the filter. */
function describedBy(path: AttributePath): unknown {
  const { filter } = path
  const [first] = filter?.equalities ?? []
  if (!filter || !first) return undefined
  if (first.attribute === path.attribute) return filter.matches(first.value) ? first.value : undefined
  const element: Record<string, unknown> = {}
  for (const { attribute, value } of filter.equalities) {
    if (attribute.parent !== path.attribute) return undefined
    element[attribute.name] = value
  }
  // Conditions other than `eq` would not hold for it.
  return filter.matches(element) ? element : undefined
}

/** Whether a value filter matches the value of an attribute that has one only. */
export function isSelected({ filter }: AttributePath, value: unknown, run: PatchRun): boolean {
  run.settle()
  return filter?.matches(value) ?? true
}

/** Whether a store has a place for an element that is to be created; a line in the trace says where it has none. */
function hasPlace(attribute: CompiledAttribute, element: unknown, run: PatchRun): boolean {
  const { places } = attribute
  if (!places || places.some((place) => place.matches(element))) return true
  // Strictly, the places are looked at when the whole outcome is known.
  if (!run.leniency.ignoreUnkept) return true
  noteUnplaced(attribute, run)
  return false
}

/**
 * The places of the elements that the value filter of a path selects.
 *
 * @throws ScimError `invalidFilter` for several, where a profile demands that it is one.
 */
export function placesSelected(
  list: ElementList,
  { attribute, filter }: AttributePath,
  run: PatchRun,
): readonly number[] {
  const places = filter ? list.placesWhere(filter) : []
  if (places.length > 1 && run.leniency.selectsOne) {
    throw ScimError.invalidFilter(`${attribute.path}: the filter matches ${places.length} elements, not one`)
  }
  return places
}

/** Applies a change to the elements that a value filter selects, or to one made from it when it selects none. */
export function changeSelected(
  resource: unknown,
  path: AttributePath,
  change: Change,
  run: PatchRun,
): unknown {
  const { attribute, filter } = path
  const changeValue: Change = (current) => {
    const list = attribute.multiValued ? run.listOf(attribute, current) : undefined
    if (list && filter) {
      const places = placesSelected(list, path, run)
      if (places.length > 0) return list.change(places, change)
    } else if (isObject(current) && isSelected(path, current, run)) return change(current)
    // The one value that there is must not become another.
    const mayCreate = run.leniency.createFromFilter && (list !== undefined || current === undefined)
    const described = mayCreate ? describedBy(path) : undefined
    if (described === undefined)
      throw ScimError.noTarget(`${attribute.path}: no element matches the filter`, { path: attribute.path })
    const created = change(described)
    if ((created === described && isObject(created)) || created === undefined) return current
    if (!hasPlace(attribute, created, run)) return current
    run.note('createFromFilter', attribute.path, 'no element matched the filter: one was created from it')
    return list ? list.append(created) : created
  }
  return changeAt(resource, attribute, changeValue, run)
}
