import { body, contains, createUser, empty, error, read, same, unique, urn, type WireCase } from '../case.js'

/** Creating, reading, replacing and deleting (RFC 7644 3.3, 3.4.1, 3.5.1, 3.6; RFC 7643 8). */
export const resources: readonly WireCase[] = [
  {
    name: 'a POST creates a user and says where it is',
    section: 'RFC 7644 3.3',
    async run({ client }) {
      const userName = unique('bjensen')
      const user = {
        schemas: [urn.user],
        userName,
        externalId: 'bjensen',
        name: { formatted: 'Ms. Barbara J Jensen III', familyName: 'Jensen', givenName: 'Barbara' },
      }
      const reply = await client('POST', '/Users', { body: user })
      const created = body(reply, 201, {
        ...user,
        id: /^(?!bulkId)./,
        meta: { resourceType: 'User', location: /./ },
      })
      const meta = created.meta as { readonly location: string; readonly created: string }
      same(reply.headers.location, meta.location, 'Location')
      if (!meta.location.endsWith(`/Users/${created.id}`)) throw new Error(`location is ${meta.location}`)
      if (!(Date.parse(meta.created) > 0)) throw new Error(`created is ${meta.created}`)
      same(body(await client('GET', `/Users/${created.id}`), 200), created, 'what is read')
    },
  },
  {
    name: 'a user with no more than a name is complete',
    section: 'RFC 7643 8.1',
    async run(wire) {
      const userName = unique('bjensen@example.com')
      const user = await createUser(wire, { userName })
      contains(user, { schemas: [urn.user], userName, emails: undefined, name: undefined })
    },
  },
  {
    name: 'a user with every attribute is kept and shown as it came, but for the password',
    section: 'RFC 7643 8.2',
    async run(wire) {
      const full = {
        externalId: '701984',
        userName: unique('bjensen@example.com'),
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
        emails: [
          { value: 'bjensen@example.com', type: 'work', primary: true },
          { value: 'babs@jensen.org', type: 'home' },
        ],
        addresses: [
          {
            streetAddress: '100 Universal City Plaza',
            locality: 'Hollywood',
            region: 'CA',
            postalCode: '91608',
            country: 'US',
            formatted: '100 Universal City Plaza\nHollywood, CA 91608 USA',
            type: 'work',
            primary: true,
          },
          { streetAddress: '456 Hollywood Blvd', locality: 'Hollywood', type: 'home' },
        ],
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
        x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVMx' }],
      }
      const { id } = await createUser(wire, { ...full, password: 't1meMa$heen' })
      const shown = await read(wire, `/Users/${id}`)
      contains(shown, { ...full, password: undefined })
    },
  },
  {
    name: 'an enterprise user has a second schema, under its URN',
    section: 'RFC 7643 8.3',
    async run(wire) {
      const manager = await createUser(wire, { displayName: 'John Smith' })
      const enterprise = {
        employeeNumber: '701984',
        costCenter: '4130',
        organization: 'Universal Studios',
        division: 'Theme Park',
        department: 'Tour Operations',
        manager: { value: manager.id },
      }
      const user = await createUser(wire, {
        schemas: [urn.user, urn.enterprise],
        [urn.enterprise]: enterprise,
      })
      contains(user, { schemas: [urn.user, urn.enterprise], [urn.enterprise]: enterprise })
      const { [urn.enterprise]: shown } = await read(wire, `/Users/${user.id}`)
      contains(shown, { manager: { value: manager.id, $ref: new RegExp(`/Users/${manager.id}$`) } })
    },
  },
  {
    name: 'what the service gives is not taken from the client',
    section: 'RFC 7644 3.3',
    async run(wire) {
      const meta = {
        resourceType: 'Group',
        location: 'https://example.com/x',
        version: 'W/"x"',
        created: 'then',
      }
      const user = await createUser(wire, { id: 'mine', meta, groups: [{ value: 'x' }] })
      if (user.id === 'mine') throw new Error('the id is the one that the client sent')
      contains(user, { meta: { resourceType: 'User' }, groups: undefined })
    },
  },
  {
    name: 'null, an empty list and no value are the same',
    section: 'RFC 7643 2.5',
    async run(wire) {
      const user = await createUser(wire, { nickName: null, emails: [], title: 'Guide' })
      contains(user, { nickName: undefined, emails: undefined, title: 'Guide' })
    },
  },
  {
    name: 'names of attributes are read in any case and written in their own',
    section: 'RFC 7643 2.1',
    async run(wire) {
      const userName = unique('case')
      const user = await createUser(wire, {
        userName: undefined,
        USERNAME: userName,
        Name: { FamilyName: 'J' },
      })
      contains(user, { userName, USERNAME: undefined, name: { familyName: 'J', FamilyName: undefined } })
    },
  },
  {
    name: 'a userName that another user has is 409, also in another case',
    section: 'RFC 7644 3.3',
    async run(wire) {
      const { userName } = await createUser(wire)
      const again = { schemas: [urn.user], userName: String(userName).toUpperCase() }
      error(await wire.client('POST', '/Users', { body: again }), 409, 'uniqueness')
    },
  },
  {
    name: 'a PUT replaces what the client may write and keeps the rest',
    section: 'RFC 7644 3.5.1',
    async run(wire) {
      const user = await createUser(wire, { externalId: 'bjensen', nickName: 'Babs', title: 'Guide' })
      const next = {
        schemas: [urn.user],
        id: user.id,
        userName: user.userName,
        externalId: 'bjensen',
        name: { familyName: 'Jensen', givenName: 'Barbara', middleName: 'Jane' },
        emails: [{ value: 'bjensen@example.com' }, { value: 'babs@jensen.org' }],
      }
      const reply = await wire.client('PUT', `/Users/${user.id}`, { body: next })
      const replaced = body(reply, 200, { ...next, nickName: undefined, title: undefined })
      same(
        (replaced.meta as { created: string }).created,
        (user.meta as { created: string }).created,
        'created',
      )
    },
  },
  {
    name: 'a PUT of what a GET has shown changes nothing',
    section: 'RFC 7644 3.5.1',
    async run(wire) {
      const { id } = await createUser(wire, { emails: [{ value: 'a@example.com', primary: true }] })
      const shown = await read(wire, `/Users/${id}`)
      same(body(await wire.client('PUT', `/Users/${id}`, { body: shown }), 200), shown, 'the user')
    },
  },
  {
    name: 'a PUT creates nothing, and one without what is required is refused',
    section: 'RFC 7644 3.5.1',
    async run(wire) {
      const missing = { schemas: [urn.user], userName: unique('new') }
      error(await wire.client('PUT', `/Users/${unique('nobody')}`, { body: missing }), 404)
      const { id } = await createUser(wire)
      error(await wire.client('PUT', `/Users/${id}`, { body: { schemas: [urn.user] } }), 400, 'invalidValue')
    },
  },
  {
    name: 'what is deleted is not there any more, and its name is free',
    section: 'RFC 7644 3.6',
    async run(wire) {
      const { id, userName } = await createUser(wire)
      const path = `/Users/${id}`
      empty(await wire.client('DELETE', path), 204)
      error(await wire.client('GET', path), 404)
      error(await wire.client('DELETE', path), 404)
      error(await wire.client('PUT', path, { body: { schemas: [urn.user], userName } }), 404)
      await createUser(wire, { userName })
    },
  },
  {
    name: 'who is switched off is still there',
    section: 'RFC 7643 4.1.1',
    async run(wire) {
      const { id, userName } = await createUser(wire, { active: false })
      contains(await read(wire, `/Users/${id}`), { active: false })
      const query = { filter: `userName eq "${userName}"` }
      body(await wire.client('GET', '/Users', { query }), 200, { totalResults: 1 })
    },
  },
]
