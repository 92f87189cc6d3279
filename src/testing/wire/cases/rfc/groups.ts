import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import {
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourceIn,
  resourcesIn,
} from '../../expect.js'
import { isJsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { elementsAt, filterBy, metaOf, valuesAt } from '../attributes.js'

/** A group of users, and where it is. */
export async function groupOf(
  wire: Wire,
  count: number,
): Promise<readonly [path: string, ids: readonly string[], id: string]> {
  const ids: string[] = []
  for (let made = 0; made < count; made += 1) ids.push((await wire.createUser()).id)
  const { id } = await wire.createGroup({ members: ids.map((value) => ({ value })) })
  return [`/Groups/${id}`, ids, id]
}

export async function membersAt(wire: Wire, path: string): Promise<readonly string[]> {
  return valuesAt(await wire.read(path), 'members')
}

/** Groups and their members (RFC 7643 4.2 and 8.4; RFC 7644 3.5.2). */
export const groups = casesOf(
  'rfc',
  [
    {
      id: 'group-create',
      name: 'a group is created, with its name and without members',
      source: 'RFC 7644 3.3, RFC 7643 4.2',
      async run(wire) {
        const sent = wire.draftGroup()
        const reply = await wire.send('POST', '/Groups', { body: sent })
        const expected = { id: /./, displayName: sent.displayName, schemas: [urns.group], members: undefined }
        const { id } = resourceIn(reply, 201, expected)
        const read = await wire.get(`/Groups/${id}`)
        expectToHave(objectIn(read), { ...expected, id }, 'the group', read)
      },
    },
    {
      id: 'group-location',
      name: 'a group says what it is and where it is',
      source: 'RFC 7643 3.1',
      async run(wire) {
        const reply = await wire.send('POST', '/Groups', { body: wire.draftGroup() })
        const group = objectIn(reply, [201, 200])
        expectToHave(metaOf(group), { resourceType: 'Group', location: /./ }, 'meta', reply)
        const isRight = String(reply.headers.location).endsWith(`/Groups/${group.id}`)
        expectThat(isRight, `Location is ${reply.headers.location}`, 'Location of the group', reply)
      },
    },
    {
      id: 'group-required',
      name: 'a group without a displayName is refused',
      source: 'RFC 7643 4.2',
      async run(wire) {
        const { displayName: _, ...sent } = wire.draftGroup()
        expectStatus(await wire.send('POST', '/Groups', { body: sent }), 400)
      },
    },
    {
      id: 'group-members',
      name: 'a group that is created with members has them',
      source: 'RFC 7643 8.4',
      async run(wire) {
        const [path, ids] = await groupOf(wire, 2)
        expectSame(await membersAt(wire, path), [...ids].sort(), 'the members')
      },
    },
    {
      id: 'group-member-reference',
      name: 'a member says where it is',
      source: 'RFC 7643 4.2 and 8.4',
      level: 'optional',
      async run(wire) {
        const [path, [id]] = await groupOf(wire, 1)
        const reply = await wire.get(path)
        const [member] = elementsAt(objectIn(reply), 'members')
        const isRight = String(member?.$ref).endsWith(`/Users/${id}`)
        expectThat(isRight, `$ref is ${String(member?.$ref)}`, `$ref ends with /Users/${id}`, reply)
      },
    },
    {
      id: 'group-list',
      name: 'a list of groups shows their members',
      source: 'RFC 7644 3.4.2, RFC 7643 4.2',
      needs: ['filter'],
      async run(wire) {
        const [path, ids] = await groupOf(wire, 1)
        const { displayName } = await wire.read(path)
        const reply = await wire.get('/Groups', filterBy('displayName', displayName))
        expectToHave(resourcesIn(reply), [{ members: [{ value: ids[0] }] }], 'the list', reply)
      },
    },
    {
      id: 'group-excluded',
      name: 'a group is shown without its members where they are excluded',
      source: 'RFC 7644 3.9',
      async run(wire) {
        const [path] = await groupOf(wire, 1)
        const reply = await wire.get(path, { excludedAttributes: 'members' })
        expectToHave(objectIn(reply), { members: undefined, displayName: /./ }, 'the group', reply)
      },
    },
    {
      id: 'group-put',
      name: 'a PUT gives a group other members and another name',
      source: 'RFC 7644 3.5.1',
      async run(wire) {
        const [path] = await groupOf(wire, 2)
        const other = await wire.createUser()
        const body = wire.draftGroup({ members: [{ value: other.id }] })
        expectStatus(await wire.send('PUT', path, { body }), 200)
        const reply = await wire.get(path)
        expectToHave(objectIn(reply), { displayName: body.displayName }, 'the group', reply)
        expectSame(valuesAt(objectIn(reply), 'members'), [other.id], 'the members', reply)
      },
    },
    {
      id: 'group-delete',
      name: 'a group that is deleted is gone, and its members are not',
      source: 'RFC 7644 3.6',
      async run(wire) {
        const [path, [id]] = await groupOf(wire, 1)
        const { displayName } = await wire.read(path)
        expectStatus(await wire.send('DELETE', path), 204)
        expectStatus(await wire.get(path), 404)
        expectStatus(await wire.get(`/Users/${id}`), 200)
        if (!wire.target.can('filter')) return
        const list = await wire.get('/Groups', filterBy('displayName', displayName))
        expectSame(resourcesIn(list).length, 0, 'how many are found', list)
      },
    },
    {
      id: 'group-member-deleted',
      name: 'a user who is deleted is in no group',
      source: 'RFC 7644 3.6',
      async run(wire) {
        const [path, [gone, left]] = await groupOf(wire, 2)
        expectStatus(await wire.send('DELETE', `/Users/${gone}`), 204, 200)
        expectSame(await membersAt(wire, path), [left], 'the members')
      },
    },
    {
      id: 'group-of-user',
      name: 'a user who has groups shows them, and shows them no more when they are gone',
      source: 'RFC 7643 4.1.2',
      async run(wire) {
        const isShown = wire.target.attribute(urns.user, 'groups') !== undefined
        if (!isShown) return wire.skip('the server describes no groups of users')
        const [path, [id], group] = await groupOf(wire, 1)
        const reply = await wire.get(`/Users/${id}`)
        expectToHave(objectIn(reply), { groups: [{ value: group }] }, 'the user', reply)
        const { groups } = objectIn(reply)
        const shown = (Array.isArray(groups) ? groups : []).find((one) => one?.value === group)
        const { displayName } = await wire.read(path)
        if (shown?.display !== undefined)
          expectSame(shown.display, displayName, 'the display of the group that the user shows', reply)
        await wire.send('DELETE', path)
        const after = await wire.get(`/Users/${id}`)
        expectToHave(objectIn(after), { groups: undefined }, 'the user', after)
      },
    },
    {
      id: 'group-not-found',
      name: 'a group that is not there is 404',
      source: 'RFC 7644 3.12',
      async run(wire) {
        const path = `/Groups/${wire.nobody()}`
        expectStatus(await wire.get(path), 404)
        expectStatus(await wire.send('DELETE', path), 404)
      },
    },
    {
      id: 'group-twins',
      name: 'a second group of one name is taken, or refused with 409',
      source: 'RFC 7643 8.7.1',
      contradiction: 'twin-groups',
      async run(wire) {
        const { displayName } = await wire.createGroup()
        const reply = await wire.send('POST', '/Groups', { body: wire.draftGroup({ displayName }) })
        expectStatus(reply, 201, 200, 409)
        wire.observe('twin-groups', reply.status === 409 ? 'refused' : 'taken')
        // Whoever refuses it must say so in /Schemas (RFC 7643 7).
        const described = wire.target.attribute(urns.group, 'displayName')
        const isSaid = reply.status !== 409 || described === undefined || described.uniqueness !== 'none'
        expectThat(isSaid, 'it is refused, and /Schemas says uniqueness none', 'uniqueness server', reply)
      },
    },
    {
      id: 'group-many',
      name: 'a group takes 256 members in one PATCH',
      source: 'RFC 7644 3.5.2.1',
      level: 'optional',
      needs: ['patch', 'bulk'],
      async run(wire) {
        const { id } = await wire.createGroup()
        const Operations = Array.from({ length: 256 }, (_, index) => ({
          method: 'POST',
          path: '/Users',
          bulkId: `u${index}`,
          data: wire.draftUser(),
        }))
        const limit = limitOf(wire)
        const ids: unknown[] = []
        for (let from = 0; from < Operations.length; from += limit) {
          const body = { schemas: [urns.bulkRequest], Operations: Operations.slice(from, from + limit) }
          const made = objectIn(await wire.send('POST', '/Bulk', { body })).Operations
          if (!Array.isArray(made)) return wire.skip('bulk requests are answered without Operations')
          ids.push(...made.filter(isJsonObject).map(({ location }) => String(location).split('/').at(-1)))
        }
        const value = ids.map((one) => ({ value: one }))
        expectStatus(await wire.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value }]), 200, 204)
        expectSame((await membersAt(wire, `/Groups/${id}`)).length, 256, 'how many members there are')
      },
    },
  ],
  ['groups'],
)

function limitOf(wire: Wire): number {
  const bulk = wire.target.documents.config?.bulk
  const limit = isJsonObject(bulk) ? Number(bulk.maxOperations) : Number.NaN
  return limit >= 1 ? Math.min(limit, 256) : 10
}
