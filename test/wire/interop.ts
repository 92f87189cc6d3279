import {
  body,
  contains,
  createGroup,
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
  type Wire,
  type WireCase,
  type WireReply,
} from './case.js'

// The SCIM 2.0 Interoperability Profile, draft-zollner-scim-interop-profile: each case with its section.

/** @throws Error unless the media type of a reply is that of SCIM and nothing else. */
function exactly({ headers }: WireReply): void {
  same(headers['content-type'], 'application/scim+json', 'Content-Type')
}

/** Sends a PATCH that must be refused, and looks whether something has changed. */
async function refused(wire: Wire, path: string, operation: Json, scimType: string): Promise<void> {
  const before = await read(wire, path)
  const harmless = { op: 'replace', path: 'externalId', value: unique('id') }
  error(await patch(wire, path, [harmless, operation]), 400, scimType)
  same(await read(wire, path), before, 'what is stored')
}

async function idsBy({ client }: Wire, filter: string): Promise<readonly unknown[]> {
  return listed(await client('GET', '/Users', { query: { filter } })).map(({ id }) => id)
}

const work = { type: 'work', value: '555-1000' }
const mobile = { type: 'mobile', value: '555-2000' }

/** What the profile says of discovery, names, media types, lists and errors. */
const general: readonly WireCase[] = [
  {
    name: 'discovery has each resource type under its name, with all of its schemas',
    section: '5.1',
    async run({ client }) {
      body(await client('GET', '/ServiceProviderConfig'), 200, { patch: { supported: true } })
      const schemas = listed(await client('GET', '/Schemas')).map(({ id }) => id)
      for (const type of listed(await client('GET', '/ResourceTypes'))) {
        same(type.id, type.name, 'the id of the resource type')
        const extensions = (type.schemaExtensions ?? []) as readonly Json[]
        contains(schemas, [type.schema, ...extensions.map(({ schema }) => schema)], 'the schemas')
      }
    },
  },
  {
    name: 'a userName is the same in another case, an externalId is not',
    section: '5.2',
    async run(wire) {
      const [userName, externalId] = [unique('Ann'), unique('Key')]
      const { id } = await createUser(wire, { userName, externalId })
      same(await idsBy(wire, `userName eq "${userName.toUpperCase()}"`), [id], 'who is found by userName')
      same(await idsBy(wire, `externalId eq "${externalId}"`), [id], 'who is found by externalId')
      same(await idsBy(wire, `externalId eq "${externalId.toUpperCase()}"`), [], 'who is found')
      same(await idsBy(wire, `id eq "${id}"`), [id], 'who is found by id')
      const again = { schemas: [urn.user], userName: userName.toLowerCase() }
      error(await wire.client('POST', '/Users', { body: again }), 409, 'uniqueness')
    },
  },
  {
    name: 'an attribute that no schema has is refused in a POST and a PUT',
    section: '5.3',
    async run(wire) {
      const user = await createUser(wire, { name: { givenName: 'Ann' } })
      const { userName } = user
      for (const wrong of [
        { nosuch: 1 },
        { name: { nosuch: 'x' } },
        { emails: [{ value: 'a@example.com', nosuch: 'x' }] },
        { [urn.enterprise]: { nosuch: 'x' } },
        { department: 'x' },
        { 'urn:example:no:such:2.0:User': { a: 'x' } },
        { schemas: [urn.user, 'urn:example:no:such:2.0:User'] },
      ]) {
        const sent = { schemas: [urn.user], userName: unique('user'), ...wrong }
        error(await wire.client('POST', '/Users', { body: sent }), 400, 'invalidSyntax')
        const put = { ...sent, userName }
        error(await wire.client('PUT', `/Users/${user.id}`, { body: put }), 400, 'invalidSyntax')
      }
      same(await read(wire, `/Users/${user.id}`), user, 'the user')
    },
  },
  {
    name: 'an attribute that no schema has is refused in a PATCH',
    section: '5.3',
    async run(wire) {
      const { id } = await createUser(wire, { phoneNumbers: [work] })
      const path = `/Users/${id}`
      for (const [name, value] of [
        ['nosuch', 'x'],
        ['name.nosuch', 'x'],
        ['nosuch[type eq "work"].value', 'x'],
        ['department', 'x'],
        [`${urn.enterprise}:nosuch`, 'x'],
        ['urn:example:no:such:2.0:User:a', 'x'],
        ['name', { nosuch: 'x' }],
        ['phoneNumbers', [{ value: '555', nosuch: 'x' }]],
      ] as const) {
        await refused(wire, path, { op: 'replace', path: name, value }, 'invalidSyntax')
        await refused(wire, path, { op: 'add', path: name, value }, 'invalidSyntax')
      }
      await refused(wire, path, { op: 'remove', path: 'nosuch' }, 'invalidSyntax')
      await refused(wire, path, { op: 'replace', path: '.title', value: 'x' }, 'invalidPath')
    },
  },
  {
    name: 'an attribute that no schema has is refused inside of a bulk request',
    section: '5.3',
    needs: ['bulk'],
    async run({ client }) {
      const data = { schemas: [urn.user], userName: unique('user'), nosuch: 1 }
      const Operations = [{ method: 'POST', path: '/Users', bulkId: 'a', data }]
      const reply = await client('POST', '/Bulk', { body: { schemas: [urn.bulk], Operations } })
      const response = { status: '400', response: { scimType: 'invalidSyntax' } }
      contains(body(reply, 200).Operations, [response])
    },
  },
  {
    name: 'every reply with a body has the media type of SCIM and no parameter',
    section: '6.2',
    async run(wire) {
      const { client } = wire
      const { id, userName } = await createUser(wire)
      const path = `/Users/${id}`
      const duplicate = { schemas: [urn.user], userName }
      const title = [{ op: 'replace', path: 'title', value: 'x' }]
      const accept = { accept: 'application/json' }
      for (const reply of [
        await client('GET', path),
        await client('GET', path, { headers: accept }),
        await client('GET', '/Users'),
        await client('GET', '/Schemas'),
        await client('GET', '/ResourceTypes'),
        await client('GET', '/ServiceProviderConfig'),
        await client('POST', '/Users/.search', { body: { schemas: [urn.search], count: 1 } }),
        await client('POST', '/Users', { body: { schemas: [urn.user], userName: unique('user') } }),
        await client('PUT', path, { body: { schemas: [urn.user], userName } }),
        await patch(wire, path, title),
        await client('POST', '/Users', { body: duplicate }),
        await client('POST', '/Users', { body: '{' }),
        await client('GET', '/Users/no-such-user'),
        await client('GET', '/nowhere'),
        await client('GET', path, { headers: { authorization: 'Bearer wrong' } }),
      ])
        exactly(reply)
    },
  },
  {
    name: 'filters know eq and and',
    section: '6.3',
    async run(wire) {
      const [userName, title] = [unique('ann'), unique('title')]
      const { id } = await createUser(wire, { userName, title })
      await createUser(wire, { title })
      same(await idsBy(wire, `title eq "${title}" and userName eq "${userName}"`), [id], 'who is found')
    },
  },
  {
    name: 'a filter on an attribute that no schema has is refused',
    section: '6.3',
    async run(wire) {
      const { client } = wire
      for (const filter of [
        'nosuch eq "x"',
        'name.nosuch eq "x"',
        'userName eq "x" and nosuch eq "x"',
        'department eq "x"',
        'phoneNumbers[nosuch eq "x"]',
      ]) {
        error(await client('GET', '/Users', { query: { filter } }), 400, 'invalidFilter')
        const search = { schemas: [urn.search], filter }
        error(await client('POST', '/Users/.search', { body: search }), 400, 'invalidFilter')
      }
      const { id } = await createUser(wire, { phoneNumbers: [work] })
      const path = 'phoneNumbers[nosuch eq "x"].value'
      await refused(wire, `/Users/${id}`, { op: 'replace', path, value: 'x' }, 'invalidFilter')
    },
  },
  {
    name: 'a page has 100 resources unless another number is asked for, and 100 may be asked for',
    section: '6.4',
    async run({ client }) {
      const config = body(await client('GET', '/ServiceProviderConfig'), 200)
      contains(config, { filter: { maxResults: (config.pagination as Json).maxPageSize } })
      contains(config, { pagination: { index: true, defaultPageSize: 100 } })
      if (Number((config.pagination as Json).maxPageSize) < 100) throw new Error('a page has fewer than 100')
      listed(await client('GET', '/Users', { query: { count: '100', startIndex: '1' } }), { startIndex: 1 })
    },
  },
  {
    name: 'a PATCH deletes nobody, and a deleted user is gone for everyone',
    section: '6.6',
    async run(wire) {
      const { client } = wire
      const { id, userName } = await createUser(wire, { active: true })
      const path = `/Users/${id}`
      body(await patch(wire, path, [{ op: 'replace', path: 'active', value: false }]), 200, { active: false })
      contains(await read(wire, path), { active: false })
      empty(await client('DELETE', path), 204)
      error(await client('GET', path), 404)
      error(await client('DELETE', path), 404)
      error(await patch(wire, path, [{ op: 'replace', path: 'active', value: true }]), 404)
      same(await idsBy(wire, `userName eq "${userName}"`), [], 'who is found by userName')
      same(await idsBy(wire, `id eq "${id}"`), [], 'who is found by id')
      contains(await createUser(wire, { userName: userName as string }), { id: /./ })
    },
  },
  {
    name: 'a name that another has is refused in a POST, a PUT and a PATCH',
    section: '6.9',
    async run(wire) {
      const { client } = wire
      const first = await createUser(wire)
      const second = await createUser(wire)
      const taken = { schemas: [urn.user], userName: first.userName }
      error(await client('POST', '/Users', { body: taken }), 409, 'uniqueness')
      error(await client('PUT', `/Users/${second.id}`, { body: taken }), 409, 'uniqueness')
      const rename = { op: 'replace', path: 'userName', value: first.userName }
      error(await patch(wire, `/Users/${second.id}`, [rename]), 409, 'uniqueness')
      contains(await read(wire, `/Users/${second.id}`), { userName: second.userName })
    },
  },
]

