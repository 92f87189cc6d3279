import type { Timelines } from './chains.js'
import { Violation, type Window } from './history.js'
import { foldName } from './model.js'

/** The time in which a user certainly had a name. */
interface Held extends Window {
  readonly id: string
}

/** @throws Violation when two users of a tenant had the same `userName` at the same time. */
export function assertNamesOnce({ users }: Timelines): void {
  const held = new Map<string, Held[]>()
  for (const user of users.values()) {
    for (const name of new Set(user.commits.map(({ state }) => foldName(state.userName)))) {
      const key = `${user.tenant} ${name}`
      const times = held.get(key) ?? []
      for (const time of user.times((state) => foldName(state.userName) === name)) {
        times.push({ ...time, id: user.id })
      }
      held.set(key, times)
    }
  }
  for (const [name, times] of held) {
    times.sort((a, b) => a.start - b.start)
    let longest: Held | undefined
    for (const time of times) {
      if (longest && longest.id !== time.id && time.start < longest.end) {
        throw new Violation('double create', `${longest.id} and ${time.id} are both ${name}`)
      }
      if (!longest || time.end > longest.end) longest = time
    }
  }
}
