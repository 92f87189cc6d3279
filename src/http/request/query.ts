import { ScimError } from '../../protocol/index.js'

const noParameters: ReadonlyMap<string, string> = new Map()

/** Decodes form encoding; the platform replaces bytes that are not UTF-8. */
function decodeForm(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return new URLSearchParams(`x=${text}`).get('x') ?? ''
  }
}

/** The parameters of a query, by their names in lower case: clients disagree on the case of `startIndex`. */
export function readQuery(query: string): ReadonlyMap<string, string> {
  if (query === '') return noParameters
  const parameters = new Map<string, string>()
  for (const part of query.split('&')) {
    if (part === '') continue
    const at = part.indexOf('=')
    const key = decodeForm(at === -1 ? part : part.slice(0, at)).toLowerCase()
    // The first one counts, so that a parameter cannot be overridden by repeating it.
    if (!parameters.has(key)) parameters.set(key, at === -1 ? '' : decodeForm(part.slice(at + 1)))
  }
  return parameters
}

/** A parameter's whole number. @throws ScimError `invalidValue`, naming the parameter. */
export function readInteger(parameters: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = parameters.get(name.toLowerCase())
  if (text === undefined || text.trim() === '') return undefined
  if (!/^\s*[+-]?\d{1,15}\s*$/.test(text)) throw ScimError.invalidValue(`${name} must be a whole number`)
  return Number(text)
}

/** A parameter's text; undefined where it is missing or empty. */
export function readText(parameters: ReadonlyMap<string, string>, name: string): string | undefined {
  const text = parameters.get(name.toLowerCase())
  return text === undefined || text.trim() === '' ? undefined : text
}
