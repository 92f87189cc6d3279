import { describe, expect, it } from 'vitest'
import type { ScimRequest } from '../../../src/http/index.js'
import { urns } from '../../../src/index.js'
import { openKinds } from '../../operations/groups/kinds.js'
import { base, type Options, type Reply, serve } from '../service.js'

// A manager "\ud800" was answered with 500 and stored, and then every list was 500.

const kinds = openKinds()

/** What no text may have, as JSON spells it. */
const flaws = ['\\ud800', '\\uDFFF x', '\\udc00\\ud800', 'x\\uDBFF', '\\u0000', 'a\\u0000b']

/** The JSON of a value in which `FLAW` stands for such text. */
const withFlaw = (value: unknown, flaw: string) => JSON.stringify(value).replaceAll('FLAW', flaw)

const enterprise = urns.enterpriseUser
const patch = (...Operations: readonly unknown[]) => ({ schemas: [urns.patchOp], Operations })
const user = (attributes: object) => ({ schemas: [urns.user], userName: 'new', ...attributes })

async function prepare(stores?: Options) {
  const scim = serve(stores)
  const made = await scim.createUser({ userName: 'ada', title: 'Countess', emails: [{ value: 'a@b.c' }] })
  const group = await scim.createGroup({ members: [{ value: made.id }] })
  const snapshot = async () => [(await scim.get('/Users')).text, (await scim.get('/Groups')).text]
  return { scim, user: made, group, snapshot }
}

/** That a reply is a 400 of a kind, which names the place and does not repeat the text. */
function expectRefusal(reply: Reply, scimType: string, place: string) {
  expect([reply.status, reply.body.scimType], reply.text).toEqual([400, scimType])
  expect(reply.body.detail).toContain(place)
  expect(reply.body.detail).toMatch(/Unicode|U\+0000/)
  expect(reply.text).not.toMatch(/\\u/)
}

