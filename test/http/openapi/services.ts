import {
  attribute,
  createScim,
  defineExtension,
  defineResourceType,
  defineSchema,
  type Group,
  memoryStore,
  type OpenApiDocument,
  type ResourceStore,
  type Scim,
  type User,
} from '../../../src/index.js'
import { authenticate, base } from '../service.js'
import { methods } from './described.js'

export const Employee = defineExtension(
  'urn:example:params:scim:schemas:extension:employee:2.0:User',
  {
    badgeId: attribute.string({ description: 'What the door reads.', required: true, uniqueness: 'server' }),
    photo: attribute.binary(),
    rate: attribute.decimal({ returned: 'request' }),
    desk: attribute.integer({ returned: 'always' }),
    since: attribute.dateTime(),
    pin: attribute.string({ mutability: 'writeOnly', returned: 'never' }),
    sites: attribute.complex({ code: attribute.string({ required: true }) }, { multiValued: true }),
  },
  { name: 'Employee' },
)

export const Door = defineResourceType({
  name: 'Door',
  endpoint: '/Doors',
  description: 'A door',
  schema: defineSchema('urn:example:params:scim:schemas:core:2.0:Door', {
    label: attribute.string({ required: true, returned: 'always' }),
    kind: attribute.string({ canonicalValues: ['wood', 'glass'] }),
  }),
  store: memoryStore(),
})

/** Types whose names are those of messages, of other types' lists, or no names for a component at all. */
export const awkward = ['Error', 'UserList', 'Me', 'Okta Role', 'OktaRole', 'Bulk', 'Schema'].map(
  (name, index) =>
    defineResourceType({
      name,
      endpoint: `/Things-${index}`,
      schema: defineSchema(`urn:example:params:scim:schemas:core:2.0:Thing${index}`, {
        label: attribute.string(),
      }),
      store: memoryStore(),
    }),
)

/** A store with the five methods and nothing else. */
export function plainStore<R extends User | Group>(): ResourceStore<R> {
  const { get, list, create, replace, delete: remove } = memoryStore<R>()
  return { get, list, create, replace, delete: remove }
}

export const users = () => memoryStore<User>()
export const groups = () => memoryStore<Group>()
export const configurations: Readonly<Record<string, () => Scim>> = {
  'users only': () => createScim({ authenticate, users: users() }),
  'users and groups': () => createScim({ authenticate, users: users(), groups: groups() }),
  'an extension': () => createScim({ authenticate, users: memoryStore(), extensions: { User: [Employee] } }),
  'a type of its own': () =>
    createScim({ authenticate, users: users(), groups: groups(), resourceTypes: [Door] }),
  'awkward names': () => createScim({ authenticate, users: users(), resourceTypes: awkward }),
  'stores that can do little': () =>
    createScim({ authenticate, users: plainStore<User>(), groups: plainStore<Group>() }),
  'all there is': () =>
    createScim({
      authenticate,
      users: users(),
      groups: groups(),
      identify: () => ({ id: 'me' }),
      onConflict: () => 'link',
      hashPassword: (password) => `hash of ${password}`,
      publicDiscovery: true,
      baseUrl: `${base}/`,
      documentationUri: 'https://example.com/help',
      limits: {
        defaultPageSize: 7,
        maxPageSize: 77,
        maxLength: 777,
        maxPatchOperations: 17,
        maxBulkOperations: 27,
      },
      authenticationSchemes: [
        { type: 'oauthbearertoken', name: 'Token', description: 'An API token' },
        { type: 'oauth2', name: 'OAuth', description: 'A token from our identity provider' },
        { type: 'httpbasic', name: 'Basic', description: 'A name and a password' },
        { type: 'httpbasic', name: 'Other', description: 'Another name and password' },
      ],
    }),
}

export async function describedBy(configuration: string, options?: Parameters<Scim['openapi']>[0]) {
  const scim = configurations[configuration]!()
  return { scim, document: await scim.openapi(options) }
}

export function operationsOf(document: OpenApiDocument) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ path, method, operation }] : []
    }),
  )
}
