import { describe, expect, test } from 'vitest'
import {
  attribute,
  defineExtension,
  type Group,
  interop,
  memoryStore,
  type Profile,
  strict,
  type User,
  urns,
} from '../../src/index.js'
import { base, type Options, type Reply, serve } from '../http/service.js'
import { openKinds } from './groups/kinds.js'

// A `$ref` without `value` went by the text after its last slash alone: a group became a manager, and another service's
// user a member.

const { enterpriseUser } = urns
const manager = `${enterpriseUser}:manager`
const kinds = openKinds()

const idsOf = (list: unknown) =>
  ((list ?? []) as readonly { readonly value: string }[]).map(({ value }) => value)
const managerOf = (resource: object) =>
  (resource as Readonly<Record<string, { readonly manager?: { readonly value?: string } } | undefined>>)[
    enterpriseUser
  ]?.manager?.value

interface Write {
  readonly shape: string
  send(): Promise<Reply>
}

async function filled(options: Options) {
  const scim = serve(options)
  const [boss, ada] = [await scim.createUser(), await scim.createUser({ title: 'T' })]
  const group = await scim.createGroup()
  const team = await scim.createGroup({ members: [{ value: boss.id }] })
  const bulk = async (operation: object) => {
    const message = { schemas: [urns.bulkRequest], Operations: [operation] }
    const reply = await scim.post('/Bulk', message)
    expect(reply.status, reply.text).toBe(200)
    const [result] = reply.body.Operations as readonly { status: string; response?: Reply['body'] }[]
    const trace = scim.events.at(-2)?.trace ?? []
    return { ...reply, trace, status: Number(result?.status), body: result?.response ?? reply.body }
  }
  const user = { schemas: [urns.user, enterpriseUser], userName: String(ada.userName), title: 'T' }
  const inEnterprise = ($ref: unknown) => ({ [enterpriseUser]: { manager: { $ref } } })
  const at = `/Users/${ada.id}`
  const patchOf = (operations: readonly object[]) => ({ schemas: [urns.patchOp], Operations: operations })
  return {
    ...scim,
    boss,
    ada,
    group,
    team,
    bulk,
    managed: async () => managerOf(await scim.storedUser(ada.id)),
    members: async () => idsOf((await scim.get(`/Groups/${team.id}`)).body.members),
    /** Every way to give a user a manager by a URI. */
    toManager: ($ref: unknown): readonly Write[] => [
      { shape: 'PUT', send: () => scim.put(at, { ...user, ...inEnterprise($ref) }) },
      ...[
        { op: 'add', path: manager, value: { $ref } },
        { op: 'replace', path: manager, value: { $ref, displayName: 'Boss' } },
        { op: 'replace', path: `${manager}.$ref`, value: $ref },
        { op: 'add', value: inEnterprise($ref) },
        { op: 'replace', path: enterpriseUser, value: { manager: { $ref } } },
      ].map((operation) => ({ shape: JSON.stringify(operation), send: () => scim.patch(at, [operation]) })),
      {
        shape: 'bulk PATCH',
        send: () =>
          bulk({ method: 'PATCH', path: at, data: patchOf([{ op: 'add', path: manager, value: { $ref } }]) }),
      },
      {
        shape: 'bulk PUT',
        send: () => bulk({ method: 'PUT', path: at, data: { ...user, ...inEnterprise($ref) } }),
      },
    ],
    /** Every way to make a URI a member of a group that has one other. */
    toMembers: ($ref: unknown): readonly Write[] => [
      {
        shape: 'PUT',
        send: () =>
          scim.put(`/Groups/${team.id}`, {
            schemas: [urns.group],
            displayName: team.displayName,
            members: [{ value: boss.id }, { $ref }],
          }),
      },
      ...[
        { op: 'add', path: 'members', value: [{ $ref }] },
        { op: 'add', value: { members: [{ $ref }] } },
        { op: 'replace', path: 'members', value: [{ $ref }, { value: boss.id }] },
      ].map((operation) => ({
        shape: JSON.stringify(operation),
        send: () => scim.patch(`/Groups/${team.id}`, [operation]),
      })),
      {
        shape: 'bulk PATCH',
        send: () =>
          bulk({
            method: 'PATCH',
            path: `/Groups/${team.id}`,
            data: patchOf([{ op: 'add', path: 'members', value: [{ $ref }] }]),
          }),
      },
    ],
  }
}

