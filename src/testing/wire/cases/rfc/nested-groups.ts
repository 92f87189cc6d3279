import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import { expectSame, expectStatus, expectToHave, objectIn, resourcesIn } from '../../expect.js'
import { pathOf, type Wire } from '../../wire.js'
import { elementsAt } from '../attributes.js'

/** A group within a group; the case is skipped where the server takes none. */
async function nested(wire: Wire) {
  const user = await wire.createUser()
  const inner = await wire.createGroup({ members: [{ value: user.id }] })
  const body = wire.draftGroup({ members: [{ value: inner.id, type: 'Group' }] })
  const reply = await wire.send('POST', '/Groups', { body })
  if (reply.status === 400) return wire.skip('the server refuses groups within groups')
  const outer = objectIn(reply, 201)
  return { user, inner, outer }
}

function skipWithoutGroups(wire: Wire): void {
  if (wire.target.attribute(urns.user, 'groups') === undefined)
    wire.skip('the server describes no groups of users')
}

/** Groups within groups, and the groups of users (RFC 7643 4.1.2, 4.2 and 8.4). */
export const nestedGroups = casesOf(
  'rfc',
  [
    {
      id: 'group-in-group',
      name: 'a group within a group is shown with what and where it is',
      source: 'RFC 7643 4.2 and 8.4',
      level: 'optional',
      async run(wire) {
        const { inner, outer } = await nested(wire)
        const reply = await wire.get(pathOf('/Groups', outer.id))
        const member = { value: inner.id, type: 'Group', $ref: /\/Groups\/[^/]+$/ }
        expectToHave(objectIn(reply), { members: [member] }, 'the group', reply)
      },
    },
    {
      id: 'group-circle',
      name: 'groups that contain each other break nothing',
      source: 'RFC 7643 4.2',
      level: 'optional',
      async run(wire) {
        const { user, inner, outer } = await nested(wire)
        const { displayName } = inner
        const body = wire.draftGroup({ displayName, members: [{ value: user.id }, { value: outer.id }] })
        expectStatus(await wire.send('PUT', pathOf('/Groups', inner.id), { body }), 200, 400)
        const reply = await wire.get(pathOf('/Users', user.id))
        expectStatus(reply, 200)
        if (wire.target.attribute(urns.user, 'groups') !== undefined)
          expectToHave(objectIn(reply), { groups: [{ value: inner.id }] }, 'the user', reply)
      },
    },
    {
      id: 'group-of-user-places',
      name: 'the groups of a user are the same alone, in a list and under a filter, with their names and whether they are direct',
      source: 'RFC 7643 4.1.2',
      level: 'optional',
      needs: ['filter'],
      async run(wire) {
        skipWithoutGroups(wire)
        const { user, inner, outer } = await nested(wire)
        const reply = await wire.get(pathOf('/Users', user.id))
        const { groups } = objectIn(reply)
        const direct = { value: inner.id, display: inner.displayName, type: 'direct' }
        expectToHave(groups, [direct], 'groups', reply)
        // A server need not follow groups within groups; where it does, it says so.
        const isFollowed = elementsAt(objectIn(reply), 'groups').some(({ value }) => value === outer.id)
        const indirect = { value: outer.id, display: outer.displayName, type: 'indirect' }
        if (isFollowed) expectToHave(groups, [indirect], 'groups', reply)
        for (const filter of [
          `userName eq ${JSON.stringify(user.userName)}`,
          `groups.value eq "${inner.id}"`,
          ...(isFollowed ? [`groups[value eq "${outer.id}" and type eq "indirect"]`] : []),
        ]) {
          const list = await wire.get('/Users', { filter })
          if (list.status === 400) continue
          const [found] = resourcesIn(list, { totalResults: 1 })
          expectSame(found?.groups, groups, `the groups under ${filter}`, list)
        }
      },
    },
    {
      id: 'filter-members',
      name: 'a group is found by a member, and shown without its members where they are excluded',
      source: 'RFC 7644 3.4.2.2 and 3.9',
      needs: ['filter'],
      async run(wire) {
        const user = await wire.createUser()
        const { id, displayName } = await wire.createGroup({ members: [{ value: user.id }] })
        await wire.createGroup()
        let taken = 0
        for (const filter of [`members eq "${user.id}"`, `members[value eq "${user.id}"]`]) {
          const reply = await wire.get('/Groups', { filter, excludedAttributes: 'members' })
          if (reply.status === 400) continue
          taken += 1
          const found = resourcesIn(reply, { totalResults: 1 })
          expectToHave(found, [{ id, displayName, members: undefined }], 'the list', reply)
        }
        if (taken === 0) wire.skip('the server has no filters on members')
      },
    },
    {
      id: 'member-display',
      name: 'a member who is added with a name and a reference is the one of the value',
      source: 'RFC 7644 3.5.2.1 (its example)',
      needs: ['patch'],
      async run(wire) {
        const user = await wire.createUser()
        const path = pathOf('/Groups', (await wire.createGroup()).id)
        const $ref = `https://example.com/v2/Users/${user.id}`
        const value = [{ display: 'Babs Jensen', $ref, value: user.id }]
        const after = await wire.patched(path, [{ op: 'add', path: 'members', value }])
        expectToHave(after, { members: [{ value: user.id }] }, 'the group')
      },
    },
  ],
  ['groups'],
)
