// What is asked of the servers, in the form that ../http/load.mjs takes. `kind` tells requests of a scenario apart
// that need other statements; `subjectOf` is what a server reads in a request to fill these.
import { bigGroup, smallGroup } from './seed.mjs'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

const everyone = () => true
const none = () => ({})

function filtered(filter) {
  return { method: 'GET', path: `/Users?filter=${encodeURIComponent(filter)}&startIndex=1&count=100` }
}

function patch(path, operation) {
  const body = JSON.stringify({ schemas: [PATCH_OP], Operations: [operation] })
  return { method: 'PATCH', path, body }
}

function lastPart({ path }) {
  return { id: path.slice(path.lastIndexOf('/') + 1) }
}

function literal({ path }) {
  const filter = new URL(path, 'http://localhost').searchParams.get('filter')
  return { userName: /"([^"]*@[^"]*)"/.exec(filter)[1] }
}

function get(name, path) {
  return { name, about: everyone, request: () => ({ method: 'GET', path }), subjectOf: none }
}

/** Each member that goes comes back, or the other way round, so that the group keeps its size. */
function members(name, group, order) {
  return {
    name,
    about: everyone,
    request({ subject, number }) {
      const { id } = subject(number >> 1)
      const kind = order[number % 2]
      const operation =
        kind === 'remove'
          ? { op: 'remove', path: `members[value eq "${id}"]` }
          : { op: 'add', path: 'members', value: [{ value: id }] }
      return { ...patch(`/Groups/${group}`, operation), kind }
    },
    kindOf: ({ body }) => JSON.parse(body).Operations[0].op,
    subjectOf({ body }) {
      const [{ path, value }] = JSON.parse(body).Operations
      return { id: value?.[0].value ?? /"(.*)"/.exec(path)[1] }
    },
  }
}

/**
 * @param {{ half: number, cursor: string }} far half of the users, and a cursor that goes on after them
 * @returns {Record<string, object>}
 */
export function scenariosOf({ half, cursor }) {
  return {
    lookup: {
      name: 'lookup userName eq',
      about: everyone,
      request: ({ subject, number }) => filtered(`userName eq "${subject(number).userName}"`),
      subjectOf: literal,
    },
    get: {
      name: 'GET by id',
      about: everyone,
      request: ({ subject, number }) => ({ method: 'GET', path: `/Users/${subject(number).id}` }),
      subjectOf: lastPart,
    },
    patch: {
      name: 'PATCH active',
      about: everyone,
      request({ subject, number }) {
        const active = number % 2 === 1
        const request = patch(`/Users/${subject(number >> 1).id}`, { op: 'replace', value: { active } })
        return { ...request, kind: active ? 'on' : 'off' }
      },
      kindOf: ({ body }) => (JSON.parse(body).Operations[0].value.active ? 'on' : 'off'),
      subjectOf: lastPart,
    },
    members: members(`member of ${half * 2}`, bigGroup, ['remove', 'add']),
    membersOfTen: members('member of 10', smallGroup, ['add', 'remove']),
    email: {
      name: 'filter by work address',
      about: everyone,
      request: ({ subject, number }) =>
        filtered(`emails[type eq "work" and value eq "${subject(number).userName}"]`),
      subjectOf: literal,
    },
    count: get('count=0', '/Users?count=0'),
    first: get('first page of 100', '/Users?startIndex=1&count=100'),
    farByIndex: get(`page of 100 at ${half}, index`, `/Users?startIndex=${half + 1}&count=100`),
    firstByCursor: get('first page of 100, cursor', '/Users?cursor=&count=100'),
    farByCursor: get(`page of 100 at ${half}, cursor`, `/Users?cursor=${cursor}&count=100`),
    // Last, because it makes the table larger.
    post: {
      name: 'POST',
      about: everyone,
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
          active: true,
        }
        return { method: 'POST', path: '/Users', body: JSON.stringify(body) }
      },
      subjectOf({ body }) {
        const { userName, externalId } = JSON.parse(body)
        return { id: crypto.randomUUID(), userName, externalId }
      },
    },
  }
}
