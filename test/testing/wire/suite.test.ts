import { describe, expect, test } from 'vitest'
import {
  bearerTokens,
  createScim,
  type Group,
  ipsie,
  memoryStore,
  type Scim,
  strict,
  type User,
} from '../../../src/index.js'
import { type WireProfile, wireSuite } from '../../../src/testing/index.js'
import { fiveMethods } from '../../operations/groups/stores.js'

// The public suite has no false alarm: servers of different configurations pass what they claim, each case in a test of
// its own. A server without configuration, and the interop and IPSIE profiles, are in `test/wire`.

const authenticate = bearerTokens([{ token: 'secret', tenant: 'acme' }])

function serve(options: object): Scim {
  const users = memoryStore<User>()
  const groups = memoryStore<Group>()
  return createScim({ authenticate, users, groups, onWarning: () => {}, ...options })
}

const servers: readonly (readonly [name: string, scim: Scim, as: readonly WireProfile[]])[] = [
  ['of the profile strict', serve({ profile: strict() }), ['rfc']],
  ['of the profile ipsie AL2', serve({ profile: ipsie('AL2') }), ['rfc']],
  ['whose groups can share a name', serve({ groupNames: 'any' }), ['okta']],
  ['of users alone', serve({ groups: undefined }), ['rfc', 'entra']],
  [
    'of the plainest stores, which neither sort nor know cursors',
    serve({ users: fiveMethods(memoryStore<User>()), groups: fiveMethods(memoryStore<Group>()) }),
    ['rfc', 'okta'],
  ],
]

// Microsoft's suite stops at a server that has no groups, which a server of users alone has chosen.
const missed: Readonly<Record<string, string>> = { 'of users alone': 'entra/has-groups' }

/** Waits, or much work for one answer, which `test/wire` has. */
const tedious = /^(?:entra\/rate|rfc\/group-many):/

describe.each(servers)('a server %s', (server, scim, as) => {
  const fetch = (url: string, init: RequestInit) => scim.fetch(new Request(url, init))
  const baseUrl = 'https://app.example.com/scim/v2'
  for (const { name, run } of wireSuite({ baseUrl, token: 'secret', fetch, as, optional: true })) {
    if (tedious.test(name)) continue
    const id = missed[server]
    if (id !== undefined && name.startsWith(`${id}:`))
      test(`fails ${id}`, () => expect(run()).rejects.toThrow('no resource type with the schema of groups'))
    else test(name, run)
  }
})

test('no case has a parameter, which Jest would take for a callback to call at the end', () => {
  const cases = wireSuite({ baseUrl: 'https://app.example.com', token: 'secret' })
  expect(cases.filter(({ run }) => run.length > 0)).toEqual([])
})

test('what is no server is said in a sentence by each case', async () => {
  const fetch = async () =>
    new Response('<!doctype html><p>Welcome', { headers: { 'content-type': 'text/html' } })
  const [first] = wireSuite({ baseUrl: 'https://app.example.com', token: 'secret', fetch })
  await expect(first?.run()).rejects.toThrow('answers an HTML page (status 200) and not JSON')
})

test.each([
  ['Z_DATA_ERROR', 'a Content-Encoding that its body does not have (Z_DATA_ERROR)'],
  ['UND_ERR_SOCKET', 'closes the connection before its reply is complete (UND_ERR_SOCKET)'],
])('a reply that ends with %s is said in a sentence', async (code, said) => {
  const cause = Object.assign(new Error('incorrect'), { code })
  const fetch = async () => Promise.reject(new TypeError('terminated', { cause }))
  const [first] = wireSuite({ baseUrl: 'https://app.example.com', token: 'secret', fetch })
  await expect(first?.run()).rejects.toThrow(said)
})

test('a server that takes no more requests is not taken for none', async () => {
  const fetch = async () => new Response(null, { status: 429, headers: { 'retry-after': '3600' } })
  const [first] = wireSuite({ baseUrl: 'https://app.example.com', token: 'secret', fetch })
  await expect(first?.run()).rejects.toThrow('takes no more requests for now (status 429)')
})

test('a case that fails says what was expected, where that is written, and what was sent and answered', async () => {
  const scim = serve({})
  const fetch = async (url: string, init: RequestInit) => {
    const reply = await scim.fetch(new Request(url, init))
    return reply.status === 201 ? new Response(reply.body, { status: 200, headers: reply.headers }) : reply
  }
  const suite = wireSuite({ baseUrl: 'https://app.example.com/scim/v2', token: 'secret', fetch })
  const one = suite.find(({ name }) => name.startsWith('rfc/create-status'))
  const error = await one?.run().catch((thrown: Error) => thrown)
  expect(String(error)).toContain('the status is 200 and not 201')
  expect(String(error)).toContain(
    'expected: status 201\nsource: RFC 7644 3.3\n> POST https://app.example.com/scim/v2/Users',
  )
  expect(String(error)).not.toContain('secret')
})
