import { flawOf, isObject } from '../protocol/index.js'

/** Deeper than anything in SCIM, and more names than any of its objects has. */
const maxDepth = 16
const maxKeys = 1000

/** Whether a value is what the body of a request may hold too. */
function isSound(value: unknown, left: number): boolean {
  if (typeof value === 'string') return flawOf(value) === undefined
  if (Array.isArray(value)) return left > 0 && value.every((inner) => isSound(inner, left - 1))
  if (!isObject(value)) return true
  const entries = left > 0 ? Object.entries(value) : []
  if (entries.length !== Object.keys(value).length || entries.length > maxKeys) return false
  return entries.every(([name, inner]) => flawOf(name) === undefined && isSound(inner, left - 1))
}

/** Whether a text looks like JSON of an array, an object or a text. */
export function isJsonText(value: unknown): value is string {
  return typeof value === 'string' && /^\s*[[{"]/.test(value)
}

/**
 * The JSON that a text inside of a body holds. Undefined for what is none, and for what the limits of a body and the
 * check of its texts would refuse, which have not seen it.
 */
export function parseJsonText(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text)
    return isSound(parsed, maxDepth) ? parsed : undefined
  } catch {
    return undefined
  }
}
