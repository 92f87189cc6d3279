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
  showJson,
} from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { metaOf, textAttribute, valuesAt } from '../attributes.js'

/** A value of each attribute of RFC 7643 8.2, but for those that name the user. */
const full: JsonObject = {
  name: {
    formatted: 'Ms. Barbara J Jensen, III',
    familyName: 'Jensen',
    givenName: 'Barbara',
    middleName: 'Jane',
    honorificPrefix: 'Ms.',
    honorificSuffix: 'III',
  },
  displayName: 'Babs Jensen',
  nickName: 'Babs',
  profileUrl: 'https://login.example.com/bjensen',
  phoneNumbers: [
    { value: '555-555-5555', type: 'work' },
    { value: '555-555-4444', type: 'mobile' },
  ],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  photos: [{ value: 'https://photos.example.com/profilephoto/72930000000Ccne/F', type: 'photo' }],
  userType: 'Employee',
  title: 'Tour Guide',
  preferredLanguage: 'en-US',
  locale: 'en-US',
  timezone: 'America/Los_Angeles',
  active: true,
  addresses: [
    { type: 'work', streetAddress: '100 Universal City Plaza', locality: 'Hollywood', country: 'US' },
    { type: 'home', streetAddress: '456 Hollywood Blvd', locality: 'Hollywood', country: 'US' },
  ],
}

/** Of a value what the server describes, sub-attribute by sub-attribute. */
function kept(wire: Wire, path: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => kept(wire, path, one))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => wire.target.writes(`${path}.${name}`))
      .map(([name, inner]) => [name, kept(wire, `${path}.${name}`, inner)]),
  )
}

/** What a server has to keep of a full user. */
function keptUser(wire: Wire): JsonObject {
  return Object.fromEntries(
    Object.entries(full)
      .filter(([name]) => wire.target.writes(name))
      .map(([name, value]) => [name, kept(wire, name, value)]),
  )
}

