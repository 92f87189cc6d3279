import type { CommonAttributes, LifecycleEvent, ResourceStore, StoreContext, User } from '../../src/index.js'
import { ScimError } from '../../src/index.js'
import { defaultProjection, fullProjection } from '../../src/schema/index.js'
import type { Kind } from './history.js'
import { foldName } from './model.js'
import type { Stores, Yield } from './stores.js'

/** A mistake that a store can make, and what the checks may call it. */
export interface Fault {
  readonly name: string
  readonly kinds: readonly Kind[]
  /** Whether it is about events, so that it needs stores with an outbox. */
  readonly isOfEvents?: boolean
  plant(stores: Stores, pause: Yield): Stores
}

type Users = ResourceStore<User>

function inTenant({ actor, requestId, resourceType, signal, transaction }: StoreContext, tenant: string) {
  return { tenant, actor, requestId, resourceType, signal, transaction }
}

function otherTenant(context: StoreContext): StoreContext {
  return inTenant(context, context.tenant === 'acme' ? 'globex' : 'acme')
}

function withoutUnique(context: StoreContext): StoreContext {
  return { ...inTenant(context, context.tenant ?? ''), resourceType: { ...context.resourceType, unique: [] } }
}

async function current<R extends CommonAttributes>(
  store: ResourceStore<R>,
  id: string,
  context: StoreContext,
) {
  const found = await store.get(id, fullProjection(context.resourceType), context)
  if (!found) throw ScimError.notFound()
  return found
}

const everything = { filter: undefined, sort: undefined, startIndex: 1, count: 1000 }

/** The user who has a name. */
async function holderOf(users: Users, userName: string, context: StoreContext): Promise<User | undefined> {
  const projection = defaultProjection(context.resourceType)
  const { resources } = await users.list({ ...everything, projection }, context)
  return resources.find((user) => foldName(user.userName) === foldName(userName))
}

/** A function that is true for each call whose number is divided by n. */
function everyNth(n: number): () => boolean {
  let count = 0
  return () => ++count % n === 0
}

/** Events on their way to the outbox. */
function recording(
  stores: Stores,
  record: (
    events: readonly LifecycleEvent[],
    keep: (events: readonly LifecycleEvent[]) => Promise<void>,
  ) => Promise<void>,
): Stores {
  const planted = <R extends CommonAttributes>(store: ResourceStore<R>): ResourceStore<R> => ({
    ...store,
    record: (events, context) => record(events, async (kept) => store.record?.(kept, context)),
  })
  return { users: planted(stores.users), groups: planted(stores.groups) }
}

