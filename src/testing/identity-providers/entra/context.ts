import type { ClientConnection } from '../client.js'
import type { Clock } from '../clock.js'
import type { Directory, KnownGroup, KnownUser } from '../directory.js'
import type { MappedValues, UserMapping } from '../mapping.js'
import type { ActionRun } from '../result.js'

/** Flags that are written into the tenant URL and change how PATCH is spelt. */
export interface EntraFlags {
  /** Operations in lower case, booleans as booleans, many attributes in one operation. Default: false, as in Entra. */
  readonly aadOptscim062020?: boolean
  /** The oldest form: as the default, with a dot after the URN of an extension. */
  readonly AzureAdScimPatch2017?: boolean
}

/** A step of one object that has failed, and when it is due again. */
export interface Escrow {
  readonly code: string
  readonly step: string
  readonly failures: number
  /** Milliseconds since 1970; undefined: not until the job is restarted. */
  readonly nextTry: number | undefined
  readonly since: number
}

/** A user as the provisioning job knows one. */
export interface EntraUser {
  readonly user: KnownUser
  isAssigned: boolean
  isEnabled: boolean
  /** When the user was soft-deleted; undefined: they are not. */
  deletedAt: number | undefined
  isPurged: boolean
  /** Whether the user had been out of scope before the deletion: then nothing is sent for it. */
  wasOutOfScope: boolean
  link: string | undefined
  /** What was last exported, by path. */
  exported: MappedValues
  exportedName: string
  exportedActive: boolean | undefined
  /** The id in the directory of the manager who was last exported; null: taken out; undefined: never one. */
  exportedManager: string | null | undefined
  escrow: Escrow | undefined
  /** Whether something has changed since the watermark. */
  isChanged: boolean
  isGone: boolean
}

export interface EntraGroup {
  readonly group: KnownGroup
  isAssigned: boolean
  isDeleted: boolean
  link: string | undefined
  exportedName: string
  /** Ids in the directory of the members who were exported. */
  readonly exportedMembers: Set<string>
  /** The server's ids of those who were taken out. */
  readonly removed: Set<string>
  escrow: Escrow | undefined
  isChanged: boolean
  isGone: boolean
}

/** Where a job stands. */
export interface EntraJob {
  state: 'off' | 'waiting' | 'quarantine' | 'disabled'
  /** Whether the next run reads everything. */
  isInitial: boolean
  lastRun: number | undefined
  quarantinedAt: number | undefined
  areDeletionsAllowed: boolean
}

export interface EntraContext {
  readonly connection: ClientConnection
  readonly clock: Clock
  readonly directory: Directory
  readonly mapping: UserMapping
  /** Paths of matching attributes, in their order. */
  readonly matching: readonly string[]
  readonly flags: EntraFlags
  readonly membersPerPatch: number
  readonly skipOutOfScopeDeletions: boolean
  readonly deletionThreshold: number | undefined
  readonly users: Map<string, EntraUser>
  readonly groups: Map<string, EntraGroup>
  readonly job: EntraJob
  readonly created: Set<string>
}

/** One run of the job, or one provisioning on demand, which spells PATCH as without flags. (documented) */
export interface EntraRun {
  readonly run: ActionRun
  readonly isOnDemand: boolean
  calls: number
  failures: number
  /** Why the job stops; undefined: it goes on. */
  quarantine: string | undefined
}

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** Whether a user is in scope: assigned, or a member of a group that is, and not deleted. */
export function isInScope({ groups }: EntraContext, user: EntraUser): boolean {
  if (user.deletedAt !== undefined || user.isPurged) return false
  const isMember = ({ isAssigned, isDeleted, group }: EntraGroup) =>
    isAssigned && !isDeleted && group.members.has(user.user.id)
  return user.isAssigned || [...groups.values()].some(isMember)
}
