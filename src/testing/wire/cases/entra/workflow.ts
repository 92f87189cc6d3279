import { urns } from '../../../../protocol/index.js'
import { casesOf, type WireCaseDefinition } from '../../case.js'
import { expectSame, expectStatus, resourcesIn, wholeListIn } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import type { Made, Wire } from '../../wire.js'
import { valuesAt } from '../attributes.js'
import { changed, find, hasAll } from './lookups.js'
import { operationsOf, resourceFrom, valueAtPath } from './paths.js'
import { managerAttribute, mappedPaths, newValues, otherValues, type Values } from './values.js'

// What Entra sends to a server when Microsoft's Logic App suite makes, changes and removes users and groups in Entra
// (github.com/AzureAD/SCIMReferenceCode). A job sends its older forms unless it has the flag aadOptscim062020.

interface Provisioned {
  readonly user: Made
  readonly values: Values & { readonly userName: string }
}

/** Looks for a user and makes one where there is none. */
async function provision(wire: Wire): Promise<Provisioned> {
  const values = newValues(wire)
  wholeListIn(await find(wire, '/Users', 'userName', values.userName), { totalResults: 0 })
  const sent = { ...resourceFrom(urns.user, values), roles: [], meta: { resourceType: 'User' } }
  return { user: await wire.create('/Users', sent), values }
}

/** What a job sends, with the flag and without it. */
const ways = [
  {
    way: 'by default',
    id: 'default',
    op: 'Replace',
    form: 'an operation for each',
    off: 'False',
    on: 'True',
  },
  { way: 'with the flag', id: 'flag', op: 'replace', form: 'one operation for most', off: false, on: true },
] as const

type Way = (typeof ways)[number]

type Definition = Pick<WireCaseDefinition, 'id' | 'name' | 'source' | 'level'>

/** A case for each of the forms that Entra sends. */
function inBoth(
  about: Definition,
  run: (wire: Wire, way: Way) => Promise<void>,
): readonly WireCaseDefinition[] {
  return ways.map((way) => ({
    ...about,
    id: `${about.id}-${way.id}`,
    name: `${about.name}, as Entra sends it ${way.way}`,
    contradiction: way.id === 'default' ? 'capital-operations' : 'pathless-patch',
    run: (wire) => run(wire, way),
  }))
}

async function activate(wire: Wire, user: Made, { op }: Way, value: unknown): Promise<JsonObject> {
  const [now] = await changed(wire, '/Users', user, [{ op, path: 'active', value }])
  return now
}

