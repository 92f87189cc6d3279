import { ScimError } from '../../protocol/index.js'
import type { Service } from '../context.js'
import type { ConflictDecision } from '../hooks.js'
import type { BulkIds } from './bulk-ids.js'
import { HookAnswers } from './hook-answers.js'

/** What tells a resource from all others: two types may have the same ids. */
export function keyOf(resourceType: string, id: string): string {
  return JSON.stringify([resourceType, id])
}

/** Whether callbacks of the host may be called now. */
interface Gate {
  isClosed: boolean
  /** Asks what could not be asked while the gate was closed. */
  postponed: (() => Promise<unknown>) | undefined
}

/** The answers of one callback of the host, by what it was asked. */
class Answers<T> {
  private readonly known = new Map<string, Promise<T>>()

  constructor(private readonly gate: Gate) {}

  async get(key: string, ask: () => T | Promise<T>): Promise<T> {
    const known = this.known.get(key)
    if (known) return known
    if (!this.gate.isClosed) return this.ask(key, ask)
    this.gate.postponed ??= () => this.ask(key, ask)
    throw unanswered()
  }

  private ask(key: string, ask: () => T | Promise<T>): Promise<T> {
    const answer = (async () => ask())()
    // An exception is the answer too, thrown where it is needed.
    answer.catch(() => {})
    this.known.set(key, answer)
    return answer
  }
}

/**
 * What the host's callbacks have answered for one bulk request. They are called while no transaction is open, since
 * they may use the same database: one that waits for a connection while it holds up another never gets it.
 */
export class HostAnswers {
  private readonly gate: Gate = { isClosed: false, postponed: undefined }
  private readonly permissions = new Answers<boolean>(this.gate)
  private readonly hashes = new Answers<string>(this.gate)
  private readonly decisions = new Answers<ConflictDecision>(this.gate)
  private readonly hookAnswers = new HookAnswers(new Answers<unknown>(this.gate))
  /** Whatever the version of the resource was. */
  private readonly latestDecisions = new Map<string, Promise<ConflictDecision>>()
  /** The keys of what the open transaction has created or changed. */
  private changed: ReadonlySet<string> = new Set()

  constructor(private readonly service: Service) {}

  /** The service for the operation at an index, with the callbacks asked through here. */
  serviceFor(index: number): Service {
    const { authorize, hashPassword, onConflict, before } = this.service
    return {
      ...this.service,
      before: before && this.hookAnswers.hooksFor(index, before),
      authorize:
        authorize &&
        ((request) => {
          const { operation, resourceType, id } = request
          return this.permissions.get(JSON.stringify([index, operation, resourceType, id]), () =>
            authorize(request),
          )
        }),
      // By operation too: two people with the same password must not get the same hash.
      hashPassword:
        hashPassword &&
        ((password, context) =>
          this.hashes.get(JSON.stringify([index, password]), () => hashPassword(password, context))),
      onConflict:
        onConflict &&
        ((conflict) => {
          const { existing, context } = conflict
          const subject = JSON.stringify([index, context.resourceType, existing.id])
          // Of what the same request has created, the host cannot decide anything yet.
          if (this.changed.has(keyOf(context.resourceType, existing.id)))
            return this.latestDecisions.get(subject) ?? 'reject'
          return this.decisions.get(`${subject} ${existing.meta.version}`, () => {
            const decision = (async () => onConflict(conflict))()
            this.latestDecisions.set(subject, decision)
            return decision
          })
        }),
    }
  }

  /**
   * A transaction begins. `changed`: the keys of what it has created or changed so far; `bulkIds`: the ids of what it
   * has created.
   */
  begin(changed: ReadonlySet<string>, bulkIds: BulkIds): void {
    this.gate.isClosed = true
    this.changed = changed
    this.hookAnswers.bulkIds = bulkIds
  }

  /** Keeps a transaction from being committed without an answer that it needed. @throws ScimError */
  assertAnswered(): void {
    if (this.gate.postponed) throw unanswered()
  }

  /** The transaction has ended. Asks what it could not; false where there was nothing. */
  async askPostponed(): Promise<boolean> {
    this.gate.isClosed = false
    this.changed = new Set()
    this.hookAnswers.bulkIds = undefined
    const { postponed } = this.gate
    this.gate.postponed = undefined
    // Its exception is thrown where the answer is needed.
    await postponed?.().catch(() => {})
    return postponed !== undefined
  }
}

/** Undoes the transaction, which begins again with the answer. */
function unanswered(): ScimError {
  return ScimError.unavailable('A callback of the service must be asked first')
}
