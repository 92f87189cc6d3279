import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearerTokens, createScim, interop, ipsie, lenient, type Profile } from '../../src/index.js'
import { type WireProfile, wireSuite } from '../../src/testing/index.js'
import { baseUrl, fetchOf } from './in-process.js'
import { type OpenStores, storeKinds } from './stores.js'

// What the interoperability profile and the IPSIE profile over it refuse, each case with its section; another tenant of
// the same service keeps its own profile.

const authenticate = bearerTokens([
  { token: 'token-of-acme', tenant: 'acme' },
  { token: 'token-of-globex', tenant: 'globex' },
])

const profiles: readonly (readonly [Profile, readonly WireProfile[]])[] = [
  [interop(), ['interop']],
  [ipsie('AL1'), ['ipsie']],
  [ipsie('AL2'), ['interop', 'ipsie']],
]

// What is refused is refused before a store hears of it: one in memory and one in a database say as much as all.
const stores = storeKinds.filter(({ stores }) => stores === 'memory' || stores === 'SQLite')

describe.each(stores.length > 0 ? stores : storeKinds)('on $stores', ({ open }) => {
  let opened: OpenStores
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())

  describe.each(profiles.map(([profile, as]) => ({ name: profile.name, profile, as })))(
    '$name',
    ({ profile, as }) => {
      let send: typeof fetch
      beforeAll(() => {
        const { users, groups } = opened
        const ofTenant = ({ tenant }: { tenant?: string | undefined }) =>
          tenant === 'acme' ? profile : lenient()
        send = fetchOf(createScim({ authenticate, users, groups, profile: ofTenant, onWarning: () => {} }))
      })
      const options = {
        baseUrl,
        as,
        optional: true,
        fetch: (url: string, init: RequestInit) => send(url, init),
      }
      for (const { name, why, run } of wireSuite({ ...options, token: 'token-of-acme' }))
        test(`${why}: ${name}`, run)

      test('another tenant is answered under its own profile', async () => {
        const [refused] = wireSuite({ ...options, as: 'interop', token: 'token-of-globex' }).filter(
          ({ name }) => name.startsWith('interop/patch-pathless:'),
        )
        await expect(refused?.run()).rejects.toThrow('and not 400')
      })
    },
  )
})

test('there is no other level', () => {
  expect(() => ipsie('AL3' as 'AL2')).toThrow(new TypeError('ipsie: the level must be "AL1" or "AL2"'))
})
