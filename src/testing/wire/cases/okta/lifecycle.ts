import { urns } from '../../../../protocol/index.js'
import { casesOf, type WireCaseDefinition } from '../../case.js'
import {
  expectChanged,
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourceIn,
  resourcesIn,
  saysNothing,
  wholeListIn,
} from '../../expect.js'
import { isJsonObject, type JsonObject } from '../../json.js'
import type { Made, Wire } from '../../wire.js'
import { elementsAt, textAttribute } from '../attributes.js'
import { byUserName } from './spec.js'

// Okta's "SCIM 2.0 CRUD Test" and its manual test plan, with what its client sends for each step, in the ways of both
// kinds of its applications: those that read and put a user whole, and those that send a PATCH without a path.

type Mode = 'PUT' | 'PATCH'

interface Assigned {
  readonly user: Made
  readonly userName: string
}

function find(wire: Wire, userName: string) {
  return wire.get(`${byUserName(userName)}&startIndex=1&count=100`)
}

/** Looks for a person and, where there is none, makes one, as Okta does. */
export async function assignUser(wire: Wire, more: JsonObject = {}): Promise<Assigned> {
  const userName = `${wire.mark('runscope')}@example.com`
  expectSame(resourcesIn(await find(wire, userName)).length, 0, 'how many users have a new name')
  const user = await wire.create('/Users', {
    schemas: [urns.user],
    userName,
    name: { givenName: 'Runscope412', familyName: 'Qwxyzabc417' },
    emails: [{ primary: true, value: userName, type: 'work' }],
    displayName: 'Runscope412 Qwxyzabc417',
    externalId: wire.mark('00u'),
    groups: [],
    password: 'Pd3hT8sQ-17x!',
    active: true,
    ...more,
  })
  return { user, userName }
}

/** Changes a user; a PUT sends back what was read, with what is new in it. */
async function change(
  wire: Wire,
  mode: Mode,
  { user }: Pick<Assigned, 'user'>,
  value: JsonObject,
): Promise<void> {
  const path = `/Users/${user.id}`
  if (mode === 'PATCH') return expectChanged(await wire.patch(path, [{ op: 'replace', value }]), user.id)
  const before = await wire.read(path)
  const { name, ...others } = value
  const names = { ...(isJsonObject(before.name) && before.name), ...(isJsonObject(name) && name) }
  const body = { ...before, ...others, ...(name !== undefined && { name: names }) }
  expectStatus(await wire.send('PUT', path, { body }), 200)
}

/** What Okta reads afterwards. */
async function shows(wire: Wire, { user }: Pick<Assigned, 'user'>, expected: JsonObject): Promise<void> {
  const reply = await wire.get(`/Users/${user.id}`)
  resourceIn(reply, 200, { id: user.id, ...expected })
}

function inBoth(
  id: string,
  name: string,
  source: string,
  run: (wire: Wire, mode: Mode) => Promise<void>,
  attributes: readonly string[] = [],
): readonly WireCaseDefinition[] {
  return (['PUT', 'PATCH'] as const).map((mode) => ({
    id: `${id}-${mode.toLowerCase()}`,
    name: `${name}, by ${mode}`,
    source,
    attributes,
    needs: mode === 'PATCH' ? ['patch'] : [],
    // Applications made with Okta's wizard send PUT, those of its catalogue may send PATCH: neither can be left out.
    ...(mode === 'PATCH' && { contradiction: 'pathless-patch' }),
    run: (wire) => run(wire, mode),
  }))
}

