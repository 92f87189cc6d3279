import type { LifecycleEvent } from '../../../events/index.js'
import { isEqual } from '../../../protocol/index.js'
import { assertHolds, show } from '../failure.js'
import { race, refusals } from '../race.js'
import type { Resource } from '../tested-store.js'
import type { CaseDefinition, Trial } from '../trial.js'
import { names } from '../trial.js'
import { storeTransactions } from './transactions.js'

const inapplicable = ({ users, stores }: Trial) => {
  if (!users.store.record) return 'the store has no record'
  if (!users.store.transactions) return 'the store has record and no transactions'
  return stores.recordedEvents ? undefined : 'makeStore gives no recordedEvents'
}

/** An event as the service records it. */
function eventOf({ users }: Trial, kind: 'created' | 'updated', resource: Resource): LifecycleEvent {
  return {
    id: crypto.randomUUID(),
    name: `user.${kind}`,
    resourceType: users.type.name,
    resourceId: resource.id,
    before: kind === 'created' ? undefined : resource,
    after: resource,
    changed: kind === 'created' ? [] : ['displayName', 'emails'],
    members: kind === 'created' ? undefined : { added: ['a'], removed: ['b'] },
    tenant: users.scope.tenant,
    actor: 'contract',
    requestId: 'contract',
    traceparent: kind === 'created' ? undefined : '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  }
}

/** What of an event JSON can say. */
function asJson(event: object): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(event))
}

/** The ids of the events that the outbox holds, of those that a case knows. */
async function recorded({ stores }: Trial, known: readonly LifecycleEvent[]): Promise<readonly string[]> {
  const ids = new Set(known.map(({ id }) => id))
  return ((await stores.recordedEvents?.()) ?? []).map(({ id }) => id).filter((id) => ids.has(id))
}

/** Writes a user and the event of it in one transaction. */
function writeWithEvent(
  trial: Trial,
  name: string,
  events: LifecycleEvent[],
  error?: Error,
): Promise<Resource> {
  const { users, samples } = trial
  return storeTransactions(trial).run(async (transaction) => {
    const made = await users.within({ transaction }).create(samples.minimal(name))
    const event = eventOf(trial, 'created', made)
    await users.store.record?.([event], users.context({ transaction }))
    // The work may run again: what counts is the last time.
    events.push(event)
    if (error) throw error
    return made
  }, users.context())
}

const fix =
  'insert the events in context.transaction, so that they are committed with the write and rolled back with it, in their order and each once'

