import { type History, type Operation, type SeenEvent, Violation } from './history.js'
import { isChange, type Life, type Lives } from './lives.js'
import {
  changedMembers,
  changedUser,
  type GroupChange,
  type GroupState,
  newUser,
  sameMembers,
  type UserState,
} from './model.js'
import { type Commit, Timeline } from './timeline.js'

/** The timelines of all resources. */
export interface Timelines {
  readonly users: ReadonlyMap<string, Timeline<UserState>>
  readonly groups: ReadonlyMap<string, Timeline<GroupState>>
}

/** What was said of one resource, by version. */
interface Said {
  /** Of changes with success. */
  readonly replies: Map<number, Operation[]>
  readonly events: Map<number, SeenEvent>
}

/** Whether a change is different from every other one, so that it makes a version whatever was there. */
function isUnique({ ask }: Operation): boolean {
  return isChange(ask) && 'value' in ask.change
}

/** The writes that have made the versions of a resource. @throws Violation where a version has none, or two. */
function writersOf({ id, created }: Life, { replies, events }: Said, byName: ReadonlyMap<string, Operation>) {
  const last = Math.max(1, ...replies.keys(), ...events.keys())
  const writers: Operation[] = [created]
  for (let version = 2; version <= last; version++) {
    const acknowledged = replies.get(version) ?? []
    const event = events.get(version)
    const writer = event ? byName.get(event.actor ?? '') : acknowledged.find(isUnique)
    if (!writer) {
      throw new Violation('lost event', `${id}: nothing says who has made version ${version}`)
    }
    // A deletion that finds nothing makes up for what an earlier one has left.
    if (writer.status >= 300 && writer.ask.verb !== 'delete') {
      throw new Violation('dirty read', `${id}: ${writer.name} was refused and made version ${version}`)
    }
    writers.push(writer)
  }
  const all = new Set(writers)
  for (const [version, acknowledged] of replies) {
    const lost = acknowledged.find((operation) => isUnique(operation) && !all.has(operation))
    const writer = writers[version - 1]
    if (lost)
      throw new Violation('fork', `${id}: ${writer?.name} and ${lost.name} both made version ${version}`)
  }
  return writers
}

function userStates({ id, created }: Life, writers: readonly Operation[]): readonly Commit<UserState>[] {
  const { ask } = created
  if (ask.verb !== 'create' || ask.type !== 'User') throw new Error(`${id} was created as something else`)
  let state = newUser(ask.userName, ask.value)
  return writers.map((by) => {
    if (by !== created) {
      const { ask: change } = by
      if (!isChange(change) || change.type !== 'User' || change.id !== id) {
        throw new Violation('lost update', `${by.name} changed ${id}, which it did not ask for`)
      }
      state = changedUser(state, change.change)
    }
    return { by, state }
  })
}

/** What a write means for a group. The deletion of a member takes it out. */
function groupChange({ id }: Life, { ask, name }: Operation): GroupChange & { readonly value?: string } {
  if (ask.verb === 'create' && ask.type === 'Group') return { kind: 'put', ...ask }
  if (ask.verb === 'delete' && ask.id !== id) return { kind: 'remove', members: [ask.id] }
  if (isChange(ask) && ask.type === 'Group' && ask.id === id) return ask.change
  throw new Violation('lost update', `${name} changed ${id}, which it did not ask for`)
}

/** A write that has added members which were deleted meanwhile removes them by a second one. */
function withoutGone(event: SeenEvent | undefined, by: Operation, lives: Lives): GroupChange {
  const members = event?.removed ?? []
  const present = members.find((id) => lives.exists(id, by.tenant, by) === 'yes')
  if (present) throw new Violation('lost update', `${by.name} has removed ${present}, which is there`)
  return { kind: 'remove', members }
}

