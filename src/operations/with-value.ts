import { isObject } from '../protocol/index.js'

/** A copy with another value at a path of keys; objects of which nothing is left are left out. */
export function withValue(object: object, [key = '', ...rest]: readonly string[], value: unknown): object {
  const { [key]: before, ...others } = object as Readonly<Record<string, unknown>>
  const next = rest.length > 0 && isObject(before) ? withValue(before, rest, value) : value
  const isEmpty = next === undefined || (isObject(next) && Object.keys(next).length === 0)
  return isEmpty ? others : { ...others, [key]: next }
}
