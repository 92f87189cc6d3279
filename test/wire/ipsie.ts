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
} from './case.js'

// The IPSIE profile of OpenID for account lifecycle, draft-openid-ipsie-al-scim-profile: each case with its section.

const first = 'AL1: User Deprovisioning'
const second = 'AL2: User and Group Management'

async function idsBy({ client }: Wire, path: string, filter: string): Promise<readonly unknown[]> {
  return listed(await client('GET', path, { query: { filter } })).map(({ id }) => id)
}

function memberIds(group: Json): readonly unknown[] {
  return ((group.members ?? []) as readonly Json[]).map(({ value }) => value).sort()
}

/** What level AL1 asks for beyond the interoperability profile. */
export const firstLevelSuite: readonly WireCase[] = [
  {
    name: 'a user is deactivated and reactivated by PATCH',
    section: first,
    async run(wire) {
      const { id } = await createUser(wire, { active: true })
      for (const active of [false, true]) {
        const operation = { op: 'replace', path: 'active', value: active }
        body(await patch(wire, `/Users/${id}`, [operation]), 200, { active })
        contains(await read(wire, `/Users/${id}`), { active })
      }
    },
  },
  {
    name: 'a user is found by userName, by externalId and by e-mail',
    section: first,
    async run(wire) {
      const [userName, externalId] = [unique('ann'), unique('id')]
      const value = `${userName}@example.com`
      const { id } = await createUser(wire, { userName, externalId, emails: [{ type: 'work', value }] })
      await createUser(wire, { emails: [{ type: 'home', value: `home-${value}` }] })
      for (const filter of [
        `userName eq "${userName}"`,
        `externalId eq "${externalId}"`,
        `emails[value eq "${value}"]`,
        `emails[type eq "work" and value eq "${value}"]`,
      ])
        same(await idsBy(wire, '/Users', filter), [id], filter)
      same(
        await idsBy(wire, '/Users', `emails[type eq "work" and value eq "home-${value}"]`),
        [],
        'the users',
      )
    },
  },
]

/** What level AL2 asks for beyond that. */
export const secondLevelSuite: readonly WireCase[] = [
  {
    name: 'a password is refused in a POST, a PUT and a PATCH',
    section: second,
    async run(wire) {
      const { client } = wire
      const user = await createUser(wire)
      const { id, userName } = user
      for (const password of [{ password: 'Secret-1' }, { PassWord: 'Secret-1' }, { password: null }]) {
        const created = { schemas: [urn.user], userName: unique('user'), ...password }
        error(await client('POST', '/Users', { body: created }), 400, 'invalidSyntax')
        const replaced = { schemas: [urn.user], userName, ...password }
        error(await client('PUT', `/Users/${id}`, { body: replaced }), 400, 'invalidSyntax')
      }
      for (const operation of [
        { op: 'add', path: 'password', value: 'Secret-1' },
        { op: 'replace', path: 'Password', value: 'Secret-1' },
        { op: 'replace', path: `${urn.user}:password`, value: 'Secret-1' },
        { op: 'remove', path: 'password' },
      ])
        error(await patch(wire, `/Users/${id}`, [operation]), 400, 'invalidSyntax')
      same(await read(wire, `/Users/${id}`), user, 'the user')
    },
  },
  {
    name: 'a password is refused inside of a bulk request',
    section: second,
    needs: ['bulk'],
    async run({ client }) {
      const data = { schemas: [urn.user], userName: unique('user'), password: 'Secret-1' }
      const Operations = [{ method: 'POST', path: '/Users', bulkId: 'a', data }]
      const reply = await client('POST', '/Bulk', { body: { schemas: [urn.bulk], Operations } })
      contains(body(reply, 200).Operations, [{ status: '400', response: { scimType: 'invalidSyntax' } }])
    },
  },
  {
    name: 'a group has a name, an externalId and no members',
    section: second,
    needs: ['groups'],
    async run(wire) {
      const [displayName, externalId] = [unique('Group'), unique('id')]
      const { id } = await createGroup(wire, { displayName, externalId, members: [] })
      contains(await read(wire, `/Groups/${id}`), { displayName, externalId, members: undefined })
      for (const filter of [`displayName eq "${displayName}"`, `externalId eq "${externalId}"`])
        same(await idsBy(wire, '/Groups', filter), [id], filter)
    },
  },
  {
    name: 'a group is found by a member',
    section: second,
    needs: ['groups'],
    async run(wire) {
      const user = await createUser(wire)
      const { id } = await createGroup(wire, { members: [{ value: user.id }] })
      await createGroup(wire)
      same(await idsBy(wire, '/Groups', `members[value eq "${user.id}"]`), [id], 'the groups')
    },
  },
  {
    name: 'fifty members and more are added and removed by one PATCH',
    section: second,
    needs: ['groups'],
    async run(wire) {
      const users: string[] = []
      for (let count = 0; count < 52; count++) users.push((await createUser(wire)).id)
      const path = `/Groups/${(await createGroup(wire)).id}`
      const adds = users.map((value) => ({ op: 'add', path: 'members', value: [{ value }] }))
      empty(await patch(wire, path, adds), 204)
      same(memberIds(await read(wire, path)), [...users].sort(), 'the members')
      const [kept, ...gone] = users
      const removes = gone.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }))
      empty(await patch(wire, path, removes), 204)
      same(memberIds(await read(wire, path)), [kept], 'the members')
      empty(await patch(wire, path, [{ op: 'remove', path: 'members' }]), 204)
      same(memberIds(await read(wire, path)), [], 'the members')
    },
  },
  {
    name: 'members are removed in no other way',
    section: second,
    needs: ['groups'],
    async run(wire) {
      const user = await createUser(wire)
      const group = await createGroup(wire, { members: [{ value: user.id }] })
      const path = `/Groups/${group.id}`
      const byId = `members[value eq "${user.id}"]`
      for (const [operation, scimType] of [
        [{ path: 'members', value: [{ value: user.id }] }, 'invalidSyntax'],
        [{ path: 'members', value: [] }, 'invalidSyntax'],
        [{ path: byId, value: [{ value: user.id }] }, 'invalidSyntax'],
        [{ path: 'members[type eq "User"]' }, 'invalidFilter'],
        [{ path: `members[value eq "${user.id}" and type eq "User"]` }, 'invalidFilter'],
        [{ path: `${byId}.display` }, 'invalidPath'],
        [{ path: 'members.display' }, 'invalidPath'],
      ] as const)
        error(await patch(wire, path, [{ op: 'remove', ...operation }]), 400, scimType)
      same(memberIds(await read(wire, path)), [user.id], 'the members')
    },
  },
]
