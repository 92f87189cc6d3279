import { filterFromTree } from '../../../src/filter/index.js'
import type { BoundFilter, StoreContext, User } from '../../../src/index.js'
import { ScimError } from '../../../src/index.js'
import {
  all,
  type BrokenStore,
  current,
  deciding,
  listing,
  type Users,
  valuesAt,
  withoutUnique,
} from './broken.js'

const sameLetters = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** A store of which others say what name is taken. */
function naming(users: Users, isTaken: (name: string, other: User) => boolean): Users {
  let last: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }
  const assertFree = async (name: string, id: string | undefined, context: StoreContext) => {
    const others = (await all(users, withoutUnique(context))).filter((one) => one.id !== id)
    if (others.some((one) => isTaken(name, one))) throw ScimError.uniqueness('userName')
  }
  return {
    ...users,
    get: (id, projection, context) => users.get(id, projection, withoutUnique(context)),
    list: (query, context) => users.list(query, withoutUnique(context)),
    create: (draft, context) =>
      alone(async () => {
        await assertFree(draft.userName, undefined, context)
        return users.create(draft, withoutUnique(context))
      }),
    replace: (id, user, version, context) =>
      alone(async () => {
        await assertFree(user.userName, id, context)
        return users.replace(id, user, version, withoutUnique(context))
      }),
  }
}

function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  return new RegExp(`^${source}$`, 'is').test(text)
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

type Leaf = Parameters<Parameters<typeof deciding>[1]>[0]

function comparing(
  bug: string,
  caughtBy: RegExp,
  says: RegExp,
  decide: (leaf: Leaf, user: User, honest: boolean) => boolean,
): BrokenStore {
  return { bug, caughtBy, says, plant: ({ users }) => ({ users: deciding(users, decide) }) }
}

const literalOf = (leaf: Leaf) => ('value' in leaf ? leaf.value : undefined)
const isOn = (leaf: Leaf, op: Leaf['op'], type: string) => leaf.op === op && leaf.attribute.type === type

