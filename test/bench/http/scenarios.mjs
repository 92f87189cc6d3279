// The five things identity providers do all day: how each request of a scenario
// reads, and what a right answer looks like.
import assert from 'node:assert/strict'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const PAGE_SIZE = 100

/**
 * @typedef {{ id: string, userName: string, active: boolean }} Subject
 * @typedef {{ method: string, path: string, body?: string }} Request
 *
 * @typedef {object} Turn one request of one connection
 * @property {number} number counts the connection's requests, from 0
 * @property {(number: number) => Subject} subject this connection's users, which no other connection has
 * @property {(number: number, count: number) => number} spread a number below count, apart from the other connections'
 * @property {string} runId with number, unique over connections and runs
 *
 * @typedef {object} Scenario
 * @property {string} name as the tables print it
 * @property {(subject: Subject) => boolean} about which users it can be asked about
 * @property {(turn: Turn, users: number) => Request} request
 * @property {(answer: { status: number, json: any }, request: Request) => void} verify throws on a wrong answer
 */

const everyone = () => true

/** @type {Record<string, Scenario>} */
export const scenarios = {
  get: {
    name: 'GET by id',
    about: everyone,
    request: ({ subject, number }) => ({ method: 'GET', path: `/Users/${subject(number).id}` }),
    verify({ status, json }, { path }) {
      assert.equal(status, 200)
      assert.equal(`/Users/${json.id}`, path)
    },
  },

  lookup: {
    name: 'lookup userName eq',
    about: everyone,
    request({ subject, number }) {
      const filter = encodeURIComponent(`userName eq "${subject(number).userName}"`)
      // With startIndex and count, as Okta sends it.
      return { method: 'GET', path: `/Users?filter=${filter}&startIndex=1&count=100` }
    },
    verify({ status, json }, { path }) {
      assert.equal(status, 200)
      assert.equal(json.totalResults, 1)
      assert.ok(path.includes(encodeURIComponent(json.Resources[0].userName)))
    },
  },

  page: {
    name: 'page of 100',
    about: everyone,
    request({ spread, number }, users) {
      const page = spread(number, Math.floor(users / PAGE_SIZE))
      return { method: 'GET', path: `/Users?startIndex=${page * PAGE_SIZE + 1}&count=${PAGE_SIZE}` }
    },
    verify({ status, json }) {
      assert.equal(status, 200)
      assert.equal(json.Resources.length, PAGE_SIZE)
      assert.ok(json.totalResults > PAGE_SIZE)
    },
  },

  patch: {
    name: 'PATCH active',
    about: ({ active }) => active,
    // Off and on again before the next user, so that every request changes
    // something and the users end as they began.
    request({ subject, number }) {
      const body = {
        schemas: [PATCH_OP],
        Operations: [{ op: 'replace', value: { active: number % 2 === 1 } }],
      }
      return {
        method: 'PATCH',
        path: `/Users/${subject(number >> 1).id}`,
        body: JSON.stringify(body),
      }
    },
    verify({ status, json }, { body }) {
      assert.ok(status === 200 || status === 204, `status ${status}`)
      if (status === 200) assert.equal(json.active, JSON.parse(body).Operations[0].value.active)
    },
  },

  // Last, because it makes the stores larger.
  post: {
    name: 'POST',
    about: everyone,
    // Okta's create, with the password and the empty groups it always sends.
    request({ runId, number }) {
      const userName = `new.${runId}.${number}@example.com`
      const body = {
        schemas: [USER],
        userName,
        name: { givenName: 'New', familyName: 'Joiner' },
        emails: [{ primary: true, value: userName, type: 'work' }],
        displayName: 'New Joiner',
        locale: 'en-US',
        externalId: `00u${runId}.${number}`,
        groups: [],
        password: '1mz050nq',
        active: true,
      }
      return { method: 'POST', path: '/Users', body: JSON.stringify(body) }
    },
    verify({ status, json }, { body }) {
      assert.equal(status, 201)
      assert.equal(typeof json.id, 'string')
      assert.equal(json.userName, JSON.parse(body).userName)
    },
  },
}