export const faults: readonly Fault[] = [
  {
    name: 'a write that does not ask which version is there',
    kinds: ['lost update'],
    plant: ({ users, groups }) => ({
      groups,
      users: {
        ...users,
        async replace(id, resource, _expected, context) {
          const { meta } = await current(users, id, context)
          return users.replace(id, resource, meta.version, context)
        },
      },
    }),
  },
  {
    name: 'members that are read, changed and written as a whole',
    kinds: ['lost update'],
    plant: ({ users, groups }, pause) => ({
      users,
      groups: {
        ...groups,
        async changeMembers(id, change, expected, context) {
          if (!groups.changeMembers) throw new Error('the store changes no members')
          if ('replaceAll' in change) return groups.changeMembers(id, change, expected, context)
          const { members = [] } = await current(groups, id, context)
          for (const others of ['some', 'more', 'most']) await pause(`members were read: ${others} come`)
          const stay = members.filter(({ value = '' }) => !change.remove.includes(value))
          const replaceAll = [...stay.map((one) => ({ ...one, value: one.value ?? '' })), ...change.add]
          return groups.changeMembers(id, { replaceAll }, expected, context)
        },
      },
    }),
  },
  {
    name: 'a write that is seen before it is accepted',
    kinds: ['dirty read'],
    plant: ({ users, groups }, pause) => {
      const written = new Map<string, User>()
      return {
        groups,
        users: {
          ...users,
          async get(id, projection, context) {
            const found = await users.get(id, projection, context)
            // Writers read what is accepted; else they would build on the other, which is another mistake.
            const isWriter = projection === fullProjection(context.resourceType)
            return found && !isWriter ? (written.get(id) ?? found) : found
          },
          async replace(id, resource, expected, context) {
            const { meta } = await current(users, id, context)
            written.set(id, { ...resource, id, meta: { ...meta, version: `${Number(expected) + 1}` } })
            await pause('written, and not accepted yet')
            written.delete(id)
            return users.replace(id, resource, expected, context)
          },
        },
      }
    },
  },
  {
    name: 'a write that is refused and leaves something behind',
    kinds: ['dirty read', 'lost update', 'lost event', 'fork'],
    plant: ({ users, groups }) => ({
      groups,
      users: {
        ...users,
        async replace(id, resource, expected, context) {
          try {
            return await users.replace(id, resource, expected, context)
          } catch (error) {
            const before = await users.get(id, fullProjection(context.resourceType), context)
            if (before?.meta.version === expected) {
              await users.replace(id, { ...resource, userName: before.userName }, expected, context)
            }
            throw error
          }
        },
      },
    }),
  },
  {
    name: 'a name that is looked up before it is taken',
    kinds: ['double create'],
    plant: ({ users, groups }, pause) => ({
      groups,
      users: {
        ...users,
        get: (id, projection, context) => users.get(id, projection, withoutUnique(context)),
        list: (query, context) => users.list(query, withoutUnique(context)),
        delete: (id, expected, context) => users.delete(id, expected, withoutUnique(context)),
        async create(draft, context) {
          if (await holderOf(users, draft.userName, withoutUnique(context)))
            throw ScimError.uniqueness('userName')
          await pause('the name is free')
          return users.create(draft, withoutUnique(context))
        },
        async replace(id, resource, expected, context) {
          const holder = await holderOf(users, resource.userName, withoutUnique(context))
          if (holder && holder.id !== id) throw ScimError.uniqueness('userName')
          return users.replace(id, resource, expected, withoutUnique(context))
        },
      },
    }),
  },
  {
    name: 'a deletion that leaves the memberships',
    kinds: ['orphan'],
    plant: ({ users, groups }) => {
      const deleted = new Set<string>()
      return {
        users: {
          ...users,
          async delete(id, expected, context) {
            await users.delete(id, expected, context)
            deleted.add(id)
          },
        },
        groups: {
          ...groups,
          groupsOf: async (ids, context) =>
            (await groups.groupsOf?.(
              ids.filter((id) => !deleted.has(id)),
              context,
            )) ?? new Map(),
        },
      }
    },
  },
  {
    name: 'groups of a user that are remembered',
    kinds: ['groups disagree', 'orphan'],
    plant: ({ users, groups }) => {
      const known = new Map<string, Awaited<ReturnType<NonNullable<typeof groups.groupsOf>>>>()
      return {
        users,
        groups: {
          ...groups,
          async groupsOf(ids, context) {
            const found = known.get(ids.join()) ?? (await groups.groupsOf?.(ids, context)) ?? new Map()
            known.set(ids.join(), found)
            return found
          },
        },
      }
    },
  },
  {
    name: 'an id that is looked up in every tenant',
    kinds: ['tenant leak'],
    plant: ({ users, groups }) => ({
      groups,
      users: {
        ...users,
        get: async (id, projection, context) =>
          (await users.get(id, projection, context)) ?? users.get(id, projection, otherTenant(context)),
      },
    }),
  },
  {
    name: 'a list of all tenants',
    kinds: ['tenant leak'],
    plant: ({ users, groups }) => ({
      groups,
      users: {
        ...users,
        async list(query, context) {
          const own = await users.list(query, context)
          const others = await users.list(query, otherTenant(context))
          const resources = [...own.resources, ...others.resources]
          return { ...own, resources, totalResults: own.totalResults + others.totalResults }
        },
      },
    }),
  },
  {
    name: 'a version that is expected and not looked at',
    kinds: ['wrong answer'],
    plant: ({ users, groups }) => ({
      users,
      groups: {
        ...groups,
        async changeMembers(id, change, _expected, context) {
          if (!groups.changeMembers) throw new Error('the store changes no members')
          return groups.changeMembers(id, change, undefined, context)
        },
      },
    }),
  },
  {
    name: 'a copy that is read long after it was made',
    kinds: ['stale read'],
    plant: ({ users, groups }) => {
      const copies = new Map<string, User>()
      const isCopied = everyNth(3)
      return {
        groups,
        users: {
          ...users,
          async get(id, projection, context) {
            const found = await users.get(id, projection, context)
            if (!found) return undefined
            if (isCopied()) return copies.get(id) ?? found
            if (!copies.has(id)) copies.set(id, found)
            return found
          },
        },
      }
    },
  },
  {
    name: 'an event that is forgotten',
    kinds: ['lost event'],
    isOfEvents: true,
    plant: (stores) => {
      const isForgotten = everyNth(7)
      return recording(stores, async (events, keep) => (isForgotten() ? undefined : keep(events)))
    },
  },
  {
    name: 'an event that is recorded twice',
    kinds: ['doubled event'],
    isOfEvents: true,
    plant: (stores) => {
      const isTwice = everyNth(7)
      return recording(stores, (events, keep) => keep(isTwice() ? [...events, ...events] : events))
    },
  },
  {
    name: 'events that are recorded after the write',
    kinds: ['event order'],
    isOfEvents: true,
    plant: (stores, pause) =>
      recording(stores, async (events, keep) => {
        void pause('the transaction ends').then(() => keep(events))
      }),
  },
]
