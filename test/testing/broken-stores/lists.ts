import type { Filter } from '../../../src/filter/index.js'
import { ScimError } from '../../../src/index.js'
import { all, type BrokenStore, deciding, everything, type Users, valuesAt } from './broken.js'

type Leaf = Parameters<Parameters<typeof deciding>[1]>[0]

/** A mistake about single comparisons with some operator. */
function comparison(
  bug: string,
  operator: Leaf['op'],
  decide: (values: readonly unknown[], literal: unknown, honest: boolean, leaf: Leaf) => boolean,
  says: RegExp = /finds other resources than it must/,
): BrokenStore {
  return {
    bug,
    caughtBy: new RegExp(`^a filter with ${operator} `),
    says,
    plant: ({ users }) => ({
      users: deciding(users, (leaf, user, honest) =>
        leaf.op === operator
          ? decide(
              valuesAt(user, leaf.attribute.keys),
              'value' in leaf ? leaf.value : undefined,
              honest,
              leaf,
            )
          : honest,
      ),
    }),
  }
}

/** A list of a store's own making. */
function withList(list: (users: Users) => Users['list']): BrokenStore['plant'] {
  return ({ users }) => ({ users: { ...users, list: list(users) } })
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** A walk by cursor over a sorted list, whose places are the ids of resources. */
function byCursor(
  users: Users,
  range: (
    ids: readonly string[],
    from: 'after' | 'before',
    place: string,
    count: number,
  ) => readonly [number, number],
  placeOf: (ids: readonly string[], at: number) => string = (ids, at) => ids[at] ?? '',
  isLast: (end: number, length: number) => boolean = (end, length) => end >= length,
): Users['list'] {
  return async (query, context) => {
    const { cursor, count } = query
    if (!cursor) return users.list(query, context)
    const { cursor: _cursor, ...rest } = query
    const { resources } = await users.list({ ...rest, startIndex: 1, count: 1000 }, context)
    const ids = resources.map(({ id }) => id)
    const [start, end] = cursor.from === 'start' ? [0, count] : range(ids, cursor.from, cursor.place, count)
    const at = Math.max(0, start)
    return {
      resources: resources.slice(at, Math.max(0, end)),
      totalResults: resources.length,
      next: isLast(end, ids.length) ? undefined : placeOf(ids, Math.min(end, ids.length) - 1),
      previous: at === 0 ? undefined : placeOf(ids, at),
    }
  }
}

/** Filters, pages, order and cursors. */
export const lists: readonly BrokenStore[] = [
  comparison('eq compares with regard to case', 'eq', (values, literal, honest) =>
    isText(literal) ? honest && values.some((value) => value === literal || !isText(value)) : honest,
  ),
  comparison(
    'ne leaves out who has no value',
    'ne',
    (values, _literal, honest) => honest && values.length > 0,
    /ne is the opposite of eq/,
  ),
  comparison(
    'co takes % for a wildcard',
    'co',
    (values, literal, honest) => (literal === '%' ? values.length > 0 : honest),
    /escape %, _/,
  ),
  comparison(
    'sw takes _ for a wildcard',
    'sw',
    (values, literal, honest) => (literal === '_' ? values.length > 0 : honest),
    /escape %, _/,
  ),
  comparison('ew finds everybody', 'ew', () => true),
  comparison('numbers are compared as texts', 'gt', (values, literal, honest) =>
    typeof literal === 'number' ? values.some((value) => String(value) > String(literal)) : honest,
  ),
  comparison('times are compared as texts', 'ge', (values, literal, honest, { attribute }) =>
    attribute.type === 'dateTime' ? values.some((value) => String(value) >= String(literal)) : honest,
  ),
  comparison(
    'lt matches who has no value',
    'lt',
    (values, _literal, honest) => honest || values.length === 0,
  ),
  comparison(
    'le leaves out who is equal',
    'le',
    (values, literal, honest) => honest && !values.includes(literal),
  ),
  comparison(
    'pr looks at no list',
    'pr',
    (_values, _literal, honest, { attribute }) => honest && !attribute.multiValued,
  ),
  {
    bug: 'a filter that cannot be evaluated is an error of the database',
    caughtBy: /^a filter with le /,
    says: /list of .* le .* threw something that is no ScimError/,
    plant: ({ users }) => ({
      users: deciding(users, (leaf, _user, honest) => {
        if (leaf.op === 'le') throw new Error('operator does not exist')
        return honest
      }),
    }),
  },
  {
    bug: 'externalId cannot be looked up',
    caughtBy: /^the look-ups that identity providers begin with/,
    says: /refuses the filter externalId eq/,
    plant: withList((users) => (query, context) => {
      if (query.filter?.equalTo('externalId') !== undefined) throw ScimError.invalidFilter('no index')
      return users.list(query, context)
    }),
  },
  {
    bug: 'conditions in brackets hold for different elements',
    caughtBy: /^conditions in brackets/,
    says: /evaluate everything inside of the brackets on one element/,
    plant: ({ users }) => ({ users: deciding(users, (_leaf, _user, honest) => honest, 'any element') }),
  },
  {
    bug: 'not is left out',
    caughtBy: /^and, or, not and brackets/,
    says: /list of .*not \(/,
    plant: withList((users) => (query, context) => {
      const { filter } = query
      if (filter?.tree.op !== 'not') return users.list(query, context)
      return users
        .list({ ...query, filter: { ...filter, matches: () => true, tree: filter.tree } as Filter }, context)
        .then(async () => {
          const found = await all(users, context)
          return { resources: found.slice(0, query.count), totalResults: found.length }
        })
    }),
  },
  {
    bug: 'totalResults is the length of the page',
    caughtBy: /^pages by number/,
    says: /totalResults of the page from 1 is not the number of all that match/,
    plant: withList((users) => async (query, context) => {
      const page = await users.list(query, context)
      return { ...page, totalResults: page.resources.length }
    }),
  },
  {
    bug: 'startIndex is counted from 0',
    caughtBy: /^pages by number/,
    says: /do not show each resource once/,
    plant: withList(
      (users) => (query, context) => users.list({ ...query, startIndex: query.startIndex + 1 }, context),
    ),
  },
  {
    bug: 'a page is filtered after it was cut',
    caughtBy: /^pages by number/,
    says: /totalResults|each resource once/,
    plant: withList((users) => async (query, context) => {
      const page = await users.list({ ...query, filter: undefined }, context)
      return { ...page, resources: page.resources.filter((user) => query.filter?.matches(user) ?? true) }
    }),
  },
  {
    bug: 'count 0 is taken for no count',
    caughtBy: /^a page of count 0/,
    says: /more resources than count allows/,
    plant: withList(
      (users) => (query, context) => users.list({ ...query, count: query.count || 100 }, context),
    ),
  },
  {
    bug: 'a page behind the end has no total',
    caughtBy: /^a page behind the end/,
    says: /wrong total/,
    plant: withList((users) => async (query, context) => {
      const page = await users.list(query, context)
      return page.resources.length > 0 || query.count === 0 ? page : { ...page, totalResults: 0 }
    }),
  },
  {
    bug: 'lists are in the order of the last change',
    caughtBy: /^the order of a list stays/,
    says: /in another order after some of them were changed/,
    plant: withList((users) => async (query, context) => {
      const page = await users.list(query, context)
      const resources = [...page.resources].sort((a, b) => Number(b.meta.version) - Number(a.meta.version))
      return { ...page, resources }
    }),
  },
  {
    bug: 'a list leaves out what it should read for a projection',
    caughtBy: /^a list has the attributes that are wanted/,
    says: /list leaves out name\./,
    plant: withList((users) => async (query, context) => {
      const page = await users.list(query, context)
      const name = context.resourceType.attributes.get('name')
      const isWanted = name && query.projection.includes(name) && query.count === 1000
      return isWanted ? { ...page, resources: page.resources.map(({ name: _name, ...rest }) => rest) } : page
    }),
  },
  {
    bug: 'sorting puts missing values first',
    caughtBy: /^a list sorts by every attribute/,
    says: /resources without a value last when ascending/,
    plant: withList((users) => async (query, context) => {
      const page = await users.list(query, context)
      const { sort } = query
      if (!sort) return page
      const has = (user: unknown) => (valuesAt(user, sort.attribute.keys).length > 0 ? 1 : 0)
      return { ...page, resources: [...page.resources].sort((a, b) => has(a) - has(b)) }
    }),
  },
  {
    bug: 'equal keys are ordered by nothing',
    caughtBy: /^a list sorts by every attribute/,
    says: /is in another order/,
    plant: withList((users) => async (query, context) => {
      const page = await users.list(query, context)
      if (query.sort?.attribute.type !== 'boolean') return page
      const { keys } = query.sort.attribute
      const key = (user: unknown) => String(valuesAt(user, keys)[0])
      const kinds = [...new Set(page.resources.map(key))]
      const listed = kinds.flatMap((kind) => page.resources.filter((user) => key(user) === kind).reverse())
      return { ...page, resources: listed }
    }),
  },
  {
    bug: 'only the page is sorted',
    caughtBy: /^pages of a sorted list/,
    says: /sort all matches before the page is cut/,
    plant: withList((users) => async (query, context) => {
      if (!query.sort) return users.list(query, context)
      const cut = await users.list({ ...query, sort: undefined }, context)
      const whole = await users.list({ ...query, startIndex: 1, count: 1000 }, context)
      const ids = new Set(cut.resources.map(({ id }) => id))
      return { ...cut, resources: whole.resources.filter(({ id }) => ids.has(id)) }
    }),
  },
  {
    bug: 'a cursor is the number of a resource',
    caughtBy: /^a cursor stays where it is/,
    says: /skip or repeat resources/,
    plant: withList((users) =>
      byCursor(
        users,
        (_ids, from, place, count) =>
          from === 'after'
            ? [Number(place) + 1, Number(place) + 1 + count]
            : [Number(place) - count, Number(place)],
        (_ids, at) => String(at),
      ),
    ),
  },
  {
    bug: 'a page by cursor begins with the resource of its place',
    caughtBy: /^pages by cursor show each resource once/,
    says: /do not show each resource once/,
    plant: withList((users) =>
      byCursor(users, (ids, from, place, count) => {
        const at = ids.indexOf(place)
        return from === 'after' ? [at, at + count] : [at - count, at]
      }),
    ),
  },
  {
    bug: 'the last page by cursor has a next',
    caughtBy: /^pages by cursor show each resource once/,
    says: /without an end/,
    plant: withList((users) =>
      byCursor(
        users,
        (ids, from, place, count) => {
          const at = ids.indexOf(place)
          return from === 'after' ? [at + 1, at + 1 + count] : [at - count, at]
        },
        undefined,
        () => false,
      ),
    ),
  },
]

/** Tenants. */
const others = (users: Users, visit: (tenant: string | undefined) => void): Users => ({
  ...users,
  create(draft, context) {
    visit(context.tenant)
    return users.create(draft, context)
  },
})

export const tenantFaults: readonly BrokenStore[] = [
  {
    bug: 'an id is looked up in every tenant',
    caughtBy: /^get shows no resource of another tenant/,
    says: /get shows a resource of another tenant/,
    plant: ({ users }) => {
      const seen = new Set<string | undefined>()
      return {
        users: {
          ...others(users, (tenant) => seen.add(tenant)),
          async get(id, projection, context) {
            for (const tenant of [context.tenant, ...seen]) {
              const found = await users.get(id, projection, { ...context, tenant })
              if (found) return found
            }
            return undefined
          },
        },
      }
    },
  },
  {
    bug: 'a filter with or escapes from the tenant',
    caughtBy: /^list shows and counts no resource of another tenant/,
    says: /list of id eq .* or id pr shows or counts a resource of another tenant/,
    plant: ({ users }) => {
      const seen = new Set<string | undefined>()
      return {
        users: {
          ...others(users, (tenant) => seen.add(tenant)),
          async list(query, context) {
            if (query.filter?.tree.op !== 'or') return users.list(query, context)
            const pages = await Promise.all(
              [...seen].map((tenant) =>
                users.list({ ...query, ...everything, filter: query.filter }, { ...context, tenant }),
              ),
            )
            const resources = pages.flatMap((page) => page.resources)
            return { resources: resources.slice(0, query.count), totalResults: resources.length }
          },
        },
      }
    },
  },
  {
    bug: 'a delete reaches into every tenant',
    caughtBy: /^replace and delete change no resource of another tenant/,
    says: /delete of another tenant's resource must be refused, and was accepted/,
    plant: ({ users }) => {
      const seen = new Set<string | undefined>()
      return {
        users: {
          ...others(users, (tenant) => seen.add(tenant)),
          async delete(id, version, context) {
            for (const tenant of seen) {
              const done = await users.delete(id, version, { ...context, tenant }).then(
                () => true,
                () => false,
              )
              if (done) return
            }
            throw ScimError.notFound()
          },
        },
      }
    },
  },
  {
    bug: 'names are unique across tenants',
    caughtBy: /^two tenants may have the same unique value/,
    says: /let the unique index begin with the tenant/,
    plant: ({ users }) => {
      const names = new Set<string>()
      return {
        users: {
          ...users,
          async create(draft, context) {
            if (names.has(draft.userName)) throw ScimError.uniqueness('userName')
            names.add(draft.userName)
            return users.create(draft, context)
          },
        },
      }
    },
  },
]
