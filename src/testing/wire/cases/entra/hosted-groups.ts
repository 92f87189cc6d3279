import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import { expectSame, expectStatus, objectIn, resourceIn } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import type { Made, Wire } from '../../wire.js'
import { valuesAt } from '../attributes.js'
import { changed, eightChecks, hasAll, hasNoKey, lookUpName } from './lookups.js'

// The tests of groups of Microsoft's hosted validator, scimvalidator.microsoft.com.

/** Creates a group as the validator does: without members. */
async function create(wire: Wire): Promise<Made> {
  const sent = { externalId: wire.mark('QWXL'), displayName: wire.mark('PTRN'), schemas: [urns.group] }
  const { id } = await wire.create('/Groups', sent)
  return { ...sent, id }
}

/** A group with members, as the validator puts them in. */
async function createWith(wire: Wire, ids: readonly string[]): Promise<Made> {
  const group = await create(wire)
  const value = ids.map((id) => ({ value: id }))
  await changed(wire, '/Groups', group, [{ op: 'replace', path: 'members', value }])
  return group
}

async function hasMembers(
  wire: Wire,
  group: Made,
  operations: readonly JsonObject[],
  expected: readonly string[],
): Promise<void> {
  const [now, reply] = await changed(wire, '/Groups', group, operations)
  expectSame(valuesAt(now, 'members'), [...expected].sort(), 'the members', reply)
}

const withoutMembers = 'excludedAttributes=members'
const source = (test: string) => `Entra hosted validator, "${test}"`

/** Its required tests, and as optional ones those that it calls previews. */
export const hostedGroups = casesOf(
  'entra',
  [
    {
      id: 'hosted-group-excluding',
      name: 'a group is shown without the key members where they are excluded',
      source: source('Get group by id excluding members'),
      async run(wire) {
        const { id } = await wire.createUser()
        for (const group of [await create(wire), await createWith(wire, [id])]) {
          const reply = await wire.get(`/Groups/${group.id}?${withoutMembers}`)
          hasNoKey(resourceIn(reply, 200, { displayName: group.displayName, id: group.id }), 'members', reply)
        }
      },
    },
    {
      id: 'hosted-groups-excluding',
      name: 'a group is found without the key members where they are excluded',
      source: source('Filter for existing group by displayName excluding members'),
      async run(wire) {
        const { id } = await wire.createUser()
        for (const group of [await create(wire), await createWith(wire, [id])]) {
          const reply = await lookUpName(
            wire,
            '/Groups',
            'displayName',
            String(group.displayName),
            `${withoutMembers}&`,
          )
          eightChecks(reply, [group], ['members'])
        }
      },
    },
    {
      id: 'hosted-filter-group',
      name: 'a group is found by name, alone and whole',
      source: source('Filter for an existing group'),
      async run(wire) {
        const group = await create(wire)
        eightChecks(await lookUpName(wire, '/Groups', 'displayName', String(group.displayName)), [group])
      },
    },
    {
      id: 'hosted-filter-no-group',
      name: 'a name of no group is an empty list',
      source: source('Filter for a non-existing group'),
      readsOnly: true,
      async run(wire) {
        eightChecks(await lookUpName(wire, '/Groups', 'displayName', wire.mark('nothing')), [])
      },
    },
    {
      id: 'hosted-filter-group-case',
      name: 'a group is found by name in other letters',
      source: source('Filter for an existing group with a different case'),
      async run(wire) {
        const group = await create(wire)
        const name = String(group.displayName).toLowerCase()
        eightChecks(await lookUpName(wire, '/Groups', 'displayName', name), [group])
      },
    },
    {
      id: 'hosted-create-group',
      name: 'a group without members is created with 201, and has its externalId',
      source: source('Create a new Group'),
      async run(wire) {
        const sent = { externalId: wire.mark('QWXL'), displayName: wire.mark('PTRN'), schemas: [urns.group] }
        const { id } = resourceIn(await wire.send('POST', '/Groups', { body: sent }), 201, sent)
        resourceIn(await wire.get(`/Groups/${id}`), 200, { ...sent, id })
      },
    },
    {
      id: 'hosted-duplicate-group',
      name: 'a second group of one name is 409',
      source: source('Create a duplicate Group'),
      contradiction: 'twin-groups',
      async run(wire) {
        const { id: _, ...sent } = await create(wire)
        const reply = await wire.send('POST', '/Groups', { body: sent })
        wire.observe('twin-groups', reply.status === 409 ? 'refused' : 'taken')
        expectStatus(reply, 409)
      },
    },
    {
      id: 'hosted-group-attributes',
      name: 'an externalId and a name of a group are changed by an operation without a path',
      source: source('Patch Group - Replace Attributes; Update Group displayName'),
      contradiction: 'pathless-patch',
      async run(wire) {
        const group = await create(wire)
        for (const value of [{ externalId: wire.mark('QWXL') }, { displayName: wire.mark('PTRN') }]) {
          const [now, reply] = await changed(wire, '/Groups', group, [{ op: 'replace', value }])
          hasAll(now, value, reply)
        }
      },
    },
    {
      id: 'hosted-add-member',
      name: 'a group without members gets one by replace',
      source: source('Patch Group - Add Member'),
      async run(wire) {
        const [group, { id }] = [await create(wire), await wire.createUser()]
        await hasMembers(wire, group, [{ op: 'replace', path: 'members', value: [{ value: id }] }], [id])
      },
    },
    {
      id: 'hosted-remove-member',
      name: 'one member goes and the other stays',
      source: source('Patch Group - Remove Member'),
      async run(wire) {
        const [gone, left] = [await wire.createUser(), await wire.createUser()]
        const group = await createWith(wire, [gone.id, left.id])
        await hasMembers(wire, group, [{ op: 'remove', path: `members[value eq "${gone.id}"]` }], [left.id])
      },
    },
    {
      id: 'hosted-delete-group',
      name: 'a group that is deleted is 404',
      source: source('Delete a Group'),
      async run(wire) {
        const { id } = await create(wire)
        expectStatus(await wire.send('DELETE', `/Groups/${id}`), 204, 200)
        expectStatus(await wire.get(`/Groups/${id}`), 404)
      },
    },
    {
      id: 'hosted-add-and-remove',
      name: 'a member who is added and removed in one request is none',
      source: source('Patch Group - Multiple Operations on same attribute (preview)'),
      level: 'optional',
      async run(wire) {
        const [group, { id }] = [await create(wire), await wire.createUser()]
        const operations = [
          { op: 'add', path: 'members', value: [{ value: id }] },
          { op: 'remove', path: `members[value eq "${id}"]` },
        ]
        await hasMembers(wire, group, operations, [])
      },
    },
    {
      id: 'hosted-delete-no-group',
      name: 'a DELETE of no group is 404, and one of a group that is deleted already',
      source: source('Delete a non-existent Group; Delete the same Group twice (previews)'),
      level: 'optional',
      async run(wire) {
        expectStatus(await wire.send('DELETE', `/Groups/${wire.nobody()}`), 404)
        const { id } = await create(wire)
        objectIn(await wire.get(`/Groups/${id}`))
        await wire.send('DELETE', `/Groups/${id}`)
        expectStatus(await wire.send('DELETE', `/Groups/${id}`), 404)
      },
    },
  ],
  ['groups'],
)
