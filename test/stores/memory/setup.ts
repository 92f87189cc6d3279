import type { CompiledResourceType, ListQuery, StoreContext, User } from '../../../src/index.js'
import { groupResourceType, urns, userResourceType } from '../../../src/index.js'
import { compileResourceType, fullProjection } from '../../../src/schema/index.js'

export const userType = compileResourceType(userResourceType)
export const groupType = compileResourceType(groupResourceType)

export function contextOf(
  resourceType: CompiledResourceType = userType,
  tenant?: string,
  signal?: AbortSignal,
): StoreContext {
  return { tenant, actor: undefined, requestId: 'r', resourceType, signal }
}

export const draftOf = (userName: string, more: Partial<User> = {}) => ({
  schemas: [urns.user],
  userName,
  ...more,
})

export const queryOf = (query: Partial<ListQuery> = {}): ListQuery => ({
  filter: undefined,
  sort: undefined,
  startIndex: 1,
  count: 100,
  projection: fullProjection(userType),
  ...query,
})
