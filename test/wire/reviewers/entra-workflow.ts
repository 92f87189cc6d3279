import type { Wire, WireCase } from '../case.js'
import { body, createUser, empty, error, type Json, listed, patch, read, same, unique, urn } from '../case.js'
import { mapped, newValues, otherValues, type Values } from './entra-mapping.js'
import { bodyOf, operationsOf, valueAt } from './paths.js'

// What Entra sends to a service when Microsoft's Logic App suite makes, changes and removes users and groups in Entra
// (github.com/AzureAD/SCIMReferenceCode). A job sends its older forms unless it has the flag aadOptscim062020.

/** A lookup by name; what encodes no more than it has to leaves brackets as they are. */
export function find({ client }: Wire, endpoint: string, attribute: string, value: string) {
  return client('GET', `${endpoint}?filter=${attribute}%20eq%20%22${encodeURIComponent(value)}%22`)
}

/** Looks for a user, makes one where there is none, and gives back its id and what was sent. */
async function provision(wire: Wire): Promise<{ readonly id: string; readonly values: Values }> {
  const values = newValues()
  listed(await find(wire, '/Users', 'userName', String(values.userName)), { totalResults: 0 })
  const sent = { ...bodyOf(urn.user, values), roles: [], meta: { resourceType: 'User' } }
  const { id } = body(await wire.client('POST', '/Users', { body: sent }), 201, { id: /./ })
  return { id: String(id), values }
}

async function change(wire: Wire, path: string, operations: readonly Json[]): Promise<void> {
  const reply = await patch(wire, path, operations)
  if (reply.status === 204) empty(reply, 204)
  else body(reply, 200)
}

function hasAll(resource: Json, values: Values): void {
  for (const [path, value] of Object.entries(values)) same(valueAt(resource, path), value, path)
}

/** What a job sends, with the flag and without it. */
const ways = [
  { way: 'as by default', op: 'Replace', form: 'an operation for each', off: 'False', on: 'True' },
  { way: 'with the flag', op: 'replace', form: 'one operation for most', off: false, on: true },
] as const

type Way = (typeof ways)[number]

function inBoth(
  section: string,
  name: string,
  run: (wire: Wire, way: Way) => Promise<void>,
): readonly WireCase[] {
  return ways.map((way) => ({ name: `${name}, ${way.way}`, section, run: (wire) => run(wire, way) }))
}

function activate(wire: Wire, id: string, { op }: Way, value: unknown): Promise<void> {
  return change(wire, `/Users/${id}`, [{ op, path: 'active', value }])
}

