import type { Timelines } from './chains.js'
import { type History, type Promises, type SeenEvent, Violation } from './history.js'
import type { Lives } from './lives.js'
import { sameUser, type UserState } from './model.js'

/** The events of a change of a user. */
function changesOf(before: UserState, after: UserState): readonly string[] {
  const names: string[] = []
  if (!sameUser({ ...before, active: after.active }, after)) names.push('user.updated')
  if (before.active && !after.active) names.push('user.deactivated')
  if (!before.active && after.active) names.push('user.reactivated')
  return names
}

/** Checks that each write has its events, each once. @throws Violation. */
export function assertEvents(
  { events }: History,
  { users, groups }: Timelines,
  lives: Lives,
  { ordersEvents }: Promises,
): void {
  const byResource = new Map<string, SeenEvent[]>()
  for (const event of events) {
    const own = byResource.get(event.id)
    if (own) own.push(event)
    else byResource.set(event.id, [event])
  }
  for (const { id, tenant, deletion } of lives.all()) {
    const user = users.get(id)
    const group = groups.get(id)
    const wanted: (readonly [number | 'deleted', readonly string[]])[] = []
    for (const [index, { state }] of (user?.commits ?? []).entries()) {
      const before = user?.stateAt(index)
      wanted.push([index + 1, before ? changesOf(before, state) : ['user.created']])
    }
    for (const index of group?.commits.keys() ?? []) {
      wanted.push([index + 1, [index === 0 ? 'group.created' : 'group.updated']])
    }
    if (deletion) {
      const wasOn = user?.stateAt(user.last)?.active ?? false
      wanted.push([
        'deleted',
        [...(wasOn ? ['user.deactivated'] : []), user ? 'user.deleted' : 'group.deleted'],
      ])
    }
    const own = byResource.get(id) ?? []
    byResource.delete(id)
    assertEach(id, wanted, own)
    if (ordersEvents) assertOrder(id, own)
    const foreign = own.find((event) => event.tenant !== tenant)
    if (foreign) throw new Violation('tenant leak', `an event says that ${id} is ${foreign.tenant}'s`)
  }
  for (const id of byResource.keys())
    throw new Violation('dirty read', `an event is about ${id}, which is not there`)
}

function assertEach(
  id: string,
  wanted: readonly (readonly [number | 'deleted', readonly string[]])[],
  events: readonly SeenEvent[],
): void {
  const left = new Map<string, number>()
  for (const { version, name } of events) {
    const key = `${version} ${name}`
    left.set(key, (left.get(key) ?? 0) + 1)
  }
  for (const [version, names] of wanted) {
    for (const name of names) {
      const key = `${version} ${name}`
      const count = left.get(key) ?? 0
      if (count === 0) throw new Violation('lost event', `${id}: no ${name} for version ${version}`)
      if (count > 1) throw new Violation('doubled event', `${id}: ${count} of ${name} for version ${version}`)
      left.delete(key)
    }
  }
  for (const key of left.keys()) throw new Violation('doubled event', `${id}: an event for nothing: ${key}`)
}

function assertOrder(id: string, events: readonly SeenEvent[]): void {
  const place = ({ version }: SeenEvent) => (version === 'deleted' ? Infinity : version)
  for (const [index, event] of events.entries()) {
    const before = events[index - 1]
    if (before && place(before) > place(event)) {
      throw new Violation('event order', `${id}: version ${event.version} after version ${before.version}`)
    }
  }
}
