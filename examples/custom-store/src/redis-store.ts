import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type {
  CommonAttributes,
  Group,
  ListQuery,
  ListResult,
  Member,
  Meta,
  ResourceStore,
  StoreContext,
  User,
} from 'scimkit'
import { ScimError } from 'scimkit'
import { candidates } from './candidates.js'
import { keysOf } from './keys.js'
import type { Row, Wanted } from './record.js'
import {
  complete,
  everything,
  memberText,
  recordKey,
  toFields,
  toResource,
  wantedBy,
  wantedFor,
} from './record.js'
import { script } from './redis.js'

/** How many resources, or members, are read at a time where all of them are. */
const batchSize = 1000

/** Users and groups in one Redis, with everything that a store on Redis can do. */
export function redisStores(redis: Redis) {
  const scripts = {
    save: script(redis, 'membership', 'save'),
    delete: script(redis, 'membership', 'delete'),
    members: script(redis, 'membership', 'members'),
    find: script(redis, 'records', 'find'),
    page: script(redis, 'records', 'page'),
    rename: script(redis, 'rename'),
    groups: script(redis, 'groups'),
    batch: script(redis, 'batch'),
  }
  /** The stores of this Redis: a script sees in all of them what exists. */
  const ours = new WeakSet<object>()

  function membersArgument(members: readonly Member[], context: StoreContext) {
    return members.map((member) => {
      const target = context.types?.find(({ type }) => type.name === member.type)
      const key =
        target && ours.has(target.store) ? recordKey(context, target.type.name, member.value) : undefined
      return { id: member.value, json: memberText(member), key }
    })
  }

  function referencesArgument(context: StoreContext) {
    return (context.references ?? []).flatMap(({ attribute, ids, targets }) =>
      ids.map((id) => ({
        path: attribute.path,
        keys: targets.map(({ type }) => recordKey(context, type.name, id)),
      })),
    )
  }

  async function save<R extends CommonAttributes>(
    id: string,
    draft: Omit<R, 'id' | 'meta'>,
    expected: string | undefined,
    context: StoreContext,
  ): Promise<R> {
    const { prefix, base, ids, unique } = keysOf(context)
    const { members, ...fields } = toFields(draft, context)
    const argument = {
      ...fields,
      id,
      expected,
      prefix,
      base,
      now: new Date().toISOString(),
      references: referencesArgument(context),
      members: members && membersArgument(members, context),
      overwrites: true,
    }
    const [, version, created, lastModified, stored] = succeeded(
      await scripts.save([unique, ids], argument, context.signal),
    ) as [string, string, string, string, readonly string[]]
    const { membership } = context.resourceType
    const kept = members && new Set(stored)
    const own = members?.filter(({ value }) => kept?.has(value))
    const shown = membership && own && { [membership.name]: own.length > 0 ? own : undefined }
    return complete<R>({ ...draft, ...shown, id, meta: { version, created, lastModified } })
  }

  async function find<R extends CommonAttributes>(
    lookUps: ReturnType<typeof candidates>['lookUps'],
    wanted: Wanted,
    context: StoreContext,
  ): Promise<readonly R[]> {
    const { prefix, base } = keysOf(context)
    const rows = await scripts.find([base], { prefix, base, lookUps, ...wanted }, context.signal)
    return (rows as readonly Row[]).map((row) => toResource<R>(row, wanted, context.resourceType))
  }

  async function readPage<R extends CommonAttributes>(
    place: { readonly from?: number; readonly after?: string; readonly before?: string },
    count: number,
    wanted: Wanted,
    context: StoreContext,
  ) {
    const { base, ids } = keysOf(context)
    const argument = { base, ...place, count, ...wanted }
    const [total, rows] = (await scripts.page([ids], argument, context.signal)) as [number, readonly Row[]]
    return { total, resources: rows.map((row) => toResource<R>(row, wanted, context.resourceType)) }
  }

  /** The ids of all matches, in order, and the resources themselves where an index has found them: they are few. */
  async function matches<R extends CommonAttributes>(
    filter: NonNullable<ListQuery['filter']>,
    { projection }: ListQuery,
    context: StoreContext,
  ) {
    const { resourceType } = context
    const { lookUps, mentioned } = candidates(filter, resourceType)
    const looked = wantedFor(mentioned, resourceType)
    if (lookUps) {
      const wanted = everything(looked.members || wantedBy(projection, resourceType).members)
      const found = (await find<R>(lookUps, wanted, context)).filter((one) => filter.matches(one))
      return {
        ids: found.map(({ id }) => id).sort(),
        resources: new Map(found.map((one) => [one.id, one])),
      }
    }
    const ids: string[] = []
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { resources }: { readonly resources: readonly R[] } = await readPage<R>(
        { after },
        batchSize,
        // Of each only what the filter looks at.
        looked,
        context,
      )
      for (const one of resources) if (filter.matches(one)) ids.push(one.id)
      after = resources.length < batchSize ? undefined : resources.at(-1)?.id
    }
    return { ids, resources: undefined }
  }

  /** A page of what a filter matches. */
  async function pageOf<R extends CommonAttributes>(
    filter: NonNullable<ListQuery['filter']>,
    query: ListQuery,
    context: StoreContext,
  ): Promise<ListResult<R>> {
    const { startIndex, count, cursor, projection } = query
    const { ids, resources } = await matches<R>(filter, query, context)
    const isBefore = cursor?.from === 'before'
    const place = cursor === undefined || cursor.from === 'start' ? undefined : cursor.place
    const found = place === undefined ? -1 : ids.findIndex((id) => (isBefore ? id >= place : id > place))
    const at = place === undefined ? startIndex - 1 : found === -1 ? ids.length : found
    const [from, end] = isBefore ? [Math.max(0, at - count), at] : [at, at + count]
    const page = ids.slice(from, end)
    const lookUps = page.map((key) => ({ by: 'id' as const, key }))
    const shown = resources
      ? page.flatMap((id) => resources.get(id) ?? [])
      : await find<R>(lookUps, wantedBy(projection, context.resourceType), context)
    return {
      resources: shown,
      totalResults: ids.length,
      next: end < ids.length ? page.at(-1) : undefined,
      previous: cursor && from > 0 ? page[0] : undefined,
    }
  }

  /** A page of everything: Redis cuts it from the sorted set of ids. */
  async function pageOfAll<R extends CommonAttributes>(
    { startIndex, count, cursor, projection }: ListQuery,
    context: StoreContext,
  ): Promise<ListResult<R>> {
    const wanted = wantedBy(projection, context.resourceType)
    const from = cursor?.from
    const place =
      from === 'before' || from === 'after'
        ? { [from]: cursor?.place }
        : { from: cursor ? 0 : startIndex - 1 }
    // One more than the page: whether there is more on that side.
    const { total, resources } = await readPage<R>(place, count && count + 1, wanted, context)
    const page = resources.slice(0, count)
    if (from === 'before') page.reverse()
    const isMore = resources.length > count
    return {
      resources: page,
      totalResults: total,
      next: from === 'before' || isMore ? page.at(-1)?.id : undefined,
      previous: from === 'after' || (from === 'before' && isMore) ? page[0]?.id : undefined,
    }
  }

  function store<R extends CommonAttributes>(): ResourceStore<R> {
    const made: ResourceStore<R> = {
      cursors: true,
      checksReferencesTo: ({ store }) => ours.has(store),
      // A manager is kept even if no user has the id yet: Entra sends users in any order.
      storesAsText: () => true,

      async get(id, projection, context) {
        const wanted = wantedBy(projection, context.resourceType)
        const [found] = await find<R>([{ by: 'id', key: id }], wanted, context)
        return found
      },
      async list(query, context) {
        const { filter } = query
        return filter ? pageOf<R>(filter, query, context) : pageOfAll<R>(query, context)
      },
      create: (draft, context) => save<R>(randomUUID(), draft, undefined, context),
      replace: (id, draft, expectedVersion, context) => save<R>(id, draft, expectedVersion, context),

      async delete(id, expected, context) {
        const { prefix, base, baseOf, ids, unique } = keysOf(context)
        const groups = context.types?.find(({ type, store }) => type.membership && ours.has(store))?.type
        const groupBase = groups && context.leftGroups && baseOf(groups.name)
        const argument = { id, expected, prefix, base, groupBase, now: new Date().toISOString() }
        const [, left] = succeeded(await scripts.delete([unique, ids], argument, context.signal)) as [
          string,
          readonly (readonly [string, readonly string[], string])[],
        ]
        for (const [group, fields, version] of left) {
          if (!groups) break
          const before = toResource<CommonAttributes>([group, fields, []], everything(false), groups)
          const meta = { ...before.meta, version, lastModified: argument.now }
          context.leftGroups?.push({ type: groups, before, change: { meta, added: [], removed: [id] } })
        }
      },
    }
    ours.add(made)
    return made
  }

  const groups: ResourceStore<Group> = Object.assign(store<Group>(), {
    async changeMembers(id, change, expected, context) {
      const { prefix, base } = keysOf(context)
      const members =
        'replaceAll' in change
          ? { all: membersArgument(change.replaceAll, context) }
          : { add: membersArgument(change.add, context), remove: change.remove }
      const argument = { id, expected, prefix, base, now: new Date().toISOString(), ...members }
      const [, version, created, lastModified, added, removed] = succeeded(
        await scripts.members([base], argument, context.signal),
      ) as [string, string, string, string, string[], string[]]
      return { meta: { version, created, lastModified } as Meta, added, removed }
    },
    async renameMember({ id, type }, names, context) {
      const { prefix, base } = keysOf(context)
      const text = (display: string) => memberText({ value: id, type, display })
      const argument = [...names].map(([former, present]) => ({
        former: text(former),
        present: text(present),
      }))
      await scripts.rename([base], { id, prefix, base, names: argument }, context.signal)
    },
    async *members(id, context) {
      const { base } = keysOf(context)
      for (let after: string | undefined = ''; after !== undefined; ) {
        const argument = { id, base, after, count: batchSize }
        const [ids, texts] = (await scripts.batch([base], argument, context.signal)) as [
          string[],
          (string | null)[],
        ]
        yield texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as Member]))
        after = ids.length < batchSize ? undefined : ids.at(-1)
      }
    },
    async groupsOf(ids, context) {
      const { prefix, base } = keysOf(context)
      const label = context.resourceType.labels[0]?.name ?? ''
      const found = (await scripts.groups([base], { prefix, base, ids, label }, context.signal)) as [
        string,
        string | null,
      ][][]
      return new Map(
        ids.map((id, at) => [
          id,
          (found[at] ?? []).map(([value, display]) => ({
            value,
            display: display ? JSON.parse(display) : undefined,
          })),
        ]),
      )
    },
  } satisfies Partial<ResourceStore<Group>>)

  return { users: store<User>(), groups }
}

/** The reply of a script that wrote. @throws ScimError where it did not. */
function succeeded(reply: unknown): readonly unknown[] {
  const [outcome, path = ''] = reply as readonly [string, string?]
  if (outcome === 'notFound') throw ScimError.notFound()
  if (outcome === 'versionMismatch') throw ScimError.versionMismatch()
  if (outcome === 'uniqueness') throw ScimError.uniqueness(path)
  if (outcome === 'unknown')
    throw ScimError.invalidValue(`${path} refers to something that does not exist`, { path })
  return reply as readonly unknown[]
}
