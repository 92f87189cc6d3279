import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import {
  expectError,
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourcesIn,
} from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import { pathOf, type Wire } from '../../wire.js'
import { valuesAt } from '../attributes.js'

// The IPSIE profile of OpenID for account lifecycle, over the interoperability profile.

const first = 'draft-openid-ipsie-al-scim-profile, AL1: User Deprovisioning'
const second = 'draft-openid-ipsie-al-scim-profile, AL2: User and Group Management'

async function finds(wire: Wire, path: string, filter: string, expected: readonly unknown[]): Promise<void> {
  const reply = await wire.get(path, { filter })
  expectSame(
    resourcesIn(reply).map(({ id }) => id),
    expected,
    `what is found by ${filter}`,
    reply,
  )
}

/** What level AL1 asks for beyond the interoperability profile. */
export const ipsieFirstLevel = casesOf('ipsie', [
  {
    id: 'al1-active',
    name: 'AL1: a user is deactivated and reactivated by PATCH',
    source: first,
    async run(wire) {
      const path = pathOf('/Users', (await wire.createUser({ active: true })).id)
      for (const active of [false, true]) {
        const after = await wire.patched(path, [{ op: 'replace', path: 'active', value: active }])
        expectSame(after.active, active, 'active')
      }
    },
  },
  {
    id: 'al1-filters',
    name: 'AL1: a user is found by userName, by externalId and by e-mail',
    source: first,
    async run(wire) {
      const [userName, externalId] = [wire.userName('ipsie'), wire.mark('id')]
      const { id } = await wire.createUser({
        userName,
        externalId,
        emails: [{ type: 'work', value: userName }],
      })
      await wire.createUser({ emails: [{ type: 'home', value: `home-${userName}` }] })
      for (const filter of [
        `userName eq "${userName}"`,
        `externalId eq "${externalId}"`,
        `emails[value eq "${userName}"]`,
        `emails[type eq "work" and value eq "${userName}"]`,
      ])
        await finds(wire, '/Users', filter, [id])
      await finds(wire, '/Users', `emails[type eq "work" and value eq "home-${userName}"]`, [])
    },
  },
  {
    id: 'al1-name-free',
    name: 'AL1: a userName is free after a DELETE',
    source: first,
    async run(wire) {
      const { id, userName } = await wire.createUser()
      expectStatus(await wire.send('DELETE', pathOf('/Users', id)), 204)
      await wire.createUser({ userName })
    },
  },
  {
    id: 'bulk',
    name: 'bulk requests are supported',
    source: 'draft-openid-ipsie-al-scim-profile, Shared Prerequisites',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/ServiceProviderConfig')
      expectToHave(objectIn(reply), { bulk: { supported: true } }, 'the configuration', reply)
    },
  },
])

/** Whether the server claims the second level: /Schemas, which must tell the truth, then knows no password. */
function skipFirstLevel(wire: Wire): void {
  if (wire.target.can('password'))
    wire.skip('/Schemas describes a password, so that the server is of level AL1')
}

/** What level AL2 asks for beyond that. */
export const ipsieSecondLevel = casesOf('ipsie', [
  {
    id: 'al2-password',
    name: 'AL2: a password is refused in a POST, a PUT and a PATCH',
    source: second,
    contradiction: 'password-on-create',
    async run(wire) {
      skipFirstLevel(wire)
      const { id, userName } = await wire.createUser()
      const path = pathOf('/Users', id)
      const password = 'Secret-1'
      const reply = await wire.send('POST', '/Users', { body: wire.draftUser({ password }) })
      wire.observe('password-on-create', reply.status < 300 ? 'taken' : 'refused')
      expectError(reply, 400, 'invalidSyntax')
      const body = wire.draftUser({ userName, password })
      expectError(await wire.send('PUT', path, { body }), 400, 'invalidSyntax')
      const operations = ['password', 'Password', `${urns.user}:password`].flatMap((at) => [
        { op: 'add', path: at, value: password },
        { op: 'replace', path: at, value: password },
        { op: 'remove', path: at },
      ])
      for (const one of operations) expectError(await wire.patch(path, [one]), 400, 'invalidSyntax')
      for (const one of [{ PassWord: password }, { password: null }])
        expectError(await wire.send('POST', '/Users', { body: wire.draftUser(one) }), 400, 'invalidSyntax')
    },
  },
  {
    id: 'al2-password-bulk',
    name: 'AL2: a password is refused inside of a bulk request',
    source: second,
    needs: ['bulk'],
    async run(wire) {
      skipFirstLevel(wire)
      const data = wire.draftUser({ password: 'Secret-1' })
      const Operations = [{ method: 'POST', path: '/Users', bulkId: 'a', data }]
      const reply = await wire.send('POST', '/Bulk', { body: { schemas: [urns.bulkRequest], Operations } })
      const expected = [{ status: '400', response: { scimType: 'invalidSyntax' } }]
      expectToHave(objectIn(reply).Operations, expected, 'the outcomes', reply)
    },
  },
  {
    id: 'al2-pages',
    name: 'AL2: a page has 1,000 resources at most',
    source: second,
    readsOnly: true,
    async run(wire) {
      skipFirstLevel(wire)
      const reply = await wire.get('/ServiceProviderConfig')
      const { pagination, filter } = objectIn(reply)
      const max = isJsonObject(pagination)
        ? pagination.maxPageSize
        : isJsonObject(filter)
          ? filter.maxResults
          : undefined
      expectThat(Number(max) <= 1000, `the largest page has ${String(max)}`, 'pages of 1,000 at most', reply)
    },
  },
])

