/** A multimap. A key with one row stores it without a Set: most indexes are unique. */
export class MultiMap<T extends object> {
  private readonly byKey = new Map<string, T | Set<T>>()

  /** The rows of a key in the order in which they were added; undefined where there are none. */
  find(key: string): ReadonlySet<T> | readonly T[] | undefined {
    const current = this.byKey.get(key)
    return current === undefined || current instanceof Set ? current : [current]
  }

  /** Whether another row has the key. */
  hasOther(key: string, row: T | undefined): boolean {
    const current = this.byKey.get(key)
    return current !== undefined && current !== row
  }

  add(key: string, row: T): void {
    const current = this.byKey.get(key)
    if (current === undefined) this.byKey.set(key, row)
    else if (current instanceof Set) current.add(row)
    else if (current !== row) this.byKey.set(key, new Set([current, row]))
  }

  remove(key: string, row: T): void {
    const current = this.byKey.get(key)
    if (!(current instanceof Set)) {
      if (current === row) this.byKey.delete(key)
      return
    }
    current.delete(row)
    const [last] = current
    if (current.size === 1 && last !== undefined) this.byKey.set(key, last)
  }
}
