import { urns } from '../../../../protocol/index.js'
import { casesOf, type WireCaseDefinition } from '../../case.js'
import { expectSame, expectStatus, expectThat, objectIn, resourceIn, saysNothing } from '../../expect.js'
import type { Wire } from '../../wire.js'
import { changed, hasAll } from './lookups.js'
import { type Form, operationsOf, resourceFrom, valueAtPath } from './paths.js'
import {
  describedPaths,
  managerAttribute,
  mappedPaths,
  newValues,
  optionalPaths,
  otherValues,
} from './values.js'

// The tests of Microsoft's Logic App suite that ask the server themselves (github.com/AzureAD/SCIMReferenceCode,
// SCIMTests_Workflow.json), but for those of tokens, which the server's host gives out.

const source = (test: string) => `Entra Logic App suite, ${test}`

const forms: readonly (readonly [id: string, form: Form])[] = [
  ['each', 'an operation for each'],
  ['one', 'one operation for most'],
]

function lacking(wire: Wire, core: string, paths: readonly string[]): readonly string[] {
  const described = describedPaths(wire, core)
  return paths.filter((path) => !described.has(path.toLowerCase()))
}

const nullUpdates: readonly WireCaseDefinition[] = forms.map(([id, form]) => ({
  id: `null-update-${id}`,
  name: `values are cleared by empty texts and then by null, in ${form}`,
  source: source('SCIM_Null_Update'),
  contradiction: 'empty-text',
  async run(wire) {
    const values = newValues(wire)
    const user = await wire.create('/Users', resourceFrom(urns.user, values))
    const paths = optionalPaths(wire)
    for (const value of ['', null]) {
      const operations = operationsOf(Object.fromEntries(paths.map((path) => [path, value])), form)
      const reply = await wire.patch(`/Users/${user.id}`, operations)
      if (reply.status >= 400 && value === '') wire.observe('empty-text', 'refused')
      expectStatus(reply, 200, 204)
      const read = await wire.get(`/Users/${user.id}`)
      const now = objectIn(read)
      for (const path of paths) {
        const left = valueAtPath(now, path)
        // The second time the suite does not look at values in brackets.
        const isCleared = saysNothing(left) || (left === '' && (value === '' || path.includes('[')))
        expectThat(isCleared, `${path} is ${String(left)}`, `${path} without a value`, read)
      }
      expectSame(now.userName, values.userName, 'userName', read)
    }
    wire.observe('empty-text', 'clears')
  },
}))

const updates: readonly WireCaseDefinition[] = forms.map(([id, form]) => ({
  id: `user-update-${id}`,
  name: `a user has each value as it was sent, in ${form}`,
  source: source('SCIM_User_Update'),
  ...(id === 'one' && { contradiction: 'pathless-patch' }),
  async run(wire) {
    const user = await wire.create('/Users', resourceFrom(urns.user, newValues(wire)))
    const values = { ...otherValues(wire, mappedPaths(wire)), userName: `${wire.mark('upd')}@example.com` }
    const [now, reply] = await changed(wire, '/Users', user, operationsOf(values, form))
    hasAll(now, values, reply)
  },
}))

