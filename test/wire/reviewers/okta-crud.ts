import {
  body,
  contains,
  type Json,
  listed,
  patch,
  read,
  same,
  unique,
  urn,
  type Wire,
  type WireCase,
} from '../case.js'

// Okta's "SCIM 2.0 CRUD Test" and its tests of entitlements (github.com/okta/okta-developer-docs, SCIMFiles). Their
// other half asks Okta to do something; what Okta then sends is sent here, in the ways of both kinds of its applications.

/** How an application of Okta's changes a user: reads and puts it whole, or sends a PATCH without a path. */
type Mode = 'PUT' | 'PATCH'

interface Assigned {
  readonly id: string
  readonly userName: string
}

function find({ client }: Wire, userName: string) {
  const filter = `userName%20eq%20%22${encodeURIComponent(userName)}%22`
  return client('GET', `/Users?filter=${filter}&startIndex=1&count=100`)
}

/** Looks for a person and, where there is none, makes one. */
async function assign(wire: Wire): Promise<Assigned> {
  const userName = `${unique('runscope')}@atko.com`
  same(listed(await find(wire, userName)), [], 'the users of a new name')
  const user = {
    schemas: [urn.user],
    userName,
    name: { givenName: 'Runscope412', familyName: 'Qwxyzabc417' },
    emails: [{ primary: true, value: userName, type: 'work' }],
    title: 'Site Manager',
    phoneNumbers: [{ value: '415.123.4567', type: 'work' }],
    displayName: 'Runscope412 Qwxyzabc417',
    externalId: unique('00u'),
    groups: [],
    password: 'Pd3hT8sQ',
    active: true,
  }
  const { id } = body(await wire.client('POST', '/Users', { body: user }), 201, { id: /./ })
  return { id: String(id), userName }
}

/** Changes a user; a PUT sends back what was read, with what is new in it. */
async function change(wire: Wire, mode: Mode, { id }: Pick<Assigned, 'id'>, value: Json): Promise<void> {
  const path = `/Users/${id}`
  const { name, ...others } = value
  if (mode === 'PUT') {
    const before = await read(wire, path)
    const names = { ...(before.name as object), ...(name as object) }
    body(await wire.client('PUT', path, { body: { ...before, ...others, name: names } }), 200, value)
    return
  }
  const reply = await patch(wire, path, [{ op: 'replace', value }])
  if (reply.status !== 204) body(reply, 200, value)
}

/** Assigns a person again whom the service has: found by name, and active once more. */
async function assignAgain(wire: Wire, mode: Mode, { id, userName }: Assigned): Promise<void> {
  const [user, ...others] = listed(await find(wire, userName))
  same(others, [], 'further users of the name')
  same(user?.id, id, 'the id of the user who is inactive')
  await change(wire, mode, { id }, { active: true })
}

function inBoth(
  section: string,
  name: string,
  run: (wire: Wire, mode: Mode) => Promise<void>,
): readonly WireCase[] {
  return (['PUT', 'PATCH'] as const).map((mode) => ({
    name: `${name}, by ${mode}`,
    section,
    run: (wire) => run(wire, mode),
  }))
}

const created: WireCase = {
  name: 'an assigned user is found by name',
  section: 'Okta CRUD 4',
  async run(wire) {
    const { id, userName } = await assign(wire)
    const [user] = listed(await find(wire, userName), { totalResults: 1 })
    contains(user, { id, userName, name: { givenName: 'Runscope412', familyName: 'Qwxyzabc417' } })
    const [first] = (user?.emails ?? []) as readonly Json[]
    same(first?.value, userName, 'the first e-mail address')
  },
}

const entitlement: Json = { value: 'licence-17', display: 'Writer licence', type: 'Entitlement' }

/** The endpoints that the types of a service name, of Okta's own schemas. */
async function endpoints({ client }: Wire): Promise<readonly string[]> {
  const types = listed(await client('GET', '/ResourceTypes'))
  const own = types.filter(({ schema }) => /^urn:okta:scim:schemas:core:1\.0:/.test(String(schema)))
  return own.map(({ endpoint }) => String(endpoint))
}

const lists: WireCase = {
  name: 'each endpoint of entitlements answers a page of one',
  section: 'Okta entitlements 1',
  async run(wire) {
    const found = await endpoints(wire)
    if (found.length === 0) throw new Error('no type of resources has a schema of Okta')
    for (const endpoint of found) {
      const schemas = [`urn:okta:scim:schemas:core:1.0:${endpoint === '/Roles' ? 'Role' : 'Entitlement'}`]
      for (const displayName of [unique('Readers'), unique('Editors')]) {
        const entry = { schemas, displayName, ...(endpoint !== '/Roles' && { type: 'Entitlement' }) }
        body(await wire.client('POST', endpoint, { body: entry }), 201, { id: /./ })
      }
      const page = await wire.client('GET', `${endpoint}?count=1&startIndex=1`)
      contains(listed(page, { itemsPerPage: 1, startIndex: 1 }), [{ id: /./, displayName: /./ }])
    }
  },
}

const described: WireCase = {
  name: 'each type of resources is described by a schema of the service',
  section: 'Okta entitlements, discovery',
  async run({ client }) {
    const types = listed(await client('GET', '/ResourceTypes'))
    const schemas = listed(await client('GET', '/Schemas')).map(({ id }) => id)
    for (const type of types) {
      contains(type, { id: /./, name: /./, endpoint: /^\// })
      contains(schemas, [type.schema], 'the list of schemas')
      listed(await client('GET', `${type.endpoint}?count=1`))
    }
  },
}

export const oktaCrud: readonly WireCase[] = [
  created,
  ...inBoth(
    'Okta CRUD 6',
    'a changed first name is there, and what was not changed too',
    async (wire, mode) => {
      const { id, userName } = await assign(wire)
      await change(wire, mode, { id }, { name: { givenName: 'Updated' } })
      contains(await read(wire, `/Users/${id}`), {
        userName,
        name: { givenName: 'Updated', familyName: 'Qwxyzabc417' },
        phoneNumbers: [{ value: '415.123.4567', type: 'work' }],
      })
    },
  ),
  ...inBoth('Okta CRUD 8', 'a deactivated user is there and inactive', async (wire, mode) => {
    const { id } = await assign(wire)
    await change(wire, mode, { id }, { active: false })
    contains(await read(wire, `/Users/${id}`), { active: false, title: 'Site Manager' })
  }),
  ...inBoth('Okta CRUD 11', 'a user who is assigned again is the same one', async (wire, mode) => {
    const user = await assign(wire)
    await change(wire, mode, user, { active: false })
    await assignAgain(wire, mode, user)
    contains(await read(wire, `/Users/${user.id}`), { ...user, active: true })
  }),
  ...inBoth(
    'Okta CRUD 13',
    'a user who is unassigned in the end is there and inactive',
    async (wire, mode) => {
      const user = await assign(wire)
      await change(wire, mode, user, { active: false })
      await assignAgain(wire, mode, user)
      await change(wire, mode, user, { active: false })
      contains(await read(wire, `/Users/${user.id}`), { ...user, active: false })
    },
  ),
  ...inBoth('Okta CRUD with entitlements 4', 'a user gets an entitlement and a role', async (wire, mode) => {
    const { id } = await assign(wire)
    const roles = [{ value: 'role-3', display: 'Readers' }]
    await change(wire, mode, { id }, { entitlements: [entitlement], roles })
    contains(await read(wire, `/Users/${id}`), { entitlements: [entitlement], roles, active: true })
  }),
  lists,
  described,
]
