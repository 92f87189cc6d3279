import type { InferResource, ResourceStore } from '../../src/index.js'
import {
  attribute,
  bearerTokens,
  createScim,
  defineExtension,
  defineResourceType,
  defineSchema,
  memoryStore,
} from '../../src/index.js'

type IsEqual<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only for `true`. */
function holds<_Claim extends true>(): void {}

const authenticate = bearerTokens([{ token: 'secret', tenant: 'acme' }])
const doorSchema = defineSchema('urn:example:params:scim:schemas:core:2.0:Door', {
  label: attribute.string({ required: true }),
  floor: attribute.integer(),
  keys: attribute.complex({ value: attribute.string({ required: true }) }, { multiValued: true }),
})
const Alarm = defineExtension('urn:example:params:scim:schemas:extension:alarm:2.0:Door', {
  code: attribute.string(),
})

// A resource type is typed by its schema and extensions, and so is its store.
const Door = defineResourceType({
  name: 'Door',
  endpoint: '/Doors',
  schema: doorSchema,
  extensions: [Alarm],
  store: memoryStore(),
})
type Door = InferResource<typeof Door>
holds<IsEqual<Door['label'], string>>()
holds<IsEqual<Door['floor'], number | undefined>>()
holds<IsEqual<Door['keys'], readonly { readonly value: string }[] | undefined>>()
holds<IsEqual<NonNullable<Door[typeof Alarm.urn]>['code'], string | undefined>>()
holds<IsEqual<Door['id'], string>>()

declare const doors: ResourceStore<Door>
defineResourceType({
  name: 'Door',
  endpoint: '/Doors',
  schema: doorSchema,
  extensions: [Alarm],
  store: doors,
})
interface Lift extends Omit<Door, 'floor'> {
  readonly floor: boolean
}
declare const lifts: ResourceStore<Lift>
const place = { name: 'Door', endpoint: '/Doors', schema: doorSchema, extensions: [Alarm] } as const
defineResourceType({ ...place, store: doors })
// @ts-expect-error a store of something else
defineResourceType({ ...place, store: lifts })

// Its events are typed beside those of users and groups.
const Lamp = defineResourceType({
  name: 'Lamp',
  endpoint: '/Lamps',
  schema: defineSchema('urn:example:Lamp', { watts: attribute.integer() }),
  store: memoryStore(),
})
createScim({
  authenticate,
  users: memoryStore(),
  resourceTypes: [Door, Lamp],
  on: {
    'user.created': ({ after }) => {
      holds<IsEqual<(typeof after)['userName'], string>>()
    },
    'door.updated': ({ before, after, changed }) => {
      holds<IsEqual<(typeof before)['label'], string>>()
      holds<IsEqual<NonNullable<(typeof after)[typeof Alarm.urn]>['code'], string | undefined>>()
      holds<IsEqual<typeof changed, readonly string[]>>()
    },
    'door.deactivated': ({ after }) => {
      holds<IsEqual<undefined extends typeof after ? true : false, true>>()
    },
    'lamp.deleted': ({ before }) => {
      holds<IsEqual<(typeof before)['watts'], number | undefined>>()
      // @ts-expect-error a lamp has none
      before.label
    },
  },
})
// @ts-expect-error nothing happens to windows
createScim({ authenticate, users: memoryStore(), resourceTypes: [Door], on: { 'window.created': () => {} } })
// @ts-expect-error a resource type needs a store to be served
createScim({ authenticate, users: memoryStore(), resourceTypes: [{ ...Door, store: undefined }] })

// Defined right where it is served, it is typed as well.
createScim({
  authenticate,
  users: memoryStore(),
  resourceTypes: [
    defineResourceType({ name: 'Door', endpoint: '/Doors', schema: doorSchema, store: memoryStore() }),
  ],
  on: {
    'door.created': ({ after }) => {
      holds<IsEqual<typeof after.label, string>>()
    },
    // @ts-expect-error there is no such attribute
    'door.updated': ({ after }) => after.colour,
  },
})
