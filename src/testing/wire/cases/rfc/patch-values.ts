import { urns } from '../../../../protocol/index.js'
import { casesOf, type JsonObject } from '../../case.js'
import {
  expectError,
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  isUnassigned,
  objectIn,
  resourceIn,
} from '../../expect.js'
import type { Made, Wire } from '../../wire.js'
import { metaOf, textAttribute, textAttributes, valuesAt } from '../attributes.js'

async function user(wire: Wire, attributes: JsonObject = {}): Promise<readonly [Made, string]> {
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
        const [, path] = await user(wire, { [name]: 'before' })
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
        const [, path] = await user(wire, { [name]: 'before' })
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
        const [, path] = await user(wire, { [name]: 'a', [other]: 'b' })
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
        const [{ id, userName }, path] = await user(wire)
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
        const [{ id }, path] = await user(wire, { [other]: 'stays' })
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
        const [{ id }, path] = await user(wire, { active: true })
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
        const [, path] = await user(wire, { name: { familyName: 'Jensen', givenName: 'Barbara' } })
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
        const [, path] = await user(wire, { name: { familyName: 'Jensen', givenName: 'Barbara' } })
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
        const [, path] = await user(wire, { [name]: 'before' })
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
        const [, path] = await user(wire, { [name]: 'before' })
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
        const [, path] = await user(wire, { [name]: 'a', [other]: 'b' })
        wire.observe('pathless-patch', 'refused')
        const replaced = await wire.patched(path, [{ op: 'replace', value: { [name]: 'c' } }])
        expectToHave(replaced, { [name]: 'c', [other]: 'b' }, 'the user')
        const added = await wire.patched(path, [{ op: 'add', value: { [other]: 'd' } }])
        expectToHave(added, { [name]: 'c', [other]: 'd' }, 'the user')
        wire.observe('pathless-patch', 'taken')
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
        const [, path] = await user(wire)
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
    {
      id: 'patch-order',
      name: 'operations are applied in their order',
      source: 'RFC 7644 3.5.2',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await user(wire)
        const operations = ['One', 'Two', 'Three'].map((value) => ({ op: 'replace', path: name, value }))
        expectToHave(await wire.patched(path, operations), { [name]: 'Three' }, 'the user')
      },
    },
    {
      id: 'patch-several',
      name: 'every operation of a request is applied',
      source: 'RFC 7644 3.5.2',
      async run(wire) {
        const [name, other = ''] = textAttributes(wire, 2)
        const [, path] = await user(wire, { [name]: 'a', [other]: 'b' })
        const after = await wire.patched(path, [
          { op: 'replace', path: name, value: 'c' },
          { op: 'remove', path: other },
        ])
        expectToHave(after, { [name]: 'c', [other]: undefined }, 'the user')
      },
    },
    {
      id: 'patch-atomic',
      name: 'of operations of which one is refused none is applied',
      source: 'RFC 7644 3.5.2',
      async run(wire) {
        const name = textAttribute(wire)
        const other = await wire.createUser()
        const [, path] = await user(wire, { [name]: 'Guide' })
        const before = await wire.read(path)
        for (const refused of [
          { op: 'replace', path: 'userName', value: other.userName },
          { op: 'remove', path: 'userName' },
          { op: 'replace', path: 'shoe size', value: 44 },
        ]) {
          const reply = await wire.patch(path, [{ op: 'replace', path: name, value: 'Chief' }, refused])
          if (reply.status < 400) continue
          const after = await wire.get(path)
          expectSame(objectIn(after)[name], before[name], name, after)
        }
      },
    },
    {
      id: 'patch-duplicate',
      name: 'a PATCH to a userName that another user has is 409',
      source: 'RFC 7644 3.12',
      async run(wire) {
        const other = await wire.createUser()
        const [{ userName }, path] = await user(wire)
        expectStatus(
          await wire.patch(path, [{ op: 'replace', path: 'userName', value: other.userName }]),
          409,
        )
        expectSame((await wire.read(path)).userName, userName, 'userName')
      },
    },
    {
      id: 'patch-required',
      name: 'remove of what is required is refused',
      source: 'RFC 7644 3.5.2.2',
      async run(wire) {
        const [{ userName }, path] = await user(wire)
        expectStatus(await wire.patch(path, [{ op: 'remove', path: 'userName' }]), 400)
        expectSame((await wire.read(path)).userName, userName, 'userName')
      },
    },
    {
      id: 'patch-required-type',
      name: 'the error for a removal of what is required is mutability, and invalidValue is as good',
      source: 'RFC 7644 3.5.2.2 and 3.12, table 9',
      level: 'optional',
      async run(wire) {
        const [, path] = await user(wire)
        const reply = await wire.patch(path, [{ op: 'remove', path: 'userName' }])
        const { scimType } = objectIn(reply, 400)
        const isRight = scimType === 'mutability' || scimType === 'invalidValue'
        expectThat(isRight, `scimType is ${String(scimType)}`, 'mutability or invalidValue', reply)
      },
    },
    {
      id: 'patch-read-only',
      name: 'an id is never changed',
      source: 'RFC 7644 3.5.2, RFC 7643 3.1',
      async run(wire) {
        const [{ id }, path] = await user(wire)
        const reply = await wire.patch(path, [{ op: 'replace', path: 'id', value: wire.mark('id') }])
        if (reply.status >= 500) expectStatus(reply, 400)
        expectSame((await wire.read(path)).id, id, 'id')
      },
    },
    {
      id: 'patch-read-only-type',
      name: 'a change of an id is refused with mutability',
      source: 'RFC 7644 3.12, table 9',
      level: 'optional',
      async run(wire) {
        const [, path] = await user(wire)
        expectError(await wire.patch(path, [{ op: 'replace', path: 'id', value: 'x' }]), 400, 'mutability')
      },
    },
    {
      id: 'patch-remove-pathless',
      name: 'remove without a path is refused with noTarget',
      source: 'RFC 7644 3.5.2.2',
      async run(wire) {
        const [, path] = await user(wire)
        const before = await wire.read(path)
        const reply = await wire.patch(path, [{ op: 'remove' }])
        // The interop profile has a type of its own for it.
        if (wire.target.declaresInterop) expectStatus(reply, 400)
        else expectError(reply, 400, 'noTarget')
        expectSame(await wire.read(path), before, 'the user')
      },
    },
    {
      id: 'patch-wrong',
      name: 'operations and paths that there are not are refused, and change nothing',
      source: 'RFC 7644 3.5.2 and 3.12',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await user(wire)
        const before = await wire.read(path)
        expectStatus(await wire.patch(path, [{ op: 'explode', path: name, value: 'x' }]), 400)
        expectStatus(await wire.patch(path, [{ op: 'replace', path: 'shoe size', value: 44 }]), 400)
        expectStatus(await wire.patch(path, [{ op: 'replace', path: 'emails[type eq', value: 'x' }]), 400)
        expectSame(await wire.read(path), before, 'the user')
      },
    },
    {
      id: 'patch-no-operations',
      name: 'a PATCH without Operations is refused',
      source: 'RFC 7644 3.5.2',
      async run(wire) {
        const [, path] = await user(wire)
        expectStatus(await wire.send('PATCH', path, { body: { schemas: [urns.patchOp] } }), 400)
      },
    },
    {
      id: 'patch-nothing-new',
      name: 'a PATCH to what is there already does not count as a change',
      source: 'RFC 7644 3.5.2.1',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await user(wire, { [name]: 'Babs' })
        const before = metaOf(await wire.read(path))
        const after = metaOf(await wire.patched(path, [{ op: 'add', path: name, value: 'Babs' }]))
        expectSame(after.lastModified, before.lastModified, 'meta.lastModified')
      },
    },
    {
      id: 'patch-parallel',
      name: 'PATCHes at the same time lose nothing',
      source: 'RFC 7644 3.5.2',
      attributes: ['phoneNumbers.value'],
      async run(wire) {
        const [, path] = await user(wire, { phoneNumbers: undefined })
        const values = Array.from({ length: 8 }, (_, index) => `555-000${index}`)
        const replies = await Promise.all(
          values.map((value) => wire.patch(path, [{ op: 'add', path: 'phoneNumbers', value: [{ value }] }])),
        )
        // Who was refused was told so.
        const taken = values.filter((_, index) => (replies[index]?.status ?? 500) < 300)
        const stored = valuesAt(await wire.read(path), 'phoneNumbers')
        expectToHave(stored, taken, 'the numbers')
        expectThat(taken.length > 0, 'every PATCH was refused', 'some that are taken')
      },
    },
    {
      id: 'patch-null',
      name: 'null takes a value away',
      source: 'RFC 7643 2.5',
      level: 'optional',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await user(wire, { [name]: 'before' })
        const reply = await wire.patch(path, [{ op: 'replace', path: name, value: null }])
        expectStatus(reply, 200, 204)
        expectThat(isUnassigned((await wire.read(path))[name]), `${name} is still there`, `no ${name}`, reply)
      },
    },
  ],
  ['patch'],
)