describe.each(kinds)('text that is not Unicode, with $kind', ({ makeStores }) => {
  const bodies: readonly (readonly [string, string, unknown, string, string])[] = [
    ['POST', '/Users', user({ userName: 'FLAW' }), 'invalidValue', 'userName'],
    [
      'POST',
      '/Users',
      user({ emails: [{ value: 'x' }, { value: 'FLAW' }] }),
      'invalidValue',
      'emails[1].value',
    ],
    ['POST', '/Users', user({ password: 'FLAW' }), 'invalidValue', 'password'],
    ['POST', '/Users', user({ externalId: 'FLAW' }), 'invalidValue', 'externalId'],
    [
      'POST',
      '/Users',
      user({ [enterprise]: { manager: { value: 'FLAW' } } }),
      'invalidValue',
      'manager.value',
    ],
    ['POST', '/Users', user({ nobodyKnows: 'FLAW' }), 'invalidValue', 'nobodyKnows'],
    ['POST', '/Users', user({ name: { FLAW: 'x' } }), 'invalidValue', 'name has a name'],
    ['POST', '/Users', user({ FLAW: 'x' }), 'invalidValue', 'The body has a name'],
    ['POST', '/Groups', { schemas: [urns.group], displayName: 'FLAW' }, 'invalidValue', 'displayName'],
    ['PUT', '/Users/{user}', user({ title: 'FLAW' }), 'invalidValue', 'title'],
    [
      'PUT',
      '/Groups/{group}',
      { schemas: [urns.group], displayName: 'x', members: [{ value: 'FLAW' }] },
      'invalidValue',
      'members[0].value',
    ],
    [
      'PATCH',
      '/Users/{user}',
      patch({ op: 'add', path: 'title', value: 'x' }, { op: 'add', path: 'title', value: 'FLAW' }),
      'invalidValue',
      'Operations[1].value',
    ],
    ['PATCH', '/Users/{user}', patch({ op: 'add', value: { title: 'FLAW' } }), 'invalidValue', 'value.title'],
    ['PATCH', '/Users/{user}', patch({ op: 'FLAW', path: 'title' }), 'invalidValue', 'Operations[0].op'],
    ['PATCH', '/Users/{user}', patch({ op: 'remove', path: 'FLAW' }), 'invalidPath', 'Operations[0].path'],
    [
      'PATCH',
      '/Users/{user}',
      patch({ op: 'replace', path: 'emails[value eq "FLAW"].type', value: 'work' }),
      'invalidPath',
      'Operations[0].path',
    ],
    [
      'PATCH',
      '/Groups/{group}',
      patch({ op: 'add', path: 'members', value: [{ value: '{user}', display: 'FLAW' }] }),
      'invalidValue',
      'value[0].display',
    ],
    [
      'POST',
      '/Users/.search',
      { schemas: [urns.searchRequest], filter: 'title eq "FLAW"' },
      'invalidFilter',
      'filter',
    ],
    ['POST', '/.search', { schemas: [urns.searchRequest], sortBy: 'FLAW' }, 'invalidPath', 'sortBy'],
    [
      'POST',
      '/Users/.search',
      { schemas: [urns.searchRequest], attributes: ['title', 'FLAW'] },
      'invalidPath',
      'attributes[1]',
    ],
  ]

  it.each(bodies)('is refused in %s %s', async (method, path, body, scimType, place) => {
    const { scim, user, group, snapshot } = await prepare(makeStores())
    const fill = (text: string) => text.replaceAll('{user}', user.id).replaceAll('{group}', group.id)
    const before = await snapshot()
    for (const flaw of flaws) {
      expectRefusal(
        await scim.send(method, fill(path), { body: fill(withFlaw(body, flaw)) }),
        scimType,
        place,
      )
    }
    expect(await snapshot()).toEqual(before)
    expect(scim.errors).toEqual([])
  })

  it('is refused in the literals of filters and paths, which have escapes of their own', async () => {
    const { scim, user, snapshot } = await prepare(makeStores())
    const before = await snapshot()
    for (const path of ['userName', 'emails.value', 'id', 'groups.value', 'meta.version']) {
      for (const op of ['eq', 'co', 'ne']) {
        const filter = `not (title pr) or ${path} ${op} "\\ud800"`
        const listed = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
        expectRefusal(listed, 'invalidFilter', path)
        expectRefusal(
          await scim.post('/Users/.search', { schemas: [urns.searchRequest], filter }),
          'invalidFilter',
          path,
        )
      }
    }
    for (const literal of ['\\ud800', '\\u0000']) {
      const path = `emails[value eq "${literal}"].type`
      const reply = await scim.patch(`/Users/${user.id}`, [{ op: 'replace', path, value: 'work' }])
      expectRefusal(reply, 'invalidFilter', 'emails')
    }
    // A filter by what nobody can have finds nobody.
    const filter = encodeURIComponent('userName eq "a\\u0000"')
    expect((await scim.get(`/Users?filter=${filter}`)).body.totalResults).toBe(0)
    expect(await snapshot()).toEqual(before)
    expect(scim.errors).toEqual([])
  })

  it('is refused in the parameters of a query', async () => {
    const { scim, user } = await prepare(makeStores())
    for (const bytes of ['%ED%A0%80', '%FF', '%E9', '%C3', '%ED%A0%BD%ED%B8%80']) {
      for (const [query, scimType] of [
        [`filter=userName%20eq%20%22${bytes}%22`, 'invalidFilter'],
        [`attributes=title,${bytes}`, 'invalidPath'],
        [`excludedAttributes=${bytes}`, 'invalidPath'],
        [`sortBy=${bytes}`, 'invalidPath'],
        [`cursor=${bytes}`, 'invalidCursor'],
        [`sortOrder=${bytes}`, 'invalidValue'],
        [`count=${bytes}`, 'invalidValue'],
        [`other=${bytes}`, 'invalidValue'],
        [`${bytes}=1`, 'invalidValue'],
      ] as const) {
        const { status, body } = await scim.get(`/Users?${query}`)
        expect([query, status, body.scimType]).toEqual([query, 400, scimType])
        if (!query.startsWith('%'))
          expect(body.detail.toLowerCase()).toContain(query.split('=')[0]?.toLowerCase())
      }
      const reply = await scim.patch(`/Users/${user.id}?attributes=${bytes}`, [
        { op: 'add', path: 'title', value: 'x' },
      ])
      expect(reply.status).toBe(400)
    }
    expect(await scim.storedUser(user.id)).toMatchObject({ title: 'Countess' })
    // A per cent sign that begins no escape stands for itself.
    const kept = await scim.createUser({ userName: '100% é' })
    for (const query of ['userName%20eq%20"100%%20%C3%A9"', 'userName+eq+"100%+%c3%a9"']) {
      expect((await scim.get(`/Users?filter=${query}`)).body.Resources.map(({ id }) => id)).toEqual([kept.id])
    }
  })

  it('is refused in the id of a path', async () => {
    const { scim } = await prepare(makeStores())
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', user({})],
      ['PATCH', patch({ op: 'add', path: 'title', value: 'x' })],
      ['DELETE', undefined],
    ] as const) {
      for (const id of ['%ED%A0%80', 'a%ed%bf%bfb']) {
        const reply = await scim.send(method, `/Users/${id}`, { body })
        expect([method, reply.status, reply.body.scimType]).toEqual([method, 400, 'invalidValue'])
      }
    }
    expect(scim.errors).toEqual([])
  })

  it('fails the operation of a bulk request that has it, and no other', async () => {
    const { scim, user: stored } = await prepare(makeStores())
    const operations = [
      { method: 'POST', path: '/Users', bulkId: 'a', data: user({ userName: 'first' }) },
      { method: 'POST', path: '/Users', bulkId: 'b', data: user({ userName: 'second', title: 'FLAW' }) },
      { method: 'POST', path: '/Users', bulkId: 'FLAW', data: user({ userName: 'third' }) },
      { method: 'PUT', path: `/Users/${stored.id}`, data: user({ FLAW: 1 }) },
      { method: 'PATCH', path: `/Users/${stored.id}`, data: patch({ op: 'remove', path: 'FLAW' }) },
      { method: 'PATCH', path: `/Users/${stored.id}`, version: 'FLAW', data: patch() },
      { method: 'DELETE', path: '/Users/FLAW' },
      { method: 'FLAW', path: '/Users' },
      { method: 'POST', path: '/Users', bulkId: 'z', data: user({ userName: 'last' }) },
    ]
    for (const flaw of ['\\ud800', '\\u0000']) {
      const body = withFlaw({ schemas: [urns.bulkRequest], Operations: operations }, flaw)
      const reply = await scim.send('POST', '/Bulk', { body })
      expect(reply.status).toBe(200)
      expect(reply.text).not.toContain('\\u')
      const results = reply.body.Operations as readonly {
        readonly status: string
        readonly location?: string
        readonly response?: { readonly scimType: string; readonly detail: string }
      }[]
      const refused = Array.from({ length: 6 }, () => '400')
      expect(results.map(({ status }) => status)).toEqual(['201', ...refused, '400', '201'])
      expect(results[1]?.response?.detail).toContain('title')
      expect(results[4]?.response?.scimType).toBe('invalidPath')
      expect(results[3]?.location).toBe(`${base}/Users/${stored.id}`)
      const names = (await scim.get('/Users')).body.Resources.map(({ userName }) => userName)
      expect(names.sort()).toEqual(['ada', 'first', 'last'])
      for (const index of [0, 8]) {
        const id = results[index]?.location?.split('/').pop()
        expect((await scim.delete(`/Users/${id}`)).status).toBe(204)
      }
    }
    expect(scim.errors).toEqual([])
  })

  it('is not made from what percent-encoding spells', async () => {
    const { scim } = await prepare(makeStores())
    const { status } = await scim.post(
      '/Users',
      user({ [enterprise]: { manager: { $ref: '../Users/%00' } } }),
    )
    // A host's table may have no such manager.
    expect([201, 400]).toContain(status)
    expect((await scim.get('/Users')).text).not.toContain('\\u0000')
    expect(scim.errors).toEqual([])
  })

  it('is nothing that honest text has', async () => {
    const { scim } = await prepare(makeStores())
    const spelled = `{"schemas":["${urns.user}"],"userName":"\\ud83d\\ude00 \\u00e9","title":"C:\\\\ud800\\\\u0000"}`
    const { status, body } = await scim.send('POST', '/Users', { body: spelled })
    expect([status, body.userName, body.title]).toEqual([201, '😀 é', 'C:\\ud800\\u0000'])
    const filter = encodeURIComponent('userName eq "\\ud83d\\ude00 \\u00e9"')
    expect((await scim.get(`/Users?filter=${filter}`)).body.totalResults).toBe(1)
  })
})

describe('what an adapter of a third party hands over', () => {
  const { scim } = serve()
  const send = (request: Partial<ScimRequest>) =>
    scim.handle({
      method: 'GET',
      path: '/Users',
      query: '',
      baseUrl: base,
      header: (name) => (name === 'authorization' ? 'acme-token' : undefined),
      body: async () => ({ kind: 'none' }),
      ...request,
    })

  it('is refused where it is not Unicode', async () => {
    const resource = user({ title: '\ud800' })
    for (const request of [
      { method: 'POST', body: async () => ({ kind: 'json', json: resource }) },
      { method: 'POST', body: async () => ({ kind: 'json', json: user({ title: 'a\0' }) }) },
      {
        method: 'POST',
        body: async () => ({ kind: 'text', text: `{"schemas":["${urns.user}"],"userName":"\ud800"}` }),
      },
      { path: '/Users/\ud800' },
      { query: 'filter=userName eq "\udc00"' },
      { query: 'attributes=\ud800' },
    ] as readonly Partial<ScimRequest>[]) {
      expect((await send(request)).status).toBe(400)
    }
    expect((await send({})).body).toContain('"totalResults":0')
  })
})
