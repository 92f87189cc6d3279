import { isScimError } from '../../../protocol/index.js'
import { assertSameState } from '../assertions.js'
import { findDifference } from '../difference.js'
import { assertHolds, fail, show, showError } from '../failure.js'
import { race, refusals } from '../race.js'
import type { TestedStore } from '../tested-store.js'
import { UnexpectedError } from '../tested-store.js'
import type { CaseDefinition } from '../trial.js'

/** Milliseconds after which a call is taken for one that never ends; far more than any needs. */
const longestWait = 15_000

/** @throws StoreContractError where a call does not end. */
export async function settledInTime<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late), longestWait)
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    if (error !== late) throw error
    return fail({
      problem: `${what} never ended`,
      expected: 'a result or an error',
      got: `nothing for ${longestWait / 1000} seconds`,
      fix: 'settle every promise also when context.signal is aborted, and give connections and locks back then',
    })
  } finally {
    clearTimeout(timer)
  }
}

/** @throws StoreContractError where a call was ended by something that the service does not know. */
export function assertAborted(error: unknown, method: string): void {
  const thrown = error instanceof UnexpectedError ? error.cause : error
  const isAbort = thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'TimeoutError')
  assertHolds(isScimError(thrown) || isAbort, () => ({
    problem: `${method} whose signal was aborted failed as if the store were broken`,
    expected: 'a result, a ScimError such as ScimError.unavailable(…), or the AbortError of the signal',
    got: showError(thrown),
    fix: 'translate what the database throws for a call that was cancelled to ScimError.unavailable',
  }))
}

function aborted(subject: TestedStore): TestedStore {
  return subject.within({ signal: AbortSignal.abort() })
}

/** Clients that go away. */
export const abort: readonly CaseDefinition[] = [
  {
    name: 'a call whose signal is aborted already ends, and a write does all or nothing',
    why: 'A client that has gone must leave neither a request that hangs nor half a user.',
    async run({ users, samples }) {
      const gone = aborted(users)
      const made = await users.create(samples.marked('stays', 'a'))
      const reads: readonly (readonly [string, () => Promise<unknown>])[] = [
        ['get', () => gone.get(made.id)],
        ['list', () => gone.list()],
      ]
      for (const [method, call] of reads)
        await settledInTime(call(), `${method} whose signal was aborted`).catch((error) =>
          assertAborted(error, method),
        )
      const fix =
        'look at context.signal before the write, or not at all; once something is written, write the rest'
      let created: unknown
      await settledInTime(gone.create(samples.minimal('new')), 'create whose signal was aborted').then(
        (resource) => {
          created = resource
        },
        (error) => assertAborted(error, 'create'),
      )
      const { totalResults } = await users.list(undefined, { count: 0 })
      assertHolds(totalResults === (created ? 2 : 1), () => ({
        problem: 'create whose signal was aborted said something else than it did',
        expected: created ? 'the resource, since it was returned' : 'no resource, since it was refused',
        got: `${totalResults - 1} new resources`,
        fix,
      }))
      const outcome = await settledInTime(
        gone.replace(made, samples.marked('stays', 'b')),
        'replace whose signal was aborted',
      ).catch((error) => {
        assertAborted(error, 'replace')
        return made
      })
      assertSameState('get after replace whose signal was aborted', users, outcome, await users.get(made.id))
      let isDeleted = true
      await settledInTime(gone.remove(made.id), 'delete whose signal was aborted').catch((error) => {
        assertAborted(error, 'delete')
        isDeleted = false
      })
      const left = await users.get(made.id)
      const isThere = left !== undefined && left !== null
      const isShown = users.store.describe?.(users.type)?.deletion === 'shows'
      assertHolds(isThere !== isDeleted || isShown, () => ({
        problem: 'delete whose signal was aborted said something else than it did',
        expected: isDeleted ? 'no resource, since it was deleted' : 'the resource, since delete was refused',
        got: show(left),
        fix,
      }))
    },
  },
  {
    name: 'a write that is aborted on its way does all or nothing, and the store goes on',
    why: 'Deadlines and closed browsers come in the middle; what they leave must be a state that somebody wrote, and a connection that others can have.',
    async run({ users, samples, writers }) {
      const made = await users.create(samples.full('stays', 0))
      const next = samples.full('stays', 1)
      const outcomes = await settledInTime(
        race(writers, async (number) => {
          const controller = new AbortController()
          const subject = users.within({ signal: controller.signal })
          const work =
            number % 3 === 0
              ? subject.replace(made, next)
              : number % 3 === 1
                ? subject.list()
                : subject.create(samples.full(`new${number}`, number))
          // After a different part of each call.
          for (let turn = 0; turn < number % 5; turn++) await Promise.resolve()
          controller.abort()
          return work
        }),
        'a call whose signal was aborted on its way',
      )
      for (const error of refusals(outcomes)) {
        if (!isScimError(error)) assertAborted(error, 'a call')
      }
      const fix =
        'write everything of a resource in one transaction, which is rolled back when the call is given up'
      const got = await settledInTime(users.get(made.id), 'get after others were aborted')
      const state = got?.meta.version === made.meta.version ? samples.full('stays', 0) : next
      const found = got && findDifference(users.type, state, got)
      assertHolds(got !== undefined && !found, () => ({
        problem: 'a replace that was aborted left half of the new state',
        expected: `${found?.path ?? 'id'}: ${show(found?.expected)}`,
        got: show(found?.got),
        fix,
      }))
      const { resources } = await settledInTime(users.listAll(), 'list after others were aborted')
      for (const resource of resources) {
        const name = String(resource[samples.name?.name ?? 'id'])
        const number = Number(name.replace('new', ''))
        if (!name.startsWith('new')) continue
        const half = findDifference(users.type, samples.full(name, number), resource)
        assertHolds(!half, () => ({
          problem: 'a create that was aborted left half of a resource',
          expected: `${half?.path}: ${show(half?.expected)}`,
          got: show(half?.got),
          fix,
        }))
      }
      await settledInTime(users.create(samples.minimal('afterwards')), 'create after others were aborted')
    },
  },
]
