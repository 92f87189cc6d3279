/** Sets of ids under keys. Most hold one id, and then there is no set. */
export class IdSets {
  private readonly sets = new Map<string, string | Set<string>>()

  /** The ids under a key in the order they came; undefined where there are none. */
  find(key: string): Iterable<string> | undefined {
    const found = this.sets.get(key)
    return typeof found === 'string' ? [found] : found
  }

  /** Whether a key has an id other than this one. */
  hasOther(key: string, id: string): boolean {
    const found = this.sets.get(key)
    return typeof found === 'string' ? found !== id : found !== undefined
  }

  add(key: string, id: string): void {
    const found = this.sets.get(key)
    if (found === undefined) this.sets.set(key, id)
    else if (typeof found !== 'string') found.add(id)
    else if (found !== id) this.sets.set(key, new Set([found, id]))
  }

  remove(key: string, id: string): void {
    const found = this.sets.get(key)
    if (found === undefined) return
    if (typeof found === 'string') {
      if (found === id) this.sets.delete(key)
      return
    }
    found.delete(id)
    const [last] = found
    if (found.size === 1 && last !== undefined) this.sets.set(key, last)
  }
}