/** What is found, and taken for the same. */
export const foundFaults: readonly BrokenStore[] = [
  {
    bug: 'names are unique among those who are active',
    caughtBy: /^a unique value is taken also where its owner is switched off/,
    says: /of a resource that is switched off must be refused[\s\S]*whatever active is/,
    plant: ({ users }) => ({
      users: naming(users, (name, other) => other.active !== false && sameLetters(name, other.userName)),
    }),
  },
  {
    bug: 'a name is looked up as a pattern',
    caughtBy: /^values that are only alike/,
    says: /"a_b" is refused although no resource has it[\s\S]*no LIKE/,
    plant: ({ users }) => ({ users: naming(users, (name, other) => like(name, other.userName)) }),
  },
  {
    bug: 'names are unique without their accents',
    caughtBy: /^values that are only alike/,
    says: /"josé" is refused although no resource has it[\s\S]*no collation that leaves accents out/,
    plant: ({ users }) => ({
      users: naming(users, (name, other) => plain(name) === plain(other.userName)),
    }),
  },
  {
    bug: 'names are unique by their first fifty letters',
    caughtBy: /^values that are only alike/,
    says: /is refused although no resource has it[\s\S]*no prefix/,
    plant: ({ users }) => ({
      users: naming(users, (name, { userName }) => sameLetters(name.slice(0, 50), userName.slice(0, 50))),
    }),
  },
  {
    bug: 'a create that is refused has been done',
    caughtBy: /^a unique value is there once/,
    says: /a create that was refused has left a resource behind/,
    plant: ({ users }) => {
      const honest = naming(users, (name, other) => sameLetters(name, other.userName))
      const create: Users['create'] = async (draft, context) => {
        const holders = await all(users, withoutUnique(context))
        const made = await users.create(draft, withoutUnique(context))
        if (holders.some((one) => sameLetters(one.userName, draft.userName)))
          throw ScimError.uniqueness('userName')
        return made
      }
      return { users: { ...honest, create } }
    },
  },
  {
    bug: 'who is looked up by a former name is found',
    caughtBy: /^a resource is found by what it has now/,
    says: /after replace with another userName, list of userName eq "before" still finds the resource/,
    plant: ({ users }) => {
      const former = new Map<string, string>()
      return {
        users: {
          ...users,
          async create(...asked) {
            const made = await users.create(...asked)
            former.set(made.userName, made.id)
            return made
          },
          async list(query, context) {
            const id = former.get(String(query.filter?.equalTo('userName')))
            const user = id === undefined ? undefined : await users.get(id, query.projection, context)
            return user ? { resources: [user], totalResults: 1 } : users.list(query, context)
          },
        },
      }
    },
  },
  comparing(
    'eq takes % for a wildcard',
    /^a filter with eq /,
    /finds other resources than it must/,
    (leaf, user, honest) =>
      leaf.op === 'eq' && literalOf(leaf) === '%' ? valuesAt(user, leaf.attribute.keys).length > 0 : honest,
  ),
  comparing(
    'sw takes * for a wildcard',
    /^a filter with sw /,
    /finds other resources than it must/,
    (leaf, user, honest) =>
      leaf.op === 'sw' && literalOf(leaf) === '*' ? valuesAt(user, leaf.attribute.keys).length > 0 : honest,
  ),
  comparing(
    'times are equal as texts',
    /^a filter with eq /,
    /dateTimes as instants/,
    (leaf, user, honest) =>
      isOn(leaf, 'eq', 'dateTime') ? valuesAt(user, leaf.attribute.keys).includes(literalOf(leaf)) : honest,
  ),
  comparing(
    'times are compared by the second',
    /^a filter with gt /,
    /dateTimes as instants/,
    (leaf, user, honest) => {
      const second = (value: unknown) => Math.floor(Date.parse(String(value)) / 1000)
      return isOn(leaf, 'gt', 'dateTime')
        ? valuesAt(user, leaf.attribute.keys).some((one) => second(one) > second(literalOf(leaf)))
        : honest
    },
  ),
  comparing(
    'lastModified in a filter is created',
    /^a filter by meta\.lastModified/,
    /compare lastModified itself/,
    (leaf, user, honest) => {
      if (leaf.attribute.path !== 'meta.lastModified') return honest
      const { meta } = user
      return filterFromTree(leaf).matches({ ...user, meta: { ...meta, lastModified: meta.created } })
    },
  ),
  {
    bug: 'a part of a list has a value where the list has one',
    caughtBy: /^a filter with pr /,
    says: /pr matches where there is a value/,
    plant: ({ users }) => ({
      users: deciding(users, (leaf, user, honest) => {
        const list =
          leaf.op === 'pr' && leaf.attribute.parent?.multiValued ? leaf.attribute.parent : undefined
        return list ? valuesAt(user, list.keys).length > 0 : honest
      }),
    }),
  },
  {
    bug: 'not of ge leaves out who has no value',
    caughtBy: /^and, or, not and brackets/,
    says: /not is the opposite of what is in its brackets/,
    plant: ({ users }) => {
      const isUnknown = (tree: BoundFilter, user: User) =>
        tree.op === 'not' &&
        tree.filter.op === 'ge' &&
        valuesAt(user, tree.filter.attribute.keys).length === 0
      return {
        users: {
          ...users,
          list: listing(users, ({ tree, matches }, user) => !isUnknown(tree, user) && matches(user)),
        },
      }
    },
  },
  {
    bug: 'a filter of many conditions is cut',
    caughtBy: /^filters see what the store itself gives/,
    says: /finds other resources than it must/,
    plant: ({ users }) => ({
      users: {
        ...users,
        list: listing(users, ({ tree, matches }, user) =>
          tree.op === 'or' && tree.filters.length > 20
            ? tree.filters.slice(0, 20).some((one) => filterFromTree(one).matches(user))
            : matches(user),
        ),
      },
    }),
  },
  {
    bug: 'a sorted list forgets its filter',
    caughtBy: /^a sorted list is of what its filter matches/,
    says: /filter first, count what matches, sort it/,
    plant: ({ users }) => ({
      users: {
        ...users,
        list: (query, context) => users.list(query.sort ? { ...query, filter: undefined } : query, context),
      },
    }),
  },
  {
    bug: 'totals are a hundred at most',
    caughtBy: /^of many that create and change resources of their own/,
    says: /a list of 120 resources does not show or count each once/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async list(query, context) {
          const page = await users.list(query, context)
          return { ...page, totalResults: Math.min(page.totalResults, 100) }
        },
      },
    }),
  },
  {
    bug: 'a full page by cursor has a next, also where it is the last',
    caughtBy: /^pages by cursor end with the last resource/,
    says: /has a next, which shows nothing/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async list(query, context) {
          const { cursor } = query
          if (cursor && cursor.from !== 'start' && cursor.place === 'end')
            return { resources: [], totalResults: (await all(users, context)).length }
          const page = await users.list(query, context)
          const isLast = cursor && page.next === undefined && page.resources.length === query.count
          return isLast ? { ...page, next: 'end' } : page
        },
      },
    }),
  },
  {
    bug: 'pages by cursor backwards forget the filter',
    caughtBy: /^pages by cursor are of what the filter matches/,
    says: /are others backwards than forwards/,
    plant: ({ users }) => ({
      users: {
        ...users,
        list: (query, context) =>
          users.list(query.cursor?.from === 'before' ? { ...query, filter: undefined } : query, context),
      },
    }),
  },
  {
    bug: 'two deletes at once are both done',
    caughtBy: /^of many deletes of one resource/,
    says: /of 8 deletes of one resource at once, 8 were accepted/,
    plant: ({ users }) => ({
      users: {
        ...users,
        async delete(id, version, context) {
          const stored = await current(users, id, context)
          if (!stored) throw ScimError.notFound()
          await new Promise((resolve) => setImmediate(resolve))
          await users.delete(id, version, context).catch(() => undefined)
        },
      },
    }),
  },
]
