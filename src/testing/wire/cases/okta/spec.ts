import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import {
  expectError,
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourceIn,
  wholeListIn,
} from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { elementsAt } from '../attributes.js'

// The twelve steps of Okta's "SCIM 2.0 SPEC Test" (github.com/okta/okta-developer-docs, SCIMFiles), and what its older
// files asked besides.

const nobody = 'abcdefgh@atko.com'
const unknownId = '010011000111010101011100101100'

/** What the requests of the test carry, a GET as well. */
const headers = {
  'content-type': 'application/scim+json; charset=utf-8',
  'user-agent': 'OKTA SCIM Integration',
}
const posted = { 'content-type': 'application/json', accept: 'application/scim+json; charset=utf-8' }

/** A person with letters of both cases in the name, whom no step before has made. */
function person(wire: Wire): JsonObject & { readonly userName: string } {
  const userName = `${wire.mark('RunscopeQwxyzabc')}@example.com`
  return {
    schemas: [urns.user],
    userName,
    name: { givenName: 'Runscope417', familyName: 'Qwxyzabc' },
    emails: [{ primary: true, value: userName, type: 'work' }],
    displayName: 'Runscope417 Qwxyzabc',
    active: true,
  }
}

function post(wire: Wire, user: JsonObject) {
  return wire.send('POST', '/Users', { body: user, headers: posted })
}

async function created(wire: Wire): Promise<readonly [sent: ReturnType<typeof person>, user: JsonObject]> {
  const sent = person(wire)
  return [sent, objectIn(await post(wire, sent), [201, 200])]
}

function get(wire: Wire, path: string) {
  return wire.send('GET', path, { headers })
}

export function byUserName(name: string): string {
  return `/Users?filter=userName%20eq%20%22${encodeURIComponent(name)}%22`
}

const sixFields = {
  id: /./,
  name: { familyName: /./, givenName: /./ },
  userName: /./,
  emails: [{ value: /./ }],
}

/** The six fields that Okta looks at in a user. */
function hasSixFields(user: unknown, reply: Awaited<ReturnType<typeof get>>): void {
  expectToHave(user, sixFields, 'the user', reply)
  const { active, ...rest } = user as JsonObject
  expectThat(typeof active === 'boolean', 'active is no boolean', 'active is true or false', reply)
  expectToHave(elementsAt(rest, 'emails')[0], { value: /./ }, 'the first e-mail address', reply)
}