/** Events that wait for delivery, where the store says so. */
export const outbox: readonly CaseDefinition[] = [
  {
    name: 'an event that was recorded is in the outbox once, as it was',
    why: 'Sessions are revoked and mails are sent by it: a lost event is a leaver who still has access.',
    inapplicable,
    async run(trial) {
      const events: LifecycleEvent[] = []
      const made = await writeWithEvent(trial, 'first', events)
      const last = events.slice(-1)
      const ids = await recorded(trial, events)
      assertHolds(
        isEqual(
          ids,
          last.map(({ id }) => id),
        ),
        () => ({
          problem: 'the event of a write is not in the outbox once',
          expected: '1 event',
          got: `${ids.length} events`,
          fix,
        }),
      )
      const updated = eventOf(trial, 'updated', made)
      await storeTransactions(trial).run(async (transaction) => {
        await trial.users.store.record?.([updated], trial.users.context({ transaction }))
      }, trial.users.context())
      const all = (await trial.stores.recordedEvents?.()) ?? []
      for (const event of [...last, updated]) {
        const found = asJson(all.find(({ id }) => id === event.id) ?? {})
        for (const [key, value] of Object.entries(asJson(event)))
          assertHolds(isEqual(found[key], value), () => ({
            problem: `an event came out of the outbox with another ${key} than it was recorded with`,
            expected: show(value),
            got: show(found[key]),
            fix: 'store the whole event, as JSON: name, resourceId, tenant, actor, requestId, traceparent, before, after, changed and members',
          }))
      }
    },
  },
  {
    name: 'an event of a transaction that fails is not in the outbox',
    why: 'An event of what did not happen ends the sessions of somebody who stays.',
    inapplicable,
    async run(trial) {
      const events: LifecycleEvent[] = []
      const error = new Error('on purpose')
      await writeWithEvent(trial, 'undone', events, error).catch((thrown) => {
        if (thrown !== error) throw thrown
      })
      const ids = await recorded(trial, events)
      assertHolds(ids.length === 0, () => ({
        problem: 'the event of a transaction that failed is in the outbox',
        expected: 'no event',
        got: `${ids.length} events`,
        fix,
      }))
    },
  },
  {
    name: 'an event of a part of a transaction that was undone is not in the outbox',
    why: 'Of a bulk request, only what was done is told.',
    inapplicable,
    async run(trial) {
      const { users, samples } = trial
      const transactions = storeTransactions(trial)
      const error = new Error('on purpose')
      const written = await transactions.run(async (transaction) => {
        const write = async (name: string, within: object) => {
          const made = await users.within({ transaction: within }).create(samples.minimal(name))
          const event = eventOf(trial, 'created', made)
          await users.store.record?.([event], users.context({ transaction: within }))
          return event
        }
        const first = await write('first', transaction)
        const events = [first]
        await transactions
          .run(async (inner) => {
            events.push(await write('undone', inner))
            throw error
          }, users.context({ transaction }))
          .catch((thrown: unknown) => {
            if (thrown !== error) throw thrown
          })
        events.push(await write('second', transaction))
        return events
      }, users.context())
      const ids = await recorded(trial, written)
      const expected = [written[0]?.id, written[2]?.id]
      assertHolds(isEqual(ids, expected), () => ({
        problem:
          'the outbox does not have exactly the events of what a transaction has done, without the part that it has undone',
        expected: 'the first and the last of 3 events',
        got: `the events at ${show(ids.map((id) => written.findIndex((one) => one.id === id) + 1))}`,
        fix,
      }))
    },
  },
  {
    name: 'events of one resource are in the outbox in the order of its changes',
    why: 'A deactivation that is delivered before the creation is undone by it.',
    inapplicable,
    async run(trial) {
      const { users, samples } = trial
      const events: LifecycleEvent[] = []
      let stored = await writeWithEvent(trial, 'ordered', events)
      const kept = events.slice(-1)
      for (const mark of ['a', 'b', 'c', 'd']) {
        const before = stored
        const written = await storeTransactions(trial).run(async (transaction) => {
          const replaced = await users
            .within({ transaction })
            .replace(before, samples.marked('ordered', mark))
          const two = [eventOf(trial, 'updated', replaced), eventOf(trial, 'updated', replaced)]
          await users.store.record?.(two, users.context({ transaction }))
          return { replaced, two }
        }, users.context())
        stored = written.replaced
        kept.push(...written.two)
      }
      const ids = await recorded(trial, kept)
      assertHolds(
        isEqual(
          ids,
          kept.map(({ id }) => id),
        ),
        () => ({
          problem:
            'events of one resource are in the outbox in another order than its changes, or not each once',
          expected: `${kept.length} events in the order in which they were recorded`,
          got: `${ids.length} events, at the places ${show(ids.map((id) => kept.findIndex((one) => one.id === id)))}`,
          fix,
        }),
      )
    },
  },
  {
    name: 'of many writes at once, each event is in the outbox once',
    why: 'A burst of assignments must lose none.',
    inapplicable,
    async run(trial) {
      const count = Math.min(trial.writers, 12)
      const written: LifecycleEvent[][] = []
      const outcomes = await race(count, async (number) => {
        const events: LifecycleEvent[] = []
        written.push(events)
        return writeWithEvent(trial, names('burst', count)[number] ?? '', events)
      })
      const [refused] = refusals(outcomes)
      if (refused !== undefined) throw refused
      const expected = written.map((events) => events.at(-1)?.id ?? '').sort()
      const ids = await recorded(trial, written.flat())
      assertHolds(isEqual([...ids].sort(), expected), () => ({
        problem: 'of many writes at once, not each event is in the outbox once',
        expected: `${count} events`,
        got: `${ids.length} events, ${new Set(ids).size} of them different`,
        fix,
      }))
    },
  },
]
