import { describe, expect, it, vi } from 'vitest'
import { createScim } from '../../src/index.js'
import { RecordAllowance } from '../../src/log/allowance.js'
import type { LogEntry, RequestLogStore } from '../../src/portal/index.js'
import { createRequestLog, memoryRequestLog } from '../../src/portal/index.js'
import { authenticate } from '../http/service.js'
import { ada, logged } from './logged.js'

const acme = { tenant: 'acme' }

/** Lets a clock that is set by hand go on until something is done, also what other threads do for it. */
async function passTime<T>(work: Promise<T>, meanwhile = async () => {}): Promise<T> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    await vi.advanceTimersByTimeAsync(100)
    await meanwhile()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return done
}

/** A store that fails, or does not answer, until it is told otherwise. */
function broken(append: () => Promise<void>): RequestLogStore & { mend(): void; readonly calls: number } {
  const store = memoryRequestLog()
  let isBroken = true
  let calls = 0
  return {
    ...store,
    append(entries) {
      calls++
      return isBroken ? append() : store.append(entries)
    },
    mend() {
      isBroken = false
    },
    get calls() {
      return calls
    },
  }
}

const refuse = () => Promise.reject(new Error('ECONNREFUSED'))

describe('a log whose store is down', () => {
  it('is reported once, changes no reply, and has everything once it is back', async () => {
    const errors: unknown[] = []
    const store = broken(refuse)
    const service = logged({}, { store, onError: (error) => errors.push(error) })
    for (let count = 0; count < 3; count++) {
      await service.createUser()
      await service.log.flush()
    }
    expect(store.calls).toBe(3)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ message: 'The request log cannot be written' })
    expect(service.errors).toEqual([])
    store.mend()
    expect((await service.entries()).map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created'])
    expect(service.log.counts).toEqual({ recorded: 3, waiting: 0, dropped: 0 })
  })

  it('tells the service’s onError where it has none of its own', async () => {
    const service = logged({}, { store: broken(refuse) })
    await service.createUser(ada)
    await service.log.flush()
    await service.createUser()
    await service.log.flush()
    expect(service.errors).toHaveLength(1)
    const [{ error } = { error: undefined }] = service.errors
    expect(String((error as Error).message)).toBe('The request log cannot be written')
    expect(JSON.stringify(service.errors).toLowerCase()).not.toContain('lovelace')
  })

  it('keeps no request waiting for a store that does not answer, and asks it only once', async () => {
    const never = new Promise<void>(() => {})
    const store = broken(() => never)
    const service = logged({}, { store, interval: 1, onError: () => {} })
    for (let count = 0; count < 20; count++) {
      await service.createUser()
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect(store.calls).toBe(1)
    expect(service.log.counts).toEqual({ recorded: 20, waiting: 20, dropped: 0 })
  })
})

