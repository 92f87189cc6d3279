import type { Kysely } from 'kysely'
import type { Group, LifecycleCallbacks, LifecycleEvent, User } from '../../src/index.js'
import { attribute, defineResourceType, defineSchema } from '../../src/index.js'
import type { EventHandlers, HandlerContext } from '../../src/stores/kysely/index.js'
import { deliverEvents } from '../../src/stores/kysely/index.js'

type IsEqual<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only for `true`. */
function holds<_Claim extends true>(): void {}

declare const db: Kysely<{ readonly people: { readonly id: string } }>

const Role = defineResourceType({
  name: 'Role',
  endpoint: '/Roles',
  schema: defineSchema('urn:example:Role', { rank: attribute.integer() }),
})

export function check(): void {
  // One function takes every event, and a signal that ends it.
  deliverEvents(db, (event, context) => {
    holds<IsEqual<typeof event, LifecycleEvent>>()
    holds<IsEqual<typeof context, HandlerContext>>()
    holds<IsEqual<typeof context.signal, AbortSignal>>()
  })

  // Handlers by name are typed as a service's callbacks are, and know which event it is.
  deliverEvents(db, {
    'user.created': (event, { signal }) => {
      holds<IsEqual<typeof event.after, User>>()
      holds<IsEqual<typeof event.id, string>>()
      holds<IsEqual<typeof signal, AbortSignal>>()
    },
    'user.deactivated': ({ before, after }) => {
      holds<IsEqual<typeof before, User>>()
      holds<IsEqual<typeof after, User | undefined>>()
    },
    'group.updated': async ({ after, members }) => {
      holds<IsEqual<typeof after, Group>>()
      holds<IsEqual<NonNullable<typeof members>['added'], readonly string[]>>()
    },
  })

  // Those of a resource type of one's own are typed by its definition.
  const handlers: EventHandlers<User, Group, [typeof Role]> = {
    'role.created': ({ after, id }, { signal }) => {
      holds<IsEqual<typeof signal, AbortSignal>>()
      holds<IsEqual<typeof after.rank, number | undefined>>()
      holds<IsEqual<typeof id, string>>()
    },
    'user.deleted': ({ before }) => {
      holds<IsEqual<typeof before, User>>()
    },
  }
  deliverEvents(db, handlers)

  // Callbacks of a service get no signal.
  holds<IsEqual<Parameters<NonNullable<LifecycleCallbacks<'User', User>['user.created']>>['length'], 1>>()

  // @ts-expect-error: there is no such event.
  deliverEvents(db, { 'user.renamed': () => {} })

  // @ts-expect-error: what was deleted has no state afterwards.
  deliverEvents(db, { 'user.deleted': ({ after }) => after })
}