/** Makes a group in the shape of Entra: with a schema of Microsoft's own, and without members. */
async function provisionGroup(
  wire: Wire,
  displayName = `${wire.mark('Field')} (EMEA) - staff`,
): Promise<Made> {
  wholeListIn(await find(wire, '/Groups', 'displayName', displayName), { totalResults: 0 })
  const group = await wire.create('/Groups', {
    schemas: [urns.group, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: wire.mark('external'),
    displayName,
    meta: { resourceType: 'Group' },
  })
  const reply = await find(wire, '/Groups', 'displayName', displayName)
  expectSame(
    resourcesIn(reply).map(({ id }) => id),
    [group.id],
    'which groups have the name',
    reply,
  )
  return group
}

async function users(wire: Wire, count: number): Promise<readonly string[]> {
  const made: string[] = []
  for (let index = 0; index < count; index += 1) made.push((await wire.createUser()).id)
  return made.sort()
}

async function addMembers(wire: Wire, group: Made, ids: readonly string[], expected = ids): Promise<void> {
  const value = ids.map((one) => ({ $ref: null, value: one }))
  const [now, reply] = await changed(wire, '/Groups', group, [{ op: 'Add', path: 'members', value }])
  expectSame(valuesAt(now, 'members'), expected, 'the members', reply)
}

const source = (test: string) => `Entra Logic App suite, ${test}`

export const workflowUsers = casesOf('entra', [
  {
    id: 'create-user',
    name: 'a user has every attribute that is mapped',
    source: source('Create_User'),
    async run(wire) {
      const { user, values } = await provision(wire)
      const reply = await find(wire, '/Users', 'userName', values.userName)
      const [found] = wholeListIn(reply, { totalResults: 1 })
      hasAll(found ?? {}, { ...values, id: user.id }, reply)
    },
  },
  ...inBoth(
    { id: 'update-user', name: 'every attribute of a user is changed', source: source('Update_User') },
    async (wire, { op, form }) => {
      const { user } = await provision(wire)
      const values = {
        ...otherValues(wire, mappedPaths(wire)),
        userName: `${wire.mark('updated')}@example.com`,
      }
      const [now, reply] = await changed(wire, '/Users', user, operationsOf(values, form, op))
      hasAll(now, values, reply)
    },
  ),
  ...inBoth(
    {
      id: 'disable-user',
      name: 'a user becomes inactive and keeps all else',
      source: source('Disable_User'),
    },
    async (wire, way) => {
      const { user, values } = await provision(wire)
      hasAll(await activate(wire, user, way, way.off), { ...values, active: false })
    },
  ),
  ...inBoth(
    {
      id: 'delete-user',
      name: 'a user who was inactive is deleted',
      source: source('Delete_User (optional)'),
      level: 'optional',
    },
    async (wire, way) => {
      const { user, values } = await provision(wire)
      await activate(wire, user, way, way.off)
      expectStatus(await wire.send('DELETE', `/Users/${user.id}`), 204, 200)
      wholeListIn(await find(wire, '/Users', 'userName', values.userName), { totalResults: 0 })
    },
  ),
  ...inBoth(
    { id: 'user-manager', name: 'a manager comes, changes and goes', source: source('User_Update_Manager') },
    async (wire, { op }) => {
      if (wire.target.schemas.length > 0 && !wire.target.attribute(urns.enterpriseUser, 'manager'))
        return wire.skip('the server describes no manager')
      const [{ user }, ids] = [await provision(wire), await users(wire, 2)]
      for (const value of ids) {
        const [now, reply] = await changed(wire, '/Users', user, [{ op, path: managerAttribute, value }])
        expectSame(valueAtPath(now, `${managerAttribute}.value`), value, 'the manager', reply)
      }
      const remove = { op: op === 'Replace' ? 'Remove' : 'remove', path: managerAttribute }
      const [now, reply] = await changed(wire, '/Users', user, [remove])
      expectSame(valueAtPath(now, `${managerAttribute}.value`), undefined, 'the manager', reply)
    },
  ),
  ...inBoth(
    {
      id: 'restore-user',
      name: 'a user who is assigned again is found while inactive, and is the same one',
      source: source('Restore_User'),
    },
    async (wire, way) => {
      const { user, values } = await provision(wire)
      await activate(wire, user, way, way.off)
      const reply = await find(wire, '/Users', 'userName', values.userName)
      const [found] = wholeListIn(reply, { totalResults: 1 })
      hasAll(found ?? {}, { id: user.id, active: false }, reply)
      hasAll(await activate(wire, user, way, way.on), { ...values, id: user.id })
    },
  ),
  {
    id: 'user-on-demand',
    name: 'on demand a user is found and changed',
    source: source('POD_User (the flag is not heeded)'),
    contradiction: 'capital-operations',
    async run(wire) {
      const { user, values } = await provision(wire)
      const reply = await find(wire, '/Users', 'userName', values.userName)
      expectSame(wholeListIn(reply, { totalResults: 1 })[0]?.id, user.id, 'the id', reply)
      const paths = mappedPaths(wire).filter((path) => path === 'displayName' || path.endsWith(':department'))
      const others = otherValues(wire, paths)
      const [now, after] = await changed(
        wire,
        '/Users',
        user,
        operationsOf(others, 'an operation for each', 'Replace'),
      )
      hasAll(now, { ...values, ...others }, after)
    },
  },
])

export const workflowGroups = casesOf(
  'entra',
  [
    {
      id: 'create-group',
      name: 'a group with brackets and a dash in its name is made and found by it',
      source: source('Create_Group'),
      async run(wire) {
        await provisionGroup(wire)
        await provisionGroup(wire, `${wire.mark('all')} ) of ( the [type eq] - brackets`)
      },
    },
    ...inBoth(
      {
        id: 'update-group',
        name: 'a group gets another name and externalId',
        source: source('Update_Group'),
      },
      async (wire, { op, form }) => {
        const group = await provisionGroup(wire)
        const values = otherValues(wire, ['displayName', 'externalId'])
        const [now, reply] = await changed(wire, '/Groups', group, operationsOf(values, form, op))
        hasAll(now, values, reply)
      },
    ),
    {
      id: 'delete-group',
      name: 'a group is deleted, and its members are not',
      source: source('Delete_Group (optional)'),
      level: 'optional',
      async run(wire) {
        const [group, ids] = [await provisionGroup(wire), await users(wire, 1)]
        await addMembers(wire, group, ids)
        expectStatus(await wire.send('DELETE', `/Groups/${group.id}`), 204, 200)
        expectStatus(await wire.get(`/Groups/${group.id}`), 404)
        expectStatus(await wire.get(`/Users/${ids[0]}`), 200)
      },
    },
    {
      id: 'add-member',
      name: 'members are added, each once',
      source: source('Add_Member'),
      contradiction: 'capital-operations',
      async run(wire) {
        const [group, ids] = [await provisionGroup(wire), await users(wire, 3)]
        await addMembers(wire, group, ids.slice(0, 2))
        await addMembers(wire, group, ids.slice(1), ids)
      },
    },
    ...inBoth(
      { id: 'remove-member', name: 'one member goes and the others stay', source: source('Remove_Member') },
      async (wire, { id }) => {
        const [group, ids] = [await provisionGroup(wire), await users(wire, 3)]
        const [gone, ...left] = ids
        await changed(wire, '/Groups', group, [
          { op: 'add', path: 'members', value: ids.map((value) => ({ value })) },
        ])
        const operation =
          id === 'default'
            ? { op: 'Remove', path: 'members', value: [{ value: gone }] }
            : { op: 'remove', path: `members[value eq "${gone}"]` }
        const [now, reply] = await changed(wire, '/Groups', group, [operation])
        expectSame(valuesAt(now, 'members'), left, 'the members', reply)
      },
    ),
    {
      id: 'group-on-demand',
      name: 'on demand a group gets five members',
      source: source('POD_Group'),
      contradiction: 'capital-operations',
      async run(wire) {
        const [group, ids] = [await provisionGroup(wire), await users(wire, 5)]
        await addMembers(wire, group, ids)
      },
    },
    {
      id: 'restore-group',
      name: 'the name of a group that is gone can be taken again',
      source: source('Restore_Group (optional)'),
      level: 'optional',
      async run(wire) {
        const name = `${wire.mark('Restored')} (twice)`
        const { id } = await provisionGroup(wire, name)
        expectStatus(await wire.send('DELETE', `/Groups/${id}`), 204, 200)
        await provisionGroup(wire, name)
      },
    },
  ],
  ['groups'],
)
