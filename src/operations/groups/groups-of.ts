import { anyOf } from '../../filter/index.js'
import type { CommonAttributes, CompiledResourceType, Projection } from '../../schema/index.js'
import { attributeNamed, fullProjection, includeOnly, labelOf, readValue } from '../../schema/index.js'
import type { GroupReference, Member } from '../../stores/store.js'
import type { Call, Endpoint, Service } from '../context.js'
import { storeContext } from '../context.js'

/** Conditions in one question to a store: few enough for any database's parameters. */
export const chunkSize = 200

export function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += chunkSize) yield list.slice(at, at + chunkSize)
}

/** The endpoint whose resources have members of a type, where the service has one. */
export function containerOf(service: Service, type: CompiledResourceType): Endpoint | undefined {
  return service.endpoints.find((one) => memberTypes(one.type).includes(type.name))
}

/** The names of the resource types that may be members. */
export function memberTypes(type: CompiledResourceType): readonly string[] {
  return type.membership?.subAttributes.get('$ref')?.referenceTypes ?? []
}

/** The members that a resource lists. */
export function membersOf(resource: object, type: CompiledResourceType): readonly Member[] {
  const list = type.membership && readValue(resource, type.membership)
  // The registry describes the elements.
  return Array.isArray(list) ? (list as readonly Member[]) : []
}

const namings = new WeakMap<CompiledResourceType, Projection>()

/** What names a resource, and nothing else of it: a group that is a member may have a million of its own. */
export function namingProjection(type: CompiledResourceType): Projection {
  let known = namings.get(type)
  if (!known) {
    known = includeOnly(
      type,
      type.labels.map((attribute) => ({ attribute })),
    )
    namings.set(type, known)
  }
  return known
}

/** Every resource that a store lists for a filter, a page at a time. */
export async function* listAll(
  endpoint: Endpoint,
  filter: ReturnType<typeof anyOf> | undefined,
  call: Call,
  projection: Projection = fullProjection(endpoint.type),
): AsyncGenerator<CommonAttributes> {
  for (let startIndex = 1; ; ) {
    const query = { filter, sort: undefined, startIndex, count: chunkSize, projection }
    const { resources, totalResults } = await endpoint.store.list(query, storeContext(endpoint, call))
    yield* resources
    startIndex += resources.length
    if (resources.length === 0 || startIndex > totalResults) return
  }
}

/** The groups that ids are direct members of. */
export async function directGroups(
  container: Endpoint,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, readonly GroupReference[]>> {
  if (container.store.groupsOf) return container.store.groupsOf(ids, storeContext(container, call))
  const found = new Map<string, GroupReference[]>()
  const key = container.type.membership && attributeNamed(container.type.membership.subAttributes, 'value')
  if (!key) return found
  const sought = new Set(ids)
  for (const some of chunks(ids)) {
    for await (const group of listAll(container, anyOf(key, some), call)) {
      const display = labelOf(group, container.type)
      const reference = display === undefined ? { value: group.id } : { value: group.id, display }
      for (const { value } of membersOf(group, container.type)) {
        if (!sought.has(value)) continue
        const groups = found.get(value) ?? []
        if (!groups.some((one) => one.value === group.id)) found.set(value, [...groups, reference])
      }
    }
  }
  return found
}

/** A group that a resource belongs to, as the resource shows it (RFC 7643 section 4.1.2). */
interface GroupMembership extends GroupReference {
  readonly type: 'direct' | 'indirect'
}

/** The groups that each of some ids belongs to, directly or through other groups, each once. */
async function membershipsOf(
  container: Endpoint,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, readonly GroupMembership[]>> {
  const parents = new Map<string, readonly GroupReference[]>()
  let level = ids
  while (level.length > 0) {
    const found = await directGroups(container, level, call)
    // Most resources are in no group, and nothing is above none.
    if (found.size === 0 && parents.size === 0) return new Map()
    for (const id of level) parents.set(id, found.get(id) ?? [])
    const above = new Set([...found.values()].flat().map(({ value }) => value))
    level = [...above].filter((id) => !parents.has(id))
  }
  return new Map(ids.map((id) => [id, closure(id, parents)]))
}

function closure(
  id: string,
  parents: ReadonlyMap<string, readonly GroupReference[]>,
): readonly GroupMembership[] {
  const found = new Map<string, GroupMembership>()
  let level = parents.get(id) ?? []
  for (let type: GroupMembership['type'] = 'direct'; level.length > 0; type = 'indirect') {
    const fresh = level.filter(({ value }) => !found.has(value))
    for (const group of fresh) found.set(group.value, { ...group, type })
    level = fresh.flatMap(({ value }) => parents.get(value) ?? [])
  }
  return [...found.values()]
}

/**
 * Resources with the groups that they belong to, where somebody wants to see them. What belongs to none is the same
 * object.
 */
export async function addGroups<R extends CommonAttributes>(
  service: Service,
  endpoint: Endpoint,
  resources: readonly R[],
  projection: Projection,
  call: Call,
): Promise<readonly R[]> {
  const { memberOf } = endpoint.type
  const container =
    memberOf && projection.includes(memberOf) ? containerOf(service, endpoint.type) : undefined
  if (!memberOf || !container || resources.length === 0) return resources
  const groups = await membershipsOf(
    container,
    resources.map(({ id }) => id),
    call,
  )
  if (groups.size === 0) return resources
  return resources.map((resource) => {
    const own = groups.get(resource.id)
    return own && own.length > 0 ? Object.assign({}, resource, { [memberOf.name]: own }) : resource
  })
}
