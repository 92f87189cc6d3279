import { expect, test } from 'vitest'
import type { Group, ResourceStore } from '../../../src/index.js'
import { groupResourceType, memoryStore, urns } from '../../../src/index.js'
import { compileResourceType } from '../../../src/schema/index.js'
import { serve } from '../../http/service.js'

// A membership change costs the same for ten members and for a hundred thousand: nobody looks at the others.

const size = 100_000

/** A store of groups in which a group has a hundred thousand members, and a note of what it was asked. */
function crowded() {
  const groups = memoryStore<Group>()
  const asked: string[] = []
  const watched: ResourceStore<Group> = {
    ...groups,
    get(id, projection, context) {
      const { membership } = context.resourceType
      asked.push(membership && projection.includes(membership) ? 'get with members' : 'get without members')
      return groups.get(id, projection, context)
    },
    list(query, context) {
      asked.push('list')
      return groups.list(query, context)
    },
    replace() {
      throw new Error('the whole group is not written')
    },
  }
  return { groups, watched, asked }
}

test('adding and removing one reads no other, and neither reads nor writes the group', async () => {
  const { groups, watched, asked } = crowded()
  const scim = serve({ groups: watched })
  const user = await scim.createUser()
  const group = await scim.createGroup()
  const resourceType = compileResourceType(groupResourceType)
  const context = { tenant: 'acme', actor: undefined, requestId: 'test', resourceType, signal: undefined }
  const add = Array.from({ length: size }, (_, index) => ({ value: `m${index}`, type: 'User' }))
  await groups.changeMembers?.(group.id, { add, remove: [] }, undefined, context)

  const path = `/Groups/${group.id}`
  for (const operations of [
    [{ op: 'add', path: 'members', value: [{ value: user.id }] }],
    [{ op: 'remove', path: `members[value eq "${user.id}"]` }],
    [{ op: 'Add', path: 'members', value: [{ $ref: null, value: user.id }] }],
    [{ op: 'Remove', path: 'members', value: [{ value: user.id }] }],
    [{ op: 'add', value: { members: [{ value: user.id }] } }],
    [
      { op: 'remove', path: 'members[value eq "m7"]' },
      { op: 'remove', path: 'members[value eq "m8"]' },
      { op: 'add', path: 'members', value: [{ value: user.id }] },
    ],
  ]) {
    asked.length = 0
    expect((await scim.patch(path, operations)).status).toBe(204)
    // To see whether the member is a group, the groups are asked for its id; that is all.
    expect(asked.filter((one) => one !== 'list')).toEqual([])
    expect(asked.length).toBeLessThanOrEqual(1)
  }
  const { members } = await scim.storedGroup(group.id)
  expect(members).toHaveLength(size - 2 + 1)
  const again = await scim.get(
    `/Groups?filter=${encodeURIComponent(`members eq "${user.id}"`)}&attributes=id`,
  )
  expect(again.body.totalResults).toBe(1)
})

test('who listens hears of those who came and went, not of the others', async () => {
  const { watched, asked } = crowded()
  const heard: unknown[] = []
  const scim = serve({
    groups: watched,
    on: {
      'group.updated': ({ before, after, changed, members }) => {
        heard.push({ before: 'members' in before, after: 'members' in after, changed, members })
      },
    },
  })
  const [ada, ben] = [await scim.createUser(), await scim.createUser()]
  const group = await scim.createGroup({ members: [{ value: ada.id }] })
  await scim.patch(`/Groups/${group.id}`, [
    { op: 'remove', path: `members[value eq "${ada.id}"]` },
    { op: 'add', path: 'members', value: [{ value: ben.id }] },
  ])
  expect(heard).toEqual([
    { before: false, after: false, changed: ['members'], members: { added: [ben.id], removed: [ada.id] } },
  ])
  expect(asked).not.toContain('get with members')
})

test('a PUT of a group with thousands of members keeps every one', async () => {
  const scim = serve()
  const group = await scim.createGroup()
  const users = await Promise.all(Array.from({ length: 2500 }, () => scim.createUser()))
  const members = users.map(({ id }) => ({ value: id }))
  const put = await scim.put(`/Groups/${group.id}`, { schemas: [urns.group], displayName: 'Large', members })
  expect(put.body.members).toHaveLength(2500)
  expect((await scim.storedGroup(group.id)).members).toHaveLength(2500)
})

test('a PUT that leaves one and brings another writes those two', async () => {
  const { groups, watched } = crowded()
  const changes: unknown[] = []
  const heard: unknown[] = []
  const scim = serve({
    groups: {
      ...watched,
      async changeMembers(id, change, version, context) {
        changes.push(change)
        if (!groups.changeMembers) throw new Error('the memory store has it')
        return groups.changeMembers(id, change, version, context)
      },
    },
    on: { 'group.updated': ({ before, after, members }) => heard.push({ before, after, members }) },
  })
  const [ada, ben, ...others] = await Promise.all(Array.from({ length: 1000 }, () => scim.createUser()))
  const [a, b] = [{ value: ada?.id }, { value: ben?.id }]
  const rest = others.map(({ id }) => ({ value: id }))
  const { id } = await scim.createGroup({ displayName: 'Large', members: [a, ...rest] })
  const body = { schemas: [urns.group], displayName: 'Large', members: [...rest, b] }
  const reply = await scim.put(`/Groups/${id}`, body)
  expect(reply.body.members).toHaveLength(1000 - 1)
  expect(reply.body.meta.version).toBe((await scim.get(`/Groups/${id}`)).body.meta.version)
  expect(changes).toMatchObject([{ add: [b], remove: [ada?.id] }])
  expect(heard).toMatchObject([{ members: { added: [ben?.id], removed: [ada?.id] } }])
  expect(JSON.stringify(heard).length).toBeLessThan(2000)
  // The same again is no change.
  expect((await scim.put(`/Groups/${id}`, body)).body.meta.version).toBe(reply.body.meta.version)
  expect([changes.length, heard.length]).toEqual([1, 1])
})
