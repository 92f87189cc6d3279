/** Something with more of its kind inside of it. */
interface Nested<T> {
  readonly multiValued: boolean
  readonly subAttributes: ReadonlyMap<string, T>
}

/** Attributes with all that are inside of them, at any depth. */
export function* descend<T extends Nested<T>>(attributes: Iterable<T>): Generator<T> {
  for (const attribute of attributes) {
    yield attribute
    yield* descend(attribute.subAttributes.values())
  }
}

/** The same, but for what is inside the elements of multi-valued ones. */
export function* descendSingle<T extends Nested<T>>(attributes: Iterable<T>): Generator<T> {
  for (const attribute of attributes) {
    yield attribute
    if (!attribute.multiValued) yield* descendSingle(attribute.subAttributes.values())
  }
}
