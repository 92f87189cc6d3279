import type { Filter } from '../../filter/index.js'
import { bindFilter } from '../../filter/index.js'
import type { Profile } from '../../idp/index.js'
import type { Endpoint, Limits } from '../../operations/index.js'
import { isScimError } from '../../protocol/index.js'
import type { CompiledResourceType } from '../../schema/index.js'
import type { StoreDescription } from '../../stores/index.js'
import type { ScimOptions } from '../options.js'

/** A resource type with what its store says of itself; undefined where it says nothing. */
export interface TypeFacts {
  readonly type: CompiledResourceType
  readonly description: StoreDescription | undefined
}

/** The configuration that claims are worked out from. */
export interface Facts {
  readonly options: ScimOptions
  readonly limits: Limits
  /** Of the caller. */
  readonly profile: Profile
  readonly types: readonly TypeFacts[]
  readonly users: TypeFacts
  readonly groups: TypeFacts | undefined
  /** Whether callers are known by fixed tokens. */
  readonly hasFixedTokens: boolean
  readonly sorts: boolean
  readonly hasCursors: boolean
  /** Whether anything of the host hears of a deactivation. */
  readonly hearsDeactivations: boolean
}

/** The resource types of a service, users first. */
export function typeFacts(endpoints: readonly Endpoint[]): readonly TypeFacts[] {
  return endpoints.map(({ type, store }) => ({ type, description: store.describe?.(type) }))
}

/** Whether a profile asks for something. */
export function requires({ profile }: Facts, name: string): boolean {
  return profile.requirements.some((requirement) => requirement.name === name)
}

function boundFilter(type: CompiledResourceType, text: string): Filter | undefined {
  try {
    return bindFilter(type, text)
  } catch (error) {
    if (isScimError(error)) return undefined
    throw error
  }
}

/** Whether a store can evaluate a filter; undefined where it does not say. */
export function evaluates({ type, description }: TypeFacts, text: string): boolean | undefined {
  const filter = boundFilter(type, text)
  return filter ? description?.evaluates(filter) : false
}
