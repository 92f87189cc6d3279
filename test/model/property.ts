import fc from 'fast-check'
import { check } from './check.js'
import type { commands } from './commands.js'
import type { Fault } from './faults.js'
import { type Promises, Violation } from './history.js'
import { Session } from './session.js'
import type { Stores, Yield } from './stores.js'

/** A service to be checked, and what is promised of it. */
export interface Subject {
  readonly promises: Promises
  /**
   * The stores of a new service, with a mistake planted in them. Where the service has no callbacks, `told` is given
   * each event.
   */
  makeStores(pause: Yield, told: Session['told'], plant: (stores: Stores) => Stores): Stores
  /** Whether events come from callbacks. Default true. */
  readonly hasCallbacks?: boolean
  /** Empties what stores share. */
  begin?(): Promise<unknown>
  /** Delivers events that have been recorded. */
  end?(told: Session['told']): Promise<unknown>
}

const kinds = ['created', 'updated', 'deactivated', 'reactivated', 'deleted'] as const

const sound = (stores: Stores) => stores

function sessionOf(subject: Subject, pause: Yield, fault?: Fault): Session {
  const told: Session['told'] = (event) => session.told(event)
  const plant = fault ? (stores: Stores) => fault.plant(stores, pause) : sound
  const stores = subject.makeStores(pause, told, plant)
  const names = ['user', 'group'].flatMap((type) => kinds.map((kind) => `${type}.${kind}`))
  const on = Object.fromEntries(names.map((name) => [name, told]))
  const session = new Session(subject.hasCallbacks === false ? stores : { ...stores, on })
  return session
}

/** Whoever waits for a time waits for the scheduler instead, so that a seed repeats everything. */
function scheduledTimers(scheduler: fc.Scheduler): () => void {
  const { setTimeout: real } = globalThis
  const scheduled = (work: (...given: unknown[]) => void, _time?: number, ...given: unknown[]) => {
    void scheduler.schedule(Promise.resolve(), 'timer').then(() => work(...given))
    return 0
  }
  // Node's has properties that nothing here needs.
  globalThis.setTimeout = scheduled as unknown as typeof real
  return () => {
    globalThis.setTimeout = real
  }
}

/** Random clients of a service whose every step the scheduler chooses. */
export function interleaved(subject: Subject, list: ReturnType<typeof commands>, fault?: Fault) {
  return fc.asyncProperty(list, quietScheduler, async (asked, { scheduler }) => {
    const session = sessionOf(subject, (label) => scheduler.schedule(Promise.resolve(), label), fault)
    const restore = scheduledTimers(scheduler)
    try {
      await fc.asyncModelRun(() => ({ model: session.known, real: session }), asked)
      await scheduler.waitFor(session.finish())
    } finally {
      restore()
    }
    check(session.history, subject.promises)
  })
}

const atOnce: Yield = async () => {}

/** Random clients of a service that takes its own time. */
export function sideBySide(subject: Subject, list: ReturnType<typeof commands>) {
  return fc.asyncProperty(list, async (asked) => {
    await subject.begin?.()
    const session = sessionOf(subject, atOnce)
    await fc.asyncModelRun(() => ({ model: session.known, real: session }), asked)
    await session.finish()
    await subject.end?.(session.told)
    check(session.history, subject.promises)
  })
}

/** Without the thousands of steps that it has taken, which nobody reads. */
const quietScheduler = fc.scheduler().map((scheduler) => ({
  scheduler,
  [fc.toStringMethod]: () => 'its scheduler',
}))

/** How a property is run. */
export interface Runs {
  /** How to name the test for a replay, such as `test/model/memory.test.ts`. */
  readonly file: string
  readonly runs: number
  readonly seed?: number | undefined
  readonly path?: string | undefined
  /** Whether a run that fails is made smaller: only where a seed repeats everything. */
  readonly shrinks: boolean
}

/** A number from the environment. */
function fromEnvironment(name: string): number | undefined {
  const value = process.env[name]
  return value === undefined ? undefined : Number(value)
}

/** The runs that the environment asks for: see `README.md`. */
export function runsOf(file: string, runs: number, full: number, shrinks = true): Runs {
  const isFull = process.env.STRESS === 'full'
  return {
    file,
    runs: fromEnvironment('MODEL_RUNS') ?? (isFull ? full : runs),
    seed: fromEnvironment('MODEL_SEED'),
    path: process.env.MODEL_PATH,
    shrinks,
  }
}

/** @throws Error with the smallest history that breaks a promise, and how to run it again. */
export async function verify<T>(property: fc.IAsyncProperty<T>, { file, runs, seed, path, shrinks }: Runs) {
  const found = await fc.check(property, {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
    endOnFailure: path !== undefined || !shrinks,
  })
  if (!found.failed) return
  const { errorInstance, counterexample, counterexamplePath, seed: used } = found
  const replay = `MODEL_SEED=${used} MODEL_PATH=${counterexamplePath} npx vitest run ${file}`
  // Where nothing could be left out, nobody reads them all.
  const list = Array.isArray(counterexample) ? String(counterexample[0]).split(/,(?=client )/) : []
  const clients = list.length > 60 ? `${list.length} commands` : list.join('\n')
  throw new Error(`${errorInstance}\n${clients}\nRun it again: ${replay}`, { cause: errorInstance })
}

/** What the first history with a broken promise breaks; undefined where there is none. */
export async function firstViolation<T>(property: fc.IAsyncProperty<T>, runs: number, seed: number) {
  const found = await fc.check(property, { numRuns: runs, seed, endOnFailure: true })
  if (!found.failed) return undefined
  const { errorInstance } = found
  if (!(errorInstance instanceof Violation)) throw errorInstance
  return errorInstance
}
