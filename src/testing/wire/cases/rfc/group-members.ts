import { casesOf } from '../../case.js'
import { expectSame, expectStatus, expectThat, expectToHave } from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { valuesAt } from '../attributes.js'
import { groupOf, membersAt } from './groups.js'

/** Changes the members, and compares who they are then. */
async function change(
  wire: Wire,
  path: string,
  operations: readonly JsonObject[],
  expected: readonly (string | undefined)[],
): Promise<void> {
  const reply = expectStatus(await wire.patch(path, operations), 200, 204)
  wire.observe('group-patch-reply', String(reply.status))
  const shown = reply.status === 200 && isJsonObject(reply.json) ? reply.json : {}
  if ('members' in shown)
    expectSame(valuesAt(shown, 'members'), [...expected].sort(), 'the members in the reply', reply)
  expectSame(await membersAt(wire, path), [...expected].sort(), 'the members')
}

/** How members come and go (RFC 7644 3.5.2). */
export const groupMembers = casesOf(
  'rfc',
  [
    {
      id: 'group-add',
      name: 'add puts a member beside those that are there',
      source: 'RFC 7644 3.5.2.1',
      needs: ['patch'],
      async run(wire) {
        const [path, ids] = await groupOf(wire, 1)
        const { id } = await wire.createUser()
        await change(wire, path, [{ op: 'add', path: 'members', value: [{ value: id }] }], [...ids, id])
      },
    },
    {
      id: 'group-add-twice',
      name: 'a member who is added again is a member once',
      source: 'RFC 7644 3.5.2.1',
      needs: ['patch'],
      async run(wire) {
        const [path, ids] = await groupOf(wire, 1)
        await change(wire, path, [{ op: 'add', path: 'members', value: [{ value: ids[0] }] }], ids)
      },
    },
    {
      id: 'group-remove',
      name: 'remove takes the member out that a condition selects, and nobody else',
      source: 'RFC 7644 3.5.2.2',
      needs: ['patch'],
      async run(wire) {
        const [path, [gone, ...left]] = await groupOf(wire, 3)
        await change(wire, path, [{ op: 'remove', path: `members[value eq "${gone}"]` }], left)
      },
    },
    {
      id: 'group-remove-all',
      name: 'remove of members takes all of them out, and the users stay',
      source: 'RFC 7644 3.5.2.2',
      needs: ['patch'],
      async run(wire) {
        const [path, ids] = await groupOf(wire, 2)
        await change(wire, path, [{ op: 'remove', path: 'members' }], [])
        expectStatus(await wire.get(`/Users/${ids[0]}`), 200)
      },
    },
    {
      id: 'group-replace',
      name: 'replace gives a group other members',
      source: 'RFC 7644 3.5.2.3',
      needs: ['patch'],
      async run(wire) {
        const [path] = await groupOf(wire, 2)
        const [one, two] = [await wire.createUser(), await wire.createUser()]
        const value = [{ value: one.id }, { value: two.id }]
        await change(wire, path, [{ op: 'replace', path: 'members', value }], [one.id, two.id])
      },
    },
    {
      id: 'group-exchange',
      name: 'remove and add in one request exchange a member',
      source: 'RFC 7644 3.5.2.2',
      needs: ['patch'],
      async run(wire) {
        const [path, [gone, left]] = await groupOf(wire, 2)
        const { id } = await wire.createUser()
        const operations = [
          { op: 'remove', path: `members[value eq "${gone}"]` },
          { op: 'add', path: 'members', value: [{ value: id }] },
        ]
        await change(wire, path, operations, [left, id])
      },
    },
    {
      id: 'group-rename',
      name: 'a PATCH of the name leaves the members',
      source: 'RFC 7644 3.5.2.3',
      needs: ['patch'],
      async run(wire) {
        const [path, ids] = await groupOf(wire, 1)
        const displayName = wire.mark('Renamed')
        await change(wire, path, [{ op: 'replace', path: 'displayName', value: displayName }], ids)
        expectSame((await wire.read(path)).displayName, displayName, 'displayName')
      },
    },
    {
      id: 'group-parallel',
      name: 'members who are added at the same time are all there',
      source: 'RFC 7644 3.5.2',
      needs: ['patch'],
      async run(wire) {
        const [path] = await groupOf(wire, 0)
        const ids: string[] = []
        for (let made = 0; made < 8; made += 1) ids.push((await wire.createUser()).id)
        const replies = await Promise.all(
          ids.map((value) => wire.patch(path, [{ op: 'add', path: 'members', value: [{ value }] }])),
        )
        // Who was refused was told so.
        const taken = ids.filter((_, index) => (replies[index]?.status ?? 500) < 300)
        expectToHave(await membersAt(wire, path), taken, 'the members')
        expectThat(taken.length > 0, 'every PATCH was refused', 'some that are taken')
      },
    },
  ],
  ['groups'],
)
