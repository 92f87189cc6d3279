import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { CommonAttributes, Draft, Meta, ResourceStore, StoreContext } from 'scimkit'
import { ScimError } from 'scimkit'
import { foldText } from 'scimkit/filter'
import { script } from './redis.js'

/**
 * The first version of the store: the five methods that make a correct server, and nothing else. A resource is one JSON
 * text, and every list reads all of them.
 *
 * @param unique the attribute of which no two resources may have the same value.
 */
export function fiveMethods<R extends CommonAttributes>(
  redis: Redis,
  unique: 'userName' | 'displayName',
): ResourceStore<R> {
  const write = script(redis, 'write')
  const everything = script(redis, 'everything')

  /** Everything of a tenant begins so; the braces keep it on one node of a cluster. */
  const keysOf = ({ tenant, resourceType }: StoreContext) => {
    const prefix = `scim:{${JSON.stringify(tenant ?? null)}}:${resourceType.name}:`
    return { ids: `${prefix}ids`, names: `${prefix}names`, records: `${prefix}id:` }
  }

  /** A draft with what the store adds is a resource; no type can say so of an R that is not known here. */
  const complete = (draft: Draft<R>, id: string, meta: Meta) => ({ ...draft, id, meta }) as unknown as R

  /** Creates (no version is expected), replaces, or deletes (there is no resource any more), in one step. */
  async function change(
    id: string,
    expected: string | undefined,
    draft: Draft<R> | undefined,
    context: StoreContext,
  ) {
    const { ids, names, records } = keysOf(context)
    const name = draft && (draft as Readonly<Record<string, unknown>>)[unique]
    const argument = {
      id,
      expected,
      isNew: draft !== undefined && expected === undefined,
      json: draft && JSON.stringify(draft),
      name: typeof name === 'string' ? JSON.stringify(foldText(name)) : undefined,
      version: randomUUID(),
      now: new Date().toISOString(),
    }
    const [outcome, created = ''] = (await write(
      [`${records}${id}`, ids, names],
      argument,
      context.signal,
    )) as string[]
    if (outcome === 'notFound') throw ScimError.notFound()
    if (outcome === 'versionMismatch') throw ScimError.versionMismatch()
    if (outcome === 'uniqueness') throw ScimError.uniqueness(unique)
    return { created, lastModified: argument.now, version: argument.version }
  }

  async function find(ids: readonly string[] | undefined, context: StoreContext): Promise<readonly R[]> {
    const keys = keysOf(context)
    const rows = (await everything([keys.ids], { records: keys.records, ids }, context.signal)) as string[][]
    return rows.map(([id = '', json = '', created = '', lastModified = '', version = '']) => ({
      ...(JSON.parse(json) as R),
      id,
      meta: { created, lastModified, version },
    }))
  }

  return {
    async get(id, _projection, context) {
      const [found] = await find([id], context)
      return found
    },
    async list({ filter, startIndex, count }, context) {
      const all = await find(undefined, context)
      const matching = filter ? all.filter((resource) => filter.matches(resource)) : all
      const from = startIndex - 1
      return { resources: matching.slice(from, from + count), totalResults: matching.length }
    },
    async create(draft, context) {
      const id = randomUUID()
      const meta = await change(id, undefined, draft, context)
      return complete(draft, id, meta)
    },
    async replace(id, draft, expectedVersion, context) {
      const meta = await change(id, expectedVersion, draft, context)
      return complete(draft, id, meta)
    },
    async delete(id, expectedVersion, context) {
      await change(id, expectedVersion, undefined, context)
    },
  }
}
