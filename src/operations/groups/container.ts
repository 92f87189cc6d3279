import type { CompiledResourceType } from '../../schema/index.js'
import { readValue } from '../../schema/index.js'
import type { Member } from '../../stores/store.js'
import type { Endpoint, Service } from '../context.js'

/** The endpoint whose resources have members of a type, where the service has one. */
export function containerOf(service: Service, type: CompiledResourceType): Endpoint | undefined {
  return service.endpoints.find((endpoint) => memberTypes(endpoint.type).includes(type.name))
}

/** The names of the resource types that can be members. */
export function memberTypes(type: CompiledResourceType): readonly string[] {
  return type.membership?.subAttributes.get('$ref')?.referenceTypes ?? []
}

/** The members that a resource lists. */
export function membersOf(resource: object, type: CompiledResourceType): readonly Member[] {
  const list = type.membership && readValue(resource, type.membership)
  // The registry describes the elements.
  return Array.isArray(list) ? (list as readonly Member[]) : []
}
