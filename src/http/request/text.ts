import type { ScimErrorOptions } from '../../protocol/index.js'
import { flawOf, isSafeKey, ScimError, showName } from '../../protocol/index.js'

/** The names and indexes that lead to a text in a body. */
export type Place = readonly (string | number)[]

/** Makes the error for a text. */
export type MakeError = (detail: string, options?: ScimErrorOptions) => ScimError

/** Chooses the kind of error by where the text stands. */
export type ErrorAt = (place: Place) => MakeError

interface Flaw {
  readonly place: Place
  /** What is wrong, such as `is not well-formed Unicode`. */
  readonly detail: string
}

function hasFlaw(value: unknown): boolean {
  if (typeof value === 'string') return flawOf(value) !== undefined
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(hasFlaw)
  return Object.entries(value).some(([name, inner]) => flawOf(name) !== undefined || hasFlaw(inner))
}

/** The first text with a flaw; in a name, it is found at the object that has the name. */
function findFlaw(value: unknown, place: Place): Flaw | undefined {
  if (typeof value === 'string') {
    const detail = flawOf(value)
    return detail === undefined ? undefined : { place, detail }
  }
  if (typeof value !== 'object' || value === null) return undefined
  const isArray = Array.isArray(value)
  for (const [key, inner] of Object.entries(value)) {
    const flawInName = isArray ? undefined : flawOf(key)
    if (flawInName !== undefined) return { place, detail: `has a name that ${flawInName}` }
    const found = findFlaw(inner, [...place, isArray ? Number(key) : key])
    if (found) return found
  }
  return undefined
}

/** A place as a path, such as `emails[0].value`. */
function showPlace(place: Place): string {
  let path = ''
  for (const [index, step] of place.entries()) {
    if (typeof step === 'number') path += `[${step}]`
    else {
      const separator = /^urn:/i.test(String(place[index - 1])) ? ':' : '.'
      path += `${index === 0 ? '' : separator}${isSafeKey(step) ? showName(step) : '(reserved name)'}`
    }
  }
  return path
}

/**
 * Refuses a body with a text that is not well-formed Unicode, or that has U+0000: stores and clients do not agree on
 * what those are.
 *
 * @throws ScimError what `errorAt` makes; names the place and not the text.
 */
export function assertText(body: unknown, errorAt: ErrorAt): void {
  // Places are made for the few that have a flaw.
  const flaw = hasFlaw(body) ? findFlaw(body, []) : undefined
  if (!flaw) return
  const { place, detail } = flaw
  const path = showPlace(place)
  throw errorAt(place)(`${path || 'The body'} ${detail}`, path === '' ? {} : { path })
}

/** Every text is a value. */
export const valueError: ErrorAt = () => ScimError.invalidValue

/** In the body of a PATCH, the paths of operations are none (RFC 7644 section 3.5.2). */
export const patchError: ErrorAt = ([, index, name, ...inside]) =>
  typeof index === 'number' && String(name).toLowerCase() === 'path' && inside.length === 0
    ? ScimError.invalidPath
    : ScimError.invalidValue

const searchErrors: ReadonlyMap<string, MakeError> = new Map([
  ['filter', ScimError.invalidFilter],
  ['sortby', ScimError.invalidPath],
  ['attributes', ScimError.invalidPath],
  ['excludedattributes', ScimError.invalidPath],
  ['cursor', ScimError.invalidCursor],
])

/** By the name of a parameter, in a query or in a SearchRequest (RFC 7644 section 3.4.3). */
export const searchError: ErrorAt = ([name]) =>
  searchErrors.get(String(name).toLowerCase()) ?? ScimError.invalidValue
