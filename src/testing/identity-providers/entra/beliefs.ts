import type { GroupClaim, UserClaim } from '../observe.js'
import type { EntraContext, EntraGroup, EntraUser } from './context.js'
import { isInScope } from './context.js'
import { connectedMembers } from './groups.js'
import { managerPath } from './mapping.js'
import { wantedValues } from './users.js'

/** The manager who was exported; empty where there was one and is none any more. */
function managerOf(context: EntraContext, { exportedManager }: EntraUser): Readonly<Record<string, unknown>> {
  if (exportedManager === undefined) return {}
  const link = exportedManager === null ? '' : context.users.get(exportedManager)?.link
  return { [managerPath]: link }
}

/** What Entra believes of a user, and what it would have of the server once its cycles have run. */
export function entraUserClaim(context: EntraContext, user: EntraUser): UserClaim {
  const isWanted = isInScope(context, user)
  const active = isWanted && user.isEnabled
  const { link, isGone, escrow, exported, exportedName } = user
  const isMeant = !isGone && (link !== undefined || active)
  const isLeft = !isWanted && context.skipOutOfScopeDeletions
  const state = isGone
    ? 'gone'
    : escrow
      ? 'escrow'
      : link === undefined
        ? isWanted
          ? 'to be created'
          : 'out of scope'
        : active
          ? 'connected'
          : 'disabled'
  return {
    presence: isGone ? 'absent' : isMeant ? 'present' : 'unknown',
    user: {
      id: user.user.id,
      userName: isWanted ? user.user.profile.userName : exportedName,
      link,
      state,
      active: isMeant ? (isLeft ? user.exportedActive : active) : undefined,
      values: { ...(isWanted ? wantedValues(context, user) : exported), ...managerOf(context, user) },
    },
  }
}

export function entraGroupClaim(context: EntraContext, entraGroup: EntraGroup): GroupClaim {
  const { group, link, isGone, isAssigned, isDeleted, escrow, removed } = entraGroup
  const isMeant = isAssigned && !isDeleted
  const members = isMeant ? connectedMembers(context, entraGroup) : []
  return {
    presence: isGone ? 'absent' : isMeant ? 'present' : 'unknown',
    isWhole: false,
    removed,
    group: {
      id: group.id,
      displayName: group.displayName,
      link,
      state: isGone ? 'gone' : escrow ? 'escrow' : link === undefined ? 'out of scope' : 'connected',
      members: members.flatMap((id) => context.users.get(id)?.link ?? []),
    },
  }
}
