/**
 * Whether two JSON values are the same; the order of object keys does not matter, nor does a key without a value, as
 * stores may have them.
 */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((element, index) => isEqual(element, b[index]))
    )
  }
  return !Array.isArray(b) && size(a) === size(b) && isWithin(a, b)
}

/** How many keys have a value. */
function size(object: object): number {
  let count = 0
  for (const value of Object.values(object)) if (value !== undefined) count++
  return count
}

/** Whether every part of `a`, an object, is also in `b`. */
export function isWithin(a: object, b: object): boolean {
  const other = b as Readonly<Record<string, unknown>>
  // A key may have the name of something that every object inherits.
  return Object.entries(a).every(([key, value]) =>
    isEqual(value, Object.hasOwn(other, key) ? other[key] : undefined),
  )
}
