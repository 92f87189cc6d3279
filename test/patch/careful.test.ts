import { describe, expect, it } from 'vitest'
import type { Group, User } from '../../src/index.js'
import { attribute, bearerTokens, createScim, defineExtension, memoryStore, urns } from '../../src/index.js'

// Requests that say less than they seem to, and must not do more than they say.

function serve() {
  const events: string[] = []
  const scim = createScim({
    authenticate: bearerTokens([{ token: 't' }]),
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
    on: {
      'user.deactivated': () => events.push('deactivated'),
      'user.reactivated': () => events.push('reactivated'),
    },
  })
  const send = async (method: string, path: string, body?: object) => {
    const headers = { authorization: 't', 'content-type': 'application/scim+json' }
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
    const reply = await scim.fetch(new Request(`http://localhost${path}`, init))
    const text = await reply.text()
    return { status: reply.status, json: text === '' ? undefined : JSON.parse(text) }
  }
  const patch = (path: string, ...Operations: readonly object[]) =>
    send('PATCH', path, { schemas: [urns.patchOp], Operations })
  const createUser = async (userName: string, more: object = {}) =>
    (await send('POST', '/Users', { schemas: [urns.user], userName, ...more })).json
  return { events, send, patch, createUser }
}

describe('a list of which nothing can be understood clears nothing', () => {
  it.each([
    [{}],
    [[{}]],
    [[{ foo: 1 }]],
    [[null]],
    [[{ value: null }]],
    [['']],
    [{ members: [{ value: 'x' }] }],
    [[{ $ref: null, value: null }]],
  ])('members: %j', async (value) => {
    const { send, patch, createUser } = serve()
    const ada = await createUser('ada')
    const group = { schemas: [urns.group], displayName: 'G', members: [{ value: ada.id }] }
    const { id } = (await send('POST', '/Groups', group)).json
    const refused = await patch(`/Groups/${id}`, { op: 'replace', path: 'members', value })
    expect(refused).toMatchObject({ status: 400, json: { scimType: 'invalidValue' } })
    if (Array.isArray(value)) {
      expect(await send('PUT', `/Groups/${id}`, { ...group, members: value })).toMatchObject({ status: 400 })
    }
    expect((await send('GET', `/Groups/${id}`)).json.members).toMatchObject([{ value: ada.id }])
  })

  it.each(['{}', '[{}]', '{"foo":1}', '{"members":[{"value":"x"}]}'])(
    'members as text: %s',
    async (members) => {
      const { send, patch, createUser } = serve()
      const ada = await createUser('ada')
      const group = { schemas: [urns.group], displayName: 'G', members: [{ value: ada.id }] }
      const { id } = (await send('POST', '/Groups', group)).json
      for (const refused of [
        await patch(`/Groups/${id}`, { op: 'replace', path: 'members', value: members }),
        await patch(`/Groups/${id}`, { op: 'replace', value: { members } }),
        await send('PUT', `/Groups/${id}`, { ...group, members }),
      ])
        expect(refused).toMatchObject({ status: 400, json: { scimType: 'invalidValue' } })
      expect((await send('GET', `/Groups/${id}`)).json.members).toMatchObject([{ value: ada.id }])
      const text = JSON.stringify([{ value: ada.id }])
      for (const read of [
        await patch(`/Groups/${id}`, { op: 'replace', path: 'members', value: text }),
        await patch(`/Groups/${id}`, { op: 'replace', value: { members: text } }),
        await send('PUT', `/Groups/${id}`, { ...group, members: text }),
      ])
        expect(read.status).toBeLessThan(300)
      expect((await send('GET', `/Groups/${id}`)).json.members).toMatchObject([{ value: ada.id }])
    },
  )

  it('while null, an empty list and an empty text clear', async () => {
    const { send, patch, createUser } = serve()
    for (const value of [null, [], '']) {
      const { id } = await createUser(`ada${JSON.stringify(value)}`, { emails: [{ value: 'a@example.com' }] })
      expect((await patch(`/Users/${id}`, { op: 'replace', path: 'emails', value })).status).toBe(200)
      expect((await send('GET', `/Users/${id}`)).json).not.toHaveProperty('emails')
    }
  })
})

it('a number that JSON could not hold is not stored as another text', async () => {
  const { send } = serve()
  for (const number of ['12345678901234567890', '9007199254740993', '1e21', '1e400']) {
    const { status } = await send('POST', '/Users', {
      schemas: [urns.user],
      userName: 'ada',
      externalId: Number(number),
    })
    // JSON has no infinity: it arrives as null, which is no value.
    expect(status, number).toBe(Number.isFinite(Number(number)) ? 400 : 201)
  }
})

it('an error names the operation that the client sent, also after one that was split', async () => {
  const { patch, createUser } = serve()
  const { id } = await createUser('ada')
  const { status, json } = await patch(
    `/Users/${id}`,
    { op: 'replace', value: { title: 'a', 'name.givenName': 'b', 'name.familyName': 'c' } },
    { op: 'replace', path: 'active', value: 'maybe' },
  )
  expect(status).toBe(400)
  expect(json.detail).toMatch(/^Operations\[1\]/)
})

it('one memory store for two resource types keeps them apart', async () => {
  const shared = memoryStore()
  const scim = createScim({ authenticate: bearerTokens([{ token: 't' }]), users: shared, groups: shared })
  const headers = { authorization: 't', 'content-type': 'application/scim+json' }
  const body = JSON.stringify({ schemas: [urns.user], userName: 'ada' })
  await scim.fetch(new Request('http://localhost/Users', { method: 'POST', headers, body }))
  const groups = await scim.fetch(new Request('http://localhost/Groups', { headers }))
  expect(await groups.json()).toMatchObject({ totalResults: 0 })
})

