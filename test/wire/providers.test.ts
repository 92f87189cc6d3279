import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { urns } from '../../src/index.js'
import type { Running } from '../adapters/hosts.js'
import { type Exchange, readFlow, runFlow } from '../fixtures/flow.js'
import { client, flows, makeStores, serve, token, toManagerColumn, type Values } from './providers.js'
import { type OpenStores, storeKinds } from './stores.js'

// What Microsoft Entra ID and Okta send, request by request and over HTTP, to a service without configuration. What
// the clients do not look at, the reply to a 204 for one, is looked at here.

/** What is stored after an exchange: where, and what it must be. `undefined` is an attribute that is not there. */
const afterwards: Readonly<Record<string, (values: Values) => readonly [path: string, expected: object]>> = {
  'create-user': (v) => [`/Users/${v['euser1.id']}`, { roles: undefined, [urns.enterpriseUser]: undefined }],
  'create-user-with-nulls': (v) => [
    `/Users/${v['euser2.id']}`,
    { schemas: [urns.user], title: undefined, addresses: undefined, department: undefined },
  ],
  'create-user-null-name-parts': (v) => [
    `/Users/${v['euser3.id']}`,
    {
      emails: [{ value: 'oumar@example.com' }, { value: 'oumar@example.org' }],
      name: { givenName: 'Oumar', honorificPrefix: undefined },
    },
  ],
  'patch-multi-valued-and-name': (v) => [
    `/Users/${v['euser1.id']}`,
    {
      name: { givenName: 'Lena', familyName: 'Maier' },
      emails: [{ type: 'work', primary: true, value: 'lena.maier@contoso.com' }],
    },
  ],
  'patch-replace-many-compliant': (v) => [
    `/Users/${v['euser1.id']}`,
    {
      displayName: 'Lena M.',
      name: { givenName: 'Helene', familyName: 'Maier-Roth' },
      emails: [{ type: 'work', value: 'lena.m@contoso.com' }],
      [urns.enterpriseUser]: { employeeNumber: '40718' },
      schemas: [urns.user, urns.enterpriseUser],
      'name.givenName': undefined,
    },
  ],
  'patch-add-email-when-absent': (v) => [
    `/Users/${v['euser4.id']}`,
    { emails: [{ type: 'work', primary: true, value: 'rosa@contoso.com' }] },
  ],
  'patch-add-phone-home-email-when-absent': (v) => [
    `/Users/${v['euser4.id']}`,
    { addresses: [{ type: 'work', formatted: 'Building 9, room 214' }] },
  ],
  'patch-remove-manager-by-empty-value': (v) => [
    `/Users/${v['euser1.id']}`,
    { [urns.enterpriseUser]: { manager: undefined, employeeNumber: '40718' } },
  ],
  'patch-clear-with-null': (v) => [`/Users/${v['euser1.id']}`, { title: undefined }],
  'patch-verbose-replace-all': (v) => [
    `/Users/${v['euser3.id']}`,
    { roles: [{ primary: true, display: 'Auditor', value: 'audit' }], timezone: 'Atlantic/Bermuda' },
  ],
  'null-update-verbose-value-paths': (v) => [
    `/Users/${v['euser3.id']}`,
    {
      title: undefined,
      name: { givenName: undefined, familyName: 'Diallo' },
      phoneNumbers: [{ type: 'fax' }, { type: 'mobile' }, { type: 'work', value: undefined }],
    },
  ],
  'null-update-batched': (v) => [
    `/Users/${v['euser3.id']}`,
    { preferredLanguage: undefined, name: { familyName: undefined } },
  ],
  'disable-user': (v) => [`/Users?filter=id%20eq%20%22${v['euser1.id']}%22`, { totalResults: 1 }],

  'group-add-member': (v) => [`/Groups/${v['egroup1.id']}`, { members: [{ value: v['euser2.id'] }] }],
  'group-add-same-member-again': (v) => [
    `/Groups/${v['egroup1.id']}`,
    { members: [{ value: v['euser2.id'], type: 'User' }] },
  ],
  'group-validator-replace-members': (v) => [
    `/Groups/${v['egroup1.id']}`,
    { members: [{ value: v['euser2.id'] }, { value: v['euser3.id'] }] },
  ],
  'group-remove-member-compliant': (v) => [
    `/Groups/${v['egroup1.id']}`,
    { members: [{ value: v['euser2.id'] }] },
  ],
  'group-remove-member-default': (v) => [`/Groups/${v['egroup1.id']}`, { members: undefined }],
  'group-add-then-remove-one-request': (v) => [`/Groups/${v['egroup1.id']}`, { members: undefined }],
  'group-patch-external-id-no-path': (v) => [
    `/Groups/${v['egroup1.id']}`,
    { displayName: 'Field Staff South' },
  ],

  'disable-with-string-False': (v) => [`/Users/${v['euser1.id']}`, { active: false }],
  'enable-with-string-True': (v) => [`/Users/${v['euser1.id']}`, { active: true }],
  'replace-by-primary-filter': (v) => [
    `/Users/${v['q2.id']}`,
    {
      emails: [{ primary: true, value: 'mika.a@contoso.com' }],
      phoneNumbers: [{ primary: true, value: '358-555-2162' }],
      addresses: [{ primary: true, country: 'Estonia' }],
      externalId: expect.any(String),
    },
  ],
  'roles-filter-quoted-boolean': (v) => [
    `/Users/${v['q2.id']}`,
    { roles: [{ primary: true, display: 'Auditor', value: 'audit', type: 'app' }] },
  ],
  'roles-stringified-json': (v) => [
    `/Users/${v['q2.id']}`,
    { roles: [{ value: 'audit' }, { value: '31', display: 'Approver' }] },
  ],
  'manager-add-array-legacy': (v) => [
    `/Users/${v['q2.id']}`,
    { manager: undefined, [urns.enterpriseUser]: { manager: { value: v['q3.id'] } } },
  ],
  'attribute-name-case-in-post': (v) => [
    `/Users/${v['q4.id']}`,
    {
      emails: [{ primary: true, Primary: undefined }, { type: 'home' }],
      [urns.enterpriseUser]: { department: 'Finance', Department: undefined },
    },
  ],
  'remove-email-with-value': (v) => [
    `/Users/${v['q4.id']}`,
    {
      emails: [
        { type: 'work', value: undefined },
        { type: 'home', value: 'grace@example.org' },
      ],
    },
  ],
  'group-patch-extra-keys': (v) => [
    `/Groups/${v['q.group.id']}`,
    { members: [{ value: v['q4.id'], display: 'grace.kim' }] },
  ],
  'group-patch-member-as-plain-string': (v) => [
    `/Groups/${v['q.group.id']}`,
    { members: [{ value: v['q4.id'] }] },
  ],

  'group-patch-rename-with-id-in-value': (v) => [
    `/Groups/${v['group1.id']}`,
    { members: [{ value: v['user1.id'] }, { value: v['user2.id'] }] },
  ],
  'group-patch-remove-and-add': (v) => [
    `/Groups/${v['group1.id']}`,
    { members: [{ value: v['user1.id'] }, { value: v['user3.id'], display: 'asha.rao@example.com' }] },
  ],
  'group-patch-several-removes-several-adds': (v) => [
    `/Groups/${v['group1.id']}`,
    { members: [{ value: v['user1.id'] }, { value: v['user2.id'] }] },
  ],
  'group-patch-push-now-empty': (v) => [`/Groups/${v['group1.id']}`, { members: undefined }],
  'group-put-empty-members': (v) => [`/Groups/${v['group0.id']}`, { members: undefined }],
  'put-user-change-entitlements': (v) => [
    `/Users/${v['entUser.id']}`,
    { roles: undefined, entitlements: [{ value: 'prof-field' }] },
  ],
}

