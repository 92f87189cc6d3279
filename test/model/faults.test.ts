import { describe, expect, test } from 'vitest'
import { commands } from './commands.js'
import { faults } from './faults.js'
import { firstViolation, interleaved } from './property.js'
import { subjects } from './subjects.js'

// The checks find what they are for: each mistake is planted in a store that is sound without it.

const [seed, runs] = [28, 60]
const list = commands(150)
const plain = subjects['a store that changes members on their own']
const outbox = subjects['a store with an outbox']

test.each(Object.entries({ plain, outbox }))(
  'without a mistake there is nothing to find: %s',
  async (_, subject) => {
    expect(await firstViolation(interleaved(subject, list), runs, seed)).toBeUndefined()
  },
)

describe.each(faults)('$name', (fault) => {
  test('is found', async () => {
    const subject = fault.isOfEvents ? outbox : plain
    const violation = await firstViolation(interleaved(subject, list, fault), runs, seed)
    expect(fault.kinds).toContain(violation?.kind)
  })
})
