import { describe, expect, it, vi } from 'vitest'
import type { ContractStores } from '../../src/testing/index.js'
import { StoreContractError, storeContract } from '../../src/testing/index.js'
import { type BrokenStore, inMemory, inSqlite } from './broken-stores/broken.js'
import { foundFaults } from './broken-stores/found.js'
import { groupFaults } from './broken-stores/groups.js'
import { keptFaults } from './broken-stores/kept.js'
import { lists, tenantFaults } from './broken-stores/lists.js'
import { singleResources } from './broken-stores/single-resources.js'
import { toldFaults } from './broken-stores/told.js'
import { transactionFaults } from './broken-stores/transactions.js'
import { writers } from './broken-stores/writers.js'

const capabilities: Readonly<Record<string, readonly BrokenStore[]>> = {
  singleResources,
  writers,
  lists,
  tenants: tenantFaults,
  groups: groupFaults,
  kept: keptFaults,
  found: foundFaults,
  told: toldFaults,
  transactions: transactionFaults,
}

const honest = ({ over }: BrokenStore) => (over === 'sqlite' ? inSqlite() : inMemory())

/** The case that must find a fault, over stores of someone's. */
function caseFor({ caughtBy }: BrokenStore, make: () => Promise<ContractStores>) {
  const found = storeContract(make).filter(({ name }) => caughtBy.test(name))
  expect(found.map(({ name }) => name)).toHaveLength(1)
  return found[0]!
}

describe.each(Object.entries(capabilities))('%s', (_, faults) => {
  describe.each(faults.map((fault) => [fault.bug, fault] as const))('%s', (_, fault) => {
    it('is caught, and named', async () => {
      const { run } = caseFor(fault, async () => {
        const stores = await honest(fault)
        return { ...stores, ...fault.plant(stores) }
      })
      if (fault.hangs) vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      const running = run().then(
        (skipped) => `nothing was found (${skipped})`,
        (error: unknown) => error,
      )
      if (fault.hangs) await vi.advanceTimersByTimeAsync(60_000).finally(() => vi.useRealTimers())
      const error: unknown = await running
      expect(error).toBeInstanceOf(StoreContractError)
      expect((error as StoreContractError).message).toMatch(fault.says)
    })
  })
})

// Those in memory pass the whole contract beside the other stores.
describe('the same stores in SQLite pass without a fault what finds theirs', () => {
  const faults = Object.values(capabilities)
    .flat()
    .filter(({ over }) => over === 'sqlite')
  const cases = storeContract(inSqlite).filter(({ name }) =>
    faults.some((fault) => fault.caughtBy.test(name)),
  )
  it.each(cases)('$name', async ({ run }) => {
    expect(await run()).toBeUndefined()
  })
})

it('covers each capability more than once', () => {
  const all = Object.values(capabilities).flat()
  expect(all.length).toBeGreaterThanOrEqual(60)
  expect(new Set(all.map(({ bug }) => bug)).size).toBe(all.length)
})
