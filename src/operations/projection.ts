import type { AttributePath, FilterOptions } from '../filter/index.js'
import { countConditions, findPath, readPath } from '../filter/index.js'
import type { Note } from '../protocol/index.js'
import { isScimError, noNote, ScimError, showName } from '../protocol/index.js'
import type { CompiledResourceType, Leniency, Projection } from '../schema/index.js'
import { defaultProjection, excludeFrom, includeOnly } from '../schema/index.js'
import type { OperationContext } from './context.js'
import type { Limits } from './limits.js'
import { locationsOf } from './locations.js'

/** Which attributes a client asks for, as it wrote them (RFC 7644 section 3.9). */
export interface ProjectionRequest {
  readonly attributes: string | undefined
  readonly excludedAttributes: string | undefined
}

/** Which of the two parameters names are given in. */
type NamesParameter = keyof ProjectionRequest

/** Characters for each name: extensions have long ones. */
const lengthOfName = 256

function assertLength(parameter: NamesParameter, length: number, limits: Limits): void {
  const { maxAttributeNames, maxLength } = limits
  const max = Math.max(maxAttributeNames * lengthOfName, maxLength)
  if (length <= max) return
  throw ScimError.invalidValue(
    `${parameter} is longer than ${max} characters, which maxAttributeNames (${maxAttributeNames}) allows`,
  )
}

function assertCount(parameter: NamesParameter, count: number, { maxAttributeNames }: Limits): void {
  if (count > maxAttributeNames)
    throw ScimError.invalidValue(`${parameter} has more names than maxAttributeNames (${maxAttributeNames})`)
}

/**
 * Names that come as a list, as the text that has them in a query.
 *
 * @throws ScimError `invalidValue` for more than `limits.maxAttributeNames`.
 */
export function joinNames(parameter: NamesParameter, names: readonly string[], limits: Limits): string {
  assertCount(parameter, names.length, limits)
  let length = 0
  for (const name of names) length += name.length + 1
  assertLength(parameter, length, limits)
  return names.join(',')
}

/** The names in a text: what stands between its commas. */
function splitNames(parameter: NamesParameter, text: string, limits: Limits): readonly string[] {
  assertLength(parameter, text.length, limits)
  const parts = /[["]/.test(text) ? splitOutside(text) : text.split(',')
  const names = parts.map((part) => part.trim()).filter((part) => part !== '')
  assertCount(parameter, names.length, limits)
  return names
}

/** Splits at the commas outside brackets and quotes. */
function splitOutside(text: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let isQuoted = false
  let isBracketed = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') isQuoted = !isQuoted
    else if (isQuoted) at += character === '\\' ? 1 : 0
    else if (character === '[') isBracketed = true
    else if (character === ']') isBracketed = false
    else if (character === ',' && !isBracketed) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

/** Whether another resource type in the same list has an attribute. */
export type IsKnownElsewhere = (name: string) => boolean

/** The paths of a list of names; one that the type does not have is left out, with a line in the trace. */
function readPaths(
  context: OperationContext,
  parameter: NamesParameter,
  text: string,
  isKnownElsewhere: IsKnownElsewhere,
): readonly AttributePath[] {
  const { endpoint, service, profile, note } = context
  const { type } = endpoint
  const { limits } = service
  const options = { leniency: profile.leniency, note, limits, locations: locationsOf(context) }
  const paths: AttributePath[] = []
  let conditions = 0
  for (const name of splitNames(parameter, text, limits)) {
    const path = findKnown(type, name, options, isKnownElsewhere)
    if (!path) continue
    paths.push(path)
    // Each is looked at for each element of each resource.
    if (path.filter) conditions += countConditions(path.filter.tree)
    if (conditions > limits.maxClauses)
      throw ScimError.invalidValue(`${parameter} has more than ${limits.maxClauses} conditions`)
  }
  return paths
}

function findKnown(
  type: CompiledResourceType,
  name: string,
  options: FilterOptions & { readonly leniency: Leniency; readonly note: Note },
  isKnownElsewhere: IsKnownElsewhere,
): AttributePath | undefined {
  try {
    const path = findPath(type, name, options)
    if (path || isKnownElsewhere(name)) return path
  } catch (error) {
    if (isScimError(error) && isKnownElsewhere(name)) return undefined
    throw error
  }
  const { full } = type
  if (full && options.leniency.ignoreUnkept && isPathOf(full, name, options)) {
    options.note('unkeptAttributes', showName(name), 'not returned: this service does not keep it')
    return undefined
  }
  // Reading it once more says what is wrong with it.
  if (!options.leniency.ignoreUnknown) return readPath(type, name, options)
  options.note(
    'unknownAttributes',
    showName(name),
    'not returned: no schema of this resource type defines it',
  )
  return undefined
}

/** Whether the schemas of a type have a path, whatever the store keeps. */
function isPathOf(full: CompiledResourceType, name: string, options: FilterOptions): boolean {
  try {
    return findPath(full, name, { ...options, note: noNote }) !== undefined
  } catch (error) {
    if (isScimError(error)) return false
    throw error
  }
}

/**
 * What a reply shows to a client that named `attributes` or `excludedAttributes`.
 *
 * @throws ScimError `invalidValue` when both are given, or more than the limits allow; `invalidPath` for a path that
 * does not parse.
 * @see RFC 7644 section 3.9
 */
export function readProjection(
  context: OperationContext,
  attributes: string | undefined,
  excludedAttributes: string | undefined,
  isKnownElsewhere: IsKnownElsewhere = () => false,
): Projection {
  const { type } = context.endpoint
  if (attributes?.trim()) {
    if (excludedAttributes?.trim()) {
      throw ScimError.invalidValue('attributes and excludedAttributes exclude each other: give one of them')
    }
    return includeOnly(type, readPaths(context, 'attributes', attributes, isKnownElsewhere))
  }
  if (excludedAttributes?.trim()) {
    return excludeFrom(type, readPaths(context, 'excludedAttributes', excludedAttributes, isKnownElsewhere))
  }
  return defaultProjection(type)
}