/** The whole of the test; its steps are required unless they say otherwise. */
export const oktaSpec = casesOf('okta', [
  {
    id: 'spec-1',
    name: 'a page of one user is a list that counts in integers, and the user has what Okta looks at',
    source: 'Okta SPEC test, step 1',
    async run(wire) {
      await created(wire)
      const reply = await get(wire, '/Users?count=1&startIndex=1')
      const [first, ...others] = wholeListIn(reply, { startIndex: 1 })
      expectSame(others.length, 0, 'how many follow the first user', reply)
      expectThat(first !== undefined, 'the list is empty', 'a user', reply)
      for (const name of ['itemsPerPage', 'startIndex', 'totalResults']) {
        const isNumber = Number.isInteger(objectIn(reply)[name])
        expectThat(isNumber, `${name} is no integer`, `${name} is an integer`, reply)
      }
    },
  },
  {
    id: 'spec-1-fields',
    name: 'the first user of the list has id, both names, userName, active and an e-mail address',
    source: 'Okta SPEC test, step 1',
    async run(wire) {
      const [, user] = await created(wire)
      const reply = await get(wire, `/Users/${user.id}`)
      hasSixFields(objectIn(reply), reply)
      const list = await get(wire, byUserName(String(user.userName)))
      hasSixFields(wholeListIn(list)[0], list)
    },
  },
  {
    id: 'spec-1-first',
    name: 'the first user that there is has id, both names, userName, active and an e-mail address',
    source: 'Okta SPEC test, step 1 (it takes the first user of the tenant, who may not be from this run)',
    level: 'optional',
    async run(wire) {
      await created(wire)
      const reply = await get(wire, '/Users?count=1&startIndex=1')
      hasSixFields(wholeListIn(reply)[0], reply)
    },
  },
  {
    id: 'spec-2',
    name: 'a user has alone what it has in a list',
    source: 'Okta SPEC test, step 2',
    async run(wire) {
      const [{ userName }, { id }] = await created(wire)
      const [listed] = wholeListIn(await get(wire, byUserName(userName)))
      const reply = await get(wire, `/Users/${id}`)
      expectSame(objectIn(reply), listed, 'the user', reply)
    },
  },
  {
    id: 'spec-3',
    name: 'a userName of nobody is an empty list',
    source: 'Okta SPEC test, steps 3 and 5',
    readsOnly: true,
    async run(wire) {
      for (const name of [nobody, person(wire).userName])
        wholeListIn(await get(wire, byUserName(name)), { totalResults: 0 })
    },
  },
  {
    id: 'spec-4',
    name: 'an id of thirty digits is 404 with a SCIM error',
    source: 'Okta SPEC test, step 4',
    readsOnly: true,
    async run(wire) {
      const reply = await get(wire, `/Users/${unknownId}`)
      expectError(reply, 404)
      expectToHave(objectIn(reply, 404), { detail: /./ }, 'the error', reply)
    },
  },
  {
    id: 'spec-6',
    name: 'a new user is answered with 201, in the letters in which it was sent',
    source: 'Okta SPEC test, step 6',
    async run(wire) {
      const sent = person(wire)
      const reply = await post(wire, sent)
      const { userName, name } = sent
      resourceIn(reply, 201, { id: /./, userName, name, active: true, schemas: [urns.user] })
    },
  },
  {
    id: 'spec-7',
    name: 'a new user is there at once',
    source: 'Okta SPEC test, step 7',
    async run(wire) {
      const [{ userName, name }, { id }] = await created(wire)
      resourceIn(await get(wire, `/Users/${id}`), 200, { id, userName, name })
    },
  },
  {
    id: 'spec-8',
    name: 'the same user a second time is 409',
    source: 'Okta SPEC test, step 8',
    async run(wire) {
      const [sent] = await created(wire)
      expectStatus(await post(wire, sent), 409)
    },
  },
  {
    id: 'spec-9',
    name: 'a filter by a userName in capitals is answered with 200, and finds the user',
    source: 'Okta SPEC test, step 9; RFC 7643 4.1.1',
    async run(wire) {
      const [{ userName }, { id }] = await created(wire)
      const reply = await get(wire, byUserName(userName.toUpperCase()))
      expectToHave(wholeListIn(reply, { totalResults: 1 }), [{ id }], 'the list', reply)
    },
  },
  {
    id: 'spec-10',
    name: 'the groups are a list',
    source: 'Okta SPEC test, step 10 (optional)',
    level: 'optional',
    readsOnly: true,
    async run(wire) {
      wholeListIn(await get(wire, '/Groups'))
    },
  },
  {
    id: 'spec-11',
    name: 'what is no token is 401 with a SCIM error',
    source: 'Okta SPEC test, step 11',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.send('GET', byUserName(nobody), {
        headers: { ...headers, authorization: 'non-token' },
      })
      expectError(reply, 401)
      expectToHave(objectIn(reply, 401), { detail: /./ }, 'the error', reply)
    },
  },
  {
    id: 'spec-12',
    name: 'an id of digits with zeros before them is 404 with a SCIM error',
    source: 'Okta SPEC test, step 12',
    readsOnly: true,
    async run(wire) {
      const reply = await get(wire, '/Users/00919288221112222')
      expectError(reply, 404)
      expectToHave(objectIn(reply, 404), { detail: /./ }, 'the error', reply)
    },
  },
  {
    id: 'spec-old-config',
    name: 'the features of the server are described with their limits',
    source: 'Okta SPEC test of 2016',
    level: 'optional',
    readsOnly: true,
    async run(wire) {
      const reply = await get(wire, '/ServiceProviderConfig')
      const config = objectIn(reply)
      for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
        const feature = config[name]
        const isSaid = isJsonObject(feature) && typeof feature.supported === 'boolean'
        expectThat(isSaid, `${name}.supported is no boolean`, `${name}.supported`, reply)
      }
    },
  },
  {
    id: 'spec-old-filter',
    name: 'a filter that is only a text is refused',
    source: 'Okta SPEC test of 2017',
    level: 'optional',
    readsOnly: true,
    async run(wire) {
      expectStatus(await get(wire, '/Users?filter=%22abcdefgh%22'), 400)
      expectStatus(await get(wire, '/Users?filter=abcdefgh'), 400)
    },
  },
])
