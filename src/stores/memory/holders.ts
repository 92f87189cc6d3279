/** Who has something, by a key. Most keys have one holder, and then there is no set. */
export class MultiMap<T extends object> {
  private readonly byKey = new Map<string, T | Set<T>>()

  /** The holders of a key in the order they came; undefined where there are none. */
  find(key: string): Iterable<T> | undefined {
    const found = this.byKey.get(key)
    return found === undefined || found instanceof Set ? found : [found]
  }

  /** Whether somebody else has a key. */
  hasOther(key: string, holder: T | undefined): boolean {
    const found = this.byKey.get(key)
    return found !== undefined && found !== holder
  }

  add(key: string, holder: T): void {
    const found = this.byKey.get(key)
    if (found === undefined) this.byKey.set(key, holder)
    else if (found instanceof Set) found.add(holder)
    else if (found !== holder) this.byKey.set(key, new Set([found, holder]))
  }

  remove(key: string, holder: T): void {
    const found = this.byKey.get(key)
    if (!(found instanceof Set)) {
      if (found === holder) this.byKey.delete(key)
      return
    }
    found.delete(holder)
    const [last] = found
    if (found.size === 1 && last !== undefined) this.byKey.set(key, last)
  }
}
