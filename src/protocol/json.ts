import type { JsonObject, JsonValue } from 'type-fest'

export type { JsonObject, JsonValue }

/** An object of which nothing is known but that it has keys. */
export type UnknownObject = Readonly<Record<string, unknown>>

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Names that reach a prototype; no attribute may have one of them. */
const reserved = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether a key from the wire is safe to be an object's own key. */
export function isSafeKey(key: string): boolean {
  return !reserved.has(key)
}

/** An object's member by its name, in any case: attribute names are case-insensitive (RFC 7643 section 2.1). */
export function getMember(object: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name]
  for (const key of Object.keys(object)) {
    if (key.length === name.length && key.toLowerCase() === name.toLowerCase()) return object[key]
  }
  return undefined
}
