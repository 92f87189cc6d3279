import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import { expectSame, expectStatus, expectToHave, objectIn } from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import { pathOf, type Wire } from '../../wire.js'
import { elementsAt, valuesAt } from '../attributes.js'
import { refused, section } from './general.js'

const work = { type: 'work', value: '555-1000' }
const mobile = { type: 'mobile', value: '555-2000' }
const numbers = ['phoneNumbers.value', 'phoneNumbers.type']

async function user(wire: Wire, attributes: JsonObject): Promise<string> {
  return pathOf('/Users', (await wire.createUser(attributes)).id)
}

/** What the profile says of PATCH. */
export const interopPatches = casesOf('interop', [
  {
    id: 'patch-pathless',
    name: 'an operation without a path is refused',
    source: section('6.5.1'),
    contradiction: 'pathless-patch',
    async run(wire) {
      const path = await user(wire, {})
      const reply = await wire.patch(path, [{ op: 'replace', value: { active: false } }])
      if (reply.status < 300) wire.observe('pathless-patch', 'taken')
      expectStatus(reply, 400)
      for (const none of [{}, { path: '' }, { path: ' ' }, { path: null }]) {
        for (const op of ['add', 'replace'])
          await refused(wire, path, { op, ...none, value: { active: false } }, 'invalidSyntax')
        await refused(wire, path, { op: 'remove', ...none }, 'invalidSyntax')
      }
      wire.observe('pathless-patch', 'refused')
    },
  },
  {
    id: 'patch-pathless-bulk',
    name: 'an operation without a path is refused inside of a bulk request',
    source: section('6.5.1'),
    needs: ['bulk'],
    async run(wire) {
      const data = { schemas: [urns.patchOp], Operations: [{ op: 'replace', value: { displayName: 'x' } }] }
      const Operations = [{ method: 'PATCH', path: await user(wire, {}), data }]
      const reply = await wire.send('POST', '/Bulk', { body: { schemas: [urns.bulkRequest], Operations } })
      const expected = [{ status: '400', response: { scimType: 'invalidSyntax' } }]
      expectToHave(objectIn(reply).Operations, expected, 'the outcomes', reply)
    },
  },
  {
    id: 'patch-simple',
    name: 'add and replace are the same for an attribute with one simple value',
    source: section('6.5.2'),
    attributes: ['displayName', 'active', 'name.givenName'],
    async run(wire) {
      const path = await user(wire, {})
      const hasDepartment =
        wire.target.can('enterprise') && wire.target.writes('department', urns.enterpriseUser)
      for (const op of ['add', 'replace']) {
        const active = op === 'replace'
        const operations = [
          { op, path: 'displayName', value: op },
          { op, path: 'active', value: active },
          { op, path: 'name.givenName', value: op },
          ...(hasDepartment ? [{ op, path: `${urns.enterpriseUser}:department`, value: op }] : []),
        ]
        const expected = { displayName: op, active, name: { givenName: op } }
        const department = hasDepartment && { [urns.enterpriseUser]: { department: op } }
        expectToHave(await wire.patched(path, operations), { ...expected, ...department }, 'the user')
      }
    },
  },
  {
    id: 'patch-complex',
    name: 'replace of a complex attribute replaces all of it, add merges',
    source: section('6.5.2'),
    attributes: ['name.familyName', 'name.givenName'],
    async run(wire) {
      const path = await user(wire, { name: { givenName: 'Ann', familyName: 'Lee' } })
      for (const [op, value, expected] of [
        ['add', { givenName: 'Anna' }, { givenName: 'Anna', familyName: 'Lee' }],
        ['replace', { givenName: 'Eve' }, { givenName: 'Eve', familyName: undefined }],
        ['add', { familyName: 'Ray' }, { givenName: 'Eve', familyName: 'Ray' }],
      ] as const)
        expectToHave((await wire.patched(path, [{ op, path: 'name', value }])).name, expected, 'the name')
    },
  },
  {
    id: 'patch-complex-extension',
    name: 'replace of a complex attribute in an extension leaves the rest of the extension',
    source: section('6.5.2'),
    needs: ['enterprise'],
    async run(wire) {
      const { enterpriseUser } = urns
      const isKept = ['department', 'manager.value'].every((one) => wire.target.writes(one, enterpriseUser))
      if (!isKept) return wire.skip('the server describes no department or no manager')
      const [one, two] = [(await wire.createUser()).id, (await wire.createUser()).id]
      const extension = { department: 'Tours', manager: { value: one } }
      const path = await user(wire, { schemas: [urns.user, enterpriseUser], [enterpriseUser]: extension })
      const other = { op: 'replace', path: `${enterpriseUser}:manager`, value: { value: two } }
      const changed = { department: 'Tours', manager: { value: two } }
      expectToHave(await wire.patched(path, [other]), { [enterpriseUser]: changed }, 'the user')
      const whole = { op: 'replace', path: enterpriseUser, value: { department: 'Sales' } }
      const after = { department: 'Sales', manager: { value: two } }
      expectToHave(await wire.patched(path, [whole]), { [enterpriseUser]: after }, 'the user')
    },
  },
  {
    id: 'patch-list',
    name: 'replace of a list takes an array and replaces all, add takes one and appends',
    source: section('6.5.2'),
    attributes: numbers,
    async run(wire) {
      const path = await user(wire, { phoneNumbers: [work] })
      const has = async (op: string, value: readonly JsonObject[], expected: readonly string[]) => {
        const after = await wire.patched(path, [{ op, path: 'phoneNumbers', value }])
        expectSame(valuesAt(after, 'phoneNumbers'), expected, 'the numbers')
      }
      await has('add', [mobile], [work.value, mobile.value])
      await has('replace', [mobile], [mobile.value])
      await has('replace', [], [])
      for (const op of ['add', 'replace'])
        for (const value of [work, work.value, { value: [work] }])
          await refused(wire, path, { op, path: 'phoneNumbers', value }, 'invalidValue')
    },
  },
  {
    id: 'patch-members',
    name: 'members are added and replaced by arrays',
    source: section('6.5.2'),
    needs: ['groups'],
    async run(wire) {
      const { id } = await wire.createUser()
      const path = pathOf('/Groups', (await wire.createGroup()).id)
      for (const op of ['add', 'replace'])
        for (const value of [{ value: id }, id])
          await refused(wire, path, { op, path: 'members', value }, 'invalidValue')
      const after = await wire.patched(path, [{ op: 'add', path: 'members', value: [{ value: id }] }])
      expectToHave(after, { members: [{ value: id }] }, 'the group')
    },
  },
  {
    id: 'patch-element',
    name: 'a filter in a path selects the element whose sub-attribute changes',
    source: section('6.5.2'),
    attributes: numbers,
    async run(wire) {
      const path = await user(wire, { phoneNumbers: [work, mobile] })
      const operation = { op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '555-3000' }
      const after = await wire.patched(path, [operation])
      expectToHave(after, { phoneNumbers: [{ type: 'work', value: '555-3000' }, mobile] }, 'the user')
      const left = await wire.patched(path, [{ op: 'remove', path: 'phoneNumbers[type eq "mobile"]' }])
      expectSame(elementsAt(left, 'phoneNumbers').length, 1, 'how many numbers there are')
    },
  },
  {
    id: 'patch-element-whole',
    name: 'a filter in a path that names no sub-attribute is refused',
    source: section('6.5.3'),
    attributes: numbers,
    async run(wire) {
      const path = await user(wire, { phoneNumbers: [work] })
      for (const op of ['add', 'replace']) {
        const at = 'phoneNumbers[type eq "work"]'
        await refused(wire, path, { op, path: at, value: mobile }, 'invalidPath')
        await refused(wire, path, { op, path: `${at}.nosuch`, value: 'x' }, 'invalidPath')
      }
    },
  },
  {
    id: 'patch-elements',
    name: 'a filter in a path that matches several elements is refused',
    source: section('6.5.3'),
    attributes: numbers,
    async run(wire) {
      const path = await user(wire, { phoneNumbers: [work, { ...work, value: '555-4000' }, mobile] })
      const at = 'phoneNumbers[type eq "work"].value'
      for (const op of ['add', 'replace'])
        await refused(wire, path, { op, path: at, value: '555-9' }, 'invalidFilter')
      await refused(wire, path, { op: 'remove', path: at }, 'invalidFilter')
      const one = 'phoneNumbers[type eq "work" and value eq "555-4000"].value'
      const after = await wire.patched(path, [{ op: 'replace', path: one, value: '555-5000' }])
      const left = [work.value, mobile.value, '555-5000'].sort()
      expectSame(valuesAt(after, 'phoneNumbers'), left, 'the numbers')
    },
  },
  {
    id: 'patch-no-element',
    name: 'a filter in a path that matches no element is refused with noTarget',
    source: section('6.5.3'),
    attributes: numbers,
    contradiction: 'no-match',
    async run(wire) {
      const path = await user(wire, { phoneNumbers: [work] })
      const at = 'phoneNumbers[type eq "mobile"].value'
      await refused(wire, path, { op: 'replace', path: at, value: 'x' }, 'noTarget')
    },
  },
  {
    id: 'patch-reply',
    name: 'a PATCH is answered with 200 and the user, or with 204',
    source: section('6.5'),
    attributes: ['displayName'],
    async run(wire) {
      const path = await user(wire, {})
      const reply = await wire.patch(path, [{ op: 'replace', path: 'displayName', value: 'x' }])
      expectStatus(reply, 200, 204)
      if (isJsonObject(reply.json)) expectToHave(reply.json, { displayName: 'x' }, 'the user', reply)
    },
  },
])
