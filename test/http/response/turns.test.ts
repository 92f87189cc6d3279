import { expect, it } from 'vitest'
import type { User } from '../../../src/index.js'
import { memoryStore, urns } from '../../../src/index.js'
import { serve } from '../service.js'
import { countTurns } from '../turns.js'

// A page whose `attributes` had a hundred conditions on each of a thousand values was rendered in one go, for seconds.

const emails = Array.from({ length: 1000 }, (_, at) => ({ value: `e${at}@example.com`, type: `t${at}` }))

async function withUsers(count: number) {
  const scim = serve({ users: memoryStore<User>() })
  for (let at = 0; at < count; at++) {
    const created = await scim.post('/Users', { schemas: [urns.user], userName: `u${at}`, emails })
    expect(created.status).toBe(201)
  }
  return scim
}

it.each(['attributes', 'excludedAttributes'])(
  'rendering a page lets others have their turn: %s',
  async (parameter) => {
    const scim = await withUsers(60)
    const names = Array.from({ length: 200 }, (_, at) => `emails[value co "none-${at}"].value`)
    const turns = countTurns()
    const page = await scim.post('/Users/.search', { schemas: [urns.searchRequest], [parameter]: names })
    expect(page.body.Resources).toHaveLength(60)
    expect(turns()).toBeGreaterThanOrEqual(10)
  },
)
