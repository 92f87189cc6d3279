import type { Group, LifecycleEvent, ResourceStore, Transactions, User } from '../../../src/index.js'
import { fullProjection } from '../../../src/schema/index.js'
import { type BrokenStore, current, type Honest, overwrite, type Users } from './broken.js'

/** A store that shows its resources differently. */
function showing<R extends User | Group>(store: ResourceStore<R>, change: (one: R) => R): ResourceStore<R> {
  return {
    ...store,
    create: async (...asked) => change(await store.create(...asked)),
    replace: async (...asked) => change(await store.replace(...asked)),
    async get(...asked) {
      const one = await store.get(...asked)
      return one && change(one)
    },
    async list(...asked) {
      const page = await store.list(...asked)
      return { ...page, resources: page.resources.map(change) }
    },
  }
}

function shown(bug: string, caughtBy: RegExp, says: RegExp, change: (user: User) => User): BrokenStore {
  return { bug, caughtBy, says, plant: ({ users }) => ({ users: showing(users, change) }) }
}

type Change = NonNullable<ResourceStore<Group>['changeMembers']>

function changing(
  bug: string,
  caughtBy: RegExp,
  says: RegExp,
  change: (honest: Change) => Change,
): BrokenStore {
  return {
    bug,
    caughtBy,
    says,
    plant({ groups }) {
      const honest = groups.changeMembers
      if (!honest) throw new Error('the store has no changeMembers')
      return { groups: { ...groups, changeMembers: change(honest) } }
    },
  }
}

/** Versions that a replacement takes for the present one. */
function taking(
  bug: string,
  says: RegExp,
  isTaken: (expected: string, version: string) => boolean,
): BrokenStore {
  return {
    bug,
    caughtBy: /^a write that expects another version/,
    says,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, user, expected, context) {
          const stored = await current(users, id, context)
          return stored && isTaken(expected, stored.meta.version)
            ? overwrite(users, id, user, context)
            : users.replace(id, user, expected, context)
        },
      },
    }),
  }
}

/** Stores whose events lose something on their way. */
function losing(bug: string, says: RegExp, change: (event: LifecycleEvent) => LifecycleEvent): BrokenStore {
  return {
    bug,
    over: 'sqlite',
    caughtBy: /^an event that was recorded/,
    says,
    plant: ({ users, groups }) => ({
      groups,
      users: {
        ...users,
        record: async (events, context) => users.record?.(events.map(change), context),
      },
    }),
  }
}

function buffered({ users, groups }: Honest) {
  const honest = users.transactions
  if (!honest) throw new Error('the store has no transactions')
  const told: LifecycleEvent[] = []
  let waiting: LifecycleEvent[] = []
  const transactions: Transactions = {
    ...honest,
    async run(work, context, options) {
      const result = await honest.run(work, context, options)
      if (context.transaction) return result
      told.push(...waiting)
      waiting = []
      return result
    },
  }
  return {
    groups: { ...groups, transactions },
    users: {
      ...users,
      transactions,
      record: async (events: readonly LifecycleEvent[]) => void waiting.push(...events),
    },
    recordedEvents: async () => told,
  }
}

const zoned = (time: string) => new Date(Date.parse(time) + 2 * 3_600_000).toISOString()

