import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import type { Filter } from '../../../src/filter/index.js'
import { filterFromTree } from '../../../src/filter/index.js'
import type {
  BoundFilter,
  Group,
  LifecycleEvent,
  ListQuery,
  ResourceStore,
  StoreContext,
  User,
} from '../../../src/index.js'
import { memoryStore } from '../../../src/index.js'
import { fullProjection } from '../../../src/schema/index.js'
import { scimTables } from '../../../src/stores/kysely/index.js'
import type { ContractStores } from '../../../src/testing/index.js'

/** A store with one mistake. */
export interface BrokenStore {
  /** What is wrong with it. */
  readonly bug: string
  /** The name of the case that finds it. */
  readonly caughtBy: RegExp
  /** What its message says. */
  readonly says: RegExp
  /** Plants the mistake in honest stores. */
  plant(stores: Honest): Partial<ContractStores>
  /** Whether a call never ends, so that the case finds it when its time is over. */
  readonly hangs?: true
  /** Over which honest stores. Default `memory`. */
  readonly over?: 'sqlite'
}

/** Stores without a mistake. */
export type Honest = ContractStores & { readonly groups: ResourceStore<Group> }
export type Users = ResourceStore<User>

export const inMemory = (): Honest => ({ users: memoryStore<User>(), groups: memoryStore<Group>() })

/** Stores with transactions and an outbox, in a file of their own. */
export async function inSqlite(): Promise<Honest> {
  const folder = mkdtempSync(join(tmpdir(), 'scimkit-contract-'))
  const file = new Libsql(join(folder, 'test.db'))
  file.pragma('journal_mode = wal')
  const { users, groups, migrate } = scimTables(file, { outbox: true })
  await migrate()
  return {
    users,
    groups,
    async recordedEvents() {
      const rows = file.prepare('select payload from scim_events order by seq').all()
      return (rows as { payload: string }[]).map(({ payload }) => JSON.parse(payload) as LifecycleEvent)
    },
    close() {
      file.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Lets others come first. */
export async function pause(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A user as it is now. */
export function current(users: Users, id: string, context: StoreContext): Promise<User | undefined> {
  return users.get(id, fullProjection(context.resourceType), context)
}

/** Replaces whatever version is there. */
export async function overwrite(
  users: Users,
  id: string,
  user: Omit<User, 'id' | 'meta'>,
  context: StoreContext,
): Promise<User> {
  const { meta } = (await current(users, id, context)) ?? { meta: { version: '' } }
  return users.replace(id, user, meta.version, context)
}

export const everything: Pick<ListQuery, 'filter' | 'sort' | 'startIndex' | 'count'> = {
  filter: undefined,
  sort: undefined,
  startIndex: 1,
  count: 1000,
}

/** All users of a tenant. */
export async function all(users: Users, context: StoreContext, more: Partial<ListQuery> = {}) {
  const projection = fullProjection(context.resourceType)
  return (await users.list({ ...everything, projection, ...more }, context)).resources
}

/** The same request in a tenant, with a type that has nothing unique. */
export function withoutUnique(context: StoreContext): StoreContext {
  return { ...context, resourceType: { ...context.resourceType, unique: [] } }
}

type Leaf = Extract<BoundFilter, { readonly attribute: unknown }>

/** Values of a leaf's attribute, of all elements. */
export function valuesAt(resource: unknown, keys: readonly string[]): readonly unknown[] {
  let found: readonly unknown[] = [resource]
  for (const key of keys) {
    found = found.flatMap((one) => {
      const value = (one as Record<string, unknown> | undefined)?.[key]
      return Array.isArray(value) ? value : value === undefined ? [] : [value]
    })
  }
  return found
}

/** A store whose filters decide otherwise about single comparisons. */
export function deciding(
  users: Users,
  decide: (leaf: Leaf, resource: User, honest: boolean) => boolean,
  inBrackets: 'one element' | 'any element' = 'one element',
): Users {
  const evaluate = (tree: BoundFilter, user: User): boolean => {
    if (tree.op === 'and') return tree.filters.every((one) => evaluate(one, user))
    if (tree.op === 'or') return tree.filters.some((one) => evaluate(one, user))
    if (tree.op === 'not') return !evaluate(tree.filter, user)
    if (tree.op === 'valuePath' && inBrackets === 'any element') return evaluate(tree.filter, user)
    const honest = filterFromTree(tree).matches(user)
    return tree.op === 'valuePath' || !('attribute' in tree) ? honest : decide(tree, user, honest)
  }
  return { ...users, list: listing(users, ({ tree }, user) => evaluate(tree, user)) }
}

/** A list of all that a predicate lets through. */
export function listing(users: Users, matches: (filter: Filter, user: User) => boolean): Users['list'] {
  return async (query, context) => {
    const found = (await all(users, context)).filter((user) => !query.filter || matches(query.filter, user))
    const at = query.startIndex - 1
    return { resources: found.slice(at, at + query.count), totalResults: found.length }
  }
}
