import { expect, it } from 'vitest'
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
  let turns = 0
  let isDone = false
  const turn = () => {
    turns += 1
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)
  expect((await bulk(operations)).statuses).toHaveLength(1000)
  isDone = true
  expect(turns).toBeGreaterThanOrEqual(20)
})
