import { afterAll, beforeAll, describe, test } from 'vitest'
import { bearerTokens, createScim, interop, lenient } from '../../src/index.js'
import type { Wire } from './case.js'
import { inProcess } from './client.js'
import { interopSuite } from './interop.js'
import { type OpenStores, storeKinds } from './stores.js'

// What the interoperability profile refuses, on every store; another tenant of the same service keeps its own profile.

const tokens = bearerTokens([
  { token: 'token-of-acme', tenant: 'acme' },
  { token: 'token-of-globex', tenant: 'globex' },
])

function serve({ users, groups }: Pick<OpenStores, 'users' | 'groups'>): Wire {
  const profile = ({ tenant }: { tenant?: string | undefined }) => (tenant === 'acme' ? interop() : lenient())
  return inProcess(createScim({ authenticate: tokens, users, groups, profile, onWarning: () => {} }))
}

describe.each(storeKinds)('the interoperability profile on $stores', ({ open }) => {
  let opened: OpenStores
  let wire: Wire
  beforeAll(async () => {
    opened = await open()
    wire = serve(opened)
  })
  afterAll(() => opened.close())
  test.each([...interopSuite])('section $section: $name', ({ run }) => run(wire))
})
