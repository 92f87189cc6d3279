import type { CommonAttributes, CompiledResourceType, Projection } from '../schema/index.js'
import { chainOf } from '../schema/index.js'
import type { Member } from '../stores/store.js'
import type { OperationContext } from './context.js'
import { storeContext } from './context.js'
import { read } from './read.js'

/** A resource, with its members apart where there are too many to hold in memory. */
export interface StreamedRead {
  readonly resource: CommonAttributes
  /** Undefined where they are part of the resource, or not asked for. Can be read once. */
  readonly members: AsyncIterable<readonly Member[]> | undefined
}

const projectionsWithoutMembers = new WeakMap<Projection, Projection>()

/** A projection without members; the same object each time, so that stores can cache what they make of it. */
function withoutMembers(projection: Projection, { membership }: CompiledResourceType): Projection {
  let cached = projectionsWithoutMembers.get(projection)
  if (!cached) {
    const includes: Projection['includes'] = (attribute) =>
      chainOf(attribute)[0] !== membership && projection.includes(attribute)
    cached = { isDefault: false, apply: projection.apply, includes }
    projectionsWithoutMembers.set(projection, cached)
  }
  return cached
}

/**
 * The resource with an id. Its version is read before its members, so that a write which starts from them is refused
 * when something has changed meanwhile.
 *
 * @throws ScimError 404.
 */
export async function readStreamed(
  context: OperationContext,
  id: string,
  projection: Projection,
): Promise<StreamedRead> {
  const { store, type } = context.endpoint
  const { membership } = type
  if (!membership || !store.members || !projection.includes(membership)) {
    return { resource: await read(context, id, projection), members: undefined }
  }
  const resource = await read(context, id, withoutMembers(projection, type))
  const pages = store.members(id, storeContext(context))[Symbol.asyncIterator]()
  const first = await pages.next()
  if (first.done) return { resource, members: undefined }
  const second = await pages.next()
  if (!second.done) return { resource, members: allPages(first.value, second.value, pages) }
  return { resource: Object.assign({}, resource, { [membership.name]: first.value }), members: undefined }
}

/** All pages, of which two have been read already. */
async function* allPages(
  first: readonly Member[],
  second: readonly Member[],
  pages: AsyncIterator<readonly Member[]>,
): AsyncGenerator<readonly Member[]> {
  try {
    yield first
    yield second
    for (let next = await pages.next(); !next.done; next = await pages.next()) yield next.value
  } finally {
    await pages.return?.()
  }
}
