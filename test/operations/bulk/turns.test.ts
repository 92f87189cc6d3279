import { expect, it } from 'vitest'
import type { User } from '../../../src/index.js'
import { memoryStore } from '../../../src/index.js'
import { countTurns } from '../../http/turns.js'
import { patchOf, postGroup, postUser, serveBulk } from './bulk.js'

// A thousand operations on stores that answer at once held every other request up until the last was done.

const many = Array.from({ length: 1000 }, (_, index) => index)

it.each([
  ['users', many.map((index) => postUser(`u${index}`))],
  ['groups that refer to each other', many.map((index) => postGroup(`g${index}`, `g${(index + 1) % 1000}`))],
  [
    'refused ones',
    many.map((index) => patchOf(`/Users/nobody-${index}`, { op: 'add', path: 'title', value: 'x' })),
  ],
])('a bulk request lets others have their turn every fifty operations: %s', async (_, operations) => {
  const { bulk } = serveBulk()
  const turns = countTurns()
  expect((await bulk(operations)).statuses).toHaveLength(1000)
  // Between twenty times fifty.
  expect(turns()).toBeGreaterThanOrEqual(19)
})

it('and sooner where an operation takes long at a store that answers at once, as one on a large group does', async () => {
  const inner = memoryStore<User>()
  const users: typeof inner = {
    ...inner,
    create(draft, context) {
      const end = performance.now() + 15
      while (performance.now() < end);
      return inner.create(draft, context)
    },
  }
  const { bulk } = serveBulk({ users })
  const turns = countTurns()
  expect((await bulk(many.slice(0, 20).map((index) => postUser(`u${index}`)))).statuses).toHaveLength(20)
  expect(turns()).toBeGreaterThanOrEqual(15)
})
