import { sameGroup, type Timelines } from './chains.js'
import {
  type History,
  type Operation,
  type Promises,
  type SeenGroup,
  type SeenUser,
  Violation,
} from './history.js'
import type { Lives } from './lives.js'
import { type GroupState, sameMembers, sameUser, type UserState } from './model.js'
import type { Timeline } from './timeline.js'

function show(state: UserState | GroupState): string {
  return JSON.stringify(state, (_, value) => (value instanceof Set ? [...value] : value))
}

/** @throws Violation when a reply shows a resource as it never was, or no longer was. */
export function assertShown(
  { operations }: History,
  { users, groups }: Timelines,
  lives: Lives,
  { streamsMembers }: Promises,
): void {
  function assertVersion(
    timeline: Timeline<unknown> | undefined,
    { version, id }: SeenUser | SeenGroup,
    { name, tenant, ...window }: Operation,
  ): void {
    if (!timeline || timeline.tenant !== tenant) {
      throw new Violation('tenant leak', `${name} was shown ${id}, which is not ${tenant}'s`)
    }
    if (version > timeline.last) {
      throw new Violation(
        'dirty read',
        `${name} was shown version ${version} of ${id}, which was never written`,
      )
    }
    if (timeline.mayBeAt(version, window)) return
    const [first, last] = timeline.versions(window)
    throw new Violation(
      'stale read',
      `${name} was shown version ${version} of ${id}, which was at ${first} to ${last}`,
    )
  }

  function assertUser(user: SeenUser, operation: Operation): void {
    const timeline = users.get(user.id)
    assertVersion(timeline, user, operation)
    const state = timeline?.stateAt(user.version)
    if (state && !sameUser(state, user.state)) throw differs(user, state, operation)
    for (const { value } of user.groups) lives.assertKnown(value, operation, `user ${user.id}`)
    const direct = new Set(user.groups.flatMap(({ value, type }) => (type === 'direct' ? [value] : [])))
    for (const group of groups.values()) {
      if (group.tenant !== operation.tenant) continue
      const isMember = ({ members }: GroupState) => members.has(user.id)
      const isWrong = direct.has(group.id) ? !group.may(operation, isMember) : group.must(operation, isMember)
      if (isWrong) {
        const said = direct.has(group.id) ? 'names' : 'does not name'
        throw new Violation(
          'groups disagree',
          `${operation.name}: user ${user.id} ${said} the group ${group.id}`,
        )
      }
    }
  }

  function assertGroup(group: SeenGroup, operation: Operation): void {
    const timeline = groups.get(group.id)
    assertVersion(timeline, group, operation)
    const state = timeline?.stateAt(group.version)
    if (!timeline || !state) return
    for (const id of group.state.members) {
      if (!isBeingAdded(timeline, group.version, id, operation))
        lives.assertKnown(id, operation, `group ${group.id}`)
    }
    if (sameGroup(state, group.state)) return
    const [, last] = timeline.versions(operation)
    const later = timeline.commits.slice(group.version, last)
    // Members are read after the group, a page at a time: of a group that is deleted in between, none are left.
    const isDeleted =
      group.state.members.size === 0 && (timeline.deletion?.start ?? Infinity) <= operation.end
    const isLater =
      isDeleted || later.some((commit) => sameMembers(commit.state.members, group.state.members))
    if (
      streamsMembers &&
      operation.ask.verb === 'read' &&
      state.displayName === group.state.displayName &&
      isLater
    )
      return
    throw differs(group, state, operation)
  }

  for (const operation of operations) {
    for (const one of operation.seen) {
      if (one.type === 'User') assertUser(one, operation)
      else assertGroup(one, operation)
    }
  }
}

/**
 * Whether the write that has added a member is not over yet: where there are no transactions, it takes out again what
 * was deleted meanwhile.
 */
function isBeingAdded(
  timeline: Timeline<GroupState> | undefined,
  version: number,
  id: string,
  { start }: Operation,
): boolean {
  let added = version
  while (timeline?.stateAt(added - 1)?.members.has(id)) added -= 1
  return (timeline?.commits[added - 1]?.by.end ?? 0) > start
}

/** What to call it that a resource is shown otherwise than it was at that version. */
function differs(
  { id, version, state }: SeenUser | SeenGroup,
  was: UserState | GroupState,
  { name, ask }: Operation,
): Violation {
  const kind = ask.verb === 'read' || ask.verb === 'list' ? 'dirty read' : 'lost update'
  return new Violation(
    kind,
    `${name} was shown ${id} at version ${version} as ${show(state)}, which was ${show(was)}`,
  )
}
