import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import {
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourcesIn,
  wholeListIn,
} from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { filterBy, textAttribute, valuesAt } from '../attributes.js'
import { family } from '../family.js'

async function outcomes(
  wire: Wire,
  operations: readonly JsonObject[],
  more: JsonObject = {},
): Promise<readonly JsonObject[]> {
  const reply = await wire.send('POST', '/Bulk', {
    body: { schemas: [urns.bulkRequest], ...more, Operations: operations },
  })
  const body = objectIn(reply)
  expectToHave(body, { schemas: [urns.bulkResponse] }, 'the reply', reply)
  expectThat(
    Array.isArray(body.Operations),
    'there are no Operations',
    'an outcome for each operation',
    reply,
  )
  return body.Operations.filter(isJsonObject)
}

function post(wire: Wire, bulkId: string, attributes: JsonObject = {}) {
  return { method: 'POST', path: '/Users', bulkId, data: wire.draftUser(attributes) }
}

function idIn(outcome: JsonObject | undefined): string {
  return String(outcome?.location).split('/').at(-1) ?? ''
}

/** Bulk requests (RFC 7644 3.7). */
const requests = casesOf(
  'rfc',
  [
    {
      id: 'bulk',
      name: 'each operation of a bulk request has its own outcome',
      source: 'RFC 7644 3.7.3',
      needs: ['patch'],
      async run(wire) {
        const name = textAttribute(wire)
        const [kept, gone] = [await wire.createUser(), await wire.createUser()]
        const data = { schemas: [urns.patchOp], Operations: [{ op: 'add', path: name, value: 'Babs' }] }
        const [created, ...others] = await outcomes(wire, [
          post(wire, 'qwerty', { [name]: 'new' }),
          { method: 'PUT', path: `/Users/${kept.id}`, data: wire.draftUser({ userName: kept.userName }) },
          { method: 'PATCH', path: `/Users/${kept.id}`, data },
          { method: 'DELETE', path: `/Users/${gone.id}` },
          { method: 'DELETE', path: `/Users/${wire.nobody()}` },
        ])
        expectToHave(
          created,
          { method: 'POST', bulkId: 'qwerty', status: '201', location: /\/Users\/./ },
          'the first outcome',
        )
        const statuses = others.map(({ status }) => status)
        const isRight = /^20[04],20[04],204,404$/.test(statuses.join())
        expectThat(isRight, `the statuses are ${statuses.join(', ')}`, 'statuses 200 or 204 twice, 204, 404')
        expectToHave(
          others.at(-1),
          { response: { schemas: [urns.error], status: '404' } },
          'the last outcome',
        )
        expectToHave(await wire.read(`/Users/${idIn(created)}`), { [name]: 'new' }, 'the new user')
        expectToHave(await wire.read(`/Users/${kept.id}`), { [name]: 'Babs' }, 'the changed user')
        expectStatus(await wire.get(`/Users/${gone.id}`), 404)
      },
    },
    {
      id: 'bulk-ids',
      name: 'a bulkId stands for the id of what is created in the same request',
      source: 'RFC 7644 3.7.2',
      needs: ['groups'],
      async run(wire) {
        const members = [{ value: 'bulkId:q1' }, { value: 'bulkId:q11' }]
        const group = { method: 'POST', path: '/Groups', bulkId: 'g', data: wire.draftGroup({ members }) }
        const made = await outcomes(wire, [post(wire, 'q1'), post(wire, 'q11'), group])
        expectSame(
          made.map(({ status }) => status),
          ['201', '201', '201'],
          'the statuses',
        )
        const id = (bulkId: string) => idIn(made.find((one) => one.bulkId === bulkId))
        const shown = valuesAt(await wire.read(`/Groups/${id('g')}`), 'members')
        expectSame(shown, [id('q1'), id('q11')].sort(), 'the members')
      },
    },
    {
      id: 'bulk-ids-later',
      name: 'a bulkId stands for what a later operation of the request creates, too',
      source: 'RFC 7644 3.7.1 and 3.7.2',
      level: 'optional',
      needs: ['groups'],
      async run(wire) {
        const data = wire.draftGroup({ members: [{ value: 'bulkId:q1' }] })
        const group = { method: 'POST', path: '/Groups', bulkId: 'g', data }
        const made = await outcomes(wire, [group, post(wire, 'q1')])
        const id = (bulkId: string) => idIn(made.find((one) => one.bulkId === bulkId))
        const shown = valuesAt(await wire.read(`/Groups/${id('g')}`), 'members')
        expectSame(shown, [id('q1')], 'the members')
      },
    },
    {
      id: 'bulk-fail-on-errors',
      name: 'after failOnErrors errors nothing more is done',
      source: 'RFC 7644 3.7.3',
      async run(wire) {
        const { userName } = await wire.createUser()
        const late = post(wire, 'late')
        const failing = [post(wire, 'a', { userName }), post(wire, 'b', { userName })]
        const done = await outcomes(wire, [...failing, late], { failOnErrors: 2 })
        expectSame(done.map(({ status }) => status).slice(0, 2), ['409', '409'], 'the statuses')
        const reply = await wire.get('/Users', filterBy('userName', late.data.userName))
        expectSame(resourcesIn(reply).length, 0, 'how many were created after the errors', reply)
      },
    },
    {
      id: 'bulk-continues',
      name: 'without failOnErrors the operations after an error are done',
      source: 'RFC 7644 3.7',
      async run(wire) {
        const { userName } = await wire.createUser()
        const done = await outcomes(wire, [post(wire, 'a', { userName }), post(wire, 'b')])
        expectSame(
          done.map(({ status }) => status),
          ['409', '201'],
          'the statuses',
        )
      },
    },
    {
      id: 'bulk-wrong',
      name: 'a bulk request without Operations is refused',
      source: 'RFC 7644 3.7',
      async run(wire) {
        expectStatus(await wire.send('POST', '/Bulk', { body: { schemas: [urns.bulkRequest] } }), 400)
      },
    },
    {
      id: 'bulk-too-many',
      name: 'a bulk request of more operations than maxOperations is 413',
      source: 'RFC 7644 3.7.4',
      async run(wire) {
        const bulk = wire.target.documents.config?.bulk
        const limit = isJsonObject(bulk) ? Number(bulk.maxOperations) : Number.NaN
        if (!(limit > 0 && limit <= 5000)) return wire.skip(`maxOperations is ${limit}`)
        const path = `/Users/${wire.nobody('scimkit-verify-nobody')}`
        const Operations = Array.from({ length: limit + 1 }, () => ({ method: 'DELETE', path }))
        expectStatus(
          await wire.send('POST', '/Bulk', { body: { schemas: [urns.bulkRequest], Operations } }),
          413,
        )
      },
    },
  ],
  ['bulk'],
)

