import type { ConnectionsStore } from '../connections/index.js'
import type { Draft, GroupStore, User, UserStore } from '../index.js'
import type { RequestLogStore } from '../portal/index.js'

/** Where users and groups are kept while the command line serves them. */
export interface Data {
  readonly users: UserStore
  readonly groups: GroupStore
  readonly connections: ConnectionsStore
  readonly log: RequestLogStore
  /** What the log finds people by, the same as long as the data is there. */
  logSecret(): string
  /** Where that is, for people to read. */
  readonly where: string
  /** Creates users, except those whose `userName` is there already. */
  load(users: Iterable<Draft<User>>): Promise<void>
  close(): Promise<void>
}
