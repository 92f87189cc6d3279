import type { OptionNames } from '../../../protocol/index.js'
import type { DirectoryGroup, DirectoryUser } from '../directory.js'
import type { SimulatorOptions } from '../options.js'
import { simulatorOptionNames } from '../options.js'
import type { SimulationResult } from '../result.js'
import type { ImportCounts } from './imports.js'

/** Options of {@link simulateOkta}. */
export interface SimulateOktaOptions extends SimulatorOptions {
  /**
   * How the app was made. `aiw`: with the App Integration Wizard, which updates by GET and PUT. `oin`: from the
   * catalogue, which deactivates and pushes groups by PATCH. `header`: as `style`, with the bare token in
   * `Authorization`, as catalogue apps with header authentication send it.
   */
  readonly mode: 'aiw' | 'oin' | 'header'
  /** What `header` goes with. Default: `oin`. */
  readonly style?: 'aiw' | 'oin'
  /** Whether a catalogue app updates profiles by PUT or by PATCH; Okta's two texts disagree. Default: `put`. */
  readonly profileUpdates?: 'put' | 'patch'
  /** Whether Import Groups is ticked, so that the connection test asks for groups too. Default: false. */
  readonly importGroups?: boolean
  /** Whether linking to an existing group renames it. Default: true. */
  readonly renameGroups?: boolean
}

export const oktaOptionNames = {
  ...simulatorOptionNames,
  mode: true,
  style: true,
  profileUpdates: true,
  importGroups: true,
  renameGroups: true,
} satisfies OptionNames<SimulateOktaOptions>

/** What an import has found. */
export interface ImportResult extends SimulationResult {
  /** Undefined: the import has failed. */
  readonly counts: ImportCounts | undefined
}

/** A user of the directory, or the `userName` of one that is in it. */
export type UserChoice = DirectoryUser | string
/** A group of the directory, or the `displayName` of one that is in it. */
export type GroupChoice = DirectoryGroup | string

/**
 * Okta with one app that provisions into a server. Each method is something that an administrator does; it sends what
 * Okta would send then, and resolves with what each side believes afterwards. A method never rejects because of what the
 * server does: that is in the result.
 */
export interface OktaSimulator {
  /** *Test API Credentials*. With a token that is wrong on purpose, a reply other than 401 is the problem. */
  testCredentials(options?: { readonly token?: string }): Promise<SimulationResult>
  /** Assigns the app to a person, who may be new to the directory: looks them up, and creates or links. */
  assign(user: UserChoice): Promise<SimulationResult>
  /** Changes attributes in the directory; `undefined` empties one. What is mapped is pushed. */
  updateProfile(user: UserChoice, changes: Readonly<Record<string, unknown>>): Promise<SimulationResult>
  changePassword(user: UserChoice, password: string): Promise<SimulationResult>
  /** Takes the assignment away: the account is deactivated and the link kept. */
  unassign(user: UserChoice): Promise<SimulationResult>
  /** Deactivates the person in Okta. */
  deactivate(user: UserChoice): Promise<SimulationResult>
  /** Activates the person in Okta and assigns them again. */
  reactivate(user: UserChoice): Promise<SimulationResult>
  /** Sends nothing. */
  suspend(user: UserChoice): Promise<SimulationResult>
  /** Sends nothing. */
  unsuspend(user: UserChoice): Promise<SimulationResult>
  /** Deletes the person in Okta, who is deactivated first. Okta sends nothing for the deletion, and forgets the link. */
  deleteUser(user: UserChoice): Promise<SimulationResult>
  /** *Retry* under Tasks: does what has failed again, from the lookup on. */
  retry(user: UserChoice): Promise<SimulationResult>
  /** Assigns the app to a group: all of its members at once. */
  assignGroup(group: GroupChoice): Promise<SimulationResult>
  /** Takes that assignment away; members whom another one reaches stay. */
  unassignGroup(group: GroupChoice): Promise<SimulationResult>
  /** Pushes a group: looks it up by name, and creates it or links to it. Pushed already, its changes are pushed. */
  pushGroup(group: GroupChoice): Promise<SimulationResult>
  addMembers(group: GroupChoice, users: readonly UserChoice[]): Promise<SimulationResult>
  removeMembers(group: GroupChoice, users: readonly UserChoice[]): Promise<SimulationResult>
  renameGroup(group: GroupChoice, displayName: string): Promise<SimulationResult>
  /** *Push Now*: the server's group is made equal to Okta's. */
  pushNow(group: GroupChoice): Promise<SimulationResult>
  /** Deactivates the push: nothing is sent until {@link activatePush}. */
  deactivatePush(group: GroupChoice): Promise<SimulationResult>
  activatePush(group: GroupChoice): Promise<SimulationResult>
  /** Ends the push, and deletes the group on the server where `delete` says so. */
  unlinkGroup(group: GroupChoice, options?: { readonly delete?: boolean }): Promise<SimulationResult>
  /** *Import Now*: reads every page of users. A user who is inactive on the server is skipped. */
  importUsers(): Promise<ImportResult>
  /** Reads every page of groups. */
  importGroups(): Promise<ImportResult>
  /** Sends nothing that Okta would: compares every user and group with the server. */
  compare(): Promise<SimulationResult>
  /** Deletes what this simulator has created, which Okta never does. Resolves with the paths that could not be deleted. */
  cleanUp(): Promise<readonly string[]>
}