/** A search by POST; the case is skipped where the server has none. */
async function search(wire: Wire, path: string, query: JsonObject) {
  const reply = await wire.send('POST', path, { body: { schemas: [urns.searchRequest], ...query } })
  if ([404, 405, 501].includes(reply.status)) return wire.skip('the server has no searches by POST')
  return reply
}

/** Searches by POST (RFC 7644 3.4.3). */
const searches = casesOf(
  'rfc',
  [
    {
      id: 'search',
      name: 'a search is a list whose query is in the body',
      source: 'RFC 7644 3.4.3',
      async run(wire) {
        const name = textAttribute(wire)
        const { filter } = await family(wire, [{}, {}, {}])
        const query = { attributes: ['userName'], filter, startIndex: 1, count: 2 }
        const reply = await search(wire, '/Users/.search', query)
        const found = wholeListIn(reply, { totalResults: 3, startIndex: 1, itemsPerPage: 2 })
        for (const one of found) expectToHave(one, { userName: /./, [name]: undefined }, 'a user', reply)
      },
    },
    {
      id: 'search-root',
      name: 'a search at the root finds users and groups',
      source: 'RFC 7644 3.4.2.1',
      level: 'optional',
      needs: ['groups'],
      attributes: ['displayName'],
      async run(wire) {
        const displayName = wire.mark('Both')
        await wire.createUser({ displayName })
        await wire.createGroup({ displayName })
        const reply = await search(wire, '/.search', { filter: `displayName eq "${displayName}"` })
        const expected = [{ meta: { resourceType: 'User' } }, { meta: { resourceType: 'Group' } }]
        expectToHave(wholeListIn(reply, { totalResults: 2 }), expected, 'what is found', reply)
        const filter = `displayName eq "${displayName}" and meta.resourceType eq "Group"`
        wholeListIn(await search(wire, '/.search', { filter }), { totalResults: 1 })
      },
    },
  ],
  ['filter'],
)

export const bulkCases = [...requests, ...searches]
