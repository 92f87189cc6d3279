/** A person in the directory of an identity provider: a plain object. */
export interface DirectoryUser {
  /** The identity provider's own id. Default: one that is made when the user is first seen. */
  readonly id?: string
  /** What the person signs in with; unique in the directory, whatever the case. */
  readonly userName: string
  readonly givenName?: string | undefined
  readonly familyName?: string | undefined
  readonly displayName?: string | undefined
  readonly email?: string | undefined
  readonly title?: string | undefined
  readonly department?: string | undefined
  readonly employeeNumber?: string | undefined
  readonly mobilePhone?: string | undefined
  readonly workPhone?: string | undefined
  /** The `userName` of the manager, who is in the directory too. */
  readonly manager?: string | undefined
  /** Whatever else a mapping of your own reads. */
  readonly [attribute: string]: unknown
}

/** A group in the directory. */
export interface DirectoryGroup {
  /** The identity provider's own id. Default: one that is made when the group is first seen. */
  readonly id?: string
  readonly displayName: string
  /** Users, or the `userName`s of users who are in the directory. Default: none. */
  readonly members?: readonly (DirectoryUser | string)[]
}

/** A user as the simulator keeps one. */
export interface KnownUser {
  readonly id: string
  profile: DirectoryUser
}

export interface KnownGroup {
  readonly id: string
  displayName: string
  /** Ids of users. */
  readonly members: Set<string>
}

/** What a message calls a user. */
export function userSubject({ user }: { readonly user: KnownUser }): string {
  return `user ${user.profile.userName}`
}

/** What a message calls a group. */
export function groupSubject({ group }: { readonly group: KnownGroup }): string {
  return `group ${group.displayName}`
}

/** The users and groups of one identity provider. */
export interface Directory {
  /** The user that is meant: by object or by name, who is taken into the directory where an object is new to it. */
  user(user: DirectoryUser | string): KnownUser
  userById(id: string): KnownUser | undefined
  userByName(userName: string): KnownUser | undefined
  group(group: DirectoryGroup | string): KnownGroup
  change(user: KnownUser, changes: Readonly<Record<string, unknown>>): void
  forgetUser(user: KnownUser): void
  forgetGroup(group: KnownGroup): void
  readonly users: () => readonly KnownUser[]
  readonly groups: () => readonly KnownGroup[]
}

/** An empty directory. `makeId` makes ids of the shape that the identity provider's have. */
export function createDirectory(provider: string, makeId: (kind: 'user' | 'group') => string): Directory {
  const users = new Map<string, KnownUser>()
  const groups = new Map<string, KnownGroup>()
  const byName = (name: string) =>
    [...users.values()].find(({ profile }) => profile.userName.toLowerCase() === name.toLowerCase())

  function user(given: DirectoryUser | string): KnownUser {
    const name = typeof given === 'string' ? given : given?.userName
    if (typeof name !== 'string' || name === '') {
      throw new TypeError(`${provider}: a user must have a userName: text`)
    }
    const known = byName(name) ?? (typeof given === 'object' && given.id ? users.get(given.id) : undefined)
    if (typeof given === 'string') {
      if (!known) throw new TypeError(`${provider}: no user of the directory is called "${name}"`)
      return known
    }
    if (known) {
      known.profile = { ...known.profile, ...given }
      return known
    }
    const made: KnownUser = { id: given.id ?? makeId('user'), profile: { ...given } }
    users.set(made.id, made)
    return made
  }

  function group(given: DirectoryGroup | string): KnownGroup {
    const name = typeof given === 'string' ? given : given?.displayName
    if (typeof name !== 'string' || name === '') {
      throw new TypeError(`${provider}: a group must have a displayName: text`)
    }
    const known = [...groups.values()].find(
      (one) => one.displayName === name || (typeof given === 'object' && one.id === given.id),
    )
    if (typeof given === 'string') {
      if (!known) throw new TypeError(`${provider}: no group of the directory is called "${name}"`)
      return known
    }
    const found = known ?? { id: given.id ?? makeId('group'), displayName: name, members: new Set<string>() }
    if (given.members) {
      const members = given.members.map((member) => user(member).id)
      found.members.clear()
      for (const id of members) found.members.add(id)
    }
    groups.set(found.id, found)
    return found
  }

  return {
    user,
    group,
    userById: (id) => users.get(id),
    userByName: byName,
    change(known, changes) {
      const { userName } = changes
      if (userName !== undefined && (typeof userName !== 'string' || userName === '')) {
        throw new TypeError(`${provider}: userName must be text`)
      }
      const other = userName === undefined ? undefined : byName(userName)
      if (other && other !== known) {
        throw new TypeError(
          `${provider}: another user of the directory is called "${other.profile.userName}"`,
        )
      }
      known.profile = { ...known.profile, ...changes }
    },
    forgetUser(known) {
      users.delete(known.id)
      for (const one of groups.values()) one.members.delete(known.id)
    },
    forgetGroup: (known) => void groups.delete(known.id),
    users: () => [...users.values()],
    groups: () => [...groups.values()],
  }
}
