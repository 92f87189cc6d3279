import {
  body,
  contains,
  createUser,
  empty,
  error,
  type Json,
  listed,
  patch,
  read,
  same,
  unique,
  urn,
  type WireCase,
} from '../case.js'

/** Errors, versions, discovery and the rest of what HTTP has to do with (RFC 7644 3.8, 3.11, 3.12, 3.14 and 4). */
export const http: readonly WireCase[] = [
  {
    name: 'what is not there is 404, as an error message',
    section: 'RFC 7644 3.12',
    async run({ client }) {
      error(await client('GET', `/Users/${unique('nobody')}`), 404)
      error(await client('GET', '/Nothing'), 404)
      error(await client('GET', '/Users/a/b'), 404)
    },
  },
  {
    name: 'who has no credential is 401, and is told how to get in',
    section: 'RFC 7644 2',
    async run({ client }) {
      const reply = await client('GET', '/Users', { headers: { authorization: 'Bearer wrong' } })
      error(reply, 401)
      contains(reply.headers['www-authenticate'], /^Bearer/, 'WWW-Authenticate')
    },
  },
  {
    name: 'a body that is no JSON is invalidSyntax',
    section: 'RFC 7644 3.12',
    async run({ client }) {
      for (const text of ['{ "userName": tre }', '', '[]', 'null'])
        error(await client('POST', '/Users', { body: text }), 400, 'invalidSyntax')
    },
  },
  {
    name: 'a user without a name is invalidValue',
    section: 'RFC 7644 3.12',
    async run({ client }) {
      error(await client('POST', '/Users', { body: { schemas: [urn.user] } }), 400, 'invalidValue')
    },
  },
  {
    name: 'a body of another media type is 415, a reply that nobody wants 406',
    section: 'RFC 7644 3.1',
    async run({ client }) {
      const headers = { 'content-type': 'text/plain' }
      error(await client('POST', '/Users', { body: '{}', headers }), 415)
      error(await client('GET', '/Users', { headers: { accept: 'text/html' } }), 406)
    },
  },
  {
    name: 'application/json is understood, with or without a charset',
    section: 'RFC 7644 8.1',
    async run({ client }) {
      for (const type of [
        'application/json',
        'application/json; charset=utf-8',
        'application/scim+json;charset=UTF-8',
      ]) {
        const headers = { 'content-type': type, accept: 'application/json' }
        const user = { schemas: [urn.user], userName: unique('Zoë'), displayName: 'Zoë 🦜' }
        body(await client('POST', '/Users', { body: user, headers }), 201, { displayName: 'Zoë 🦜' })
      }
    },
  },
  {
    name: 'a method that a path does not know is 405, and those that it knows are named',
    section: 'RFC 9110 15.5.6',
    async run({ client }) {
      const reply = await client('DELETE', '/Users')
      error(reply, 405)
      contains(reply.headers.allow, /GET.*POST/, 'Allow')
    },
  },
  {
    name: 'a version is an ETag, and what has not changed is not sent again',
    section: 'RFC 7644 3.14',
    needs: ['etag'],
    async run(wire) {
      const { id, meta } = await createUser(wire)
      const path = `/Users/${id}`
      const { headers } = await wire.client('GET', path)
      same(headers.etag, (meta as Json).version, 'ETag')
      contains(headers.etag, /^W\/".+"$/, 'ETag')
      const etag = headers.etag ?? ''
      // Without the groups, which change without the user.
      const bare = `${path}?excludedAttributes=groups`
      empty(await wire.client('GET', bare, { headers: { 'if-none-match': etag } }), 304)
      body(await patch(wire, path, [{ op: 'add', path: 'title', value: 'x' }]), 200)
      body(await wire.client('GET', path, { headers: { 'if-none-match': etag } }), 200, { title: 'x' })
    },
  },
  {
    name: 'a write from another version than the present one is 412 and changes nothing',
    section: 'RFC 7644 3.14',
    needs: ['etag'],
    async run(wire) {
      const user = await createUser(wire)
      const path = `/Users/${user.id}`
      const { version } = user.meta as { readonly version: string }
      const headers = { 'if-match': version }
      const operations = [{ op: 'add', path: 'title', value: 'x' }]
      body(await patch(wire, path, operations, { headers }), 200, { title: 'x' })
      const before = await read(wire, path)
      error(await patch(wire, path, [{ op: 'remove', path: 'title' }], { headers }), 412)
      error(await wire.client('PUT', path, { body: user, headers }), 412)
      error(await wire.client('DELETE', path, { headers }), 412)
      same(await read(wire, path), before, 'the user')
    },
  },
  {
    name: 'discovery says what the service can do',
    section: 'RFC 7643 5',
    async run({ client }) {
      const flag = (name: string, config: Json) => {
        const { supported } = (config[name] ?? {}) as Json
        if (typeof supported !== 'boolean') throw new Error(`${name}.supported is ${supported}`)
      }
      const config = body(await client('GET', '/ServiceProviderConfig'), 200, {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
        meta: { resourceType: 'ServiceProviderConfig', location: /\/ServiceProviderConfig$/ },
        authenticationSchemes: [{ type: /./, name: /./, description: /./ }],
      })
      for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) flag(name, config)
    },
  },
  {
    name: 'discovery names each resource type and describes its schemas',
    section: 'RFC 7644 4',
    async run({ client }) {
      const types = listed(await client('GET', '/ResourceTypes'))
      contains(types, [{ id: 'User', endpoint: '/Users', schema: urn.user }])
      const schemas = listed(await client('GET', '/Schemas'))
      for (const type of types) {
        same(body(await client('GET', `/ResourceTypes/${type.id}`), 200), type, String(type.id))
        contains(schemas, [{ id: type.schema, attributes: [{ name: /./ }] }], 'the schemas')
      }
      const user = body(await client('GET', `/Schemas/${urn.user}`), 200)
      contains(user, {
        attributes: [
          { name: 'userName', required: true, uniqueness: 'server', caseExact: false },
          { name: 'password', mutability: 'writeOnly', returned: 'never' },
          { name: 'emails', multiValued: true, subAttributes: [{ name: 'value' }, { name: 'primary' }] },
        ],
      })
      error(await client('GET', `/Schemas/${urn.error}`), 404)
    },
  },
  {
    name: 'discovery is read and not written, nor filtered',
    section: 'RFC 7644 4',
    async run({ client }) {
      for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas']) {
        error(await client('GET', path, { query: { filter: 'id pr' } }), 403)
        error(await client('POST', path, { body: {} }), 405)
      }
    },
  },
  {
    name: 'tenants do not see each other',
    section: 'RFC 7644 6',
    needs: ['tenants'],
    async run(wire) {
      const { stranger } = wire
      const { id, userName } = await createUser(wire)
      if (!stranger) return
      error(await stranger('GET', `/Users/${id}`), 404)
      error(await stranger('DELETE', `/Users/${id}`), 404)
      const query = { filter: `userName eq "${userName}"` }
      listed(await stranger('GET', '/Users', { query }), { totalResults: 0 })
      body(await stranger('POST', '/Users', { body: { schemas: [urn.user], userName } }), 201)
      await read(wire, `/Users/${id}`)
    },
  },
  {
    name: '/Me is the caller’s own resource, or 501',
    section: 'RFC 7644 3.11',
    async run({ client }) {
      const me = await client('GET', '/Me')
      if (me.status === 501) return error(me, 501)
      if (me.status === 404) return error(me, 404)
      const { meta } = body(me, 200, { id: /./, meta: { location: /./ } })
      const { location } = meta as { readonly location: string }
      same(me.headers.location, location, 'Location')
      if (location.endsWith('/Me')) throw new Error('the location is not that of the resource itself')
      const title = unique('title')
      const operations = [{ op: 'replace', path: 'title', value: title }]
      const patched = await client('PATCH', '/Me', { body: { schemas: [urn.patch], Operations: operations } })
      body(patched, 200, { title })
    },
  },
]
