import type { UnknownObject } from '../protocol/index.js'

/** Reads one property of a value that may be anything. */
export type ReadProperty = (value: unknown) => unknown

type MaybeObject = UnknownObject | null | undefined

/**
 * The same function many times: an engine keeps what it learns of a property access with the place in the code, and
 * an access that sees one key only is several times as fast as one that sees many.
 */
const makers: readonly ((key: string) => ReadProperty)[] = [
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
  (key) => (value) => (value as MaybeObject)?.[key],
]
const shared =
  (key: string): ReadProperty =>
  (value) =>
    (value as MaybeObject)?.[key]

/** Attribute names come from schemas, so there are only so many. */
const readers = new Map<string, ReadProperty>()

/** The reader of a property; the keys that are asked for first have code of their own. */
export function propertyReader(key: string): ReadProperty {
  const cached = readers.get(key)
  if (cached) return cached
  const reader = (makers[readers.size] ?? shared)(key)
  readers.set(key, reader)
  return reader
}
