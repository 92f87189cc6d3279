import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import { expectSame, expectStatus, expectToHave, resourcesIn, wholeListIn } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import type { Made, Wire } from '../../wire.js'
import { valuesAt } from '../attributes.js'
import { putGroup } from './lifecycle.js'

function find(wire: Wire, name: string) {
  return wire.get(
    `/Groups?filter=displayName%20eq%20%22${encodeURIComponent(name)}%22&startIndex=1&count=100`,
  )
}

/** Looks for a group and, where there is none, makes one with its members, as group push does. */
async function push(wire: Wire, members: readonly string[]): Promise<Made> {
  const displayName = wire.mark('Pushed')
  expectSame(resourcesIn(await find(wire, displayName)).length, 0, 'how many groups have a new name')
  const sent = { schemas: [urns.group], displayName, members: members.map((value) => ({ value })) }
  return wire.create('/Groups', sent)
}

async function users(wire: Wire, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let made = 0; made < count; made += 1) ids.push((await wire.createUser()).id)
  return ids
}

async function change(wire: Wire, { id }: Made, operations: readonly JsonObject[]): Promise<void> {
  expectStatus(await wire.patch(`/Groups/${id}`, operations), 200, 204)
}

async function has(wire: Wire, { id }: Made, members: readonly (string | undefined)[]): Promise<void> {
  const shown = await wire.read(`/Groups/${id}`)
  expectSame(valuesAt(shown, 'members'), [...members].sort(), 'the members')
}

/** Group push, of both kinds of Okta's applications. */
export const oktaGroups = casesOf(
  'okta',
  [
    {
      id: 'push',
      name: 'a pushed group is there with its members, and found by its name',
      source: 'Okta OIN test plan C9312',
      async run(wire) {
        const ids = await users(wire, 2)
        const group = await push(wire, ids)
        await has(wire, group, ids)
        const reply = await find(wire, String(group.displayName))
        expectToHave(wholeListIn(reply, { totalResults: 1 }), [{ id: group.id }], 'the list', reply)
      },
    },
    {
      id: 'push-empty',
      name: 'an empty group is pushed, and Push Now of it leaves it empty',
      source: 'Okta OIN test plan C9317',
      needs: ['patch'],
      async run(wire) {
        const group = await push(wire, [])
        await has(wire, group, [])
        const [id] = await users(wire, 1)
        await change(wire, group, [{ op: 'add', path: 'members', value: [{ value: id }] }])
        await change(wire, group, [{ op: 'replace', path: 'members', value: [] }])
        await has(wire, group, [])
      },
    },
    {
      id: 'push-now',
      name: 'Push Now makes the group what it is in Okta',
      source: 'Okta OIN test plan C9316',
      needs: ['patch'],
      async run(wire) {
        const [one, two, three] = await users(wire, 3)
        const group = await push(wire, [String(one), String(two)])
        const value = [{ value: two }, { value: three }]
        await change(wire, group, [{ op: 'replace', path: 'members', value }])
        await has(wire, group, [two, three])
      },
    },
    {
      id: 'push-members',
      name: 'members come and go by PATCH: removes, then one add',
      source: 'Okta OIN test plan C9332 and C9333',
      needs: ['patch'],
      async run(wire) {
        const [gone, stays, comes] = await users(wire, 3)
        const group = await push(wire, [String(gone), String(stays)])
        await change(wire, group, [
          { op: 'remove', path: `members[value eq "${gone}"]` },
          { op: 'add', path: 'members', value: [{ value: comes, display: 'test.user@okta.local' }] },
        ])
        await has(wire, group, [stays, comes])
      },
    },
    {
      id: 'push-rename',
      name: 'a group is renamed by a PATCH without a path that names its id, and keeps its members',
      source: 'Okta OIN test plan C9315',
      needs: ['patch'],
      contradiction: 'pathless-patch',
      async run(wire) {
        const ids = await users(wire, 1)
        const group = await push(wire, ids)
        const displayName = wire.mark('Renamed')
        await change(wire, group, [{ op: 'replace', value: { id: group.id, displayName } }])
        expectSame((await wire.read(`/Groups/${group.id}`)).displayName, displayName, 'displayName')
        await has(wire, group, ids)
      },
    },
    {
      id: 'push-put',
      name: 'a PUT of the whole group makes it what it is in Okta',
      source: 'Okta, group push of applications made with the wizard',
      async run(wire) {
        const [one, two] = await users(wire, 2)
        const group = await push(wire, [String(one)])
        const path = `/Groups/${group.id}`
        const before = await wire.read(path)
        for (const ids of [[one, two], [two], []]) {
          await putGroup(wire, path, { ...before, members: ids.map((value) => ({ value })) })
          await has(wire, group, ids)
        }
      },
    },
    {
      id: 'push-same-name',
      name: 'a PUT of a group with its own name is no conflict',
      source: 'Okta, group push by PUT (field report)',
      async run(wire) {
        const group = await push(wire, [])
        await putGroup(wire, `/Groups/${group.id}`, await wire.read(`/Groups/${group.id}`))
      },
    },
    {
      id: 'push-inactive',
      name: 'a member who is inactive can be taken out',
      source: 'Okta OIN test plan C9333',
      needs: ['patch'],
      attributes: ['active'],
      async run(wire) {
        const [gone, stays] = await users(wire, 2)
        const group = await push(wire, [String(gone), String(stays)])
        await wire.patched(`/Users/${gone}`, [{ op: 'replace', path: 'active', value: false }])
        await change(wire, group, [{ op: 'remove', path: `members[value eq "${gone}"]` }])
        await has(wire, group, [stays])
      },
    },
    {
      id: 'push-delete',
      name: 'a group that is unlinked and deleted is gone, and its users stay',
      source: 'Okta OIN test plan C9318',
      async run(wire) {
        const [id] = await users(wire, 1)
        const group = await push(wire, [String(id)])
        expectStatus(await wire.send('DELETE', `/Groups/${group.id}`), 204)
        expectStatus(await wire.get(`/Groups/${group.id}`), 404)
        expectStatus(await wire.get(`/Users/${id}`), 200)
      },
    },
    {
      id: 'import-groups',
      name: 'the groups of an import are a list with their members',
      source: 'Okta OIN test plan C9338',
      async run(wire) {
        const ids = await users(wire, 1)
        const group = await push(wire, ids)
        wholeListIn(await wire.get('/Groups?startIndex=1&count=100'), { startIndex: 1 })
        const reply = await find(wire, String(group.displayName))
        expectToHave(resourcesIn(reply), [{ members: [{ value: ids[0] }] }], 'the list', reply)
      },
    },
  ],
  ['groups'],
)
