import type { CommonAttributes, Projection, ResourceType } from '../schema/index.js'
import { chainOf } from '../schema/index.js'
import type { Member } from '../stores/store.js'
import { read } from './read.js'
import type { Call, Endpoint } from './service.js'
import { storeContext } from './service.js'

/** A resource; its members apart, where there are too many to be held at once. */
export interface InParts {
  readonly resource: CommonAttributes
  /** Undefined where they are part of the resource, or not wanted. To be read once. */
  readonly members: AsyncIterable<readonly Member[]> | undefined
}

const withouts = new WeakMap<Projection, Projection>()

/** What is wanted besides members; the same for the same, so that stores can remember what they make of it. */
function withoutMembers(wanted: Projection, { membership }: ResourceType): Projection {
  let known = withouts.get(wanted)
  if (!known) {
    const includes: Projection['includes'] = (one) => chainOf(one)[0] !== membership && wanted.includes(one)
    known = { isDefault: false, apply: wanted.apply, includes }
    withouts.set(wanted, known)
  }
  return known
}

/**
 * The resource with an id. Its version is read before its members: who starts a write from them is refused where
 * something has changed meanwhile.
 *
 * @throws ScimError 404.
 */
export async function readInParts(
  endpoint: Endpoint,
  id: string,
  wanted: Projection,
  call: Call,
): Promise<InParts> {
  const { store, type } = endpoint
  const { membership } = type
  if (!membership || !store.members || !wanted.includes(membership)) {
    return { resource: await read(endpoint, id, wanted, call), members: undefined }
  }
  const resource = await read(endpoint, id, withoutMembers(wanted, type), call)
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
