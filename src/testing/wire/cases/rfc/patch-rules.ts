import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import {
  expectError,
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  saysNothing,
} from '../../expect.js'
import { metaOf, textAttribute, textAttributes } from '../attributes.js'
import { patchParallel } from './patch-parallel.js'
import { patchableUser } from './patch-values.js'

/** What PATCH refuses, and in which order it works (RFC 7644 3.5.2 and 3.12). */
export const patchRulesCases = casesOf(
  'rfc',
  [
    {
      id: 'patch-order',
      name: 'operations are applied in their order',
      source: 'RFC 7644 3.5.2',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await patchableUser(wire)
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
        const [, path] = await patchableUser(wire, { [name]: 'a', [other]: 'b' })
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
        const [, path] = await patchableUser(wire, { [name]: 'Guide' })
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
        const [{ userName }, path] = await patchableUser(wire)
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
        const [{ userName }, path] = await patchableUser(wire)
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
        const [, path] = await patchableUser(wire)
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
        const [{ id }, path] = await patchableUser(wire)
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
        const [, path] = await patchableUser(wire)
        expectError(await wire.patch(path, [{ op: 'replace', path: 'id', value: 'x' }]), 400, 'mutability')
      },
    },
    {
      id: 'patch-remove-pathless',
      name: 'remove without a path is refused with noTarget',
      source: 'RFC 7644 3.5.2.2',
      async run(wire) {
        const [, path] = await patchableUser(wire)
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
        const [, path] = await patchableUser(wire)
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
        const [, path] = await patchableUser(wire)
        expectStatus(await wire.send('PATCH', path, { body: { schemas: [urns.patchOp] } }), 400)
      },
    },
    {
      id: 'patch-nothing-new',
      name: 'a PATCH to what is there already does not count as a change',
      source: 'RFC 7644 3.5.2.1',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await patchableUser(wire, { [name]: 'Babs' })
        const before = metaOf(await wire.read(path))
        const after = metaOf(await wire.patched(path, [{ op: 'add', path: name, value: 'Babs' }]))
        expectSame(after.lastModified, before.lastModified, 'meta.lastModified')
        if (wire.target.can('etag')) expectSame(after.version, before.version, 'meta.version')
      },
    },
    patchParallel,
    {
      id: 'patch-null',
      name: 'null takes a value away',
      source: 'RFC 7643 2.5',
      level: 'optional',
      async run(wire) {
        const name = textAttribute(wire)
        const [, path] = await patchableUser(wire, { [name]: 'before' })
        const reply = await wire.patch(path, [{ op: 'replace', path: name, value: null }])
        expectStatus(reply, 200, 204)
        expectThat(saysNothing((await wire.read(path))[name]), `${name} is still there`, `no ${name}`, reply)
      },
    },
  ],
  ['patch'],
)
