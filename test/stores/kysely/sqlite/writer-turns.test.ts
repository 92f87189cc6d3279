import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { lockTimeout } from '../../../../src/stores/kysely/dialect/sqlite/driver/connection.js'
import { WriterTurns } from '../../../../src/stores/kysely/dialect/sqlite/driver/writer-turns.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('a writer that has waited for too long leaves, and those behind it have their turn', async () => {
  const turns = new WriterTurns()
  await turns.take()
  const tooLong = turns.take()
  vi.advanceTimersByTime(lockTimeout / 2)
  const next = turns.take()
  const refused = expect(tooLong).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  vi.advanceTimersByTime(lockTimeout / 2)
  await refused
  turns.give()
  await next
})

it('a turn that is given in the moment in which the time is over is taken, and nobody else is sent away', async () => {
  const turns = new WriterTurns()
  await turns.take()
  const second = turns.take()
  vi.advanceTimersByTime(lockTimeout - 1)
  const third = turns.take()
  turns.give()
  vi.advanceTimersByTime(1)
  await second
  turns.give()
  await third
  turns.give()
  await turns.take()
})
