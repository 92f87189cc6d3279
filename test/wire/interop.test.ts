import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Profile } from '../../src/index.js'
import { bearerTokens, createScim, interop, ipsie, lenient } from '../../src/index.js'
import type { Wire, WireCase } from './case.js'
import { inProcess } from './client.js'
import { interopSuite } from './interop.js'
import { firstLevelSuite, secondLevelSuite } from './ipsie.js'
import { type OpenStores, storeKinds } from './stores.js'

// What the interoperability profile and the IPSIE profile over it refuse, on every store; another tenant of the same
// service keeps its own profile.

const tokens = bearerTokens([
  { token: 'token-of-acme', tenant: 'acme' },
  { token: 'token-of-globex', tenant: 'globex' },
])

function serve({ users, groups }: Pick<OpenStores, 'users' | 'groups'>, acme: Profile): Wire {
  const profile = ({ tenant }: { tenant?: string | undefined }) => (tenant === 'acme' ? acme : lenient())
  return inProcess(createScim({ authenticate: tokens, users, groups, profile, onWarning: () => {} }))
}

const profiles: readonly (readonly [Profile, readonly WireCase[]])[] = [
  [interop(), interopSuite],
  [ipsie('AL1'), firstLevelSuite],
  [ipsie('AL2'), [...interopSuite, ...firstLevelSuite, ...secondLevelSuite]],
]

describe.each(storeKinds)('on $stores', ({ open }) => {
  let opened: OpenStores
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())

  describe.each(profiles.map(([profile, suite]) => ({ name: profile.name, profile, suite })))(
    '$name',
    ({ profile, suite }) => {
      let wire: Wire
      beforeAll(() => {
        wire = serve(opened, profile)
      })
      test.each([...suite])('section $section: $name', ({ run }) => run(wire))
    },
  )
})

test('there is no other level', () => {
  expect(() => ipsie('AL3' as 'AL2')).toThrow(new TypeError('ipsie: the level must be "AL1" or "AL2"'))
})
