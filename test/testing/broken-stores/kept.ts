import type { Group, ResourceStore, User } from '../../../src/index.js'
import { fullProjection } from '../../../src/schema/index.js'
import type { BrokenStore, Users } from './broken.js'
import { current } from './broken.js'

/** A store that keeps something else than it is given. */
function storing<R extends User | Group>(
  store: ResourceStore<R>,
  change: (key: string, value: unknown) => unknown,
): ResourceStore<R> {
  const changed = <T>(draft: T): T => JSON.parse(JSON.stringify(draft), change)
  return {
    ...store,
    create: (draft, context) => store.create(changed(draft), context),
    replace: (id, draft, version, context) => store.replace(id, changed(draft), version, context),
  }
}

/** A store that answers with other times than it has. */
function timing(users: Users, change: (meta: User['meta']) => Partial<User['meta']>): Users {
  const shown = (user: User): User => ({ ...user, meta: { ...user.meta, ...change(user.meta) } })
  return {
    ...users,
    create: async (...asked) => shown(await users.create(...asked)),
    replace: async (...asked) => shown(await users.replace(...asked)),
    async get(...asked) {
      const user = await users.get(...asked)
      return user && shown(user)
    },
    async list(...asked) {
      const page = await users.list(...asked)
      return { ...page, resources: page.resources.map(shown) }
    },
  }
}

/** What is kept of values, times and groups. */
export const keptFaults: readonly BrokenStore[] = [
  {
    bug: 'integers have 32 bits',
    caughtBy: /^every attribute comes back/,
    says: /3000000001[\s\S]*-1294967295/,
    plant: ({ users }) => ({
      users: storing(users, (_, value) => (Number.isInteger(value) ? Number(value) | 0 : value)),
    }),
  },
  {
    bug: 'texts are trimmed',
    caughtBy: /^texts come back/,
    says: /" {2}blanks at both ends {2}"[\s\S]*"blanks at both ends"[\s\S]*neither trim them/,
    plant: ({ users }) => ({
      users: storing(users, (_, value) => (typeof value === 'string' ? value.trim() : value)),
    }),
  },
  {
    bug: 'letters and their accents are composed',
    caughtBy: /^texts come back/,
    says: /nor compose their letters/,
    plant: ({ users }) => ({
      users: storing(users, (_, value) => (typeof value === 'string' ? value.normalize() : value)),
    }),
  },
  {
    bug: 'lists have ten values at most',
    caughtBy: /^a list of values keeps all of them/,
    says: /however many there are/,
    plant: ({ users }) => ({
      users: storing(users, (_, value) => (Array.isArray(value) ? value.slice(0, 10) : value)),
    }),
  },
  {
    bug: 'a list has one value of each type',
    caughtBy: /^a list of values keeps all of them/,
    says: /each as one of its own/,
    plant: ({ users }) => ({
      users: storing(users, (_, value) =>
        Array.isArray(value)
          ? [...new Map(value.map((one: { type?: string }) => [one?.type ?? one, one])).values()]
          : value,
      ),
    }),
  },
  {
    bug: 'ids are found in any case of letters',
    caughtBy: /^ids of any form/,
    says: /compare ids letter by letter/,
    plant: ({ users }) => ({
      users: { ...users, get: (id, ...more) => users.get(id.toLowerCase(), ...more) },
    }),
  },
  {
    bug: 'created is written by replace too',
    caughtBy: /^a change moves lastModified/,
    says: /moved meta\.created[\s\S]*write created in create only/,
    plant: ({ users }) => ({ users: timing(users, ({ lastModified }) => ({ created: lastModified })) }),
  },
  {
    bug: 'times have no zone',
    caughtBy: /^create gives a resource its id/,
    says: /dateTimes with their zone/,
    plant: ({ users }) => ({
      users: timing(users, ({ lastModified }) => ({ lastModified: lastModified.replace('Z', '') })),
    }),
  },
  {
    bug: 'replace answers with the time of the change before',
    caughtBy: /^a change moves lastModified/,
    says: /two methods show one state of a resource differently/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async replace(id, draft, version, context) {
          const before = await current(users, id, context)
          const after = await users.replace(id, draft, version, context)
          const { lastModified } = before?.meta ?? after.meta
          return { ...after, meta: { ...after.meta, lastModified } }
        },
      },
    }),
  },
  {
    bug: 'a count of 0 counts all, whatever the filter',
    caughtBy: /^a page of count 0/,
    says: /another total than its filter matches/,
    plant: ({ users }) => ({
      users: {
        ...users,
        list: (query, context) =>
          users.list(query.count === 0 ? { ...query, filter: undefined } : query, context),
      },
    }),
  },
  {
    bug: 'a group has a hundred members at most',
    caughtBy: /^a group of many keeps all its members/,
    says: /130: [\s\S]*100: [\s\S]*store and read every membership/,
    plant: ({ groups }) => ({
      groups: storing(groups, (key, value) =>
        key === 'members' && Array.isArray(value) ? value.slice(0, 100) : value,
      ),
    }),
  },
  {
    bug: 'replace of a group forgets its externalId',
    caughtBy: /^a group of many keeps all its members/,
    says: /lost externalId of the group/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        replace: (id, { externalId: _, ...draft }, version, context) =>
          groups.replace(id, draft, version, context),
      },
    }),
  },
  {
    bug: 'delete of a group ignores its version',
    caughtBy: /^a write of a group that expects another version/,
    says: /delete of a group that expects an old version must be refused, and was accepted/,
    plant: ({ groups }) => ({
      groups: { ...groups, delete: (id, _, context) => groups.delete(id, undefined, context) },
    }),
  },
  {
    bug: 'delete of a group that is not there is done',
    caughtBy: /^a write of a group that expects another version/,
    says: /delete of a group that is not there must be refused, and was accepted/,
    plant: ({ groups }) => ({
      groups: {
        ...groups,
        async delete(id, version, context) {
          const found = await groups.get(id, fullProjection(context.resourceType), context)
          if (found) await groups.delete(id, version, context)
        },
      },
    }),
  },
]
