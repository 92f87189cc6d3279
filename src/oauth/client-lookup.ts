import type { FoundClient } from '../connections/index.js'

/** How many clients that may not exist are looked for at a time. */
const maxQueries = 4
/** How many clients are remembered to have proven who they are. */
const capacity = 10_000

type Find = () => Promise<readonly FoundClient[]>

/**
 * Looks clients up so that wrong credentials never slow a valid one: a client that has proven once who it is waits for
 * no other, and what may be anything is looked for a few at a time. What is asked for twice at a time is one query.
 */
export class ClientLookup {
  private readonly known = new Set<string>()
  private readonly running = new Map<string, Promise<readonly FoundClient[]>>()
  private readonly waiting: (() => void)[] = []
  private queries = 0

  find(key: string, find: Find): Promise<readonly FoundClient[]> {
    const running = this.running.get(key)
    if (running) return running
    const found = (this.known.has(key) ? find() : this.inTurn(find)).finally(() => this.running.delete(key))
    this.running.set(key, found)
    return found
  }

  /** Remembers that a valid credential came with this key. */
  remember(key: string): void {
    // Deleted first, so that the one that was used longest ago is in front.
    this.known.delete(key)
    this.known.add(key)
    if (this.known.size <= capacity) return
    for (const oldest of this.known) {
      this.known.delete(oldest)
      break
    }
  }

  private async inTurn(find: Find): Promise<readonly FoundClient[]> {
    if (this.queries >= maxQueries) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.queries++
    try {
      return await find()
    } finally {
      // The place is handed on, so that nobody who comes between takes it.
      const next = this.waiting.shift()
      if (next) next()
      else this.queries--
    }
  }
}