/** What it says of PATCH. */
const patches: readonly WireCase[] = [
  {
    name: 'an operation without a path is refused',
    section: '6.5.1',
    async run(wire) {
      const { id } = await createUser(wire, { title: 'Guide' })
      for (const path of [undefined, '', ' ', null]) {
        const where = path === undefined ? {} : { path }
        for (const op of ['add', 'replace'])
          await refused(wire, `/Users/${id}`, { op, ...where, value: { active: false } }, 'invalidSyntax')
        await refused(wire, `/Users/${id}`, { op: 'remove', ...where }, 'invalidSyntax')
      }
    },
  },
  {
    name: 'an operation without a path is refused inside of a bulk request',
    section: '6.5.1',
    needs: ['bulk'],
    async run(wire) {
      const { id } = await createUser(wire)
      const data = { schemas: [urn.patch], Operations: [{ op: 'replace', value: { title: 'x' } }] }
      const Operations = [{ method: 'PATCH', path: `/Users/${id}`, data }]
      const reply = await wire.client('POST', '/Bulk', { body: { schemas: [urn.bulk], Operations } })
      contains(body(reply, 200).Operations, [{ status: '400', response: { scimType: 'invalidSyntax' } }])
    },
  },
  {
    name: 'add and replace are the same for an attribute with one simple value',
    section: '6.5.2',
    async run(wire) {
      const { id } = await createUser(wire, { title: 'Guide', active: true })
      for (const op of ['add', 'replace']) {
        const operations = [
          { op, path: 'title', value: op },
          { op, path: 'nickName', value: op },
          { op, path: 'active', value: op === 'replace' },
          { op, path: 'name.givenName', value: op },
          { op, path: `${urn.enterprise}:department`, value: op },
        ]
        body(await patch(wire, `/Users/${id}`, operations), 200, {
          title: op,
          nickName: op,
          active: op === 'replace',
          name: { givenName: op },
          [urn.enterprise]: { department: op },
        })
      }
    },
  },
  {
    name: 'replace of a complex attribute replaces all of it, add merges',
    section: '6.5.2',
    async run(wire) {
      const { id } = await createUser(wire, { name: { givenName: 'Ann', familyName: 'Lee' } })
      const send = async (op: string, value: Json) =>
        body(await patch(wire, `/Users/${id}`, [{ op, path: 'name', value }]), 200).name
      same(await send('add', { givenName: 'Anna' }), { givenName: 'Anna', familyName: 'Lee' }, 'the name')
      same(await send('replace', { givenName: 'Eve' }), { givenName: 'Eve' }, 'the name')
      same(await send('add', { familyName: 'Ray' }), { givenName: 'Eve', familyName: 'Ray' }, 'the name')
      const { meta } = await read(wire, `/Users/${id}`)
      const whole = [{ op: 'replace', path: 'name', value: { familyName: 'Ray', givenName: 'Eve' } }]
      same(body(await patch(wire, `/Users/${id}`, whole), 200).meta, meta, 'meta')
    },
  },
  {
    name: 'replace of a complex attribute in an extension leaves the rest of the extension',
    section: '6.5.2',
    async run(wire) {
      const boss = await createUser(wire)
      const { id } = await createUser(wire, {
        [urn.enterprise]: { department: 'Tours', manager: { value: boss.id } },
      })
      const other = await createUser(wire)
      const operation = { op: 'replace', path: `${urn.enterprise}:manager`, value: { value: other.id } }
      body(await patch(wire, `/Users/${id}`, [operation]), 200, {
        [urn.enterprise]: { department: 'Tours', manager: { value: other.id } },
      })
      const whole = { op: 'replace', path: urn.enterprise, value: { department: 'Sales' } }
      body(await patch(wire, `/Users/${id}`, [whole]), 200, {
        [urn.enterprise]: { department: 'Sales', manager: { value: other.id } },
      })
    },
  },
  {
    name: 'replace of a multi-valued attribute takes an array and replaces all, add takes one and appends',
    section: '6.5.2',
    async run(wire) {
      const { id } = await createUser(wire, { phoneNumbers: [work] })
      const path = `/Users/${id}`
      const numbers = async (op: string, value: unknown) => {
        const { phoneNumbers = [] } = body(
          await patch(wire, path, [{ op, path: 'phoneNumbers', value }]),
          200,
        )
        return (phoneNumbers as readonly Json[]).map((one) => one.value).sort()
      }
      same(await numbers('add', [mobile]), [work.value, mobile.value], 'the numbers')
      same(await numbers('replace', [mobile]), [mobile.value], 'the numbers')
      same(await numbers('replace', []), [], 'the numbers')
      for (const op of ['add', 'replace']) {
        for (const value of [work, work.value, { value: [work] }])
          await refused(wire, path, { op, path: 'phoneNumbers', value }, 'invalidValue')
      }
    },
  },
  {
    name: 'members are added and replaced by arrays',
    section: '6.5.2',
    needs: ['groups'],
    async run(wire) {
      const user = await createUser(wire)
      const { id } = await createGroup(wire)
      const path = `/Groups/${id}`
      for (const op of ['add', 'replace']) {
        for (const value of [{ value: user.id }, user.id]) {
          error(await patch(wire, path, [{ op, path: 'members', value }]), 400, 'invalidValue')
          await refused(wire, path, { op, path: 'members', value }, 'invalidValue')
        }
      }
      empty(await patch(wire, path, [{ op: 'add', path: 'members', value: [{ value: user.id }] }]), 204)
      contains(await read(wire, path), { members: [{ value: user.id }] })
    },
  },
  {
    name: 'a filter in a path selects the element whose sub-attribute changes',
    section: '6.5.2',
    async run(wire) {
      const { id } = await createUser(wire, { phoneNumbers: [work, mobile] })
      const operations = [{ op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '555-3000' }]
      body(await patch(wire, `/Users/${id}`, operations), 200, {
        phoneNumbers: [{ type: 'work', value: '555-3000' }, mobile],
      })
      const gone = { op: 'remove', path: 'phoneNumbers[type eq "mobile"]' }
      const { phoneNumbers } = body(await patch(wire, `/Users/${id}`, [gone]), 200)
      same((phoneNumbers as readonly Json[]).length, 1, 'how many numbers there are')
    },
  },
  {
    name: 'a filter in a path that names no sub-attribute is refused',
    section: '6.5.3',
    async run(wire) {
      const { id } = await createUser(wire, { phoneNumbers: [work] })
      for (const op of ['add', 'replace']) {
        const path = 'phoneNumbers[type eq "work"]'
        await refused(wire, `/Users/${id}`, { op, path, value: mobile }, 'invalidPath')
        const nosuch = `${path}.nosuch`
        await refused(wire, `/Users/${id}`, { op, path: nosuch, value: 'x' }, 'invalidPath')
      }
    },
  },
  {
    name: 'a filter in a path that matches several elements is refused',
    section: '6.5.3',
    async run(wire) {
      const second = { ...work, value: '555-4000' }
      const { id } = await createUser(wire, { phoneNumbers: [work, second, mobile] })
      const path = 'phoneNumbers[type eq "work"].value'
      for (const op of ['add', 'replace', 'remove']) {
        const value = op === 'remove' ? {} : { value: '555-9' }
        await refused(wire, `/Users/${id}`, { op, path, ...value }, 'invalidFilter')
      }
      const both = 'phoneNumbers[type eq "work" and value eq "555-4000"].display'
      body(await patch(wire, `/Users/${id}`, [{ op: 'add', path: both, value: 'desk' }]), 200, {
        phoneNumbers: [{ value: '555-4000', display: 'desk' }],
      })
    },
  },
  {
    name: 'a filter in a path that matches no element is refused',
    section: '6.5.3',
    async run(wire) {
      const { id } = await createUser(wire, { phoneNumbers: [work] })
      const path = 'phoneNumbers[type eq "mobile"].value'
      await refused(wire, `/Users/${id}`, { op: 'replace', path, value: 'x' }, 'noTarget')
    },
  },
]

/** What a service under `interop()` has to pass. */
export const interopSuite: readonly WireCase[] = [...general, ...patches]
