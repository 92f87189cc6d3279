import type { Resource, ResourceDraft } from '../tested-store.js'
import type { Trial } from '../trial.js'
import { groupsIn, names } from '../trial.js'

/** Creates users to be members, and gives their ids. */
export async function addPeople({ users, samples }: Trial, count: number): Promise<readonly string[]> {
  const made = names('member', count).map((name) => users.create(samples.minimal(name)))
  return (await Promise.all(made)).map(({ id }) => id)
}

/** A group with some members. */
export function groupDraft(trial: Trial, name: string, ids: readonly string[] = []): ResourceDraft {
  const { groupSamples } = groupsIn(trial)
  const { membership } = groupSamples.type
  const members = ids.map((value) => ({ value, type: trial.users.type.name }))
  const draft = groupSamples.minimal(name)
  return membership && members.length > 0 ? { ...draft, [membership.name]: members } : draft
}

/** The ids of a group's members, sorted. */
export function memberIds(group: Resource | undefined): readonly string[] {
  const list = group?.members
  if (!Array.isArray(list)) return []
  return list.map((member) => String((member as { readonly value?: unknown } | undefined)?.value)).sort()
}