describe('a person who is erased while entries are on their way', () => {
  it('is not said to be forgotten where what a store has not answered may still land', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const store = memoryRequestLog()
      const late: (() => Promise<void>)[] = []
      const slow: RequestLogStore = {
        ...store,
        append: (entries) =>
          new Promise((resolve, reject) => {
            late.push(() => store.append(entries).then(resolve, reject))
          }),
      }
      const { log, createUser } = logged({}, { store: slow, onError: () => {} })
      await createUser(ada)
      await passTime(log.flush())
      const erased = log.erase(ada.userName, acme).then(
        () => 'erased',
        (error: unknown) => String(error),
      )
      expect(await passTime(erased)).toBe(
        'Error: log.erase: the store has not answered yet what was written before; erase again once it does',
      )
      const [land] = late
      await land?.()
      expect(await store.find({ ...acme, limit: 10 })).toHaveLength(1)
      // Written again, with the id that it had before.
      const again = log.erase(ada.userName, acme)
      const answer = async () => {
        for (const one of late) await one()
      }
      expect(await passTime(again, answer)).toEqual({ entries: 1, events: 0 })
      expect(await store.find({ ...acme, limit: 10 })).toEqual([])
      expect(log.counts.waiting).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a log that is full', () => {
  it('drops reads first, counts what it drops, and says where something is missing', async () => {
    const store = broken(refuse)
    const service = logged({}, { store, capacity: 10, onError: () => {} })
    for (let count = 0; count < 8; count++) await service.get('/ServiceProviderConfig')
    expect(service.log.counts).toEqual({ recorded: 5, waiting: 5, dropped: 3 })
    for (let count = 0; count < 8; count++) await service.createUser()
    expect(service.log.counts).toEqual({ recorded: 10, waiting: 10, dropped: 6 })
    await service.get('/ServiceProviderConfig', { token: 'wrong' })
    expect(service.log.counts.dropped).toBe(7)
    store.mend()
    const entries = await service.entries()
    const gaps = entries.filter(({ outcome }) => outcome === 'unrecorded')
    expect(gaps).toMatchObject([{ tenant: 'acme', found: 6 }])
    expect(entries).toHaveLength(11)
    const why = await service.log.why('nobody@example.com', acme)
    expect(why.sentences.at(-1)?.text).toContain('6 requests of that time were not recorded')
  })
})

describe('an allowance', () => {
  it('is so many per second, and twice as many after a pause', () => {
    let now = 0
    const allowance = new RecordAllowance(10, () => now)
    const taken = (tries: number) =>
      Array.from({ length: tries }, () => allowance.take()).filter(Boolean).length
    expect(taken(50)).toBe(20)
    now += 500
    expect(taken(50)).toBe(5)
    now += 60_000
    expect(taken(50)).toBe(20)
  })

  it('is kept by the log for reads and writes apart, and what is beyond is counted', async () => {
    const service = logged({}, { readsPerSecond: 1, writesPerSecond: 1_000_000 })
    for (let count = 0; count < 200; count++) await service.get('/ServiceProviderConfig')
    const { recorded, dropped } = service.log.counts
    expect(recorded + dropped).toBe(200)
    expect(recorded).toBeGreaterThanOrEqual(2)
    expect(dropped).toBeGreaterThan(0)
    await service.createUser()
    expect(service.log.counts).toMatchObject({ recorded: recorded + 1, dropped })
    expect(() => logged({}, { writesPerSecond: 0 })).toThrow('writesPerSecond must be a whole number above 0')
  })
})

describe('a log that is written to', () => {
  it('is so by itself, a moment later', async () => {
    const store = memoryRequestLog()
    let written: ((entries: readonly LogEntry[]) => void) | undefined
    const first = new Promise<readonly LogEntry[]>((resolve) => {
      written = resolve
    })
    const service = logged(
      {},
      {
        interval: 1,
        store: {
          ...store,
          async append(entries) {
            await store.append(entries)
            written?.(entries)
          },
        },
      },
    )
    await service.createUser()
    expect((await first).map(({ outcome }) => outcome)).toEqual(['created'])
  })

  it('keeps a runtime alive by waitUntil, once for what comes together', async () => {
    const work: Promise<void>[] = []
    const service = logged({}, { waitUntil: (promise) => work.push(promise) })
    await Promise.all([service.createUser(), service.createUser(), service.createUser()])
    await Promise.all(work)
    const { entries } = await service.log.entries(acme)
    expect(entries).toHaveLength(3)
    expect(service.log.counts.waiting).toBe(0)
  })

  it('keeps as many entries as it is told', async () => {
    const service = logged({}, { retention: { entries: 4 } })
    for (let count = 0; count < 10; count++) await service.createUser()
    expect(await service.entries()).toHaveLength(4)
  })

  it('removes what is too old', async () => {
    const store = memoryRequestLog()
    const log = createRequestLog({ store, secret: 'a secret', retention: { days: 1 } })
    const old = { requestId: '', method: 'GET', path: '/', status: 200, durationMs: 1, subjects: [] }
    await store.append([
      { ...old, id: '0', time: new Date(Date.now() - 25 * 3600_000).toISOString(), outcome: 'done' },
      { ...old, id: '1', time: new Date(Date.now() - 23 * 3600_000).toISOString(), outcome: 'done' },
    ])
    expect(await log.prune()).toBe(1)
  })

  it('has notes among the requests, which are words and no sentences', async () => {
    const service = logged()
    await service.createUser()
    service.log.note({ ...acme, action: 'token.issued', connection: 'c1', actor: 'admin' })
    const [note] = await service.entries()
    expect(note).toMatchObject({ outcome: 'noted', operation: 'token.issued', connection: 'c1' })
    expect(note && service.log.explain(note).map(({ text }) => text)).toEqual([
      'Done by admin: token.issued.',
    ])
    expect(() => service.log.note({ ...acme, action: 'issued to Ada' })).toThrow('action must be a word')
  })
})

describe('createScim', () => {
  it('refuses a log that is none', () => {
    const users = {} as never
    expect(() => createScim({ authenticate, users, log: 'yes' as never })).toThrow('log must be an object')
  })
})
