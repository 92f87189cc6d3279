import { type Ask, type Operation, Violation, type Window } from './history.js'
import type { Existence, Tenant } from './model.js'

/** From when to when a resource was there. */
export interface Life {
  readonly id: string
  readonly tenant: Tenant
  readonly type: 'User' | 'Group'
  readonly created: Operation
  deletion: Operation | undefined
}

export function isChange(ask: Ask): ask is Ask & { readonly verb: 'change' } {
  return ask.verb === 'change'
}

/** Every resource that was created. */
export class Lives {
  private readonly byId = new Map<string, Life>()

  constructor(operations: readonly Operation[]) {
    for (const created of operations) {
      const { ask, status, seen, tenant } = created
      if (ask.verb !== 'create' || status !== 201) continue
      const id = seen[0]?.id ?? ''
      if (this.byId.has(id)) throw new Violation('double create', `two resources have the id ${id}`)
      this.byId.set(id, { id, tenant, type: ask.type, created, deletion: undefined })
    }
    for (const deletion of operations) {
      const { ask, status, tenant, name } = deletion
      if (ask.verb !== 'delete' || status !== 204) continue
      const life = this.byId.get(ask.id)
      if (!life || life.tenant !== tenant) {
        throw new Violation('tenant leak', `${name} deleted ${ask.id}, which is not ${tenant}'s`)
      }
      if (life.deletion) throw new Violation('wrong answer', `${ask.id} was deleted twice`)
      life.deletion = deletion
    }
  }

  get(id: string): Life | undefined {
    return this.byId.get(id)
  }

  all(): Iterable<Life> {
    return this.byId.values()
  }

  /** Whether a tenant has a resource with that id while something happens. */
  exists(id: string, tenant: Tenant, { start, end }: Window): Existence {
    const life = this.byId.get(id)
    if (!life || life.tenant !== tenant || life.created.start > end) return 'no'
    const { deletion } = life
    if (deletion && deletion.end < start) return 'no'
    return life.created.end < start && !(deletion && deletion.start < end) ? 'yes' : 'maybe'
  }

  /** @throws Violation when a tenant was shown, or given as a member, what is no resource of it, or no longer one. */
  assertKnown(id: string, { tenant, name, ...window }: Operation, where: string): void {
    const life = this.byId.get(id)
    if (life && life.tenant !== tenant) {
      throw new Violation('tenant leak', `${name}: ${where} has ${id}, which is ${life.tenant}'s`)
    }
    if (this.exists(id, tenant, window) === 'no') {
      throw new Violation('orphan', `${name}: ${where} has ${id}, which is not there`)
    }
  }
}
