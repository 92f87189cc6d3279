import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import type { WireReply } from '../../exchange.js'
import {
  expectError,
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourceIn,
  resourcesIn,
  wholeListIn,
} from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import { pathOf, type Wire } from '../../wire.js'

/** Where the profile is written. */
export function section(number: string): string {
  return `draft-zollner-scim-interop-profile ${number}`
}

/** Sends a PATCH that must be refused, and looks whether something has changed. */
export async function refused(
  wire: Wire,
  path: string,
  operation: JsonObject,
  scimType: string,
): Promise<void> {
  const before = await wire.read(path)
  const harmless = { op: 'replace', path: 'externalId', value: wire.mark('id') }
  const reply = await wire.patch(path, [harmless, operation])
  expectError(reply, 400, scimType)
  const after = await wire.get(path)
  expectSame(objectIn(after), before, 'what is stored', after)
}

async function idsBy(wire: Wire, filter: string): Promise<readonly unknown[]> {
  return resourcesIn(await wire.get('/Users', { filter })).map(({ id }) => id)
}

function exactly(reply: WireReply): void {
  expectSame(reply.headers['content-type'], 'application/scim+json', 'Content-Type', reply)
}

/** What the profile says of discovery, names, media types, lists and errors. */
export const interopGeneral = casesOf('interop', [
  {
    id: 'discovery',
    name: 'discovery has each resource type under its name, with all of its schemas',
    source: section('5.1'),
    readsOnly: true,
    async run(wire) {
      const config = await wire.get('/ServiceProviderConfig')
      expectToHave(objectIn(config), { patch: { supported: true } }, 'the configuration', config)
      const schemas = wholeListIn(await wire.get('/Schemas')).map(({ id }) => id)
      const reply = await wire.get('/ResourceTypes')
      for (const type of wholeListIn(reply)) {
        expectSame(type.id, type.name, 'the id of the resource type', reply)
        const extensions = Array.isArray(type.schemaExtensions)
          ? type.schemaExtensions.filter(isJsonObject)
          : []
        expectToHave(schemas, [type.schema, ...extensions.map(({ schema }) => schema)], 'the schemas', reply)
      }
    },
  },
  {
    id: 'statement',
    name: 'discovery says that the profile holds',
    source: section('4'),
    level: 'optional',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/ServiceProviderConfig')
      expectToHave(objectIn(reply), { interopProfileConformant: true }, 'the configuration', reply)
    },
  },
  {
    id: 'letter-case',
    name: 'a userName is the same in another case, an externalId is not',
    source: section('5.2'),
    async run(wire) {
      const externalId = wire.mark('Key')
      const { id, userName } = await wire.createUser({ externalId })
      expectSame(
        await idsBy(wire, `userName eq "${String(userName).toUpperCase()}"`),
        [id],
        'who is found by userName',
      )
      expectSame(await idsBy(wire, `externalId eq "${externalId}"`), [id], 'who is found by externalId')
      expectSame(
        await idsBy(wire, `externalId eq "${externalId.toUpperCase()}"`),
        [],
        'who is found in capitals',
      )
      expectSame(await idsBy(wire, `id eq "${id}"`), [id], 'who is found by id')
      const again = wire.draftUser({ userName: String(userName).toUpperCase() })
      expectError(await wire.send('POST', '/Users', { body: again }), 409, 'uniqueness')
    },
  },
  {
    id: 'unknown-attributes',
    name: 'an attribute or a schema that there is not is refused in a POST and a PUT',
    source: section('5.3'),
    contradiction: 'unknown-attributes',
    async run(wire) {
      const user = await wire.createUser()
      const path = pathOf('/Users', user.id)
      for (const wrong of [
        { nosuch: 1 },
        { name: { nosuch: 'x' } },
        { emails: [{ value: user.userName, nosuch: 'x' }] },
        { [urns.enterpriseUser]: { nosuch: 'x' } },
        { department: 'x' },
        { 'urn:example:no:such:2.0:User': { a: 'x' } },
        { schemas: [urns.user, 'urn:example:no:such:2.0:User'] },
      ]) {
        const posted = await wire.send('POST', '/Users', { body: wire.draftUser(wrong) })
        wire.observe('unknown-attributes', posted.status === 400 ? 'refused' : 'ignored')
        expectError(posted, 400, 'invalidSyntax')
        const put = wire.draftUser({ ...wrong, userName: user.userName })
        expectError(await wire.send('PUT', path, { body: put }), 400, 'invalidSyntax')
      }
      const after = await wire.get(path)
      const { meta: _, ...before } = user
      const { meta: __, ...left } = objectIn(after)
      expectSame(left, before, 'what is stored', after)
    },
  },
  {
    id: 'unknown-attributes-patch',
    name: 'an attribute that there is not is refused in a PATCH',
    source: section('5.3'),
    async run(wire) {
      const path = pathOf('/Users', (await wire.createUser()).id)
      for (const [name, value] of [
        ['nosuch', 'x'],
        ['name.nosuch', 'x'],
        ['nosuch[type eq "work"].value', 'x'],
        ['department', 'x'],
        [`${urns.enterpriseUser}:nosuch`, 'x'],
        ['urn:example:no:such:2.0:User:a', 'x'],
        ['name', { nosuch: 'x' }],
        ['emails', [{ value: 'a@example.com', nosuch: 'x' }]],
      ] as const)
        for (const op of ['add', 'replace'])
          await refused(wire, path, { op, path: name, value }, 'invalidSyntax')
      await refused(wire, path, { op: 'remove', path: 'nosuch' }, 'invalidSyntax')
      await refused(wire, path, { op: 'replace', path: '.displayName', value: 'x' }, 'invalidPath')
    },
  },
  {
    id: 'unknown-attributes-bulk',
    name: 'an attribute that there is not is refused inside of a bulk request',
    source: section('5.3'),
    needs: ['bulk'],
    async run(wire) {
      const data = wire.draftUser({ nosuch: 1 })
      const Operations = [{ method: 'POST', path: '/Users', bulkId: 'a', data }]
      const reply = await wire.send('POST', '/Bulk', { body: { schemas: [urns.bulkRequest], Operations } })
      const expected = [{ status: '400', response: { scimType: 'invalidSyntax' } }]
      expectToHave(objectIn(reply).Operations, expected, 'the outcomes', reply)
    },
  },
  {
    id: 'media-type',
    name: 'every reply with a body has the media type of SCIM and no parameter',
    source: section('6.2'),
    async run(wire) {
      const { id, userName } = await wire.createUser()
      const path = pathOf('/Users', id)
      exactly(await wire.get(path))
      exactly(await wire.send('GET', path, { headers: { accept: 'application/json' } }))
      for (const one of ['/Users?count=1', '/Schemas', '/ResourceTypes', '/ServiceProviderConfig'])
        exactly(await wire.get(one))
      exactly(await wire.send('POST', '/Users', { body: wire.draftUser() }))
      exactly(await wire.send('PUT', path, { body: wire.draftUser({ userName }) }))
      exactly(await wire.send('POST', '/Users', { body: wire.draftUser({ userName }) }))
      exactly(await wire.send('POST', '/Users', { body: '{' }))
      const rename = [{ op: 'replace', path: 'externalId', value: wire.mark('id') }]
      const patched = await wire.patch(path, rename)
      if (patched.status !== 204) exactly(patched)
      exactly(await wire.get(`/Users/${wire.nobody()}`))
      exactly(await wire.get('/scimkit-verify-nothing'))
      exactly(
        await wire.send('GET', path, { headers: { authorization: 'Bearer scimkit-verify-wrong-token' } }),
      )
    },
  },
  {
    id: 'filter-and',
    name: 'filters know eq and and',
    source: section('6.3'),
    async run(wire) {
      const externalId = wire.mark('both')
      const { id, userName } = await wire.createUser({ externalId })
      const filter = `externalId eq "${externalId}" and userName eq "${userName}"`
      expectSame(await idsBy(wire, filter), [id], 'who is found')
      const other = `externalId eq "${externalId}" and userName eq "x${userName}"`
      expectSame(await idsBy(wire, other), [], 'who is found by another name')
    },
  },
  {
    id: 'filter-unknown',
    name: 'a filter on an attribute that no schema has is refused with invalidFilter',
    source: section('6.3'),
    async run(wire) {
      for (const filter of [
        'nosuch eq "x"',
        'name.nosuch eq "x"',
        'userName eq "x" and nosuch eq "x"',
        'department eq "x"',
        'emails[nosuch eq "x"]',
      ]) {
        expectError(await wire.get('/Users', { filter }), 400, 'invalidFilter')
        const body = { schemas: [urns.searchRequest], filter, count: 1 }
        const search = await wire.send('POST', '/Users/.search', { body })
        if (![404, 405, 501].includes(search.status)) expectError(search, 400, 'invalidFilter')
      }
      const path = pathOf('/Users', (await wire.createUser()).id)
      const at = 'emails[nosuch eq "x"].value'
      await refused(wire, path, { op: 'replace', path: at, value: 'x' }, 'invalidFilter')
    },
  },
  {
    id: 'pages',
    name: 'a page has 100 resources unless another number is asked for, and 100 may be asked for',
    source: section('6.4'),
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/ServiceProviderConfig')
      const { pagination, filter } = objectIn(reply)
      if (isJsonObject(pagination)) {
        expectToHave(pagination, { defaultPageSize: 100 }, 'pagination', reply)
        const isEnough = Number(pagination.maxPageSize) >= 100
        expectThat(
          isEnough,
          `maxPageSize is ${String(pagination.maxPageSize)}`,
          'maxPageSize of 100 or more',
          reply,
        )
      } else expectToHave(filter, { supported: true }, 'filter', reply)
      wholeListIn(await wire.get('/Users', { count: '100', startIndex: '1' }), { startIndex: 1 })
    },
  },
  {
    id: 'delete',
    name: 'a PATCH deletes nobody, and a deleted user is gone for everyone',
    source: section('6.6'),
    attributes: ['active'],
    async run(wire) {
      const { id, userName } = await wire.createUser({ active: true })
      const path = pathOf('/Users', id)
      const off = await wire.patched(path, [{ op: 'replace', path: 'active', value: false }])
      expectToHave(off, { active: false }, 'the user')
      expectStatus(await wire.send('DELETE', path), 204)
      expectError(await wire.get(path), 404)
      expectError(await wire.send('DELETE', path), 404)
      expectError(await wire.patch(path, [{ op: 'replace', path: 'active', value: true }]), 404)
      expectSame(await idsBy(wire, `userName eq "${userName}"`), [], 'who is found by userName')
      resourceIn(await wire.send('POST', '/Users', { body: wire.draftUser({ userName }) }), 201, { userName })
    },
  },
  {
    id: 'uniqueness',
    name: 'a name that another has is refused in a POST, a PUT and a PATCH',
    source: section('6.9'),
    async run(wire) {
      const [first, second] = [await wire.createUser(), await wire.createUser()]
      const path = pathOf('/Users', second.id)
      const taken = wire.draftUser({ userName: first.userName })
      expectError(await wire.send('POST', '/Users', { body: taken }), 409, 'uniqueness')
      expectError(await wire.send('PUT', path, { body: taken }), 409, 'uniqueness')
      const rename = { op: 'replace', path: 'userName', value: first.userName }
      expectError(await wire.patch(path, [rename]), 409, 'uniqueness')
      expectToHave(await wire.read(path), { userName: second.userName }, 'the user')
    },
  },
])
