import { HostFault } from '../protocol/index.js'
import type { CommonAttributes } from '../schema/index.js'
import type { GroupReference, ListQuery, ListResult, Member, MemberChangeResult } from '../stores/store.js'
import type { Endpoint } from './context.js'

// What the host's stores reply is checked here, by a few `typeof`s each: a wrong page would be a wrong answer to the
// client, such as users that seem to be deleted.

function wrongReply({ type }: Endpoint, method: string, fault: string): HostFault {
  return new HostFault(`The store of ${type.name}: ${method} gave ${fault}`)
}

function isVersioned(value: { readonly meta?: { readonly version?: unknown } } | undefined): boolean {
  return typeof value?.meta?.version === 'string'
}

/** @throws HostFault when a store returns a resource without id or version. */
export function assertStored<R extends CommonAttributes>(resource: R, endpoint: Endpoint, method: string): R {
  if (typeof resource?.id !== 'string' || resource.id === '' || !isVersioned(resource)) {
    throw wrongReply(endpoint, method, 'a resource without an id or a meta.version as text')
  }
  return resource
}

/** @throws HostFault when a page is not what the query asks for. */
export function assertPage(
  page: ListResult<CommonAttributes>,
  query: ListQuery,
  endpoint: Endpoint,
): ListResult<CommonAttributes> {
  const fault = faultOf(page, query)
  if (fault !== undefined) throw wrongReply(endpoint, 'list', fault)
  for (const resource of page.resources) assertStored(resource, endpoint, 'list')
  const { resources } = page
  const totalResults = query.knownTotal ?? page.totalResults
  // A store may count with a query of its own, before others come: a total that is too small would end a client's walk.
  const seen = resources.length === 0 ? 0 : query.startIndex - 1 + resources.length
  const total = Math.max(totalResults, seen)
  return total === page.totalResults ? page : { ...page, totalResults: total }
}

function faultOf(page: ListResult<CommonAttributes>, { count, cursor }: ListQuery): string | undefined {
  if (!Array.isArray(page?.resources) || typeof page.totalResults !== 'number') {
    return 'no resources, or no totalResults as a number'
  }
  const { resources, totalResults } = page
  if (!Number.isSafeInteger(totalResults) || totalResults < 0) {
    return 'a totalResults that is no whole number from 0 on'
  }
  if (resources.length > count)
    return `${resources.length} resources, which is more than the count of ${count}`
  if (cursor && !(isPlace(page.next) && isPlace(page.previous))) {
    return 'a next or a previous that is neither text nor undefined'
  }
  return undefined
}

/** Whether a value is a place in a list, or none. */
function isPlace(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

/** @throws HostFault for a result without the new version, or without the ids that have come and gone. */
export function assertMembersChanged(result: MemberChangeResult, endpoint: Endpoint): MemberChangeResult {
  if (!isVersioned(result) || !areTexts(result.added) || !areTexts(result.removed)) {
    throw wrongReply(
      endpoint,
      'changeMembers',
      'no meta.version as text, or no added and removed as lists of ids',
    )
  }
  return result
}

function areTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((one) => typeof one === 'string')
}

/** @throws HostFault for what is no map from ids to groups. */
export function assertGroups(
  groups: ReadonlyMap<string, readonly GroupReference[]>,
  endpoint: Endpoint,
): ReadonlyMap<string, readonly GroupReference[]> {
  if (typeof groups?.get !== 'function' || typeof groups.values !== 'function') {
    throw wrongReply(endpoint, 'groupsOf', 'no Map')
  }
  for (const list of groups.values()) {
    if (!Array.isArray(list) || !list.every(hasValue)) {
      throw wrongReply(endpoint, 'groupsOf', 'a group without a value as text, or no list of groups')
    }
  }
  return groups
}

function hasValue(element: { readonly value?: unknown } | undefined): boolean {
  return typeof element?.value === 'string'
}

/** @throws HostFault for what is not iterated asynchronously. */
export function assertIterable(
  pages: AsyncIterable<readonly Member[]> | undefined,
  endpoint: Endpoint,
): AsyncIterable<readonly Member[]> {
  if (typeof pages?.[Symbol.asyncIterator] === 'function') return pages
  throw wrongReply(endpoint, 'members', 'nothing that can be iterated asynchronously')
}

/** @throws HostFault for a page of members that is none. */
export function assertMembers(page: readonly Member[], endpoint: Endpoint): readonly Member[] {
  if (Array.isArray(page) && page.every(hasValue)) return page
  throw wrongReply(endpoint, 'members', 'a page that is no list of members with a value as text')
}
