import { test } from 'vitest'
import { commands, crowd } from './commands.js'
import { interleaved, runsOf, verify } from './property.js'
import { subjects } from './subjects.js'

// Eight clients of two tenants ask side by side, and a scheduler chooses who comes next at each step of a store.

const file = 'test/model/memory.test.ts'
const time = { timeout: 3_600_000 }

test.each(Object.entries(subjects))('every history of %s can be explained', time, async (_, subject) => {
  await verify(interleaved(subject, commands(150)), runsOf(file, 20, 3000))
})

test.each(Object.entries(subjects))(
  'so can one of 300 requests for each resource of %s',
  time,
  async (_, subject) => {
    await verify(interleaved(subject, crowd(300)), runsOf(file, 1, 50, false))
  },
)