/** The users' side. */
export const oktaUsers = casesOf('okta', [
  {
    id: 'crud-create',
    name: 'an assigned user is found by name, with the names and the address',
    source: 'Okta CRUD test, step 4',
    async run(wire) {
      const { user, userName } = await assignUser(wire)
      const reply = await find(wire, userName)
      const [found] = wholeListIn(reply, { totalResults: 1 })
      const name = { givenName: 'Runscope412', familyName: 'Qwxyzabc417' }
      expectToHave(found, { id: user.id, userName, name }, 'the user', reply)
      expectSame(elementsAt(found ?? {}, 'emails')[0]?.value, userName, 'the first e-mail address', reply)
    },
  },
  {
    id: 'crud-password',
    name: 'a password and an empty list of groups are taken when a user is created',
    source: 'Okta, create (sent always, also without password sync)',
    contradiction: 'password-on-create',
    async run(wire) {
      const { user } = await assignUser(wire).catch(async (error) => {
        // The password is the reason where a user without one is taken.
        await assignUser(wire, { password: undefined })
        wire.observe('password-on-create', 'refused')
        throw error
      })
      wire.observe('password-on-create', 'taken')
      expectThat(user.password === undefined, 'the password is in the reply', 'no password in any reply')
    },
  },
  ...inBoth(
    'crud-update',
    'a changed first name is there, and the rest is as before',
    'Okta CRUD test, step 6',
    async (wire, mode) => {
      const assigned = await assignUser(wire)
      await change(wire, mode, assigned, { name: { givenName: 'Updated' } })
      const name = { givenName: 'Updated', familyName: 'Qwxyzabc417' }
      await shows(wire, assigned, { userName: assigned.userName, name, active: true })
    },
  ),
  ...inBoth(
    'crud-deactivate',
    'a deactivated user is there and inactive',
    'Okta CRUD test, step 8',
    async (wire, mode) => {
      const assigned = await assignUser(wire)
      await change(wire, mode, assigned, { active: false })
      await shows(wire, assigned, { active: false, userName: assigned.userName })
    },
  ),
  ...inBoth(
    'crud-reactivate',
    'a user who is assigned again is found while inactive, and is the same one',
    'Okta CRUD test, step 11; OIN test plan C9293',
    async (wire, mode) => {
      const assigned = await assignUser(wire)
      await change(wire, mode, assigned, { active: false })
      const reply = await find(wire, assigned.userName)
      const [found, ...others] = resourcesIn(reply)
      expectSame(others.length, 0, 'how many others have the name', reply)
      expectToHave(found, { id: assigned.user.id, active: false }, 'who is found while inactive', reply)
      await change(wire, mode, assigned, { active: true })
      const name = { givenName: 'Runscope412', familyName: 'Qwxyzabc417' }
      await shows(wire, assigned, { userName: assigned.userName, active: true, name })
    },
  ),
  ...inBoth(
    'crud-unassign',
    'a user who is unassigned in the end is there and inactive',
    'Okta CRUD test, step 13',
    async (wire, mode) => {
      const assigned = await assignUser(wire)
      for (const active of [false, true, false]) await change(wire, mode, assigned, { active })
      await shows(wire, assigned, { active: false, userName: assigned.userName })
    },
  ),
  ...inBoth(
    'active-twice',
    'the same change twice is no error',
    'Okta, reactivation (calls repeat)',
    async (wire, mode) => {
      const assigned = await assignUser(wire)
      for (const active of [true, true, false, false]) await change(wire, mode, assigned, { active })
      await shows(wire, assigned, { active: false })
    },
  ),
  ...inBoth(
    'rename',
    'a changed userName is there, in its letters',
    'Okta, update (userName changed in Okta)',
    async (wire, mode) => {
      const assigned = await assignUser(wire)
      const userName = `${wire.mark('Renamed')}@Example.com`
      await change(wire, mode, assigned, { userName })
      await shows(wire, assigned, { userName })
    },
  ),
  ...inBoth(
    'entitlements',
    'a user gets an entitlement and a role',
    'Okta CRUD test with entitlements, step 4',
    async (wire, mode) => {
      const assigned = await assignUser(wire)
      const given = {
        entitlements: [{ value: wire.mark('entitlement'), display: 'Writer licence' }],
        roles: [{ value: wire.mark('role'), display: 'Readers' }],
      }
      await change(wire, mode, assigned, given)
      await shows(wire, assigned, { ...given, active: true })
    },
    ['entitlements.value', 'entitlements.display', 'roles.value', 'roles.display'],
  ),
  {
    id: 'put-echo',
    name: 'a PUT of what was read, with id, meta and groups in it, is taken',
    source: 'Okta, update by PUT (the body is the reply to its GET)',
    async run(wire) {
      const assigned = await assignUser(wire)
      const path = `/Users/${assigned.user.id}`
      const before = await wire.read(path)
      const meta = { ...(isJsonObject(before.meta) && before.meta), created: '05-17-2018 00:00:00' }
      expectStatus(await wire.send('PUT', path, { body: { ...before, meta, groups: [] } }), 200)
      await shows(wire, assigned, { userName: assigned.userName })
    },
  },
  {
    id: 'empty-values',
    name: 'an empty value clears an optional attribute and is no error',
    source: 'Okta OIN test plan C9337',
    contradiction: 'empty-text',
    async run(wire) {
      const name = textAttribute(wire)
      const assigned = await assignUser(wire, { [name]: 'Guide' })
      const path = `/Users/${assigned.user.id}`
      const before = await wire.read(path)
      const reply = await wire.send('PUT', path, { body: { ...before, [name]: '' } })
      if (reply.status === 400) wire.observe('empty-text', 'refused')
      expectStatus(reply, 200)
      const value = (await wire.read(path))[name]
      wire.observe('empty-text', saysNothing(value) ? 'clears' : 'kept')
      expectThat(
        saysNothing(value) || value === '',
        `${name} is ${String(value)}`,
        `${name} without a value`,
        reply,
      )
    },
  },
  {
    id: 'name-is-no-address',
    name: 'a userName that is not the e-mail address is kept apart from it',
    source: 'Okta OIN test plan C9336',
    attributes: ['emails.value'],
    async run(wire) {
      const value = `${wire.mark('mail')}@example.com`
      const { user } = await assignUser(wire, { emails: [{ primary: true, value, type: 'work' }] })
      const reply = await wire.get(`/Users/${user.id}`)
      resourceIn(reply, 200, { userName: user.userName, emails: [{ value }] })
    },
  },
  {
    id: 'burst',
    name: 'eight users who are assigned at once are all there',
    source: 'Okta OIN test plan C9307',
    async run(wire) {
      const all = await Promise.all(Array.from({ length: 8 }, () => assignUser(wire)))
      for (const { user } of all) expectStatus(await wire.get(`/Users/${user.id}`), 200)
    },
  },
])

/** Whether a PUT answers with what it has stored. */
export async function putGroup(wire: Wire, path: string, body: JsonObject): Promise<JsonObject> {
  return objectIn(await wire.send('PUT', path, { body }))
}
