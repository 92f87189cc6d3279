import type { LiteralUnion } from 'type-fest'
import type { InferResource, LifecycleCallbacks, ResourceStore, User, UserStore } from '../../src/index.js'
import {
  attribute,
  bearerTokens,
  createScim,
  defineExtension,
  defineResourceType,
  defineSchema,
  enterpriseUserExtension,
  memoryStore,
  userSchema,
} from '../../src/index.js'

type IsEqual<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only for `true`. */
function holds<_Claim extends true>(): void {}

// The core attributes, as the definitions say.
holds<IsEqual<User['userName'], string>>()
holds<IsEqual<User['active'], boolean | undefined>>()
holds<IsEqual<User['id'], string>>()
holds<IsEqual<NonNullable<User['name']>['givenName'], string | undefined>>()
holds<
  IsEqual<
    NonNullable<User['emails']>[number]['type'],
    LiteralUnion<'work' | 'home' | 'other', string> | undefined
  >
>()
holds<IsEqual<NonNullable<User['emails']>[number]['primary'], boolean | undefined>>()
type Enterprise = NonNullable<User['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User']>
holds<IsEqual<NonNullable<Enterprise['manager']>['value'], string | undefined>>()

// A resource is a value that nobody changes.
declare const user: User
// @ts-expect-error it is read-only
user.userName = 'x'
// @ts-expect-error so are its arrays
user.emails?.push({ value: 'x' })
// @ts-expect-error a misspelt attribute does not exist
user.emial
// @ts-expect-error a required attribute is there
const _incomplete: User = { schemas: [], id: '1', meta: user.meta }

// Attributes of every type.
const Every = defineSchema('urn:example:Every', {
  text: attribute.string({ required: true }),
  flag: attribute.boolean(),
  amount: attribute.decimal(),
  whole: attribute.integer({ multiValued: true }),
  at: attribute.dateTime(),
  bytes: attribute.binary(),
  link: attribute.reference(),
  part: attribute.complex({ code: attribute.string({ required: true }) }, { multiValued: true }),
})
const Thing = defineResourceType({ name: 'Thing', endpoint: '/Things', schema: Every })
type Thing = InferResource<typeof Thing>
holds<IsEqual<Thing['text'], string>>()
holds<IsEqual<Thing['flag'], boolean | undefined>>()
holds<IsEqual<Thing['amount'], number | undefined>>()
holds<IsEqual<Thing['whole'], readonly number[] | undefined>>()
holds<IsEqual<Thing['at'] | Thing['bytes'] | Thing['link'], string | undefined>>()
holds<IsEqual<Thing['part'], readonly { readonly code: string }[] | undefined>>()
// @ts-expect-error a type has one of the RFC's characteristics
attribute.string({ mutability: 'sometimes' })

// An extension of one's own shows up in the store and in events, without being named there.
const Employee = defineExtension('urn:example:params:scim:schemas:extension:employee:2.0:User', {
  badgeId: attribute.string({ uniqueness: 'server', caseExact: true }),
  sites: attribute.complex({ code: attribute.string(), primary: attribute.boolean() }, { multiValued: true }),
})
const authenticate = bearerTokens([{ token: 'secret', tenant: 'acme' }])
createScim({
  authenticate,
  users: memoryStore(),
  extensions: { User: [Employee] },
  on: {
    'user.deactivated': ({ id, name, resourceId, before, after, tenant, changed }) => {
      holds<IsEqual<typeof id | typeof name | typeof resourceId, string>>()
      holds<IsEqual<NonNullable<(typeof before)[typeof Employee.urn]>['badgeId'], string | undefined>>()
      holds<IsEqual<NonNullable<(typeof before)['emails']>[number]['value'], string | undefined>>()
      holds<IsEqual<undefined extends typeof after ? true : false, true>>()
      holds<IsEqual<typeof tenant, string | undefined>>()
      holds<IsEqual<typeof changed, readonly string[]>>()
    },
    // @ts-expect-error there is no such attribute
    'user.updated': ({ after }) => after.badgeId,
  },
})
// @ts-expect-error there is no such event
createScim({ authenticate, users: memoryStore(), on: { 'user.fired': () => {} } })
// @ts-expect-error users are needed
createScim({ authenticate })

// A store of users is one of resources; without extensions it is typed by the core and the Enterprise User.
declare const store: UserStore
holds<IsEqual<Parameters<typeof store.replace>[1], Omit<User, 'id' | 'meta'>>>()
createScim({ authenticate, users: store })
declare const things: ResourceStore<Thing>
// @ts-expect-error a store of something else is none of users
createScim({ authenticate, users: things })

holds<
  IsEqual<
    keyof LifecycleCallbacks<'Door', Thing>,
    `door.${'created' | 'updated' | 'deactivated' | 'reactivated' | 'deleted'}`
  >
>()

// A whole resource type of one's own on top of the User schema.
const Badge = defineResourceType({
  name: 'Badge',
  endpoint: '/Badges',
  schema: userSchema,
  extensions: [enterpriseUserExtension, Employee],
})
type Badge = InferResource<typeof Badge>
holds<
  IsEqual<
    NonNullable<Badge[typeof Employee.urn]>['sites'],
    readonly { readonly code?: string | undefined; readonly primary?: boolean | undefined }[] | undefined
  >
>()
