import type { OptionNames } from '../../protocol/index.js'
import type { ExtensionDefinition, ResourceTypeDefinition } from '../../schema/index.js'

/** What a store says of itself that the contract cannot see. */
export interface StoreContractOptions {
  /**
   * What the store of `users` holds. Default: `userResourceType`. A store of another resource type is tried by what its
   * schema says.
   */
  readonly resourceType?: ResourceTypeDefinition
  /** What the store of `groups` holds. Default: `groupResourceType`, whose `displayName` is unique. */
  readonly groupType?: ResourceTypeDefinition
  /**
   * Extensions of the service on the type of `users`, beside those that the type has. Default: one of the contract's own
   * with an attribute of each type, since a store must store what it is given. `[]` for a store that is for the
   * attributes of the type alone; a store that keeps only some names them in its {@link attributes}.
   */
  readonly extensions?: readonly ExtensionDefinition[]
  /** The paths that the store of users keeps, where it does not say so by its own `attributes`. */
  readonly attributes?: readonly string[]
  /**
   * Two tenants that the store has, or the only one. Default: names that are new for each case, so that stores over one
   * database need not be emptied between them.
   */
  readonly tenants?: readonly [first: string | undefined, second?: string | undefined]
  /** How many callers race. Default 32. */
  readonly writers?: number
}

export const optionNames = {
  resourceType: true,
  groupType: true,
  extensions: true,
  attributes: true,
  tenants: true,
  writers: true,
} satisfies OptionNames<StoreContractOptions>