export const direct = casesOf('entra', [
  {
    id: 'schema-users',
    name: 'the schemas describe what every application maps: userName, active, displayName, the address of work',
    source: source('Schema_Discoverability'),
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/Schemas')
      const wanted = ['userName', 'active', 'displayName', 'emails[type eq "work"].value']
      expectSame(lacking(wire, urns.user, wanted), [], 'what /Schemas does not describe of users', reply)
    },
  },
  {
    id: 'schema-types',
    name: 'the schemas name the types of addresses and numbers, so that they can be mapped by type',
    source: source('Schema_Discoverability (canonicalValues of RFC 7643 8.7.1)'),
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/Schemas')
      for (const name of ['emails', 'phoneNumbers', 'addresses']) {
        const attribute = wire.target.attribute(urns.user, name)
        const type = wire.target.attribute(urns.user, `${name}.type`)
        if (!attribute?.multiValued || !type) continue
        const isNamed = type.canonicalValues.includes('work')
        expectThat(
          isNamed,
          `${name}.type has no canonicalValues with "work"`,
          `canonicalValues of ${name}.type`,
          reply,
        )
      }
    },
  },
  {
    id: 'schema-mapped',
    name: 'the schemas describe every attribute that an application of Entra maps by default',
    source: source('Schema_Discoverability (an attribute that is missing must be taken out of the mapping)'),
    level: 'optional',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/Schemas')
      const wanted = [
        'title',
        'name.givenName',
        'name.familyName',
        'phoneNumbers[type eq "work"].value',
        managerAttribute,
      ]
      expectSame(lacking(wire, urns.user, wanted), [], 'what /Schemas does not describe of users', reply)
    },
  },
  {
    id: 'schema-groups',
    name: 'the schemas describe displayName and members of groups',
    source: source('Schema_Discoverability'),
    needs: ['groups'],
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/Schemas')
      expectSame(
        lacking(wire, urns.group, ['displayName', 'members']),
        [],
        'what /Schemas does not describe of groups',
        reply,
      )
    },
  },
  {
    id: 'has-patch',
    name: 'the server has PATCH',
    source: 'Entra application gallery (updates and deactivations are PATCH requests)',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/ServiceProviderConfig')
      const said = 'Entra changes users by PATCH alone, and the server says that it has none'
      expectThat(wire.target.can('patch'), said, 'patch with supported true', reply)
    },
  },
  {
    id: 'has-groups',
    name: 'the server has groups',
    source: 'Entra application gallery (the suite fails without a schema of groups)',
    level: 'optional',
    readsOnly: true,
    async run(wire) {
      const reply = await wire.get('/ResourceTypes')
      expectThat(
        wire.target.can('groups'),
        'there is no resource type with the schema of groups',
        'groups',
        reply,
      )
    },
  },
  ...nullUpdates,
  {
    id: 'user-create',
    name: 'a user with a role of a strange type is created, in its letters',
    source: source('SCIM_User_Create'),
    async run(wire) {
      const values = newValues(wire)
      const roles = [{ type: 'True', primary: true, value: 'Test-role' }]
      const sent = { ...resourceFrom(urns.user, values), ...(wire.target.writes('roles') && { roles }) }
      const { id } = await wire.create('/Users', sent)
      resourceIn(await wire.get(`/Users/${id}`), 200, { userName: values.userName })
    },
  },
  {
    id: 'user-create-empty-external-id',
    name: 'several users with an empty externalId are created',
    source: source('SCIM_User_Create (where externalId is not mapped)'),
    async run(wire) {
      for (let made = 0; made < 2; made += 1) {
        const values = { ...newValues(wire), externalId: '' }
        await wire.create('/Users', resourceFrom(urns.user, values))
      }
    },
  },
  ...updates,
  {
    id: 'group-external-id',
    name: 'groups with one and the same externalId are created',
    source: source('SCIM_Group_Create (it is one constant for all groups)'),
    needs: ['groups'],
    async run(wire) {
      const externalId = wire.mark('placeholder-extid')
      for (let made = 0; made < 2; made += 1) {
        const displayName = wire.mark('scgroup')
        const { id } = await wire.create('/Groups', { schemas: [urns.group], displayName, externalId })
        resourceIn(await wire.get(`/Groups/${id}`), 200, { displayName })
      }
    },
  },
  {
    id: 'group-update',
    name: 'a group has each value as it was sent',
    source: source('SCIM_Group_Update'),
    needs: ['groups'],
    async run(wire) {
      const externalId = wire.mark('placeholder-extid')
      const group = await wire.createGroup({ externalId })
      const values = otherValues(wire, ['displayName', 'externalId'])
      const operations = operationsOf(values, 'an operation for each')
      const [now, reply] = await changed(wire, '/Groups', group, operations)
      hasAll(now, values, reply)
    },
  },
  {
    id: 'manager-text',
    name: 'a manager is the text of an id, and goes with an empty one',
    source: source('SCIM_Update_Manager'),
    async run(wire) {
      if (wire.target.schemas.length > 0 && !wire.target.attribute(urns.enterpriseUser, 'manager'))
        return wire.skip('the server describes no manager')
      const [user, first, second] = [
        await wire.createUser(),
        await wire.createUser(),
        await wire.createUser(),
      ]
      for (const [op, value] of [
        ['Add', first.id],
        ['replace', second.id],
      ] as const) {
        const [now, reply] = await changed(wire, '/Users', user, [{ op, path: managerAttribute, value }])
        expectSame(valueAtPath(now, `${managerAttribute}.value`), value, 'the manager', reply)
      }
      const [now, reply] = await changed(wire, '/Users', user, [
        { op: 'replace', path: managerAttribute, value: '' },
      ])
      const left = valueAtPath(now, `${managerAttribute}.value`)
      expectThat(!left, `the manager is ${String(left)}`, 'no manager', reply)
    },
  },
  {
    id: 'rate',
    name: 'fifty requests in two seconds are answered without 429',
    source: 'Entra application gallery (25 requests a second per tenant)',
    readsOnly: true,
    async run(wire) {
      const query = { filter: `userName eq "${wire.mark('nobody')}"` }
      const replies = await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          await new Promise((resolve) => setTimeout(resolve, index * 40))
          return wire.send('GET', '/Users', { query, retries: false })
        }),
      )
      for (const reply of replies)
        expectThat(reply.status !== 429, 'the status is 429', 'no 429 at 25 a second', reply)
    },
  },
])
