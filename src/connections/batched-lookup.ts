/** How many queries are sent at a time: more than one, so that none waits for one that hangs. */
const maxQueries = 4
/** How many keys one query asks for. */
const maxKeys = 500

interface Waiting<V> {
  readonly resolve: (value: V | undefined) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Looks values up, those that are asked for at the same time in one query: a flood of wrong credentials costs as many
 * queries as the store answers one after the other, and what is asked for in between waits for no more than that.
 */
export class BatchedLookup<V> {
  private readonly waiting = new Map<string, Waiting<V>[]>()
  private queries = 0

  /** `find`: the values by their keys; those that there are not are left out. */
  constructor(private readonly find: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>) {}

  get(key: string): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      const others = this.waiting.get(key)
      if (others) others.push({ resolve, reject })
      else this.waiting.set(key, [{ resolve, reject }])
      this.send()
    })
  }

  private send(): void {
    if (this.waiting.size === 0 || this.queries >= maxQueries) return
    const batch = [...this.waiting].slice(0, maxKeys)
    for (const [key] of batch) this.waiting.delete(key)
    this.queries++
    void this.run(batch).finally(() => {
      this.queries--
      this.send()
    })
  }

  private async run(batch: readonly (readonly [string, readonly Waiting<V>[]])[]): Promise<void> {
    try {
      const found = await this.find(batch.map(([key]) => key))
      for (const [key, all] of batch) for (const { resolve } of all) resolve(found.get(key))
    } catch (error) {
      for (const [, all] of batch) for (const { reject } of all) reject(error)
    }
  }
}
