import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import type { WireReply } from '../../exchange.js'
import {
  expectError,
  expectMediaType,
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourceIn,
} from '../../expect.js'
import { isJsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { metaOf, textAttribute } from '../attributes.js'

/** Replies that are errors, one of each kind. */
async function errors(wire: Wire): Promise<readonly (readonly [WireReply, number])[]> {
  const { userName } = await wire.createUser()
  return [
    [await wire.get(`/Users/${wire.nobody()}`), 404],
    [await wire.send('POST', '/Users', { body: '{ "userName": tre }' }), 400],
    [await wire.send('POST', '/Users', { body: wire.draftUser({ userName }) }), 409],
  ]
}

/** A user's path, and its version as the last reply had it. */
async function versioned(wire: Wire): Promise<readonly [path: string, version: string]> {
  const path = `/Users/${(await wire.createUser()).id}`
  const reply = await wire.get(path)
  const { version } = metaOf(objectIn(reply))
  const etag = reply.headers.etag
  expectThat(typeof etag === 'string', 'there is no ETag', 'an ETag, since etag.supported is true', reply)
  if (version !== undefined) expectSame(etag, version, 'ETag', reply)
  return [path, etag]
}

/** Errors, media types, versions (RFC 7644 3.8, 3.12, 3.14). */
export const http = casesOf('rfc', [
  {
    id: 'error-body',
    name: 'an error is a message with its schema and its status as a text',
    source: 'RFC 7644 3.12',
    async run(wire) {
      for (const [reply, status] of await errors(wire)) expectError(reply, status)
    },
  },
  {
    id: 'error-detail',
    name: 'an error says in words what is wrong',
    source: 'RFC 7644 3.12',
    level: 'optional',
    async run(wire) {
      for (const [reply, status] of await errors(wire))
        expectToHave(objectIn(reply, status), { detail: /./ }, 'the error', reply)
    },
  },
  {
    id: 'error-syntax',
    name: 'a body that is no JSON is refused',
    source: 'RFC 7644 3.12',
    async run(wire) {
      for (const body of ['{ "userName": tre }', '', '[]', 'null'])
        expectStatus(await wire.send('POST', '/Users', { body }), 400)
    },
  },
  {
    id: 'error-syntax-type',
    name: 'the error for a body that is no JSON is invalidSyntax',
    source: 'RFC 7644 3.12, table 9',
    level: 'optional',
    async run(wire) {
      expectError(await wire.send('POST', '/Users', { body: '{ "userName": tre }' }), 400, 'invalidSyntax')
    },
  },
  {
    id: 'not-found',
    name: 'what is not there is 404',
    source: 'RFC 7644 3.12',
    readsOnly: true,
    async run(wire) {
      expectStatus(await wire.get(`/Users/${wire.nobody()}`), 404)
      expectStatus(await wire.get('/scimkit-verify-nothing'), 404)
    },
  },
  {
    id: 'not-found-writes',
    name: 'a change of what is not there is 404',
    source: 'RFC 7644 3.5.1, 3.5.2 and 3.6',
    async run(wire) {
      const path = `/Users/${wire.nobody()}`
      expectStatus(await wire.send('DELETE', path), 404)
      const isPatchable = wire.target.can('patch')
      if (isPatchable)
        expectStatus(await wire.patch(path, [{ op: 'replace', path: 'active', value: false }]), 404)
      expectStatus(await wire.send('PUT', path, { body: wire.draftUser() }), 404)
    },
  },
  {
    id: 'media-type',
    name: 'every reply with a body is application/scim+json',
    source: 'RFC 7644 3.1 and 8.1',
    async run(wire) {
      const { id } = await wire.createUser()
      const refused = await errors(wire)
      for (const reply of [
        await wire.get(`/Users/${id}`),
        await wire.get('/Users?count=1'),
        await wire.get('/ServiceProviderConfig'),
        await wire.send('POST', '/Users', { body: wire.draftUser() }),
        ...refused.map(([reply]) => reply),
      ])
        expectMediaType(reply)
    },
  },
  {
    id: 'media-type-json',
    name: 'application/json is understood too, and either type with a charset',
    source: 'RFC 7644 3.1 and 8.1',
    level: 'optional',
    async run(wire) {
      for (const type of [
        'application/json',
        'application/json; charset=utf-8',
        'application/scim+json;charset=UTF-8',
      ]) {
        const headers = { 'content-type': type, accept: 'application/json' }
        await wire.create('/Users', wire.draftUser(), { headers })
      }
    },
  },
  {
    id: 'method-not-allowed',
    name: 'a method that an endpoint does not know is 405 and names those that it knows',
    source: 'RFC 9110 15.5.6',
    level: 'optional',
    async run(wire) {
      const reply = expectStatus(await wire.send('POST', '/Schemas', { body: {} }), 405)
      expectToHave(reply.headers.allow, /GET/, 'Allow', reply)
    },
  },
  {
    id: 'etag',
    name: 'a version is an ETag, the same in the header and in meta, and another after a change',
    source: 'RFC 7644 3.14',
    needs: ['etag', 'patch'],
    async run(wire) {
      const [path, version] = await versioned(wire)
      const name = textAttribute(wire)
      await wire.patched(path, [{ op: 'replace', path: name, value: wire.mark('etag') }])
      const reply = await wire.get(path)
      expectThat(
        reply.headers.etag !== version,
        'the ETag is the old one',
        'another ETag after a change',
        reply,
      )
    },
  },
  {
    id: 'etag-not-modified',
    name: 'what has not changed is not sent again, and what has changed is',
    source: 'RFC 7644 3.14',
    needs: ['etag', 'patch'],
    async run(wire) {
      const [path] = await versioned(wire)
      // Without the groups, which can change without the user.
      const bare = `${path}?excludedAttributes=groups`
      const etag = (await wire.get(bare)).headers.etag
      const headers = { 'if-none-match': etag }
      const same = expectStatus(await wire.send('GET', bare, { headers }), 304)
      expectSame(same.text, '', 'the body of a 304', same)
      await wire.patched(path, [{ op: 'replace', path: textAttribute(wire), value: wire.mark('etag') }])
      expectStatus(await wire.send('GET', bare, { headers }), 200)
    },
  },
  {
    id: 'etag-precondition',
    name: 'a write from another version than the present one is 412 and changes nothing',
    source: 'RFC 7644 3.14',
    needs: ['etag', 'patch'],
    async run(wire) {
      const [path, version] = await versioned(wire)
      const name = textAttribute(wire)
      const before = await wire.patched(path, [{ op: 'replace', path: name, value: wire.mark('new') }])
      const headers = { 'if-match': version }
      const late = [{ op: 'replace', path: name, value: wire.mark('late') }]
      expectStatus(await wire.patch(path, late, { headers }), 412)
      expectStatus(await wire.send('PUT', path, { body: before, headers }), 412)
      expectStatus(await wire.send('DELETE', path, { headers }), 412)
      expectSame((await wire.read(path))[name], before[name], name)
    },
  },
  {
    id: 'etag-match',
    name: 'a write from the present version is taken',
    source: 'RFC 7644 3.14',
    needs: ['etag', 'patch'],
    async run(wire) {
      const [path, version] = await versioned(wire)
      const operations = [{ op: 'replace', path: textAttribute(wire), value: wire.mark('new') }]
      expectStatus(await wire.patch(path, operations, { headers: { 'if-match': version } }), 200, 204)
    },
  },
  {
    id: 'me',
    name: '/Me is the caller’s own resource, or is refused with 501, 404, 403 or a redirect',
    source: 'RFC 7644 3.11',
    level: 'optional',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/Me')
      expectStatus(reply, 200, 501, 404, 403, 308)
      if (reply.status !== 200) return
      const { location } = metaOf(resourceIn(reply, 200, { id: /./ }))
      expectThat(
        isJsonObject(reply.json) && location !== undefined,
        'there is no meta.location',
        'meta.location',
        reply,
      )
      const isOwn = !String(location).endsWith('/Me')
      expectThat(isOwn, 'meta.location is /Me itself', 'the location of the resource itself', reply)
      if (reply.headers.location !== undefined)
        expectSame(reply.headers.location, location, 'Location', reply)
    },
  },
  {
    id: 'bulk-url',
    name: '/Bulk is refused where bulk requests are not supported',
    source: 'RFC 7644 3.7',
    level: 'optional',
    async run(wire) {
      if (wire.target.can('bulk')) return wire.skip('the server says that it has bulk')
      const body = { schemas: [urns.bulkRequest], Operations: [] }
      expectStatus(await wire.send('POST', '/Bulk', { body }), 404, 405, 501, 400, 403)
    },
  },
])
