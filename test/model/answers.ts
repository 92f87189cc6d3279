import type { Timelines } from './chains.js'
import { type Ask, type History, type Operation, Violation } from './history.js'
import type { Lives } from './lives.js'
import { foldName, type GroupState, type UserState } from './model.js'

/** The name that a request wants for a user. */
function wantedName(ask: Ask): string | undefined {
  if (ask.type !== 'User') return undefined
  if (ask.verb === 'create') return ask.userName
  return ask.verb === 'change' && 'userName' in ask.change ? ask.change.userName : undefined
}

/** @throws Violation when a reply's status, or what a list leaves out, cannot be explained. */
export function assertAnswers({ operations }: History, { users, groups }: Timelines, lives: Lives): void {
  function isTaken(operation: Operation): boolean {
    const { ask, tenant } = operation
    const name = foldName(wantedName(ask) ?? '')
    const own = ask.verb === 'change' ? ask.id : undefined
    return [...users.values()].some(
      (user) =>
        user.tenant === tenant &&
        user.id !== own &&
        user.may(operation, ({ userName }) => foldName(userName) === name),
    )
  }

  /** What is wrong with the reply; nothing where it is as it must be. */
  function problemOf(operation: Operation): string | undefined {
    const { ask, status, tenant, version } = operation
    if (status === 409)
      return wantedName(ask) !== undefined && isTaken(operation) ? undefined : 'nobody has the name'
    if (ask.verb === 'create') return status === 201 ? undefined : 'not created'
    if (ask.verb === 'list') return status === 200 ? undefined : 'not listed'
    const exists = lives.exists(ask.id, tenant, operation)
    if (status === 404) return exists === 'yes' ? 'it is there' : undefined
    if (exists === 'no') return 'it is not there'
    const timeline = ask.type === 'User' ? users.get(ask.id) : groups.get(ask.id)
    const expected = ask.verb === 'read' ? undefined : ask.ifMatch
    const [first, last] = timeline?.versions(operation) ?? [0, 0]
    if (status === 412) {
      if (expected === undefined) return 'it named no version'
      return first === expected && last === expected ? 'it is at that version' : undefined
    }
    if (status !== 200 && status !== 204) return 'no such reply'
    if (expected === undefined) return undefined
    if (ask.verb === 'delete') return timeline?.last === expected ? undefined : 'it was at another version'
    const isNext = timeline?.commits[expected]?.by === operation
    return isNext || version === expected ? undefined : 'it was at another version'
  }

  for (const operation of operations) {
    const { ask, name, tenant, status, suspicious, seen } = operation
    const told = `${name}: ${status} to ${JSON.stringify(ask)}`
    if (suspicious !== undefined && status < 500) throw new Violation('tenant leak', `${told}: ${suspicious}`)
    const problem = problemOf(operation)
    if (problem !== undefined) throw new Violation('wrong answer', `${told}: ${problem} ${suspicious ?? ''}`)
    if (ask.verb !== 'list') continue
    const listed = new Set(seen.map(({ id }) => id))
    if (listed.size < seen.length) throw new Violation('wrong answer', `${told}: one of them is there twice`)
    const { where } = ask
    const isUser = ({ userName }: UserState) =>
      where === undefined || ('userName' in where && foldName(userName) === foldName(where.userName))
    const isGroup = ({ members }: GroupState) =>
      where === undefined || ('member' in where && members.has(where.member))
    for (const one of seen) {
      const fits = one.type === 'User' ? isUser(one.state) : isGroup(one.state)
      if (!fits) throw new Violation('wrong answer', `${told}: ${one.id} does not match`)
    }
    const missing =
      ask.type === 'User'
        ? [...users.values()].find(
            (one) => one.tenant === tenant && !listed.has(one.id) && one.must(operation, isUser),
          )
        : [...groups.values()].find(
            (one) => one.tenant === tenant && !listed.has(one.id) && one.must(operation, isGroup),
          )
    if (missing) throw new Violation('wrong answer', `${told}: ${missing.id} is missing`)
  }
}
