/** How many are remembered. */
const capacity = 10_000

/** What clients were known by that have proven who they are: they are looked up apart from what may be anything. */
export class ProvenClients {
  private readonly keys = new Set<string>()

  has(key: string): boolean {
    return this.keys.has(key)
  }

  add(key: string): void {
    // Deleted first, so that the one that was used longest ago is in front.
    this.keys.delete(key)
    this.keys.add(key)
    if (this.keys.size <= capacity) return
    for (const oldest of this.keys) {
      this.keys.delete(oldest)
      break
    }
  }
}
