import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { strict } from '../../src/index.js'
import type { Running } from '../adapters/hosts.js'
import { type Exchange, readFlow, runFlow } from '../fixtures/flow.js'
import { client, flows, makeStores, serve, token, toManagerColumn, type Values } from './providers.js'
import { type OpenStores, storeKinds } from './stores.js'

// The RFC and nothing else: what the providers send beyond it is refused, each time with the reason, and the rest is
// answered as by default.

type Refusal = readonly [scimType: string | undefined, detail: string, why: string]

const capital: Refusal = [
  'invalidSyntax',
  'op must be "add", "replace" or "remove"',
  'RFC 7644 section 3.5.2: op is one of "add", "remove", or "replace"',
]
const unquoted: Refusal = [
  'invalidFilter',
  'expected a string in double quotes',
  'RFC 7644 section 3.4.2.2: compValue is false, null, true, a JSON number or a JSON string',
]
const pathAsKey: Refusal = [
  'invalidSyntax',
  'There is no attribute',
  'RFC 7644 section 3.5.2: without a path, the value contains a set of attributes; a dot is in no attribute name',
]
const otherSchema: Refusal = [
  'invalidSyntax',
  'has no schema',
  "RFC 7643 section 3: the schemas are those that the type's definition names",
]
const noBoolean: Refusal = [
  'invalidFilter',
  'can be compared only with true or false',
  'RFC 7643 section 2.3.2: a boolean is the literal true or false',
]
const unknown: Refusal = ['invalidSyntax', 'There is no attribute', 'No schema defines the attribute']

const rawToken: Refusal = [
  undefined,
  'no valid credential',
  'RFC 6750 section 2.1: the word Bearer stands before the token',
]

/** What is refused. With a capital letter in the first operation nobody looks at what else is unusual in it. */
const refused: Readonly<Record<string, Refusal>> = {
  'create-user-with-nulls': otherSchema,
  'patch-multi-valued-and-name': capital,
  'patch-username': capital,
  'patch-replace-many-compliant': pathAsKey,
  'patch-add-email-when-absent': capital,
  'patch-add-phone-home-email-when-absent': capital,
  'manager-reference-check': unquoted,
  'patch-clear-with-empty-string': capital,
  'patch-clear-with-null': capital,
  'patch-verbose-replace-all': noBoolean,
  'null-update-batched': pathAsKey,
  'disable-user': capital,
  'restore-user': capital,

  'group-create': otherSchema,
  'group-patch-displayname': capital,
  'group-add-member': capital,
  'group-add-same-member-again': capital,
  'group-remove-member-default': capital,

  'disable-with-string-False': capital,
  'enable-with-string-True': capital,
  'create-with-active-string-True': [
    'invalidValue',
    'active must be boolean',
    'RFC 7643 section 2.3.2: a boolean is the literal true or false',
  ],
  'create-with-primary-string-true': [
    'invalidValue',
    'emails[0].primary must be boolean',
    'RFC 7643 section 2.3.2: a boolean is the literal true or false',
  ],
  'replace-by-primary-filter': pathAsKey,
  'roles-filter-quoted-boolean': noBoolean,
  'roles-stringified-json': capital,
  'replace-multiple-capitalised': capital,
  'manager-add-array-legacy': capital,
  'manager-as-string': [
    'invalidValue',
    'manager must be complex',
    'RFC 7643 section 4.3: manager is a complex attribute',
  ],
  'extension-dot-notation': [
    'invalidPath',
    'has no attribute',
    'RFC 7644 section 3.10: a colon stands between the URI and the attribute',
  ],
  'filter-unquoted-value': unquoted,
  'filter-grouped-unquoted': unquoted,
  'filter-meta-created-gt': unquoted,
  'remove-email-with-value': capital,
  'put-misspelled-attribute-ignored': unknown,
  'group-patch-extra-keys': unknown,
  'group-patch-member-as-plain-string': [
    'invalidValue',
    'members must be an array',
    'RFC 7643 section 2.4: the values of a multi-valued attribute are in an array',
  ],
  'empty-operations-array': [
    'invalidSyntax',
    'Operations',
    'RFC 7644 section 3.5.2: Operations is an array of one or more operations',
  ],

  'test-credentials-raw-token-header-mode': rawToken,
  'group-patch-rename-with-id-in-value': [
    'mutability',
    'id is read-only',
    'RFC 7644 section 3.5.2: a read-only attribute cannot be modified',
  ],
}

test('what is refused are exchanges of the flows', () => {
  const names = Object.keys(flows).flatMap((name) => readFlow(name).map((one) => one.name))
  expect(Object.keys(refused).filter((name) => !names.includes(name))).toEqual([])
})

// What is refused is refused before a store hears of it: one in memory and one in a database say as much as all.
const stores = storeKinds.filter(({ stores }) => stores === 'memory' || stores === 'SQLite')

describe.each(stores.length > 0 ? stores : storeKinds)('$stores', ({ open, isMapped }) => {
  let opened: OpenStores
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())

  // Each flow has a tenant, and with it an empty service, of its own.
  describe.each(Object.entries(flows))('%s', (flow, prepare) => {
    let host: Running
    let forgiving: Running
    let values: Values
    beforeAll(async () => {
      const stores = makeStores(opened)
      host = await serve(stores, flow, strict())
      // For what is refused and the rest of the flow needs.
      forgiving = await serve(stores, flow)
      values = await prepare(client(host).create)
    })
    afterAll(async () => {
      await host[Symbol.asyncDispose]()
      await forgiving[Symbol.asyncDispose]()
    })

    test.each(readFlow(flow).map((one): [string, Exchange] => [one.name, one]))('%s', async (name, one) => {
      const refusal = refused[name]
      const target = { baseUrl: `${host.url}/scim/v2`, token, values }
      if (refusal) {
        const [scimType, detail] = refusal
        const { failures } = await runFlow([{ ...one, expect: { status: [200] }, capture: {} }], target)
        expect(failures[0]).toContain(scimType ? 'status 400 ' : 'status 401 ')
        if (scimType) expect(failures[0]).toContain(`"scimType":"${scimType}"`)
        expect(failures[0]).toContain(JSON.stringify(detail).slice(1, -1))
      }
      const asked = isMapped ? toManagerColumn(one) : one
      const ran = await runFlow(
        [asked],
        refusal ? { ...target, baseUrl: `${forgiving.url}/scim/v2` } : target,
      )
      expect(ran.failures.join('\n')).toBe('')
      values = ran.values
    })
  })
})
