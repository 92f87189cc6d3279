/** Reads one property of a value that may be anything. */
export type ReadProperty = (value: unknown) => unknown

type Bag = Readonly<Record<string, unknown>> | null | undefined

/**
 * The same function many times: an engine keeps what it learns of a property access with the place in the code, and
 * an access that sees one key only is several times as fast as one that sees many.
 */
const makers: readonly ((key: string) => ReadProperty)[] = [
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
  (key) => (value) => (value as Bag)?.[key],
]
const shared =
  (key: string): ReadProperty =>
  (value) =>
    (value as Bag)?.[key]

/** Attribute names come from schemas, so there are only so many. */
const readers = new Map<string, ReadProperty>()

/** The reader of a property; the keys that are asked for first have code of their own. */
export function propertyReader(key: string): ReadProperty {
  const known = readers.get(key)
  if (known) return known
  const reader = (makers[readers.size] ?? shared)(key)
  readers.set(key, reader)
  return reader
}