function groupStates(
  life: Life,
  writers: readonly Operation[],
  { events }: Said,
  lives: Lives,
): readonly Commit<GroupState>[] {
  const { id, tenant } = life
  let state: GroupState = { displayName: '', members: new Set() }
  const begun = new Set<Operation>()
  return writers.map((by, index) => {
    const isSecond = begun.has(by)
    begun.add(by)
    const change = isSecond ? withoutGone(events.get(index + 1), by, lives) : groupChange(life, by)
    const { atLeast, atMost } = changedMembers(state.members, change, (one) => lives.exists(one, tenant, by))
    const event = events.get(index + 1)
    // Who of those that came and went meanwhile was a member in time, only the event says.
    const members = event
      ? new Set([...state.members, ...event.added].filter((one) => !event.removed.includes(one)))
      : atMost
    const missing = [...atLeast].find((one) => !members.has(one))
    if (missing) throw new Violation('lost update', `${id}: ${by.name} has lost the member ${missing}`)
    for (const one of members) {
      if (atMost.has(one)) continue
      lives.assertKnown(one, by, `the event of ${id}`)
      throw new Violation('lost update', `${id}: ${by.name} has not removed the member ${one}`)
    }
    state = { displayName: ('value' in change ? change.value : undefined) ?? state.displayName, members }
    return { by, state }
  })
}

/** Whether a change that was accepted may have had nothing to do. */
function changesNothing(
  { ask }: Operation,
  state: UserState | GroupState,
  exists: (id: string) => 'yes' | 'no' | 'maybe',
) {
  if (!isChange(ask)) return false
  if (ask.type === 'User') {
    return ask.change.kind === 'active' && 'active' in state && state.active === ask.change.active
  }
  if (!('members' in state)) return false
  const { atLeast, atMost } = changedMembers(state.members, ask.change, exists)
  const has = [...state.members]
  return has.every((id) => atMost.has(id)) && [...atLeast].every((id) => state.members.has(id))
}

/** @throws Violation when a change that was accepted is in no version. */
function assertAccepted(timeline: Timeline<UserState | GroupState>, { replies }: Said, lives: Lives): void {
  const writers = new Set(timeline.commits.map(({ by }) => by.name))
  for (const [version, operations] of replies) {
    const commit = timeline.commits[version - 1]
    for (const operation of operations) {
      if (!commit || writers.has(operation.name)) continue
      const exists = (id: string) => lives.exists(id, timeline.tenant, operation)
      if (!changesNothing(operation, commit.state, exists)) {
        throw new Violation('lost update', `${timeline.id}: ${operation.name} is not in version ${version}`)
      }
    }
  }
}

/** Puts the writes of each resource in order: by their versions, and what events say of them. */
export function timelinesOf({ operations, events }: History, lives: Lives): Timelines {
  const byName = new Map(operations.map((operation) => [operation.name, operation]))
  const said = new Map<string, Said>()
  const saidOf = (id: string): Said => {
    const known = said.get(id) ?? { replies: new Map(), events: new Map() }
    said.set(id, known)
    return known
  }
  for (const operation of operations) {
    const { ask, status, version } = operation
    if (!isChange(ask) || status >= 300 || version === undefined) continue
    const { replies } = saidOf(ask.id)
    const others = replies.get(version)
    if (others) others.push(operation)
    else replies.set(version, [operation])
  }
  for (const event of events) {
    if (event.version === 'deleted') continue
    const known = saidOf(event.id).events
    const other = known.get(event.version)
    if (other && other.actor !== event.actor) {
      throw new Violation(
        'fork',
        `${event.id}: ${event.actor} and ${other.actor} both made version ${event.version}`,
      )
    }
    known.set(event.version, event)
  }
  const users = new Map<string, Timeline<UserState>>()
  const groups = new Map<string, Timeline<GroupState>>()
  for (const life of lives.all()) {
    const { id, tenant, type, deletion } = life
    const own = saidOf(id)
    const writers = writersOf(life, own, byName)
    if (type === 'User') {
      const timeline = new Timeline(id, tenant, userStates(life, writers), deletion)
      assertAccepted(timeline, own, lives)
      users.set(id, timeline)
    } else {
      const timeline = new Timeline(id, tenant, groupStates(life, writers, own, lives), deletion)
      assertAccepted(timeline, own, lives)
      groups.set(id, timeline)
    }
  }
  return { users, groups }
}

/** Whether what a reply shows of a group is this state. */
export function sameGroup(a: GroupState, b: GroupState): boolean {
  return a.displayName === b.displayName && sameMembers(a.members, b.members)
}
