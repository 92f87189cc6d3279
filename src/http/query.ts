import { ScimError } from '../protocol/index.js'

/** The parameters of a query, by their names in lower case: clients disagree on the case of `startIndex`. */
export function readQuery(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  if (query === '') return parameters
  for (const [name, value] of new URLSearchParams(query)) {
    const key = name.toLowerCase()
    // The first of several is what counts, so that nobody can override a parameter by repeating it.
    if (!parameters.has(key)) parameters.set(key, value)
  }
  return parameters
}

/** A whole number that a parameter holds. @throws ScimError `invalidValue`, naming the parameter. */
export function readInteger(parameters: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = parameters.get(name.toLowerCase())
  if (text === undefined || text.trim() === '') return undefined
  if (!/^\s*[+-]?\d{1,15}\s*$/.test(text)) throw ScimError.invalidValue(`${name} is to be a whole number`)
  return Number(text)
}

/** A parameter's text; undefined where it is missing or empty. */
export function readText(parameters: ReadonlyMap<string, string>, name: string): string | undefined {
  const text = parameters.get(name.toLowerCase())
  return text === undefined || text.trim() === '' ? undefined : text
}