const uris = (type: 'Users' | 'Groups', id: string) => [
  `${base}/${type}/${id}`,
  `HTTPS://App.Example.com:443/scim/v2/${type}/${id}`,
  `/scim/v2/${type}/${id}`,
  `/${type}/${id}`,
  `../${type}/${id}`,
  `${type}/${id}`,
  `${base}/${type.toLowerCase()}/${id}/`,
  `${base}/${type}/${id}?attributes=id#top`,
  id,
]

describe.each(kinds)('the URI of a reference without its id, with $kind', ({ makeStores }) => {
  test('is that of a user, however it is written', async () => {
    const { boss, ada, patch, managed, toManager } = await filled(makeStores())
    for (const uri of uris('Users', boss.id)) {
      const [put, add, replace, ref] = toManager(uri)
      for (const write of uri === `${base}/Users/${boss.id}` ? toManager(uri) : [put, add, replace, ref]) {
        await patch(`/Users/${ada.id}`, [{ op: 'remove', path: manager }])
        const reply = await write?.send()
        expect([reply?.status, await managed()], `${write?.shape} ${uri}`).toEqual([200, boss.id])
        expect(reply?.trace.map(({ rule }) => rule)).not.toContain('foreignReferences')
      }
    }
  })

  test('is that of a user or a group among members, which it removes too', async () => {
    const { boss, ada, group, team, patch, members, toMembers } = await filled(makeStores())
    for (const [type, { id }] of [
      ['Users', ada],
      ['Groups', group],
    ] as const) {
      for (const uri of uris(type, id)) {
        const [put, add] = toMembers(uri)
        for (const write of uri === `../${type}/${id}` ? toMembers(uri) : [put, add]) {
          const reply = await write?.send()
          expect(reply?.status, `${write?.shape} ${uri} ${reply?.text}`).toBeLessThan(300)
          expect((await members()).sort(), `${write?.shape} ${uri}`).toEqual([boss.id, id].sort())
          const removed = await patch(`/Groups/${team.id}`, [
            { op: 'remove', path: 'members', value: [{ $ref: uri }] },
          ])
          expect([removed.status, await members()], uri).toEqual([204, [boss.id]])
        }
      }
    }
  })

  test('is refused where it leads to no resource that can be meant, and nothing changes', async () => {
    const { boss, ada, group, team, managed, members, toManager, toMembers, patch, storedUser } =
      await filled(makeStores())
    await patch(`/Users/${ada.id}`, [{ op: 'add', path: manager, value: { value: boss.id } }])
    const before = await storedUser(ada.id)
    const nowhere = [
      `${base}/Devices/${boss.id}`,
      `${base}/Users`,
      `${base}/Users/${boss.id}/more`,
      `${base}/`,
      `/Me`,
      `urn:uuid:${boss.id}`,
      `mailto:${boss.id}@example.com`,
      `ftp://app.example.com/Users/${boss.id}`,
      'no URI',
      '../Users/a|b',
      '../Users/%zz',
      '../Users/%00',
      42,
      true,
      { id: boss.id },
    ]
    const refused = async (writes: readonly (Write | undefined)[], uri: unknown) => {
      for (const write of writes) {
        const reply = await write?.send()
        const { status, scimType, detail } = (reply?.body ?? {}) as unknown as Readonly<
          Record<string, string>
        >
        expect([status, scimType], `${write?.shape} ${uri} ${reply?.text}`).toEqual(['400', 'invalidValue'])
        expect(detail).toContain('$ref')
      }
    }
    for (const uri of [
      `${base}/Groups/${group.id}`,
      `../Groups/${group.id}`,
      `/Groups/${boss.id}`,
      ...nowhere,
    ]) {
      await refused(uri === `../Groups/${group.id}` ? toManager(uri) : toManager(uri).slice(0, 4), uri)
    }
    expect([await managed(), await storedUser(ada.id)]).toEqual([boss.id, before])
    for (const uri of nowhere) {
      await refused(uri === nowhere[0] ? toMembers(uri) : toMembers(uri).slice(0, 2), uri)
      const value = [{ $ref: uri }]
      await refused(
        [
          {
            shape: 'remove',
            send: () => patch(`/Groups/${team.id}`, [{ op: 'remove', path: 'members', value }]),
          },
        ],
        uri,
      )
    }
    const $ref = `${base}/Groups/${group.id}`
    const contrary = [{ $ref, type: 'User' }]
    const add = { op: 'add', path: 'members', value: contrary }
    await refused([{ shape: 'add', send: () => patch(`/Groups/${team.id}`, [add]) }], $ref)
    expect(await members()).toEqual([boss.id])
  })

  const foreign = (id: string) => [
    `https://elsewhere.example.com/scim/v2/Users/${id}`,
    `https://app.example.com.evil.org/scim/v2/Users/${id}`,
    `https://app.example.com:444/scim/v2/Users/${id}`,
    `https://app.example.com@evil.org/scim/v2/Users/${id}`,
    `//elsewhere.example.com/Users/${id}`,
  ]

  test('of another host is refused where the service knows its own', async () => {
    for (const known of [{ baseUrl: base }, { trustProxy: true }]) {
      const { boss, ada, managed, members, toManager, toMembers } = await filled({
        ...makeStores(),
        ...known,
      })
      for (const uri of foreign(ada.id)) {
        for (const write of [toManager(uri)[0], toManager(uri)[1], toMembers(uri)[0], toMembers(uri)[1]]) {
          const { status, body } = (await write?.send()) ?? {}
          expect([status, body?.scimType], `${write?.shape} ${uri}`).toEqual([400, 'invalidValue'])
        }
      }
      expect([await managed(), await members()]).toEqual([undefined, [boss.id]])
      const [, own] = toManager(`${base}/Users/${boss.id}`)
      expect([(await own?.send())?.trace, await managed()]).toEqual([[], boss.id])
    }
  })

  test('of another host is read with a trace where a proxy may have hidden the own one', async () => {
    const { boss, ada, managed, members, toManager, toMembers, patch, team } = await filled(makeStores())
    const traced = expect.arrayContaining([expect.objectContaining({ rule: 'foreignReferences' })])
    for (const uri of [...foreign(boss.id), `https://app.example.com/other/Users/${boss.id}`]) {
      for (const write of [toManager(uri)[0], toManager(uri)[1], toManager(uri)[3]]) {
        await patch(`/Users/${ada.id}`, [{ op: 'remove', path: manager }])
        const reply = await write?.send()
        expect([reply?.status, reply?.trace, await managed()], uri).toEqual([200, traced, boss.id])
      }
    }
    const [uri = ''] = foreign(ada.id)
    for (const write of toMembers(uri)) {
      const reply = await write.send()
      expect([reply.trace, (await members()).sort()]).toEqual([traced, [boss.id, ada.id].sort()])
      const operation = { op: 'remove', path: 'members', value: [{ $ref: uri }] }
      const removed = await patch(`/Groups/${team.id}`, [operation])
      expect([removed.trace, await members()]).toEqual([traced, [boss.id]])
    }
  })

  test('gives way to an id beside it, whatever it is', async () => {
    const { boss, ada, patch, managed } = await filled({ ...makeStores(), baseUrl: base })
    for (const $ref of [`https://elsewhere.example.com/Users/1`, `${base}/Groups/1`, 'no URI', 42, null]) {
      await patch(`/Users/${ada.id}`, [{ op: 'remove', path: manager }])
      const { status } = await patch(`/Users/${ada.id}`, [
        { op: 'add', path: manager, value: { value: boss.id, $ref } },
      ])
      expect([status, await managed()]).toEqual([200, boss.id])
    }
  })

  test('is that of what a bulk request creates', async () => {
    const { post, storedUser } = await filled({ ...makeStores(), baseUrl: base })
    for (const $ref of [
      'bulkId:b',
      '../Users/bulkId:b',
      `${base}/Users/bulkId:b`,
      `/scim/v2/users/bulkId:b`,
    ]) {
      const create = (bulkId: string, more: object) => ({
        method: 'POST',
        path: '/Users',
        bulkId,
        data: { schemas: [urns.user], userName: `${bulkId}-${crypto.randomUUID()}`, ...more },
      })
      const Operations = [create('a', { [enterpriseUser]: { manager: { $ref } } }), create('b', {})]
      const { body } = await post('/Bulk', { schemas: [urns.bulkRequest], Operations })
      const results = body.Operations as readonly { readonly location: string }[]
      const [a = '', b] = results.map(({ location }) => location?.split('/').at(-1) ?? '')
      expect(managerOf(await storedUser(a)), $ref).toBe(b)
    }
  })
})