/** Creating and reading (RFC 7644 3.3 and 3.4.1; RFC 7643 8). */
export const creation = casesOf('rfc', [
  {
    id: 'create-status',
    name: 'a POST that creates is answered with 201',
    source: 'RFC 7644 3.3',
    async run(wire) {
      expectStatus(await wire.send('POST', '/Users', { body: wire.draftUser() }), 201)
    },
  },
  {
    id: 'create-location',
    name: 'a POST says where the new user is, in Location and in meta.location',
    source: 'RFC 7644 3.3, RFC 7643 3.1',
    async run(wire) {
      const reply = await wire.send('POST', '/Users', { body: wire.draftUser() })
      const created = objectIn(reply, [201, 200])
      const { location } = reply.headers
      expectThat(location !== undefined, 'there is no Location', 'the header Location', reply)
      const path = `/Users/${created.id}`
      expectThat(location.endsWith(path), `Location is ${location}`, `Location ends with ${path}`, reply)
      expectSame(metaOf(created).location, location, 'meta.location', reply)
    },
  },
  {
    id: 'create-body',
    name: 'a POST is answered with the user: id, schemas, userName, meta',
    source: 'RFC 7644 3.3, RFC 7643 3.1',
    async run(wire) {
      const sent = wire.draftUser()
      const reply = await wire.send('POST', '/Users', { body: sent })
      const expected = {
        id: /^(?!bulkId)./,
        schemas: [urns.user],
        userName: sent.userName,
        meta: { resourceType: 'User' },
      }
      resourceIn(reply, [201, 200], expected)
    },
  },
  {
    id: 'create-attributes',
    name: 'a POST is answered with the attributes that it asks for',
    source: 'RFC 7644 3.9',
    async run(wire) {
      const name = textAttribute(wire)
      const body = wire.draftUser({ [name]: 'Verify' })
      const reply = await wire.send('POST', '/Users?attributes=userName', { body })
      resourceIn(reply, 201, { id: /./, userName: body.userName, [name]: undefined })
    },
  },
  {
    id: 'meta-times',
    name: 'a user says when it was created and changed',
    source: 'RFC 7643 3.1',
    async run(wire) {
      const { id } = await wire.createUser()
      const reply = await wire.get(`/Users/${id}`)
      const meta = metaOf(objectIn(reply))
      for (const name of ['created', 'lastModified']) {
        const isTime = Date.parse(String(meta[name])) > 0
        expectThat(isTime, `meta.${name} is ${showJson(meta[name])}`, `meta.${name} is a dateTime`, reply)
      }
    },
  },
  {
    id: 'create-read',
    name: 'what was created is read as it was answered',
    source: 'RFC 7644 3.4.1',
    async run(wire) {
      const created = objectIn(await wire.send('POST', '/Users', { body: wire.draftUser() }), [201, 200])
      const reply = await wire.get(`/Users/${created.id}`)
      expectSame(objectIn(reply), created, 'what is read', reply)
    },
  },
  {
    id: 'create-full',
    name: 'every attribute that the server describes is kept as it was sent',
    source: 'RFC 7643 8.2',
    async run(wire) {
      const sent = { ...wire.draftUser(keptUser(wire)), externalId: wire.mark('external') }
      const { id } = await wire.create('/Users', sent)
      const reply = await wire.get(`/Users/${id}`)
      expectToHave(objectIn(reply), { ...keptUser(wire), externalId: sent.externalId }, 'the user', reply)
    },
  },
  {
    id: 'create-emails',
    name: 'several e-mail addresses are kept, each with its type',
    source: 'RFC 7643 4.1.2',
    attributes: ['emails.value', 'emails.type'],
    async run(wire) {
      const [one, two] = [`${wire.mark('a')}@example.com`, `${wire.mark('b')}@example.org`]
      const emails = [
        { value: one, type: 'work', ...(wire.target.writes('emails.primary') && { primary: true }) },
        { value: two, type: 'home' },
      ]
      const { id } = await wire.createUser({ emails })
      const reply = await wire.get(`/Users/${id}`)
      expectToHave(objectIn(reply), { emails }, 'the user', reply)
      expectSame(valuesAt(objectIn(reply), 'emails'), [one, two].sort(), 'the addresses', reply)
    },
  },
  {
    id: 'create-enterprise',
    name: 'an enterprise user has a second schema, under its URN',
    source: 'RFC 7643 8.3',
    needs: ['enterprise'],
    async run(wire) {
      const names = ['employeeNumber', 'costCenter', 'organization', 'division', 'department']
      const known = names.filter((name) => wire.target.writes(name, urns.enterpriseUser))
      if (known.length === 0) return wire.skip('the server describes no text of the enterprise extension')
      const enterprise = Object.fromEntries(known.map((name) => [name, wire.mark(name)]))
      const schemas = [urns.user, urns.enterpriseUser]
      const { id } = await wire.createUser({ schemas, [urns.enterpriseUser]: enterprise })
      const reply = await wire.get(`/Users/${id}`)
      expectToHave(objectIn(reply), { schemas, [urns.enterpriseUser]: enterprise }, 'the user', reply)
    },
  },
  {
    id: 'create-read-only',
    name: 'id, meta and groups are not taken from the client',
    source: 'RFC 7644 3.3',
    async run(wire) {
      const mine = wire.mark('id')
      const meta = {
        resourceType: 'Group',
        location: 'https://example.com/x',
        version: 'W/"x"',
        created: '2001-01-01T00:00:00Z',
      }
      const groups = [{ value: mine, display: 'Administrators' }]
      const reply = await wire.send('POST', '/Users', { body: wire.draftUser({ id: mine, meta, groups }) })
      const created = objectIn(reply, [201, 200])
      expectThat(created.id !== mine, 'the id is the one that was sent', 'an id of the server’s own', reply)
      expectToHave(metaOf(created), { resourceType: 'User' }, 'meta', reply)
      expectToHave(created, { groups: undefined }, 'the user', reply)
      const isOwn = metaOf(created).created !== meta.created && metaOf(created).location !== meta.location
      expectThat(isOwn, 'meta is what was sent', 'meta of the server’s own', reply)
    },
  },
  {
    id: 'create-password',
    name: 'a password is taken and never returned',
    source: 'RFC 7643 4.1.1 and 7',
    needs: ['password'],
    async run(wire) {
      const password = 'Corr3ct-horse!-battery'
      const reply = await wire.send('POST', '/Users', { body: wire.draftUser({ password }) })
      const created = resourceIn(reply, [201, 200], { password: undefined })
      const path = `/Users/${created.id}`
      const body = wire.draftUser({ userName: created.userName, password })
      for (const one of [
        await wire.get(path),
        await wire.get(path, { attributes: 'password' }),
        await wire.send('PUT', path, { body }),
      ]) {
        const isHidden = !one.text.includes(password)
        expectThat(isHidden, 'the password is in the reply', 'no password in any reply', one)
        resourceIn(one, 200, { password: undefined })
      }
    },
  },
  {
    id: 'create-required',
    name: 'a user without a userName is refused',
    source: 'RFC 7643 4.1.1',
    async run(wire) {
      const { userName: _, ...sent } = wire.draftUser()
      expectStatus(await wire.send('POST', '/Users', { body: sent }), 400)
    },
  },
  {
    id: 'create-required-type',
    name: 'the error for a missing userName is invalidValue',
    source: 'RFC 7644 3.12, table 9',
    level: 'optional',
    async run(wire) {
      const { userName: _, ...sent } = wire.draftUser()
      expectError(await wire.send('POST', '/Users', { body: sent }), 400, 'invalidValue')
    },
  },
  {
    id: 'create-duplicate',
    name: 'a userName that another user has is 409 with uniqueness',
    source: 'RFC 7644 3.3',
    async run(wire) {
      const { userName } = await wire.createUser()
      const again = wire.draftUser({ userName })
      expectError(await wire.send('POST', '/Users', { body: again }), 409, 'uniqueness')
    },
  },
  {
    id: 'create-duplicate-case',
    name: 'a userName that another user has in other letters is 409 too',
    source: 'RFC 7643 4.1.1 (caseExact false)',
    async run(wire) {
      const { userName } = await wire.createUser()
      const again = wire.draftUser({ userName: String(userName).toUpperCase() })
      expectStatus(await wire.send('POST', '/Users', { body: again }), 409)
    },
  },
])
