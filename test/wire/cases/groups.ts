import {
  body,
  contains,
  createGroup,
  createUser,
  empty,
  type Json,
  listed,
  read,
  same,
  type WireCase,
} from '../case.js'

/** Groups, their members, and the groups of users (RFC 7643 4.1.2, 4.2 and 8.4). */
export const groups: readonly WireCase[] = [
  {
    name: 'a group shows its members with what and where they are',
    section: 'RFC 7643 8.4',
    needs: ['groups'],
    async run(wire) {
      const user = await createUser(wire, { displayName: 'Babs Jensen' })
      const inner = await createGroup(wire)
      const group = await createGroup(wire, { members: [{ value: user.id }, { value: inner.id }] })
      const members = [
        { value: user.id, type: 'User', display: 'Babs Jensen', $ref: new RegExp(`/Users/${user.id}$`) },
        { value: inner.id, type: 'Group', $ref: new RegExp(`/Groups/${inner.id}$`) },
      ]
      contains(group, { meta: { resourceType: 'Group' }, members })
      contains(await read(wire, `/Groups/${group.id}`), { members })
    },
  },
  {
    name: 'the groups of a user are the same in a read, a list and a filter',
    section: 'RFC 7643 4.1.2',
    needs: ['groups'],
    async run(wire) {
      const user = await createUser(wire)
      const inner = await createGroup(wire, { members: [{ value: user.id }] })
      const outer = await createGroup(wire, { members: [{ value: inner.id }] })
      const { groups } = await read(wire, `/Users/${user.id}`)
      contains(groups, [
        {
          value: inner.id,
          display: inner.displayName,
          type: 'direct',
          $ref: new RegExp(`/Groups/${inner.id}$`),
        },
        { value: outer.id, display: outer.displayName, type: 'indirect' },
      ])
      for (const filter of [
        `userName eq "${user.userName}"`,
        `groups eq "${inner.id}"`,
        `groups.value eq "${outer.id}"`,
        `groups[value eq "${outer.id}" and type eq "indirect"]`,
      ]) {
        const found = listed(await wire.client('GET', '/Users', { query: { filter } }), { totalResults: 1 })
        same(found[0]?.groups, groups, `the groups under ${filter}`)
      }
    },
  },
  {
    name: 'a group is found by its members, and shown without them',
    section: 'RFC 7644 3.4.2.2',
    needs: ['groups'],
    async run(wire) {
      const user = await createUser(wire)
      const group = await createGroup(wire, { members: [{ value: user.id }] })
      for (const filter of [`members eq "${user.id}"`, `members[value eq "${user.id}"]`]) {
        const query = { filter, excludedAttributes: 'members' }
        const found = listed(await wire.client('GET', '/Groups', { query }), { totalResults: 1 })
        contains(found, [{ id: group.id, displayName: group.displayName, members: undefined }])
      }
      const query = { excludedAttributes: 'members' }
      const shown = await wire.client('GET', `/Groups/${group.id}`, { query })
      body(shown, 200, { id: group.id, members: undefined })
    },
  },
  {
    name: 'who is deleted is in no group, and whose group is deleted is not',
    section: 'RFC 7644 3.6',
    needs: ['groups'],
    async run(wire) {
      const [one, two] = [await createUser(wire), await createUser(wire)]
      const group = await createGroup(wire, { members: [{ value: one.id }, { value: two.id }] })
      empty(await wire.client('DELETE', `/Users/${one.id}`), 204)
      const { members } = await read(wire, `/Groups/${group.id}`)
      same(
        (members as readonly Json[]).map(({ value }) => value),
        [two.id],
        'the members',
      )
      empty(await wire.client('DELETE', `/Groups/${group.id}`), 204)
      contains(await read(wire, `/Users/${two.id}`), { groups: undefined })
    },
  },
  {
    name: 'groups that contain each other are answered',
    section: 'RFC 7643 4.2',
    needs: ['groups'],
    async run(wire) {
      const user = await createUser(wire)
      const one = await createGroup(wire, { members: [{ value: user.id }] })
      const two = await createGroup(wire, { members: [{ value: one.id }] })
      const body = { ...one, members: [{ value: user.id }, { value: two.id }] }
      const put = await wire.client('PUT', `/Groups/${one.id}`, { body })
      same(put.status, 200, 'the status')
      contains(await read(wire, `/Users/${user.id}`), {
        groups: [
          { value: one.id, type: 'direct' },
          { value: two.id, type: 'indirect' },
        ],
      })
    },
  },
]
