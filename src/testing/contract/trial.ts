import type { CompiledResourceType } from '../../schema/index.js'
import type { ResourceStore } from '../../stores/index.js'
import type { ContractStores } from './case.js'
import type { Samples } from './samples.js'
import type { Resource, TestedStore } from './tested-store.js'

/** A store with samples of what it holds. */
export interface Tested {
  readonly subject: TestedStore
  readonly samples: Samples
}

/** What a case works with. */
export interface Trial {
  /** The store of users, for the first tenant. */
  readonly users: TestedStore
  readonly samples: Samples
  readonly groups: TestedStore | undefined
  readonly groupSamples: Samples | undefined
  /** The second tenant; undefined where there is one only. */
  readonly otherTenant: { readonly tenant: string | undefined } | undefined
  readonly stores: Pick<ContractStores, 'recordedEvents' | 'hostData'>
  /** How many callers race. */
  readonly writers: number
}

/** Why a case is not tried; undefined where it is. */
export type Inapplicable = string | undefined

/** A case before it has stores. */
export interface CaseDefinition {
  readonly name: string
  readonly why: string
  /** Why these stores need not do it. Left out: every store does. */
  readonly inapplicable?: (trial: Trial) => Inapplicable
  run(trial: Trial): Promise<void>
}

/** Both stores, each with its type. */
export interface TypedStores {
  readonly users: { readonly type: CompiledResourceType; readonly store: ResourceStore<Resource> }
  readonly groups?: { readonly type: CompiledResourceType; readonly store: ResourceStore<Resource> }
}

/** The store of groups. @throws Error where there is none, which a case must have said. */
export function groupsIn({ groups, groupSamples }: Trial): { groups: TestedStore; groupSamples: Samples } {
  if (!groups || !groupSamples) throw new Error('there is no store of groups')
  return { groups, groupSamples }
}

/** Names that no other resource of the case has. */
export function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}`)
}

/** The ids of some resources, sorted. */
export function sortedIds(resources: readonly { readonly id: string }[]): readonly string[] {
  return resources.map(({ id }) => id).sort()
}
