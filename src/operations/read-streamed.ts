import type { CommonAttributes, CompiledResourceType, Projection } from '../schema/index.js'
import { chainOf } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { storeContext } from './context.js'
import { MemberPages } from './member-pages.js'
import { read } from './read.js'
import { assertIterable } from './store-replies.js'

/** A resource, with its members apart where there may be too many to hold in memory. */
export interface StreamedRead {
  readonly resource: CommonAttributes
  /**
   * Begins to read the members, which must be closed afterwards; undefined where they are part of the resource, or not
   * asked for. Not before the client's preconditions are met: members may be expensive to read.
   */
  readonly openMembers: (() => MemberPages) | undefined
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
    return { resource: await read(context, id, projection), openMembers: undefined }
  }
  const resource = await read(context, id, withoutMembers(projection, type))
  return { resource, openMembers: () => openMembers(context, id) }
}

/** Begins to read the members of a group. @throws HostFault where its store has no pages of members. */
function openMembers(context: OperationContext, id: string): MemberPages {
  const { endpoint } = context
  const pages = assertIterable(endpoint.store.members?.(id, storeContext(context)), endpoint)
  return new MemberPages(context, pages[Symbol.asyncIterator]())
}
