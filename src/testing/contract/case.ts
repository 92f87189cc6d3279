import type { LifecycleEvent } from '../../events/index.js'
import type { CommonAttributes, Group, User } from '../../schema/index.js'
import type { ResourceStore } from '../../stores/index.js'

/** The stores that a case works with, made for it alone. */
export interface ContractStores<R extends CommonAttributes = User, G extends CommonAttributes = Group> {
  readonly users: ResourceStore<R>
  /** Left out: nothing about groups and members is tried. */
  readonly groups?: ResourceStore<G> | undefined
  /**
   * The events that the stores' outbox holds, in the order in which they would be delivered: those of all tenants that
   * were recorded since the stores were made, delivered ones too. For stores with `record`; left out: what is recorded
   * is not looked at.
   */
  readonly recordedEvents?: (() => Promise<readonly LifecycleEvent[]>) | undefined
  /**
   * What the host keeps in the row of a user beside SCIM's attributes, such as a status `on leave` or a column of its
   * own. For stores that write no more than `context.changes` names; left out: it is not looked at.
   */
  readonly hostData?: HostData | undefined
  /** Called after the case, however it ended. */
  readonly close?: (() => unknown) | undefined
}

/** Reads and writes what SCIM does not know of a row. */
export interface HostData {
  /** Changes the row as the host would, in what no attribute shows. */
  write(id: string): unknown
  /** What {@link write} has changed, as JSON. */
  read(id: string): unknown
}

/** Makes the stores of one case, empty: the store of users alone, or with others. */
export type MakeStore<R extends CommonAttributes = User, G extends CommonAttributes = Group> = () =>
  | ResourceStore<R>
  | ContractStores<R, G>
  | Promise<ResourceStore<R> | ContractStores<R, G>>

/** One thing that every store does, for the test runner that a host has. */
export interface ContractCase {
  /** A sentence, in no other case. */
  readonly name: string
  /** What goes wrong with a store that does otherwise. */
  readonly why: string
  /**
   * Tries it with stores of its own.
   *
   * @returns undefined where it holds; why it was not tried where the stores do not claim it, such as a store without
   * `sorts: true` that is to sort.
   * @throws StoreContractError that says what was expected and what to change.
   */
  run(): Promise<string | undefined>
}