/** What is told of resources, groups and changes. */
export const toldFaults: readonly BrokenStore[] = [
  shown(
    'attributes without a value are null',
    /^create gives a resource its id/,
    /create gave null for title[\s\S]*leave out what has no value/,
    (user) => ({ title: null, ...user }) as unknown as User,
  ),
  shown(
    'schemas name the core schema alone',
    /^every attribute comes back/,
    /create gave other schemas than what was stored/,
    (user) => ({ ...user, schemas: user.schemas.slice(0, 1) }),
  ),
  shown(
    'times are those of the zone of the server, with a Z',
    /^create gives a resource its id/,
    /is not the time of the creation[\s\S]*a time of the local zone is not one with a Z/,
    (user) => ({
      ...user,
      meta: { ...user.meta, created: zoned(user.meta.created), lastModified: zoned(user.meta.lastModified) },
    }),
  ),
  {
    bug: 'decimals are of single precision',
    caughtBy: /^numbers come back to the last digit/,
    says: /decimals in double precision/,
    plant({ users }) {
      const rounded = <T>(draft: T): T =>
        JSON.parse(JSON.stringify(draft), (_, value: unknown) =>
          typeof value === 'number' && !Number.isInteger(value) ? Math.fround(value) : value,
        )
      const create: Users['create'] = (draft, context) => users.create(rounded(draft), context)
      return { users: { ...users, create } }
    },
  },
  {
    bug: 'objects that a list has handed out are changed by replace',
    caughtBy: /^a resource that was handed out or handed in/,
    says: /replace changed an object that list had handed out before/,
    plant({ users }) {
      const handedOut: User[] = []
      return {
        users: {
          ...users,
          async list(...asked) {
            const page = await users.list(...asked)
            const resources = page.resources.map((one) => ({ ...one }))
            handedOut.push(...resources)
            return { ...page, resources }
          },
          async replace(...asked) {
            const after = await users.replace(...asked)
            for (const one of handedOut) if (one.id === after.id) Object.assign(one, after)
            return after
          },
        },
      }
    },
  },
  taking(
    'versions are compared by their beginning',
    /expects the version "2x", and not the stored "2", must be refused, and was accepted/,
    (expected, version) => expected.startsWith(version),
  ),
  taking(
    'an empty version is none',
    /expects the version "", and not the stored "2", must be refused[\s\S]*an empty one is a version too/,
    (expected) => expected === '',
  ),
  {
    bug: 'each member is a user',
    caughtBy: /^members are told as they were added/,
    says: /another type of a member/,
    plant: ({ groups }) => ({
      groups: showing(groups, (group) =>
        group.members ? { ...group, members: group.members.map((one) => ({ ...one, type: 'User' })) } : group,
      ),
    }),
  },
  changing(
    'changeMembers forgets the display of whom it adds',
    /^members are told as they were added/,
    /get after changeMembers gave another display of a member/,
    (honest) => (id, change, version, context) =>
      honest(
        id,
        'add' in change ? { ...change, add: change.add.map(({ display: _, ...one }) => one) } : change,
        version,
        context,
      ),
  ),
  changing(
    'changeMembers takes a hundred at most',
    /^changeMembers takes many at once/,
    /changeMembers that adds 130: the group has other members/,
    (honest) => (id, change, version, context) =>
      honest(id, 'add' in change ? { ...change, add: change.add.slice(0, 100) } : change, version, context),
  ),
  changing(
    'changeMembers tells another lastModified than the group has',
    /^changeMembers changes nothing of the group but its members/,
    /changeMembers gave another meta than get shows/,
    (honest) =>
      async (...asked) => {
        const result = await honest(...asked)
        return { ...result, meta: { ...result.meta, lastModified: zoned(result.meta.lastModified) } }
      },
  ),
  {
    bug: 'groupsOf tells the name that a group had',
    caughtBy: /^groupsOf, members and filters tell what changeMembers has done/,
    says: /after replace, groupsOf tells another name than the group has/,
    plant({ groups }) {
      const names = new Map<string, string>()
      return {
        groups: {
          ...groups,
          async create(...asked) {
            const made = await groups.create(...asked)
            names.set(made.id, made.displayName ?? '')
            return made
          },
          async groupsOf(ids, context) {
            const found =
              (await groups.groupsOf?.(ids, context)) ??
              new Map<string, readonly { readonly value: string }[]>()
            return new Map(
              [...found].map(([id, list]) => [
                id,
                list.map(({ value }) => ({ value, display: names.get(value) })),
              ]),
            )
          },
        },
      }
    },
  },
  {
    bug: 'groupsOf answers for fifty ids',
    caughtBy: /^groupsOf answers for a whole page/,
    says: /130 ids does not tell the one group of each/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        groupsOf: async (ids, context) => (await groups.groupsOf?.(ids.slice(0, 50), context)) ?? new Map(),
      },
    }),
  },
  {
    bug: 'a group of another tenant can be deleted',
    caughtBy: /^groups and their members are apart/,
    says: /delete of another tenant's group must be refused, and was accepted/,
    plant({ groups }) {
      const tenants = new Map<string, string | undefined>()
      return {
        groups: {
          ...groups,
          async create(draft, context) {
            const made = await groups.create(draft, context)
            tenants.set(made.id, context.tenant)
            return made
          },
          delete: (id, version, context) =>
            groups.delete(id, version, { ...context, tenant: tenants.get(id) ?? context.tenant }),
        },
      }
    },
  },
  {
    bug: 'a group whose creation is aborted has no members',
    caughtBy: /^a write of a group that is aborted on its way/,
    says: /a new group has members that nobody has given it/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        async create(draft, context) {
          const { members, ...rest } = draft
          const made = await groups.create(rest, context)
          await new Promise((resolve) => setImmediate(resolve))
          context.signal?.throwIfAborted()
          return members ? groups.replace(made.id, { ...rest, members }, made.meta.version, context) : made
        },
      },
    }),
  },
  {
    bug: 'members who do not exist are kept although the store says that it looks',
    caughtBy: /^what the store says that it checks/,
    says: /with members that do not exist: the group has other members/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        replace: (id, group, version, context) =>
          groups.replace(id, group, version, { ...context, types: undefined }),
      },
    }),
  },
  {
    bug: 'a manager who does not exist is kept although the store says that it looks',
    caughtBy: /^where the store says that it looks/,
    says: /does not exist must be refused, and was accepted/,
    plant: ({ users }) => ({
      users: {
        ...users,
        create: (draft, context) => users.create(draft, { ...context, references: undefined }),
      },
    }),
  },
  {
    bug: 'delete tells one of the groups that it takes a user out of',
    caughtBy: /^what delete says of groups/,
    says: /every group that delete itself has taken the resource out of/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async delete(id, version, context) {
          const leftGroups = context.leftGroups && [...context.leftGroups]
          await users.delete(id, version, { ...context, leftGroups })
          context.leftGroups?.push(...(leftGroups ?? []).slice(0, 1))
        },
      },
    }),
  },
  {
    bug: 'groupsOf does not see the transaction',
    over: 'sqlite',
    caughtBy: /^groups and members that a transaction has changed/,
    says: /groupsOf inside of a transaction does not see what the transaction has written/,
    plant: ({ users, groups }) => ({
      users,
      groups: {
        ...groups,
        groupsOf: async (ids, context) =>
          (await groups.groupsOf?.(ids, { ...context, transaction: undefined })) ?? new Map(),
      },
    }),
  },
  losing('an event loses who has caused it', /another actor than/, (event) => ({
    ...event,
    actor: undefined,
  })),
  losing('an event loses what it was before', /another before than/, (event) => ({
    ...event,
    before: undefined,
  })),
  losing('an event loses members', /another members than/, (event) => ({ ...event, members: undefined })),
  {
    bug: 'events of a part that was undone are told',
    over: 'sqlite',
    caughtBy: /^an event of a part of a transaction that was undone/,
    says: /without the part that it has undone/,
    plant: buffered,
  },
  {
    bug: 'a group gives no members where they alone are wanted',
    caughtBy: /^get and list of groups give what is wanted/,
    says: /get where members alone are wanted: the group has other members/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        async get(id, projection, context) {
          const group = await groups.get(id, projection, context)
          const isWhole = projection === fullProjection(context.resourceType)
          if (!group || isWhole) return group
          const { members: _, ...rest } = group
          return rest
        },
      },
    }),
  },
]
