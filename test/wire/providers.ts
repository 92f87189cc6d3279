import { nodeHandler } from '../../src/adapters/node.js'
import {
  attribute,
  bearerTokens,
  createScim,
  defineResourceType,
  defineSchema,
  type Profile,
  urns,
} from '../../src/index.js'
import { listen, type Running } from '../adapters/hosts.js'
import { type Exchange, exchange } from '../fixtures/flow.js'
import type { OpenStores } from './stores.js'

const roleSchema = defineSchema('urn:okta:scim:schemas:core:1.0:Role', {
  displayName: attribute.string({ required: true }),
  description: attribute.string(),
})
const entitlementSchema = defineSchema('urn:okta:scim:schemas:core:1.0:Entitlement', {
  displayName: attribute.string({ required: true }),
  description: attribute.string(),
  type: attribute.string({ required: true }),
})

/** The exchanges with a manager who is nobody, and what is left to expect where nobody can be referred to. */
const withoutManager: Readonly<Record<string, Partial<Exchange['expect']>>> = {
  'patch-replace-manager': {
    bodyContainsIf200: {},
    bodyAbsentIf200: [`${urns.enterpriseUser}.manager`],
  },
  'attribute-name-case-in-post': {
    bodyContains: {
      emails: [{ type: 'work', primary: true }],
      [urns.enterpriseUser]: { department: 'Finance' },
    },
    bodyAbsent: [`${urns.enterpriseUser}.manager`],
  },
}

/** An exchange with what a store must answer in which a manager is a column that refers to another row. */
export function toManagerColumn(exchange: Exchange): Exchange {
  return { ...exchange, expect: { ...exchange.expect, ...withoutManager[exchange.name] } }
}

export const token = 'token-of-acme'

function numbered(prefix: string): () => string {
  let count = 0
  return () => `${prefix}-${++count}`
}

/** Users, groups, and Okta's own resource types as its guide to entitlements describes them. */
export function makeStores({ users, groups, more }: OpenStores) {
  return {
    users,
    groups,
    resourceTypes: [
      defineResourceType({
        name: 'Role',
        endpoint: '/Roles',
        schema: roleSchema,
        store: more('roles', numbered('role')),
      }),
      defineResourceType({
        name: 'Entitlement',
        endpoint: '/Entitlements',
        schema: entitlementSchema,
        store: more('entitlements', numbered('entitlement')),
      }),
    ] as const,
  }
}

/** A service of these stores, for one tenant and over HTTP. */
export function serve(
  stores: ReturnType<typeof makeStores>,
  tenant: string,
  profile?: Profile,
): Promise<Running> {
  const scim = createScim({
    authenticate: bearerTokens([{ token, tenant }]),
    ...stores,
    ...(profile && { profile }),
  })
  return listen(nodeHandler(scim, { basePath: '/scim/v2' }))
}

/** A client that keeps to the RFC. */
export function client(host: Running) {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' }
  const send = (method: string, path: string, body?: unknown) =>
    exchange(
      method,
      `${host.url}/scim/v2${path}`,
      headers,
      body === undefined ? undefined : JSON.stringify(body),
    )
  return {
    get: async (path: string) => (await send('GET', path)).json as Readonly<Record<string, unknown>>,
    patch: (path: string, operations: readonly object[]) =>
      send('PATCH', path, { schemas: [urns.patchOp], Operations: operations }),
    async create(path: string, attributes: object): Promise<string> {
      const { status, text, json } = await send('POST', path, attributes)
      if (status !== 201) throw new Error(`not created: ${text}`)
      return (json as { id: string }).id
    },
  }
}

export type Client = ReturnType<typeof client>
export type Values = Readonly<Record<string, string>>

/** The flows of the two providers: what has to be there before each begins, and what the flow calls it. */
export const flows: Readonly<Record<string, (create: Client['create']) => Promise<Values>>> = {
  'entra-user-lifecycle': async () => ({}),
  'entra-group-lifecycle': async (create) => ({
    'euser2.id': await create('/Users', { schemas: [urns.user], userName: 'taro' }),
    'euser3.id': await create('/Users', { schemas: [urns.user], userName: 'oumar' }),
  }),
  'entra-legacy-quirks': async (create) => ({
    'euser1.id': await create('/Users', { schemas: [urns.user], userName: 'lena' }),
    'q.group.id': await create('/Groups', { schemas: [urns.group], displayName: 'Everyone' }),
  }),
  'okta-user-lifecycle': async () => ({}),
  'okta-group-push': async (create) => ({
    'user1.id': await create('/Users', { schemas: [urns.user], userName: 'ines.moreau@example.com' }),
    'user2.id': await create('/Users', { schemas: [urns.user], userName: 'tomas.novak@example.com' }),
    'user3.id': await create('/Users', { schemas: [urns.user], userName: 'asha.rao@example.com' }),
  }),
  'okta-entitlements': async (create) => {
    await create('/Roles', { schemas: [roleSchema.urn], displayName: 'Editors' })
    await create('/Roles', { schemas: [roleSchema.urn], displayName: 'Readers' })
    await create('/Entitlements', {
      schemas: [entitlementSchema.urn],
      displayName: 'Writer licence',
      type: 'Entitlement',
    })
    return {}
  },
}
