import { casesOf } from '../../case.js'
import { expectError, expectStatus, expectThat } from '../../expect.js'

const wrongToken = { authorization: 'Bearer scimkit-verify-wrong-token' }

/** Credentials (RFC 7644 2). */
export const authentication = casesOf('rfc', [
  {
    id: 'auth-wrong-token',
    name: 'a token that is wrong is 401',
    source: 'RFC 7644 2 and 3.12',
    readsOnly: true,
    async run(wire) {
      expectStatus(await wire.send('GET', '/Users?count=1', { headers: wrongToken }), 401)
    },
  },
  {
    id: 'auth-no-token',
    name: 'a request without a token is 401',
    source: 'RFC 7644 2 and 3.12',
    readsOnly: true,
    async run(wire) {
      expectStatus(await wire.send('GET', '/Users?count=1', { headers: { authorization: undefined } }), 401)
    },
  },
  {
    id: 'auth-scheme',
    name: 'the scheme Bearer is read in any letter case',
    source: 'RFC 9110 11.1',
    readsOnly: true,
    async run(wire) {
      const token = wire.rawToken ?? wire.skip('the token is sent with a scheme of its own')
      const headers = { authorization: `bearer ${token}` }
      expectStatus(await wire.send('GET', '/Users?count=1', { headers }), 200)
    },
  },
  {
    id: 'auth-challenge',
    name: 'a 401 names how to authenticate in WWW-Authenticate',
    source: 'RFC 9110 15.5.2',
    readsOnly: true,
    async run(wire) {
      const reply = expectStatus(await wire.send('GET', '/Users?count=1', { headers: wrongToken }), 401)
      const challenge = reply.headers['www-authenticate']
      expectThat(
        challenge !== undefined && challenge !== '',
        'there is no WWW-Authenticate',
        'WWW-Authenticate',
        reply,
      )
    },
  },
  {
    id: 'auth-error-body',
    name: 'a 401 has a SCIM error as its body',
    source: 'RFC 7644 3.12',
    readsOnly: true,
    async run(wire) {
      expectError(await wire.send('GET', '/Users?count=1', { headers: wrongToken }), 401)
    },
  },
  {
    id: 'auth-writes',
    name: 'nothing is created with a token that is wrong',
    source: 'RFC 7644 2 and 3.12',
    async run(wire) {
      expectStatus(await wire.send('POST', '/Users', { body: wire.draftUser(), headers: wrongToken }), 401)
    },
  },
])
