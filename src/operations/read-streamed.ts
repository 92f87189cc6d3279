import type { CommonAttributes, CompiledResourceType, Projection } from '../schema/index.js'
import { chainOf } from '../schema/index.js'
import type { Member } from '../stores/store.js'
import type { Call, Endpoint } from './context.js'
import { storeContext } from './context.js'
import { read } from './read.js'

/** A resource; its members apart, where there are too many to be held at once. */
export interface StreamedRead {
  readonly resource: CommonAttributes
  /** Undefined where they are part of the resource, or not wanted. To be read once. */
  readonly members: AsyncIterable<readonly Member[]> | undefined
}

const withouts = new WeakMap<Projection, Projection>()

/** What is wanted besides members; the same for the same, so that stores can remember what they make of it. */
function withoutMembers(projection: Projection, { membership }: CompiledResourceType): Projection {
  let known = withouts.get(projection)
  if (!known) {
    const includes: Projection['includes'] = (attribute) =>
      chainOf(attribute)[0] !== membership && projection.includes(attribute)
    known = { isDefault: false, apply: projection.apply, includes }
    withouts.set(projection, known)
  }
  return known
}

/**
 * The resource with an id. Its version is read before its members: who starts a write from them is refused where
 * something has changed meanwhile.
 *
 * @throws ScimError 404.
 */
export async function readStreamed(
  endpoint: Endpoint,
  id: string,
  projection: Projection,
  call: Call,
): Promise<StreamedRead> {
  const { store, type } = endpoint
  const { membership } = type
  if (!membership || !store.members || !projection.includes(membership)) {
    return { resource: await read(endpoint, id, projection, call), members: undefined }
  }
  const resource = await read(endpoint, id, withoutMembers(projection, type), call)
  const pages = store.members(id, storeContext(endpoint, call))[Symbol.asyncIterator]()
  const first = await pages.next()
  if (first.done) return { resource, members: undefined }
  const second = await pages.next()
  if (!second.done) return { resource, members: allPages(first.value, second.value, pages) }
  return { resource: Object.assign({}, resource, { [membership.name]: first.value }), members: undefined }
}

/** Pages of which two have been read already. */
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
