import {
  attribute,
  bearerTokens,
  createScim,
  defineExtension,
  defineResourceType,
  defineSchema,
  memoryStore,
  ScimError,
} from '../../src/index.js'

type IsEqual<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only for `true`. */
function holds<_Claim extends true>(): void {}

const authenticate = bearerTokens([{ token: 'secret', tenant: 'acme' }])
const Badge = defineExtension('urn:example:badge', { number: attribute.integer() })
const Door = defineResourceType({
  name: 'Door',
  endpoint: '/Doors',
  schema: defineSchema('urn:example:Door', { label: attribute.string({ required: true }) }),
  store: memoryStore(),
})

// Hooks are typed with the service's own resources, and may return nothing, a resource, or a promise of either.
createScim({
  authenticate,
  users: memoryStore(),
  groups: memoryStore(),
  extensions: { User: [Badge] },
  resourceTypes: [Door],
  before: {
    'user.create': ({ draft, attempt, tenant, signal }) => {
      holds<IsEqual<(typeof draft)['userName'], string>>()
      holds<IsEqual<NonNullable<(typeof draft)[typeof Badge.urn]>['number'], number | undefined>>()
      holds<IsEqual<typeof attempt, number>>()
      holds<IsEqual<typeof tenant, string | undefined>>()
      holds<IsEqual<typeof signal, AbortSignal | undefined>>()
      // @ts-expect-error the store gives ids
      draft.id
      return { ...draft, title: 'x', [Badge.urn]: { number: 7 } }
    },
    'user.update': async ({ before, after, changed }) => {
      holds<IsEqual<(typeof before)['id'], string>>()
      holds<IsEqual<typeof changed, readonly string[]>>()
      if (before.userName !== after.userName) throw ScimError.forbidden('no')
      if (before.title === after.title) return
      return { ...after, title: undefined }
    },
    'user.delete': async ({ before }) => {
      holds<IsEqual<(typeof before)['userName'], string>>()
    },
    'group.update': ({ members }) => {
      holds<IsEqual<NonNullable<typeof members>['added'], readonly string[]>>()
    },
    'door.create': ({ draft }) => ({ label: draft.label.toUpperCase() }),
  },
})

createScim({
  authenticate,
  users: memoryStore(),
  before: {
    // @ts-expect-error events are named by what has happened, hooks by what is about to
    'user.created': () => {},
  },
})

createScim({
  authenticate,
  users: memoryStore(),
  before: {
    // @ts-expect-error a user has a userName
    'user.create': () => ({ title: 'x' }),
    // @ts-expect-error an active that is text
    'user.update': ({ after }) => ({ ...after, active: 'yes' }),
    // @ts-expect-error false does not refuse
    'user.delete': () => false,
  },
})
