import type { Draft, GroupStore, User, UserStore } from '../index.js'

/** Where users and groups are kept while the command line serves them. */
export interface Data {
  readonly users: UserStore
  readonly groups: GroupStore
  /** Where that is, for people to read. */
  readonly where: string
  /** Creates users, except those whose `userName` is there already. */
  load(users: Iterable<Draft<User>>): Promise<void>
  close(): Promise<void>
}
