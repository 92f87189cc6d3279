import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions } from '../protocol/index.js'
import type {
  ExtensionDefinition,
  InferResource,
  ResourceTypeDefinition,
  ResourceTypeOptions,
  SchemaDefinition,
  StoredValueFacts,
} from '../schema/index.js'
import { describeResourceType as define, resourceTypeOptionNames } from '../schema/index.js'
import type { ResourceStore } from '../stores/index.js'

/** A resource type with the store that holds its resources, ready to be served. */
export type ServedType<Type extends ResourceTypeDefinition = ResourceTypeDefinition> = Type & {
  /** Its type is checked where both are defined together. */
  readonly store: object
}

/** What a resource type with its store can say. */
export const servedTypeNames = {
  ...resourceTypeOptionNames,
  store: true,
  notKept: true,
} satisfies OptionNames<Omit<ServedType, keyof StoredValueFacts>>

/**
 * Defines a resource type: its name, endpoint and schema, and, where a service serves it, the store that holds its
 * resources.
 *
 * @throws TypeError for an option that there is not; from {@link createScim}, when the definition contradicts itself.
 * @example
 * const Door = defineResourceType({ name: 'Door', endpoint: '/Doors', schema: door, store: memoryStore() })
 * createScim({ authenticate, users, resourceTypes: [Door] })
 * @see RFC 7643 section 6
 */
export function defineResourceType<
  const Name extends string,
  const Schema extends SchemaDefinition,
  const Extensions extends readonly ExtensionDefinition[] = readonly [],
>(
  definition: ResourceTypeOptions<Name, Schema, Extensions> & {
    readonly store: ResourceStore<NoInfer<InferResource<ResourceTypeDefinition<Name, Schema, Extensions>>>>
  },
  // Not inferred from its context, so that it can be written inside `resourceTypes: [...]`.
): ServedType<ResourceTypeDefinition<NoInfer<Name>, NoInfer<Schema>, NoInfer<Extensions>>>
export function defineResourceType<
  const Name extends string,
  const Schema extends SchemaDefinition,
  const Extensions extends readonly ExtensionDefinition[] = readonly [],
>(
  definition: ResourceTypeOptions<Name, Schema, Extensions> & { readonly store?: undefined },
): ResourceTypeDefinition<Name, Schema, Extensions>
export function defineResourceType(
  definition: ResourceTypeOptions<string, SchemaDefinition, readonly ExtensionDefinition[]> & {
    store?: unknown
  },
): ResourceTypeDefinition {
  assertKnownOptions('defineResourceType', definition, servedTypeNames)
  const { store, ...options } = definition
  const type = define(options)
  return store === undefined ? type : Object.assign(type, { store })
}