test.each([strict(), interop()])('$name reads it too', async (profile: Profile) => {
  const { boss, ada, group, patch, managed } = await filled({ profile })
  const path = `${manager}.$ref`
  const write = (value: string) => patch(`/Users/${ada.id}`, [{ op: 'replace', path, value }])
  expect([(await write(`../Users/${boss.id}`)).status, await managed()]).toEqual([200, boss.id])
  expect([(await write(`../Groups/${group.id}`)).status, await managed()]).toEqual([400, boss.id])
})

describe('where users and groups have the same ids', () => {
  const Desk = defineExtension('urn:example:params:scim:schemas:extension:desk:2.0:User', {
    owners: attribute.complex(
      {
        value: attribute.string({ caseExact: true }),
        $ref: attribute.reference({ referenceTypes: ['User', 'Group'] }),
        type: attribute.string(),
      },
      { multiValued: true },
    ),
  })

  async function numbered() {
    const counted = () => {
      let last = 0
      return { newId: () => String(++last) }
    }
    const scim = serve({
      users: memoryStore<User>(counted()),
      groups: memoryStore<Group>(counted()),
      extensions: { User: [Desk] },
    })
    for (const _ of ['1', '2']) {
      await scim.createUser()
      await scim.createGroup()
    }
    return scim
  }

  test('the URI says which of them is referred to', async () => {
    const { patch, get } = await numbered()
    const path = `${Desk.urn}:owners`
    const owners = async () =>
      ((await get('/Users/1')).body[Desk.urn] as { readonly owners: readonly object[] }).owners
    const group = { value: '2', type: 'Group', $ref: `${base}/Groups/2` }
    const user = { value: '1', type: 'User', $ref: `${base}/Users/1` }
    await patch('/Users/1', [{ op: 'add', path, value: [{ $ref: '../Groups/2' }, { $ref: '../Users/1' }] }])
    expect(await owners()).toEqual([group, user])
    const changed = { op: 'replace', path: `${path}[value eq "1"].$ref`, value: '../Groups/1' }
    await patch('/Users/1', [changed])
    expect(await owners()).toEqual([group, { value: '1', type: 'Group', $ref: `${base}/Groups/1` }])
  })

  test.each([{ $ref: '../Groups/1' }, { value: '1', type: 'Group' }, { value: '1', type: 'group' }])(
    '%j is the group that is a member',
    async (member) => {
      const { put, get } = await numbered()
      await put('/Groups/2', { schemas: [urns.group], displayName: 'outer', members: [member] })
      expect((await get('/Groups/2')).body.members).toMatchObject([
        { type: 'Group', $ref: `${base}/Groups/1` },
      ])
    },
  )
})
