import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import { expectSame, expectStatus, expectToHave, objectIn, resourceIn } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import type { Made, Wire } from '../../wire.js'
import { textAttribute, textAttributes } from '../attributes.js'

export async function patchableUser(
  wire: Wire,
  attributes: JsonObject = {},
): Promise<readonly [Made, string]> {
  const made = await wire.createUser(attributes)
  return [made, `/Users/${made.id}`]
}

/** PATCH of what has one value (RFC 7644 3.5.2). */
export const patchedValues = casesOf(
  'rfc',
  [
    ...(['add', 'replace'] as const).map((op, index) => ({
      id: `patch-${op}`,
      name: `${op} gives an attribute a value`,
      source: `RFC 7644 3.5.2.${index === 0 ? 1 : 3}`,
      async run(wire: Wire) {
        const name = textAttribute(wire)
        const [, path] = await patchableUser(wire, { [name]: 'before' })
        const value = wire.mark('after')
        expectToHave(await wire.patched(path, [{ op, path: name, value }]), { [name]: value }, 'the user')
      },
    })),
    {
      id: 'patch-remove',
      name: 'remove takes a value away',
      source: 'RFC 7644 3.5.2.2',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await patchableUser(wire, { [name]: 'before' })
        expectToHave(
          await wire.patched(path, [{ op: 'remove', path: name }]),
          { [name]: undefined },
          'the user',
        )
      },
    },
    {
      id: 'patch-other-values',
      name: 'a PATCH leaves alone what it does not name',
      source: 'RFC 7644 3.5.2',
      async run(wire) {
        const [name, other = ''] = textAttributes(wire, 2)
        const [, path] = await patchableUser(wire, { [name]: 'a', [other]: 'b' })
        const before = await wire.read(path)
        const after = await wire.patched(path, [{ op: 'replace', path: name, value: 'c' }])
        expectSame(
          { ...after, meta: 0, [name]: 0 },
          { ...before, meta: 0, [name]: 0 },
          'the rest of the user',
        )
      },
    },
    {
      id: 'patch-reply',
      name: 'a PATCH is answered with 200 and the whole user, or with 204 and no body',
      source: 'RFC 7644 3.5.2',
      async run(wire) {
        const name = textAttribute(wire)
        const [{ id, userName }, path] = await patchableUser(wire)
        const reply = await wire.patch(path, [{ op: 'replace', path: name, value: 'x' }])
        if (reply.status === 204) return expectSame(reply.text, '', 'the body', reply)
        resourceIn(reply, [200, 204], { id, userName, [name]: 'x', schemas: [urns.user] })
      },
    },
    {
      id: 'patch-attributes',
      name: 'a PATCH with the parameter attributes is 200, and stores all that it says',
      source: 'RFC 7644 3.5.2 and 3.9',
      async run(wire) {
        const [name, other = ''] = textAttributes(wire, 2)
        const [{ id }, path] = await patchableUser(wire, { [other]: 'stays' })
        const operations = [{ op: 'replace', path: name, value: 'x' }]
        const reply = await wire.patch(path, operations, { query: { attributes: name } })
        resourceIn(reply, 200, { id, [name]: 'x', [other]: undefined })
        expectToHave(await wire.read(path), { [name]: 'x', [other]: 'stays' }, 'the user')
      },
    },
    {
      id: 'patch-boolean',
      name: 'replace switches a user off and on, and the user stays',
      source: 'RFC 7644 3.5.2.3, RFC 7643 4.1.1',
      attributes: ['active'],
      async run(wire) {
        const [{ id }, path] = await patchableUser(wire, { active: true })
        for (const active of [false, true]) {
          expectStatus(await wire.patch(path, [{ op: 'replace', path: 'active', value: active }]), 200, 204)
          const reply = await wire.get(path)
          expectToHave(objectIn(reply), { id, active }, 'the user', reply)
        }
      },
    },
    {
      id: 'patch-sub-attribute',
      name: 'a sub-attribute is changed alone',
      source: 'RFC 7644 3.5.2.3',
      attributes: ['name.familyName', 'name.givenName'],
      async run(wire) {
        const [, path] = await patchableUser(wire, { name: { familyName: 'Jensen', givenName: 'Barbara' } })
        const after = await wire.patched(path, [{ op: 'replace', path: 'name.givenName', value: 'Babs' }])
        expectToHave(after, { name: { familyName: 'Jensen', givenName: 'Babs' } }, 'the user')
      },
    },
    {
      id: 'patch-complex',
      name: 'replace of a complex attribute changes the parts that it names',
      source: 'RFC 7644 3.5.2.3',
      attributes: ['name.familyName', 'name.givenName'],
      async run(wire) {
        const [, path] = await patchableUser(wire, { name: { familyName: 'Jensen', givenName: 'Barbara' } })
        const value = { givenName: 'Babs' }
        const after = await wire.patched(path, [{ op: 'replace', path: 'name', value }])
        // The interop profile replaces all of it.
        const familyName = wire.target.declaresInterop ? undefined : 'Jensen'
        expectToHave(after, { name: { familyName, givenName: 'Babs' } }, 'the user')
      },
    },
    {
      id: 'patch-path-case',
      name: 'a path is read in any letter case',
      source: 'RFC 7643 2.1',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await patchableUser(wire, { [name]: 'before' })
        const after = await wire.patched(path, [{ op: 'replace', path: name.toUpperCase(), value: 'after' }])
        expectToHave(after, { [name]: 'after' }, 'the user')
      },
    },
    {
      id: 'patch-urn-path',
      name: 'a path can begin with the URN of the schema',
      source: 'RFC 7644 3.10',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await patchableUser(wire, { [name]: 'before' })
        const operation = { op: 'replace', path: `${urns.user}:${name}`, value: 'after' }
        expectToHave(await wire.patched(path, [operation]), { [name]: 'after' }, 'the user')
      },
    },
    {
      id: 'patch-pathless',
      name: 'an operation without a path changes what its value names',
      source: 'RFC 7644 3.5.2.1 and 3.5.2.3',
      needs: ['pathless'],
      contradiction: 'pathless-patch',
      async run(wire) {
        const [name, other = ''] = textAttributes(wire, 2)
        const [, path] = await patchableUser(wire, { [name]: 'a', [other]: 'b' })
        const reply = await wire.patch(path, [{ op: 'replace', value: { [name]: 'c' } }])
        if (reply.status >= 400) await observeRefusal(wire, path, { op: 'replace', path: name, value: 'c' })
        expectStatus(reply, 200, 204)
        expectToHave(await wire.read(path), { [name]: 'c', [other]: 'b' }, 'the user')
        wire.observe('pathless-patch', 'taken')
        const added = await wire.patched(path, [{ op: 'add', value: { [other]: 'd' } }])
        expectToHave(added, { [name]: 'c', [other]: 'd' }, 'the user')
      },
    },
    {
      id: 'patch-enterprise',
      name: 'an attribute of the enterprise extension is added, changed and removed under its URN',
      source: 'RFC 7644 3.10',
      needs: ['enterprise'],
      async run(wire) {
        const names = ['department', 'costCenter', 'employeeNumber', 'division', 'organization']
        const name = names.find((one) => wire.target.writes(one, urns.enterpriseUser))
        if (!name) return wire.skip('the server describes no text of the enterprise extension')
        const [, path] = await patchableUser(wire)
        const at = `${urns.enterpriseUser}:${name}`
        for (const [op, value] of [
          ['add', wire.mark('added')],
          ['replace', wire.mark('replaced')],
        ] as const) {
          const after = await wire.patched(path, [{ op, path: at, value }])
          const expected = { schemas: [urns.enterpriseUser], [urns.enterpriseUser]: { [name]: value } }
          expectToHave(after, expected, 'the user')
        }
        const { [urns.enterpriseUser]: left } = await wire.patched(path, [{ op: 'remove', path: at }])
        expectToHave(left ?? {}, { [name]: undefined }, 'the extension')
      },
    },
  ],
  ['patch'],
)

/** After an operation without a path was refused: that is the reason where the same with a path is taken. */
async function observeRefusal(wire: Wire, path: string, operation: JsonObject): Promise<void> {
  if ((await wire.patch(path, [operation])).status < 300) wire.observe('pathless-patch', 'refused')
}
