import { mapUserValues } from '../mapping.js'
import type { GroupClaim, UserClaim } from '../observe.js'
import type { AppUser, OktaContext, PushedGroup } from './context.js'

/** What Okta believes of a user, and what it would have of the server. */
export function oktaUserClaim(context: OktaContext, appUser: AppUser): UserClaim {
  const { user, link, assignments, status, hasTask, pushed, pushedName } = appUser
  const isActive = assignments.size > 0 && status !== 'deactivated'
  const isMeant = isActive || link !== undefined
  return {
    presence: isMeant ? 'present' : 'unknown',
    user: {
      id: user.id,
      userName: isActive || link === undefined ? user.profile.userName : pushedName,
      link,
      state: hasTask ? 'task' : isActive ? 'active' : link === undefined ? 'unassigned' : 'inactive',
      active: isMeant ? isActive : undefined,
      values: isActive ? mapUserValues(context.mapping, user.profile) : pushed,
    },
  }
}

export function oktaGroupClaim(context: OktaContext, pushed: PushedGroup): GroupClaim {
  const { group, link, state, members, removed, isWhole } = pushed
  // A paused push changes nothing, and an unlinked group is the server's own.
  const isMeant = state === 'pushed' || state === 'error'
  const wanted = state === 'error' ? [...group.members] : [...members]
  return {
    presence: state === 'deleted' ? 'absent' : isMeant ? 'present' : 'unknown',
    isWhole,
    removed,
    group: {
      id: group.id,
      displayName: group.displayName,
      link,
      state,
      members: wanted.flatMap((id) => context.appUsers.get(id)?.link ?? []),
    },
  }
}
