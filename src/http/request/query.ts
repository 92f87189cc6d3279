import { flawOf, ScimError, showName } from '../../protocol/index.js'
import { searchError } from './text.js'

/** Parameters that hold lists of names. */
const listed: ReadonlySet<string> = new Set(['attributes', 'excludedattributes'])

const noParameters: ReadonlyMap<string, string> = new Map()

/** Decodes form encoding; a `%` that begins no escape stands for itself. @throws URIError for what is not UTF-8. */
function decodeForm(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced.replace(/(?:%[\da-f]{2})+/gi, (escapes) => decodeURIComponent(escapes))
  }
}

function decodeName(text: string): string {
  try {
    return decodeForm(text).toLowerCase()
  } catch {
    throw ScimError.invalidValue('The name of a parameter is not percent-encoded UTF-8')
  }
}

function decodeValue(name: string, text: string): string {
  try {
    return decodeForm(text)
  } catch {
    throw searchError([name])(`${showName(name)} is not percent-encoded UTF-8`)
  }
}

/**
 * The parameters of a query, by their names in lower case: clients disagree on the case of `startIndex`.
 *
 * @throws ScimError for text that is not Unicode: `invalidFilter`, `invalidPath` or `invalidValue`, by the parameter.
 */
export function readQuery(query: string): ReadonlyMap<string, string> {
  if (query === '') return noParameters
  const isWellFormed = query.isWellFormed()
  const parameters = new Map<string, string>()
  for (const part of query.split('&')) {
    if (part === '') continue
    const at = part.indexOf('=')
    const name = decodeName(at === -1 ? part : part.slice(0, at))
    const value = at === -1 ? '' : decodeValue(name, part.slice(at + 1))
    // Percent-encoding cannot spell what the query itself does not have.
    const flaw = isWellFormed ? undefined : flawOf(part)
    if (flaw !== undefined) throw searchError([name])(`${showName(name)} ${flaw}`)
    // The first one counts, so that a parameter cannot be overridden by repeating it; of names there may be several.
    const first = parameters.get(name)
    if (first === undefined) parameters.set(name, value)
    else if (listed.has(name)) parameters.set(name, `${first},${value}`)
  }
  return parameters
}

/** A parameter's whole number. @throws ScimError `invalidValue`, naming the parameter. */
export function readInteger(parameters: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = parameters.get(name.toLowerCase())
  return text === undefined ? undefined : integerIn(name, text)
}

/** A whole number as text; undefined where it is empty. @throws ScimError `invalidValue`, with the name. */
export function integerIn(name: string, text: string): number | undefined {
  if (text.trim() === '') return undefined
  const value = /^\s*[+-]?\d+\s*$/.test(text) ? wholeNumber(Number(text)) : undefined
  if (value === undefined) throw ScimError.invalidValue(`${name} must be a whole number`)
  return value
}

/**
 * A whole number of any length, as the nearest that is exact: no list has so many resources. JSON.parse makes an
 * infinity of one with hundreds of digits. Undefined for a fraction.
 */
export function wholeNumber(value: number): number | undefined {
  const most = Number.MAX_SAFE_INTEGER
  const bounded = Math.min(Math.max(value, -most), most)
  return Number.isInteger(bounded) ? bounded : undefined
}

/** A parameter's text; undefined where it is missing or empty. */
export function readText(parameters: ReadonlyMap<string, string>, name: string): string | undefined {
  const text = parameters.get(name.toLowerCase())
  return text === undefined || text.trim() === '' ? undefined : text
}