/** The same where numbers are rows: one without a number is gone. */
const mappedAfterwards: typeof afterwards = {
  'null-update-verbose-value-paths': (v) => [
    `/Users/${v['euser3.id']}`,
    {
      title: undefined,
      name: { givenName: undefined, familyName: 'Diallo' },
      phoneNumbers: [{ type: 'fax' }, { type: 'mobile' }],
    },
  ],
}

/** A reply in which what is expected to be missing has a key: `undefined` then says that there was none. */
function reveal(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(actual) && Array.isArray(expected))
    return inOrderOf(expected, actual).map((one, index) => reveal(one, expected[index]))
  if (!isPlain(actual) || !isPlain(expected)) return actual
  const revealed = Object.keys(expected).map((key) => [key, reveal(actual[key], expected[key])])
  return { ...actual, ...Object.fromEntries(revealed) }
}

/** The values of a list in the order in which they are expected: a store may keep them in another. */
function inOrderOf(expected: readonly unknown[], actual: readonly unknown[]): readonly unknown[] {
  const left = [...actual]
  const found = expected.flatMap((one) => {
    const index = left.findIndex((each) => isPlain(one) && isPlain(each) && has(each, one))
    return index === -1 ? [] : left.splice(index, 1)
  })
  return [...found, ...left]
}

function has(value: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(expected).every(([key, one]) => isDeepStrictEqual(value[key], one))
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

test('each check belongs to an exchange', () => {
  const names = Object.keys(flows).flatMap((name) => readFlow(name).map((one) => one.name))
  expect(Object.keys(afterwards).filter((name) => !names.includes(name))).toEqual([])
})

describe.each(storeKinds)('$stores', ({ open, isMapped }) => {
  let opened: OpenStores
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())

  // Each flow has a tenant, and with it an empty service, of its own.
  describe.each(Object.entries(flows))('%s', (flow, prepare) => {
    let host: Running
    let values: Values
    beforeAll(async () => {
      host = await serve(makeStores(opened), flow)
      values = await prepare(client(host).create)
    })
    afterAll(() => host[Symbol.asyncDispose]())

    test.each(readFlow(flow).map((one): [string, Exchange] => [one.name, one]))('%s', async (name, one) => {
      const asked = isMapped ? toManagerColumn(one) : one
      const ran = await runFlow([asked], {
        baseUrl: `${host.url}/scim/v2`,
        token,
        values,
      })
      expect(ran.failures.join('\n')).toBe('')
      values = ran.values
      const [path, stored] = ((isMapped && mappedAfterwards[name]) || afterwards[name])?.(values) ?? []
      if (path) expect(reveal(await client(host).get(path), stored)).toMatchObject(stored ?? {})
    })
  })
})