const ofGroups = casesOf(
  'ipsie',
  [
    {
      id: 'al2-group',
      name: 'AL2: a group has a name, an externalId and no members, and is found by each',
      source: second,
      async run(wire) {
        const externalId = wire.mark('id')
        const { id, displayName } = await wire.createGroup({ externalId, members: [] })
        const expected: JsonObject = { displayName, externalId, members: undefined }
        expectToHave(await wire.read(pathOf('/Groups', id)), expected, 'the group')
        for (const filter of [`displayName eq "${displayName}"`, `externalId eq "${externalId}"`])
          await finds(wire, '/Groups', filter, [id])
      },
    },
    {
      id: 'al2-member-filter',
      name: 'AL2: a group is found by a member',
      source: second,
      async run(wire) {
        const user = await wire.createUser()
        const { id } = await wire.createGroup({ members: [{ value: user.id }] })
        await wire.createGroup()
        await finds(wire, '/Groups', `members[value eq "${user.id}"]`, [id])
      },
    },
    {
      id: 'al2-fifty-members',
      name: 'AL2: fifty members and more are added and removed by one PATCH',
      source: second,
      async run(wire) {
        const ids: string[] = []
        for (let count = 0; count < 52; count += 1) ids.push((await wire.createUser()).id)
        const path = pathOf('/Groups', (await wire.createGroup()).id)
        const has = async (operations: readonly JsonObject[], expected: readonly (string | undefined)[]) => {
          const after = await wire.patched(path, operations)
          expectSame(valuesAt(after, 'members'), [...expected].sort(), 'the members')
        }
        await has(
          ids.map((value) => ({ op: 'add', path: 'members', value: [{ value }] })),
          ids,
        )
        const [kept, ...gone] = ids
        await has(
          gone.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
          [kept],
        )
        await has([{ op: 'remove', path: 'members' }], [])
      },
    },
    {
      id: 'al2-member-removal',
      name: 'AL2: members are removed by "members" or by their id, without a value, and in no other way',
      source: second,
      async run(wire) {
        skipFirstLevel(wire)
        const user = await wire.createUser()
        const path = pathOf('/Groups', (await wire.createGroup({ members: [{ value: user.id }] })).id)
        const byId = `members[value eq "${user.id}"]`
        for (const operation of [
          { path: 'members', value: [{ value: user.id }] },
          { path: 'members', value: [] },
          { path: `members[value eq "${user.id}" and type eq "User"]` },
          { path: 'members.display' },
          { path: byId, value: [{ value: user.id }] },
          { path: 'members[type eq "User"]' },
          { path: `${byId}.display` },
        ])
          expectStatus(await wire.patch(path, [{ op: 'remove', ...operation }]), 400)
        expectSame(valuesAt(await wire.read(path), 'members'), [user.id], 'the members')
      },
    },
    {
      id: 'al2-urn',
      name: 'AL2: users and groups have the attributes that the profile names',
      source: second,
      readsOnly: true,
      async run(wire) {
        const lacks = (schema: string, names: readonly string[]) =>
          names.filter((name) => !wire.target.writes(name, schema))
        expectSame(
          lacks(urns.user, ['userName', 'displayName', 'active', 'externalId']),
          [],
          'what users lack',
        )
        expectSame(lacks(urns.group, ['displayName', 'members', 'externalId']), [], 'what groups lack')
      },
    },
  ],
  ['groups'],
)

export const ipsieCases = [...ipsieFirstLevel, ...ipsieSecondLevel, ...ofGroups]
