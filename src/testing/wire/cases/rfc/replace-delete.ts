import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import {
  expectError,
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourceIn,
  resourcesIn,
  saysNothing,
} from '../../expect.js'
import type { JsonObject } from '../../json.js'
import type { Made, Wire } from '../../wire.js'
import { filterBy, metaOf, textAttribute, valuesAt } from '../attributes.js'

/** What was created, without what the server gives. */
async function created(
  wire: Wire,
  attributes: JsonObject = {},
): Promise<readonly [Made, JsonObject, string]> {
  const sent = wire.draftUser(attributes)
  const user = await wire.create('/Users', sent)
  return [user, sent, `/Users/${user.id}`]
}

/** PUT and DELETE (RFC 7644 3.5.1 and 3.6). */
export const replacement = casesOf('rfc', [
  {
    id: 'put',
    name: 'a PUT gives a user other values and is answered with them',
    source: 'RFC 7644 3.5.1',
    async run(wire) {
      const [user, sent, path] = await created(wire)
      const name = textAttribute(wire)
      const value = wire.mark('put')
      const reply = await wire.send('PUT', path, { body: { ...sent, [name]: value } })
      const replaced = resourceIn(reply, 200, { id: user.id, [name]: value })
      expectSame(metaOf(replaced).created, metaOf(user).created, 'meta.created', reply)
      const read = await wire.get(path)
      expectToHave(objectIn(read), { [name]: value }, 'the user', read)
    },
  },
  {
    id: 'put-list',
    name: 'a PUT replaces a list as a whole',
    source: 'RFC 7644 3.5.1',
    attributes: ['emails.value', 'emails.type'],
    async run(wire) {
      const [one, two] = [`${wire.mark('a')}@example.com`, `${wire.mark('b')}@example.com`]
      const [, sent, path] = await created(wire, { emails: [{ value: one, type: 'work' }] })
      const reply = await wire.send('PUT', path, {
        body: { ...sent, emails: [{ value: two, type: 'home' }] },
      })
      expectStatus(reply, 200)
      const read = await wire.get(path)
      expectSame(valuesAt(objectIn(read), 'emails'), [two], 'the addresses', read)
    },
  },
  {
    id: 'put-omitted',
    name: 'a value that a PUT leaves out is cleared',
    source: 'RFC 7644 3.5.1',
    level: 'optional',
    async run(wire) {
      const name = textAttribute(wire)
      const [, sent, path] = await created(wire, { [name]: 'Guide' })
      expectStatus(await wire.send('PUT', path, { body: { ...sent, [name]: undefined } }), 200)
      const read = await wire.get(path)
      expectToHave(objectIn(read), { [name]: undefined }, 'the user', read)
    },
  },
  {
    id: 'put-echo',
    name: 'a PUT of what a GET has shown changes nothing',
    source: 'RFC 7644 3.5.1',
    async run(wire) {
      const [, , path] = await created(wire)
      const shown = await wire.read(path)
      const reply = expectStatus(await wire.send('PUT', path, { body: shown }), 200)
      const [{ meta: _, ...after }, { meta: __, ...before }] = [objectIn(reply), shown]
      expectSame(after, before, 'the user', reply)
    },
  },
  {
    id: 'put-read-only',
    name: 'id and meta in a PUT are ignored',
    source: 'RFC 7644 3.5.1',
    async run(wire) {
      const [user, sent, path] = await created(wire)
      const meta = { created: '2001-01-01T00:00:00Z', resourceType: 'User' }
      expectStatus(await wire.send('PUT', path, { body: { ...sent, id: user.id, meta } }), 200)
      const read = await wire.get(path)
      expectToHave(objectIn(read), { id: user.id, meta: { created: metaOf(user).created } }, 'the user', read)
    },
  },
  {
    id: 'put-required',
    name: 'a PUT without a userName does not take it away',
    source: 'RFC 7644 3.5.1, RFC 7643 7',
    async run(wire) {
      const [user, sent, path] = await created(wire)
      const reply = await wire.send('PUT', path, { body: { ...sent, userName: undefined } })
      if (reply.status >= 500) expectStatus(reply, 400)
      const read = await wire.get(path)
      expectToHave(objectIn(read), { userName: user.userName }, 'the user', read)
    },
  },
  {
    id: 'put-duplicate',
    name: 'a PUT of a userName that another user has is 409 and changes nothing',
    source: 'RFC 7644 3.5.1 and 3.12',
    async run(wire) {
      const other = await wire.createUser()
      const [user, sent, path] = await created(wire)
      expectStatus(await wire.send('PUT', path, { body: { ...sent, userName: other.userName } }), 409)
      expectSame((await wire.read(path)).userName, user.userName, 'userName')
    },
  },
  {
    id: 'put-creates-nothing',
    name: 'a PUT creates nothing',
    source: 'RFC 7644 3.5.1',
    async run(wire) {
      const path = `/Users/${wire.nobody()}`
      expectStatus(await wire.send('PUT', path, { body: wire.draftUser() }), 404)
      expectStatus(await wire.get(path), 404)
    },
  },
  {
    id: 'put-modified',
    name: 'a change does not set lastModified back',
    source: 'RFC 7643 3.1',
    async run(wire) {
      const [user, sent, path] = await created(wire)
      await wire.send('PUT', path, { body: { ...sent, [textAttribute(wire)]: wire.mark('put') } })
      const read = await wire.get(path)
      const [before, after] = [metaOf(user), metaOf(objectIn(read))].map((meta) =>
        Date.parse(String(meta.lastModified)),
      )
      if (before === undefined || after === undefined || Number.isNaN(before)) return
      expectThat(after >= before, 'lastModified is earlier than before', 'a lastModified that goes on', read)
    },
  },
  {
    id: 'delete-status',
    name: 'a DELETE is answered with 204 and no body',
    source: 'RFC 7644 3.6',
    async run(wire) {
      const { id } = await wire.createUser()
      const reply = expectStatus(await wire.send('DELETE', `/Users/${id}`), 204)
      expectSame(reply.text, '', 'the body', reply)
    },
  },
  {
    id: 'delete-gone',
    name: 'what is deleted is 404 for every operation',
    source: 'RFC 7644 3.6',
    async run(wire) {
      const [, sent, path] = await created(wire)
      expectStatus(await wire.send('DELETE', path), 204, 200)
      expectStatus(await wire.get(path), 404)
      expectStatus(await wire.send('PUT', path, { body: sent }), 404)
      expectStatus(await wire.send('DELETE', path), 404)
    },
  },
  {
    id: 'delete-list',
    name: 'what is deleted is in no list',
    source: 'RFC 7644 3.6',
    needs: ['filter'],
    async run(wire) {
      const { id, userName } = await wire.createUser()
      expectStatus(await wire.send('DELETE', `/Users/${id}`), 204, 200)
      const list = await wire.get('/Users', filterBy('userName', userName))
      expectSame(resourcesIn(list).length, 0, 'how many are found', list)
    },
  },
  {
    id: 'delete-name',
    name: 'the userName of a user who is deleted can be taken again',
    source: 'RFC 7644 3.6',
    async run(wire) {
      const { id, userName } = await wire.createUser()
      expectStatus(await wire.send('DELETE', `/Users/${id}`), 204, 200)
      const reply = await wire.send('POST', '/Users', { body: wire.draftUser({ userName }) })
      expectStatus(reply, 201, 200)
      expectThat(objectIn(reply, [201, 200]).id !== id, 'the id is used again', 'another id', reply)
    },
  },
  {
    id: 'delete-one',
    name: 'a DELETE deletes nobody else',
    source: 'RFC 7644 3.6',
    async run(wire) {
      const [gone, left] = [await wire.createUser(), await wire.createUser()]
      await wire.send('DELETE', `/Users/${gone.id}`)
      expectStatus(await wire.get(`/Users/${left.id}`), 200)
    },
  },
  {
    id: 'get-attributes',
    name: 'attributes are what is shown, besides what always is',
    source: 'RFC 7644 3.9',
    async run(wire) {
      const { id, userName } = await wire.createUser({ [textAttribute(wire)]: 'Guide' })
      const reply = await wire.get(`/Users/${id}`, { attributes: 'userName' })
      const shown = { id, userName, schemas: [urns.user], [textAttribute(wire)]: undefined, meta: undefined }
      resourceIn(reply, 200, shown)
    },
  },
  {
    id: 'get-sub-attributes',
    name: 'a sub-attribute can be asked for alone',
    source: 'RFC 7644 3.9',
    attributes: ['name.familyName', 'name.givenName'],
    async run(wire) {
      const { id } = await wire.createUser({ name: { familyName: 'Jensen', givenName: 'Barbara' } })
      const reply = await wire.get(`/Users/${id}`, { attributes: 'name.familyName' })
      resourceIn(reply, 200, { id, name: { familyName: 'Jensen', givenName: undefined } })
    },
  },
  {
    id: 'get-sub-attributes-list',
    name: 'a sub-attribute of a list can be asked for alone, and a complex attribute whole',
    source: 'RFC 7644 3.9',
    attributes: ['name.familyName', 'emails.value', 'emails.type'],
    async run(wire) {
      const { id, userName } = await wire.createUser({ name: { familyName: 'Jensen' } })
      const reply = await wire.get(`/Users/${id}`, { attributes: 'emails.value,name' })
      const emails = [{ value: userName, type: undefined }]
      resourceIn(reply, 200, { id, emails, name: { familyName: 'Jensen' }, userName: undefined })
    },
  },
  {
    id: 'get-excluded',
    name: 'excludedAttributes are not shown, unless they always are',
    source: 'RFC 7644 3.9',
    async run(wire) {
      const name = textAttribute(wire)
      const { id, userName } = await wire.createUser({ [name]: 'Guide' })
      const reply = await wire.get(`/Users/${id}`, { excludedAttributes: `${name},id` })
      const shown = objectIn(reply)
      expectToHave(shown, { id, userName, schemas: [urns.user] }, 'the user', reply)
      expectThat(saysNothing(shown[name]), `${name} is there`, `no ${name}`, reply)
    },
  },
  {
    id: 'error-duplicate-type',
    name: 'the error for a userName that is taken is uniqueness in a PUT too',
    source: 'RFC 7644 3.12, table 9',
    level: 'optional',
    async run(wire) {
      const other = await wire.createUser()
      const [, sent, path] = await created(wire)
      expectError(
        await wire.send('PUT', path, { body: { ...sent, userName: other.userName } }),
        409,
        'uniqueness',
      )
    },
  },
])
