/** Whether a value is an array or an object as JSON has them, and not an instance of a class. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Freezes a JSON value with everything in it, and returns it. What is frozen already is taken to be so throughout,
 * so that a change of one part does not cost a walk through the others.
 */
export function freezeDeep<T>(value: T): T {
  if (!isPlain(value) || Object.isFrozen(value)) return value
  if (Array.isArray(value)) for (let at = 0; at < value.length; at++) freezeDeep(value[at])
  // Faster than by keys: what a JSON value has is its own.
  else for (const key in value) freezeDeep(value[key])
  Object.freeze(value)
  return value
}

/** A JSON value that shares nothing with the given one, whatever is done to it. Instances of classes stay what they are. */
export function copyDeep<T>(value: T): T {
  if (!isPlain(value)) return value
  const copy: unknown = Array.isArray(value)
    ? value.map(copyDeep)
    : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyDeep(part)]))
  // The same keys, and the same values under them.
  return copy as T
}
