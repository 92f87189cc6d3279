import { describe, it } from 'vitest'
import { memoryStore } from '../../src/index.js'
import type { Group, User } from '../../src/schema/index.js'
import { storeContract } from '../../src/testing/index.js'

describe('stores in memory', () => {
  for (const { name, run } of storeContract(() => ({
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
  })))
    it(name, run)
})
