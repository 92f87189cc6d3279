import { describe, expect, it } from 'vitest'
import type { User } from '../../src/index.js'
import { entra, interop, lenient, memoryStore, okta, strict } from '../../src/index.js'
import { serve } from '../http/service.js'
import { openKinds } from './groups/kinds.js'

// To remove `active` was a silent no-op, also by the RFC alone, which says that it has no value then (7644 3.5.2.2).

const clearing = [
  { op: 'remove', path: 'active' },
  { op: 'replace', path: 'active', value: null },
]

describe.each(openKinds())('to clear `active`, with $kind', ({ kind, makeStores }) => {
  describe.each([
    ['lenient', lenient()],
    ['okta', okta()],
    ['entra', entra()],
  ])('under %s', (_, profile) => {
    it.each(clearing)('leaves it as it is, and says so: %j', async (operation) => {
      const scim = serve({ ...makeStores(), profile })
      for (const active of [true, false]) {
        const { id } = await scim.createUser({ userName: `user-${active}`, active })
        const reply = await scim.patch(`/Users/${id}`, [operation])
        expect([reply.status, reply.body.active]).toEqual([200, active])
        expect(reply.trace.map(({ rule }) => rule)).toContain('keptActivation')
      }
    })
  })

  it.each([
    ['strict', strict()],
    ['interop', interop()],
  ])(
    'under %s takes its value away, where the store can be without, and is refused elsewhere',
    async (_, profile) => {
      const scim = serve({ ...makeStores(), profile })
      const { id } = await scim.createUser({ userName: 'ada', active: false })
      const reply = await scim.patch(`/Users/${id}`, [{ op: 'remove', path: 'active' }])
      const { active } = await scim.storedUser(id)
      // A column of the host's that says who has left has no third state, and a store that says nothing may make one up.
      if (/host|five/.test(kind)) {
        expect([reply.body.scimType, active]).toEqual(['mutability', false])
      } else {
        expect([reply.status, reply.body.active, active]).toEqual([200, undefined, undefined])
      }
    },
  )
})

it('never switches somebody on in a store that makes a status of nothing', async () => {
  const { canClear: _, ...users } = memoryStore<User>()
  const scim = serve({ users, profile: strict() })
  const { id } = await scim.createUser({ active: false })
  const operations = [
    { op: 'remove', path: 'active' },
    { op: 'replace', path: 'title', value: 'x' },
  ]
  expect((await scim.patch(`/Users/${id}`, operations)).body.scimType).toBe('mutability')
  expect(await scim.storedUser(id)).toMatchObject({ active: false })
  expect((await scim.storedUser(id)).title).toBeUndefined()
})
