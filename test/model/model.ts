/** Two customers of one service, whose users have the same names. */
export const tenants = ['acme', 'globex'] as const
export type Tenant = (typeof tenants)[number]

/** A user as the model has it: a plain value, changed by {@link changedUser}. */
export interface UserState {
  readonly userName: string
  readonly title: string | undefined
  readonly phones: readonly string[]
  readonly active: boolean
}

/** A group as the model has it. */
export interface GroupState {
  readonly displayName: string
  /** Ids of users and groups. */
  readonly members: ReadonlySet<string>
}

/** A change of a user. `value` is in no other write, so that whoever reads it knows which write it reads. */
export type UserChange =
  | { readonly kind: 'put'; readonly value: string; readonly userName: string }
  | { readonly kind: 'title'; readonly value: string; readonly userName?: string | undefined }
  | { readonly kind: 'phone'; readonly value: string }
  | { readonly kind: 'active'; readonly active: boolean }

/** A change of a group: `put` and `rename` write the whole of it, the others only members. */
export type GroupChange =
  | { readonly kind: 'put'; readonly value: string; readonly members: readonly string[] }
  | { readonly kind: 'rename'; readonly value: string; readonly members: readonly string[] }
  | { readonly kind: 'add'; readonly members: readonly string[] }
  | { readonly kind: 'remove'; readonly members: readonly string[] }
  | { readonly kind: 'replace'; readonly members: readonly string[] }

/** A new user. */
export function newUser(userName: string, value: string): UserState {
  return { userName, title: value, phones: [value], active: true }
}

/** The user after a change. */
export function changedUser(before: UserState, change: UserChange): UserState {
  switch (change.kind) {
    case 'put':
      return { ...before, userName: change.userName, title: change.value, phones: [change.value] }
    case 'title':
      return { ...before, title: change.value, userName: change.userName ?? before.userName }
    case 'phone':
      return { ...before, phones: [...before.phones, change.value] }
    case 'active':
      return { ...before, active: change.active }
  }
}

/** Whether a resource is there while something happens; `maybe` where it is created or deleted meanwhile. */
export type Existence = 'yes' | 'no' | 'maybe'

/** What members a group can have after a change. */
export interface MemberBounds {
  readonly atLeast: ReadonlySet<string>
  readonly atMost: ReadonlySet<string>
}

/** The members after a change: only those that exist are added. */
export function changedMembers(
  before: ReadonlySet<string>,
  { kind, members }: GroupChange,
  exists: (id: string) => Existence,
): MemberBounds {
  if (kind === 'remove') {
    const left = new Set([...before].filter((id) => !members.includes(id)))
    return { atLeast: left, atMost: left }
  }
  const keepsOthers = kind === 'add' || kind === 'rename'
  const kept = keepsOthers ? [...before] : []
  // A member that is deleted meanwhile stays until whoever has added it, or its deletion, takes it out.
  const stays = (id: string) => before.has(id)
  return {
    atLeast: new Set([...kept, ...members.filter((id) => exists(id) === 'yes')]),
    atMost: new Set([...kept, ...members.filter((id) => exists(id) !== 'no' || stays(id))]),
  }
}

/** Names that only differ in case are one name. */
export function foldName(userName: string): string {
  // The same at the end of a word and inside it.
  return userName.toLowerCase().replaceAll('ς', 'σ')
}

export function sameUser(a: UserState, b: UserState): boolean {
  return (
    a.userName === b.userName &&
    a.title === b.title &&
    a.active === b.active &&
    a.phones.length === b.phones.length &&
    a.phones.every((phone, index) => phone === b.phones[index])
  )
}

export function sameMembers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id))
}
