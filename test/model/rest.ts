import { type History, Violation } from './history.js'

/** The groups that an id is in, each `direct` or `indirect`. */
function closure(id: string, parents: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let level = [...(parents.get(id) ?? [])]
  for (let type = 'direct'; level.length > 0; type = 'indirect') {
    const fresh = [...new Set(level)].filter((one) => !found.has(one))
    for (const one of fresh) found.set(one, type)
    level = fresh.flatMap((one) => [...(parents.get(one) ?? [])])
  }
  return found
}

/** @throws Violation when, at the end, users name other groups than those that have them as members. */
export function assertAtRest({ operations, atRest }: History): void {
  const last = operations.filter(({ start, ask }) => start > atRest && ask.verb === 'read')
  const seen = last.flatMap((operation) => operation.seen)
  const parents = new Map<string, Set<string>>()
  for (const one of seen) {
    if (one.type === 'User') continue
    for (const member of one.state.members) {
      const own = parents.get(member)
      if (own) own.add(one.id)
      else parents.set(member, new Set([one.id]))
    }
  }
  for (const one of seen) {
    if (one.type === 'Group') continue
    const wanted = [...closure(one.id, parents)].map((entry) => entry.join(' ')).sort()
    const named = one.groups.map(({ value, type }) => `${value} ${type}`).sort()
    if (wanted.join() !== named.join()) {
      throw new Violation('groups disagree', `user ${one.id} is in ${named}, and should be in ${wanted}`)
    }
  }
}