/** Makes a group in the shape of Entra: with a schema of Microsoft's own, and without members. */
async function provisionGroup(wire: Wire, displayName = unique('Field (EMEA) - staff')): Promise<string> {
  listed(await find(wire, '/Groups', 'displayName', displayName), { totalResults: 0 })
  const sent = {
    schemas: [urn.group, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: crypto.randomUUID(),
    displayName,
    meta: { resourceType: 'Group' },
  }
  const { id } = body(await wire.client('POST', '/Groups', { body: sent }), 201, { id: /./, displayName })
  listed(await find(wire, '/Groups', 'displayName', displayName), { totalResults: 1 })
  return String(id)
}

async function membersOf(wire: Wire, id: string): Promise<readonly unknown[]> {
  const { members = [] } = await read(wire, `/Groups/${id}`)
  return (members as readonly Json[]).map(({ value }) => value).sort()
}

async function users(wire: Wire, count: number): Promise<readonly string[]> {
  const made = await Promise.all(Array.from({ length: count }, () => createUser(wire)))
  return made.map(({ id }) => id).sort()
}

function addMembers(wire: Wire, id: string, ids: readonly string[]): Promise<void> {
  const value = ids.map((one) => ({ $ref: null, value: one }))
  return change(wire, `/Groups/${id}`, [{ op: 'Add', path: 'members', value }])
}

const manager = `${urn.enterprise}:manager`

const ofUsers: readonly WireCase[] = [
  {
    name: 'a user has every attribute that is mapped',
    section: 'Entra workflow 1, Create_User',
    async run(wire) {
      const { id, values } = await provision(wire)
      const [user] = listed(await find(wire, '/Users', 'userName', String(values.userName)), {
        totalResults: 1,
      })
      hasAll(user ?? {}, { ...values, id })
    },
  },
  ...inBoth('Entra workflow 2, Update_User', 'every attribute is changed', async (wire, { op, form }) => {
    const { id } = await provision(wire)
    const values = { ...otherValues(mapped), userName: `updated-${unique('sc')}@contoso.com` }
    await change(wire, `/Users/${id}`, operationsOf(values, form, op))
    hasAll(await read(wire, `/Users/${id}`), values)
  }),
  ...inBoth('Entra workflow 3, Disable_User', 'a user becomes inactive', async (wire, way) => {
    const { id, values } = await provision(wire)
    await activate(wire, id, way, way.off)
    hasAll(await read(wire, `/Users/${id}`), { ...values, active: false })
  }),
  ...inBoth('Entra workflow 4, Delete_User', 'a user who was inactive is deleted', async (wire, way) => {
    const { id, values } = await provision(wire)
    await activate(wire, id, way, way.off)
    empty(await wire.client('DELETE', `/Users/${id}`), 204)
    listed(await find(wire, '/Users', 'userName', String(values.userName)), { totalResults: 0 })
    error(await wire.client('GET', `/Users/${id}`), 404)
  }),
  ...inBoth(
    'Entra workflow 5, User_Update_Manager',
    'a manager comes, changes and goes',
    async (wire, { op }) => {
      const [{ id }, [first, second]] = [await provision(wire), await users(wire, 2)]
      for (const value of [first, second]) {
        await change(wire, `/Users/${id}`, [{ op, path: manager, value }])
        same((valueAt(await read(wire, `/Users/${id}`), manager) as Json)?.value, value, 'the manager')
      }
      await change(wire, `/Users/${id}`, [{ op: op === 'Replace' ? 'Remove' : 'remove', path: manager }])
      same(valueAt(await read(wire, `/Users/${id}`), manager), undefined, 'the manager')
    },
  ),
  ...inBoth(
    'Entra workflow 6, Restore_User',
    'a user who is assigned again is the same one',
    async (wire, way) => {
      const { id, values } = await provision(wire)
      await activate(wire, id, way, way.off)
      const [user] = listed(await find(wire, '/Users', 'userName', String(values.userName)), {
        totalResults: 1,
      })
      hasAll(user ?? {}, { id, active: false })
      await activate(wire, id, way, way.on)
      hasAll(await read(wire, `/Users/${id}`), { ...values, id })
    },
  ),
  {
    name: 'on demand a user is found and changed',
    section: 'Entra workflow 7, POD_User',
    async run(wire) {
      const { id, values } = await provision(wire)
      const [user] = listed(await find(wire, '/Users', 'userName', String(values.userName)), {
        totalResults: 1,
      })
      same(user?.id, id, 'the id')
      // The flag is not heeded on demand.
      const others = otherValues(['displayName', `${urn.enterprise}:department`])
      await change(wire, `/Users/${id}`, operationsOf(others, 'an operation for each', 'Replace'))
      hasAll(await read(wire, `/Users/${id}`), { ...values, ...others })
    },
  },
]

const ofGroups: readonly WireCase[] = [
  {
    name: 'a group with brackets in its name is found by it',
    section: 'Entra workflow 8, Create_Group',
    async run(wire) {
      await provisionGroup(wire)
      await provisionGroup(wire, unique('all ) of ( the [type eq] - brackets'))
    },
  },
  ...inBoth('Entra workflow 9, Update_Group', 'a group has another name', async (wire, { op, form }) => {
    const id = await provisionGroup(wire)
    const values = otherValues(['displayName', 'externalId'])
    await change(wire, `/Groups/${id}`, operationsOf(values, form, op))
    hasAll(await read(wire, `/Groups/${id}`), values)
  }),
  {
    name: 'a group is deleted, and its members are not',
    section: 'Entra workflow 10, Delete_Group',
    async run(wire) {
      const [id, [user]] = [await provisionGroup(wire), await users(wire, 1)]
      await addMembers(wire, id, [String(user)])
      empty(await wire.client('DELETE', `/Groups/${id}`), 204)
      error(await wire.client('GET', `/Groups/${id}`), 404)
      await read(wire, `/Users/${user}`)
    },
  },
  {
    name: 'members are added, each once',
    section: 'Entra workflow 11, Add_Member',
    async run(wire) {
      const [id, ids] = [await provisionGroup(wire), await users(wire, 3)]
      await addMembers(wire, id, ids.slice(0, 2))
      await addMembers(wire, id, ids.slice(1))
      same(await membersOf(wire, id), ids, 'the members')
    },
  },
  ...inBoth('Entra workflow 12, Remove_Member', 'one member goes', async (wire, { op }) => {
    const [id, [gone, ...left]] = [await provisionGroup(wire), await users(wire, 3)]
    await addMembers(wire, id, [String(gone), ...left])
    const operation =
      op === 'Replace'
        ? { op: 'Remove', path: 'members', value: [{ value: gone }] }
        : { op: 'remove', path: `members[value eq "${gone}"]` }
    await change(wire, `/Groups/${id}`, [operation])
    same(await membersOf(wire, id), left, 'the members')
  }),
  {
    name: 'on demand a group gets five members',
    section: 'Entra workflow 13, POD_Group',
    async run(wire) {
      const [id, ids] = [await provisionGroup(wire), await users(wire, 5)]
      await addMembers(wire, id, ids)
      same(await membersOf(wire, id), ids, 'the members')
    },
  },
  {
    name: 'the name of a group that is gone can be taken again',
    section: 'Entra workflow 14, Restore_Group',
    async run(wire) {
      const name = unique('Restored (twice)')
      empty(await wire.client('DELETE', `/Groups/${await provisionGroup(wire, name)}`), 204)
      await provisionGroup(wire, name)
    },
  },
]

export const entraWorkflow: readonly WireCase[] = [...ofUsers, ...ofGroups]
