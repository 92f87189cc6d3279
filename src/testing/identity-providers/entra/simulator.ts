import type { OptionNames } from '../../../protocol/index.js'
import type { DirectoryGroup, DirectoryUser } from '../directory.js'
import type { SimulatorOptions } from '../options.js'
import { simulatorOptionNames } from '../options.js'
import type { SimulationResult } from '../result.js'
import type { EntraFlags } from './context.js'

/** Options of {@link simulateEntra}. */
export interface SimulateEntraOptions extends SimulatorOptions {
  /**
   * How PATCH is spelt. Default: none, as for a new job. A flag in the query of `baseUrl`, such as
   * `?aadOptscim062020`, is taken from there and never sent.
   */
  readonly flags?: EntraFlags
  /**
   * The matching attributes, in their order: `userName`, or paths of the mapping such as `externalId` or
   * `emails[type eq "work"].value`. Default: `userName` alone.
   */
  readonly matching?: readonly string[]
  /** Members in one PATCH, which Microsoft does not publish. Default: 20. */
  readonly membersPerPatch?: number
  /** Whether users who leave the scope are left as they are (SkipOutOfScopeDeletions). Default: false. */
  readonly skipOutOfScopeDeletions?: boolean
  /** How many users a cycle may disable or delete before it stops. Default: no limit. */
  readonly deletionThreshold?: number
}

export const entraOptionNames = {
  ...simulatorOptionNames,
  flags: true,
  matching: true,
  membersPerPatch: true,
  skipOutOfScopeDeletions: true,
  deletionThreshold: true,
} satisfies OptionNames<SimulateEntraOptions>

export const entraFlagNames = {
  aadOptscim062020: true,
  AzureAdScimPatch2017: true,
} satisfies OptionNames<EntraFlags>

/** What a cycle has done. */
export interface ProvisioningCycle extends SimulationResult {
  /** `none`: the job is disabled, or stands still. */
  readonly cycle: 'initial' | 'incremental' | 'none'
  /** Where the job stands afterwards. */
  readonly job: 'off' | 'waiting' | 'quarantine' | 'disabled'
  /** Objects whose step has failed, and when each is due again: an ISO date, or undefined: after a restart. */
  readonly escrows: readonly {
    readonly subject: string
    readonly code: string
    readonly nextTry: string | undefined
  }[]
}

/**
 * Microsoft Entra ID with one enterprise application that provisions into a server. What an administrator changes in the
 * directory sends nothing: the next {@link runCycle} does, as in Entra. A method never rejects because of what the server
 * does: that is in the result.
 */
export interface EntraSimulator {
  /** *Test ClientConnection*: a filter for a random GUID, which must be answered 200 with an empty list. */
  testCredentials(): Promise<SimulationResult>
  /** Assigns the application to a person, who may be new to the directory. */
  assign(user: DirectoryUser | string): Promise<SimulationResult>
  /** Changes attributes in the directory; an attribute that becomes empty is not sent. */
  updateProfile(
    user: DirectoryUser | string,
    changes: Readonly<Record<string, unknown>>,
  ): Promise<SimulationResult>
  /** Takes the assignment away: the account is disabled, and stays when the person is deleted later. */
  unassign(user: DirectoryUser | string): Promise<SimulationResult>
  /** Blocks the person from signing in (accountEnabled false). */
  deactivate(user: DirectoryUser | string): Promise<SimulationResult>
  reactivate(user: DirectoryUser | string): Promise<SimulationResult>
  /** Deletes the person, who stays in the recycle bin for 30 days and leaves every group; the account is disabled. */
  deleteUser(user: DirectoryUser | string): Promise<SimulationResult>
  /** Takes the person out of the recycle bin; groups are not restored. */
  restoreUser(user: DirectoryUser | string): Promise<SimulationResult>
  /** Deletes the person for good, as 30 days do: the account is deleted. */
  purgeUser(user: DirectoryUser | string): Promise<SimulationResult>
  /** Assigns the application to a group: it and its members come into scope. */
  assignGroup(group: DirectoryGroup | string): Promise<SimulationResult>
  /** The same as {@link assignGroup}, by the name that other identity providers have for it. */
  pushGroup(group: DirectoryGroup | string): Promise<SimulationResult>
  /** Takes that assignment away: the group is deleted in the app. */
  unassignGroup(group: DirectoryGroup | string): Promise<SimulationResult>
  addMembers(
    group: DirectoryGroup | string,
    users: readonly (DirectoryUser | string)[],
  ): Promise<SimulationResult>
  removeMembers(
    group: DirectoryGroup | string,
    users: readonly (DirectoryUser | string)[],
  ): Promise<SimulationResult>
  renameGroup(group: DirectoryGroup | string, displayName: string): Promise<SimulationResult>
  deleteGroup(group: DirectoryGroup | string): Promise<SimulationResult>
  /** Runs the next cycle, waiting on the clock until it is due: the initial one first, then incremental ones. */
  runCycle(): Promise<ProvisioningCycle>
  /** *Provision on demand*, which ignores `aadOptscim062020` and asks by the matching attributes even of known users. */
  provisionOnDemand(user: DirectoryUser | string): Promise<SimulationResult>
  /** The same for a group with at most five of its members. */
  provisionGroupOnDemand(
    group: DirectoryGroup | string,
    members?: readonly (DirectoryUser | string)[],
  ): Promise<SimulationResult>
  /** Restarts the job with an initial cycle. `keepConnections`: does not match everything again. */
  restart(options?: { readonly keepConnections?: boolean }): Promise<SimulationResult>
  /** Lets the deletions through that the threshold has stopped. */
  allowDeletions(): Promise<SimulationResult>
  /** *Account discovery*: reads every page of users. The size of its pages is not published: 100. */
  importUsers(): Promise<SimulationResult & { readonly accounts: number | undefined }>
  /** Sends nothing that Entra would: compares every user and group with the server. */
  compare(): Promise<SimulationResult>
  /** Deletes what this simulator has created. Resolves with the paths that could not be deleted. */
  cleanUp(): Promise<readonly string[]>
}
