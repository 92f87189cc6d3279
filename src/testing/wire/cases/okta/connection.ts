import { casesOf } from '../../case.js'
import { expectStatus, expectThat, expectToHave, resourcesIn, wholeListIn } from '../../expect.js'
import { numberIn, whileOthersWrite } from '../family.js'
import { assignUser } from './lifecycle.js'

// The connection as Okta tests it, its import, and the settings of an integration.

/** The connection, the lookups and the import. */
export const oktaConnection = casesOf('okta', [
  {
    id: 'test-credentials',
    name: 'the button "Test API Credentials" succeeds',
    source: 'Okta, GET /Users?startIndex=1&count=2',
    readsOnly: true,
    async run(wire) {
      wholeListIn(await wire.get('/Users', { startIndex: '1', count: '2' }))
    },
  },
  {
    id: 'import',
    name: 'the pages of an import count in integers from where they were asked',
    source: 'Okta, import of users (pages of 100)',
    async run(wire) {
      await assignUser(wire)
      await whileOthersWrite(async () => {
        let startIndex = 1
        for (let pages = 0; pages < 3; pages += 1) {
          const reply = await wire.get('/Users', { startIndex: String(startIndex), count: '100' })
          const page = wholeListIn(reply, { startIndex, itemsPerPage: resourcesIn(reply).length })
          startIndex += page.length
          if (startIndex > (numberIn(reply.json, 'totalResults') ?? 0)) return
          expectThat(page.length > 0, 'a page before the last is empty', 'a page of users', reply)
        }
      })
    },
  },
  {
    id: 'import-inactive',
    name: 'an import shows users who are inactive',
    source: 'Okta, import of users (C9361: who is missing is taken for deleted)',
    attributes: ['active'],
    async run(wire) {
      const { id } = await wire.createUser({ active: false })
      const seen = new Set<unknown>()
      await whileOthersWrite(async () => {
        let startIndex = 1
        for (let pages = 0; pages < 20; pages += 1) {
          const reply = await wire.get('/Users', { startIndex: String(startIndex), count: '100' })
          const page = resourcesIn(reply)
          for (const one of page) seen.add(one.id)
          startIndex += page.length
          if (seen.has(id)) return
          const isEnd = page.length === 0 || startIndex > (numberIn(reply.json, 'totalResults') ?? 0)
          expectThat(!isEnd, 'the user who is inactive is on no page', 'every user, with active false', reply)
        }
        wire.skip('the server has more users than anyone would wait for')
      })
    },
  },
  {
    id: 'header-mode',
    name: 'the token alone, without the word Bearer, is taken',
    source: 'Okta, OIN setting "Header"',
    level: 'optional',
    readsOnly: true,
    async run(wire) {
      const authorization = wire.rawToken
      if (authorization === undefined) return wire.skip('the token is given with a scheme of its own')
      expectStatus(await wire.send('GET', '/Users?startIndex=1&count=2', { headers: { authorization } }), 200)
    },
  },
  {
    id: 'plus-for-blank',
    name: 'a plus in a query is a blank',
    source: 'Okta (samples of 2018) and application/x-www-form-urlencoded',
    async run(wire) {
      const { user, userName } = await assignUser(wire)
      const reply = await wire.get(`/Users?filter=userName+eq+%22${encodeURIComponent(userName)}%22`)
      expectToHave(resourcesIn(reply), [{ id: user.id }], 'the list', reply)
    },
  },
  {
    id: 'entitlement-endpoints',
    name: 'each endpoint of entitlements answers a page of one',
    source: 'Okta Entitlements test, step 1',
    readsOnly: true,
    async run(wire) {
      const types = wire.target.documents.types ?? []
      const own = types.filter(({ schema }) => String(schema).startsWith('urn:okta:scim:schemas:core:1.0:'))
      if (own.length === 0) return wire.skip('no type of resources has a schema of Okta')
      for (const { endpoint } of own) {
        const reply = await wire.get(`${endpoint}?count=1&startIndex=1`)
        const page = wholeListIn(reply, { itemsPerPage: 1, startIndex: 1 })
        expectToHave(page, [{ id: /./, displayName: /./ }], 'the page', reply)
      }
    },
  },
])
