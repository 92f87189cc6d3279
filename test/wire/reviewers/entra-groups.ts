import type { Wire, WireCase } from '../case.js'
import {
  body,
  contains,
  createUser,
  empty,
  error,
  type Json,
  patch,
  read,
  same,
  unique,
  urn,
} from '../case.js'
import { eightChecks, lookUp } from './entra-lists.js'

// The tests of groups of Microsoft's hosted validator, scimvalidator.microsoft.com.

/** Creates a group as the validator does: without members. */
async function create({ client }: Wire): Promise<Json> {
  const sent = { externalId: unique('QWXL'), displayName: unique('PTRN'), schemas: [urn.group] }
  return { ...sent, id: body(await client('POST', '/Groups', { body: sent }), 201, sent).id }
}

/** A group with members, as the validator puts them in. */
async function createWith(wire: Wire, ids: readonly string[]): Promise<Json> {
  const group = await create(wire)
  const value = ids.map((id) => ({ value: id }))
  await change(wire, group, [{ op: 'replace', path: 'members', value }])
  return group
}

async function change(wire: Wire, { id }: Json, operations: readonly Json[]): Promise<void> {
  const reply = await patch(wire, `/Groups/${id}`, operations)
  if (reply.status === 204) empty(reply, 204)
  else body(reply, 200, { id })
}

async function membersOf(wire: Wire, { id }: Json): Promise<readonly unknown[]> {
  const { members = [] } = await read(wire, `/Groups/${id}`)
  return (members as readonly Json[]).map(({ value }) => value).sort()
}

const withoutMembers = 'excludedAttributes=members'

export const entraGroups: readonly WireCase[] = [
  {
    name: 'Get group by id excluding members',
    section: 'Entra hosted 14',
    async run(wire) {
      const { id } = await createUser(wire)
      for (const group of [await create(wire), await createWith(wire, [id])]) {
        const shown = body(await wire.client('GET', `/Groups/${group.id}?${withoutMembers}`), 200, group)
        same('members' in shown, false, 'whether there is a key "members"')
      }
    },
  },
  {
    name: 'Filter for existing group by displayName excluding members',
    section: 'Entra hosted 15',
    async run(wire) {
      const { id } = await createUser(wire)
      for (const group of [await create(wire), await createWith(wire, [id])]) {
        const name = String(group.displayName)
        const reply = await lookUp(wire, '/Groups', 'displayName', name, `${withoutMembers}&`)
        eightChecks(reply, [group], ['members'])
      }
    },
  },
  {
    name: 'Filter for an existing group',
    section: 'Entra hosted 16',
    async run(wire) {
      const group = await create(wire)
      eightChecks(await lookUp(wire, '/Groups', 'displayName', String(group.displayName)), [group])
    },
  },
  {
    name: 'Filter for a non-existing group',
    section: 'Entra hosted 17',
    run: async (wire) => eightChecks(await lookUp(wire, '/Groups', 'displayName', unique('nobody')), []),
  },
  {
    name: 'Filter for an existing group with a different case',
    section: 'Entra hosted 18',
    async run(wire) {
      const group = await create(wire)
      const name = String(group.displayName).toLowerCase()
      eightChecks(await lookUp(wire, '/Groups', 'displayName', name), [group])
    },
  },
  {
    name: 'Create a new Group',
    section: 'Entra hosted 19',
    async run(wire) {
      const group = await create(wire)
      contains(await read(wire, `/Groups/${group.id}`), group)
    },
  },
  {
    name: 'Create a duplicate Group',
    section: 'Entra hosted 20',
    async run(wire) {
      const { id, ...sent } = await create(wire)
      error(await wire.client('POST', '/Groups', { body: sent }), 409, 'uniqueness')
    },
  },
  {
    name: 'Patch Group - Replace Attributes',
    section: 'Entra hosted 21',
    async run(wire) {
      const group = await create(wire)
      const value = { externalId: unique('QWXL') }
      await change(wire, group, [{ op: 'replace', value }])
      contains(await read(wire, `/Groups/${group.id}`), { ...group, ...value })
    },
  },
  {
    name: 'Update Group displayName',
    section: 'Entra hosted 22',
    async run(wire) {
      const group = await create(wire)
      const value = { displayName: unique('PTRN') }
      await change(wire, group, [{ op: 'replace', value }])
      contains(await read(wire, `/Groups/${group.id}`), { ...group, ...value })
    },
  },
  {
    name: 'Patch Group - Add Member',
    section: 'Entra hosted 23',
    async run(wire) {
      const group = await create(wire)
      const { id } = await createUser(wire)
      await change(wire, group, [{ op: 'replace', path: 'members', value: [{ value: id }] }])
      same(await membersOf(wire, group), [id], 'the members')
    },
  },
  {
    name: 'Patch Group - Remove Member',
    section: 'Entra hosted 24',
    async run(wire) {
      const [gone, left] = [await createUser(wire), await createUser(wire)]
      const group = await createWith(wire, [gone.id, left.id])
      await change(wire, group, [{ op: 'remove', path: `members[value eq "${gone.id}"]` }])
      same(await membersOf(wire, group), [left.id], 'the members')
    },
  },
  {
    name: 'Delete a Group',
    section: 'Entra hosted 25',
    async run(wire) {
      const { id } = await create(wire)
      empty(await wire.client('DELETE', `/Groups/${id}`), 204)
      error(await wire.client('GET', `/Groups/${id}`), 404)
    },
  },
  {
    name: 'Patch Group - Multiple Operations on same attribute',
    section: 'Entra hosted P3',
    async run(wire) {
      const group = await create(wire)
      const { id } = await createUser(wire)
      await change(wire, group, [
        { op: 'add', path: 'members', value: [{ value: id }] },
        { op: 'remove', path: `members[value eq "${id}"]` },
      ])
      same(await membersOf(wire, group), [], 'the members')
    },
  },
  {
    name: 'Delete a non-existent Group',
    section: 'Entra hosted P5',
    run: async ({ client }) => error(await client('DELETE', `/Groups/${crypto.randomUUID()}`), 404),
  },
  {
    name: 'Delete the same Group twice',
    section: 'Entra hosted P7',
    async run(wire) {
      const { id } = await create(wire)
      empty(await wire.client('DELETE', `/Groups/${id}`), 204)
      error(await wire.client('DELETE', `/Groups/${id}`), 404)
    },
  },
]
