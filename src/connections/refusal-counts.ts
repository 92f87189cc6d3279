import type { Refusals, RefusedCredential } from './connections.js'

/** How many connections are counted apart at most. */
const capacity = 1000

const none: Refusals = { count: 0, last: undefined }

/** Counts refused credentials, by the connection that they once belonged to. */
export class RefusalCounts {
  private readonly counts = new Map<string, Refusals>()

  add(refusal: RefusedCredential): void {
    const key = keyOf(refusal.tenant, refusal.connection)
    const { count } = this.counts.get(key) ?? none
    // Deleted first, so that the one that was refused longest ago is in front.
    this.counts.delete(key)
    this.counts.set(key, { count: count + 1, last: refusal })
    if (this.counts.size <= capacity) return
    for (const oldest of this.counts.keys()) {
      this.counts.delete(oldest)
      break
    }
  }

  of(tenant: string | undefined, connection: string | undefined): Refusals {
    return this.counts.get(keyOf(tenant, connection)) ?? none
  }
}

function keyOf(tenant: string | undefined, connection: string | undefined): string {
  return JSON.stringify(connection === undefined ? [] : [tenant ?? null, connection])
}