it('a store that changes the objects that it has handed out is still served as it is', async () => {
  const rows = new Map<string, User>()
  const events: string[] = []
  const scim = createScim({
    authenticate: bearerTokens([{ token: 't' }]),
    on: { 'user.deactivated': () => events.push('deactivated') },
    users: {
      get: async (id) => rows.get(id),
      list: async () => ({ resources: [...rows.values()], totalResults: rows.size }),
      async create(draft) {
        const user: User = {
          ...draft,
          id: '1',
          meta: { created: 'then', lastModified: 'then', version: '1' },
        }
        rows.set('1', user)
        return user
      },
      async replace(id, draft, version) {
        const row = rows.get(id)
        if (!row) throw new Error('not there')
        const meta = { created: 'then', lastModified: 'now', version: String(Number(version) + 1) }
        return Object.assign(row, draft, { meta })
      },
      delete: async (id) => void rows.delete(id),
    },
  })
  const headers = { authorization: 't', 'content-type': 'application/scim+json' }
  const send = async (method: string, path: string, body?: object) =>
    scim.fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      }),
    )
  await send('POST', '/Users', { schemas: [urns.user], userName: 'ada', title: 't0' })
  await send('GET', '/Users/1')
  const Operations = [{ op: 'replace', value: { title: 't1', active: false } }]
  await send('PATCH', '/Users/1', { schemas: [urns.patchOp], Operations })
  expect(events).toEqual(['deactivated'])
  expect(await (await send('GET', '/Users/1')).json()).toMatchObject({ title: 't1', active: false })
})

it('what only the service knows can not be filtered by', async () => {
  const { send, createUser } = serve()
  await createUser('ada')
  for (const filter of ['meta.location pr', 'not (meta.location eq "x")', "title eq 'x'"]) {
    const { status, json } = await send('GET', `/Users?filter=${encodeURIComponent(filter)}`)
    expect({ filter, status, scimType: json.scimType }).toEqual({
      filter,
      status: 400,
      scimType: 'invalidFilter',
    })
  }
})

describe('what keeps its first value', () => {
  const urn = 'urn:example:once'
  const once = defineExtension(urn, {
    badge: attribute.string({ mutability: 'immutable' }),
    box: attribute.complex({
      serial: attribute.string({ mutability: 'immutable' }),
      note: attribute.string(),
    }),
  })

  async function badged() {
    const scim = createScim({
      authenticate: bearerTokens([{ token: 't' }]),
      users: memoryStore(),
      extensions: { User: [once] },
    })
    const send = async (method: string, path: string, body: object) => {
      const headers = { authorization: 't', 'content-type': 'application/scim+json' }
      const init = { method, headers, body: JSON.stringify(body) }
      const reply = await scim.fetch(new Request(`http://localhost${path}`, init))
      return { status: reply.status, json: JSON.parse(await reply.text()) }
    }
    const user = { schemas: [urns.user], userName: 'ada' }
    const { json } = await send('POST', '/Users', {
      ...user,
      schemas: [urns.user, urn],
      [urn]: { badge: '7', box: { serial: '9', note: 'n' } },
    })
    return { send, user, path: `/Users/${json.id}` }
  }

  it.each([
    [[{ op: 'remove', path: urn }]],
    [[{ op: 'replace', value: { [urn]: null } }]],
    [[{ op: 'remove', path: `${urn}:box` }]],
    [
      [
        { op: 'remove', path: urn },
        { op: 'add', path: `${urn}:badge`, value: 'new' },
      ],
    ],
    [
      [
        { op: 'remove', path: `${urn}:box` },
        { op: 'add', path: `${urn}:box`, value: { serial: 'new' } },
      ],
    ],
  ])('is not lost with what it was in: %j', async (Operations) => {
    const { send, path } = await badged()
    const { status, json } = await send('PATCH', path, { schemas: [urns.patchOp], Operations })
    expect({ status, scimType: json.scimType }).toEqual({ status: 400, scimType: 'mutability' })
  })

  it('stays when a PUT says nothing of it', async () => {
    const { send, user, path } = await badged()
    const { json } = await send('PUT', path, user)
    expect(json[urn]).toEqual({ badge: '7', box: { serial: '9' } })
  })
})

it('a store that forgets what it owes is named to the host, and is 500 to the client', async () => {
  const errors: unknown[] = []
  const forgetful = (list: object, get: object) =>
    createScim({
      authenticate: bearerTokens([{ token: 't' }]),
      onError: (error) => errors.push(String(error)),
      users: {
        // As JavaScript hosts may write it.
        list: async () => list as never,
        get: async () => get as never,
        create: async () => get as never,
        replace: async () => get as never,
        delete: async () => {},
      },
    })
  const ask = async (scim: ReturnType<typeof forgetful>, path: string) =>
    (await scim.fetch(new Request(`http://localhost${path}`, { headers: { authorization: 't' } }))).status
  expect(await ask(forgetful({ resources: [] }, {}), '/Users')).toBe(500)
  expect(await ask(forgetful({ resources: [{ id: '1' }], totalResults: 1 }, {}), '/Users')).toBe(500)
  expect(await ask(forgetful({}, { id: '1', meta: { version: 1 } }), '/Users/1')).toBe(500)
  expect(errors).toEqual([
    expect.stringContaining('list gave no resources, or no totalResults'),
    expect.stringContaining('list gave a resource without an id or a meta.version'),
    expect.stringContaining('get gave a resource without an id or a meta.version'),
  ])
})
