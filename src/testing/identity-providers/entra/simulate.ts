import { deleteCreated } from '../clean-up.js'
import type { DirectoryGroup, DirectoryUser } from '../directory.js'
import { groupSubject, userSubject } from '../directory.js'
import { observe } from '../observe.js'
import { readAllPages } from '../pages.js'
import type { ActionRun } from '../result.js'
import { finishRun, newRun, nothingObserved } from '../result.js'
import { entraGroupClaim, entraUserClaim } from './beliefs.js'
import type { EntraGroup, EntraUser } from './context.js'
import { isInScope } from './context.js'
import { newEntraRun, runJob } from './cycle.js'
import { provisionGroup, provisionMembers } from './groups.js'
import { readEntraOptions } from './read-options.js'
import { sendAsEntra } from './send.js'
import type { EntraSimulator, ProvisioningCycle, SimulateEntraOptions } from './simulator.js'
import { testConnection } from './test-connection.js'
import { provisionManager, provisionUser } from './users.js'

/** Members of a group that are provisioned on demand at once. (documented) */
const membersOnDemand = 5

/**
 * Microsoft Entra ID in a box: a client that does what Microsoft's documentation and test suites show its provisioning
 * service doing, over a directory of plain objects. No tenant is needed, and no test against it replaces one; the README
 * beside it says of each step whether it is known or inferred.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const entra = simulateEntra({ baseUrl: 'http://localhost:3000/scim/v2', token, flags: { aadOptscim062020: true } })
 * await entra.assign({ userName: 'ada@example.com', givenName: 'Ada', familyName: 'Lovelace', email: 'ada@example.com' })
 * await entra.runCycle()
 * await entra.deactivate('ada@example.com')
 * const { job, differences } = await entra.runCycle()
 */
export function simulateEntra(options: SimulateEntraOptions): EntraSimulator {
  const context = readEntraOptions(options)
  const { connection, directory, users, groups, job, clock } = context

  function userOf(choice: DirectoryUser | string): EntraUser {
    const user = directory.user(choice)
    const known = users.get(user.id)
    if (known) return known
    const made: EntraUser = {
      user,
      isAssigned: false,
      isEnabled: true,
      deletedAt: undefined,
      isPurged: false,
      wasOutOfScope: false,
      link: undefined,
      exported: {},
      exportedName: user.profile.userName,
      exportedActive: undefined,
      exportedManager: undefined,
      escrow: undefined,
      isChanged: false,
      isGone: false,
    }
    users.set(user.id, made)
    return made
  }

  function groupOf(choice: DirectoryGroup | string): EntraGroup {
    const group = directory.group(choice)
    for (const id of group.members) userOf(directory.userById(id)?.profile ?? '')
    const known = groups.get(group.id)
    if (known) return known
    const made: EntraGroup = {
      group,
      isAssigned: false,
      isDeleted: false,
      link: undefined,
      exportedName: group.displayName,
      exportedMembers: new Set(),
      removed: new Set(),
      escrow: undefined,
      isChanged: false,
      isGone: false,
    }
    groups.set(group.id, made)
    return made
  }

  async function settle(
    run: ActionRun,
    touchedUsers: readonly EntraUser[],
    touchedGroups: readonly EntraGroup[],
  ) {
    const userClaims = touchedUsers.map((user) => entraUserClaim(context, user))
    const groupClaims = touchedGroups.map((group) => entraGroupClaim(context, group))
    return finishRun(run, await observe('Entra', connection, userClaims, groupClaims))
  }

  /** A change of the directory, which the next cycle reads. */
  async function change(verb: string, choice: DirectoryUser | string, work: (user: EntraUser) => void) {
    const user = userOf(choice)
    const run = newRun(`${verb} ${user.user.profile.userName}`)
    work(user)
    user.isChanged = true
    return finishRun(run, {
      ...nothingObserved,
      provider: { users: [entraUserClaim(context, user).user], groups: [] },
    })
  }

  async function changeGroup(
    verb: string,
    choice: DirectoryGroup | string,
    work: (group: EntraGroup) => void,
  ) {
    const group = groupOf(choice)
    const run = newRun(`${verb} ${group.group.displayName}`)
    const before = new Set(group.group.members)
    work(group)
    group.isChanged = true
    // Who is in it may have come into scope or left it.
    for (const id of new Set([...before, ...group.group.members])) {
      const user = users.get(id)
      if (user) user.isChanged = true
    }
    return finishRun(run, {
      ...nothingObserved,
      provider: { users: [], groups: [entraGroupClaim(context, group).group] },
    })
  }

  async function runCycle(): Promise<ProvisioningCycle> {
    const run = newRun('run a cycle')
    const links = new Map([...users.values()].map((user) => [user, user.link]))
    const wasInTurn = (object: EntraUser | EntraGroup) =>
      job.isInitial || object.isChanged || object.escrow !== undefined
    const turnUsers = [...users.values()].filter(wasInTurn)
    const turnGroups = [...groups.values()].filter(wasInTurn)
    const cycle = await runJob(context, run)
    const isTouched = (user: EntraUser) =>
      turnUsers.includes(user) || user.isGone || links.get(user) !== user.link
    const result = await settle(run, [...users.values()].filter(isTouched), turnGroups)
    const inEscrow = [...users.values(), ...groups.values()].flatMap((object) => {
      if (!object.escrow) return []
      const { code, nextTry } = object.escrow
      const subject = 'user' in object ? userSubject(object) : groupSubject(object)
      return [{ subject, code, nextTry: nextTry === undefined ? undefined : new Date(nextTry).toISOString() }]
    })
    return { ...result, cycle, job: job.state, escrows: inEscrow }
  }

  const assignGroup = (choice: DirectoryGroup | string) =>
    changeGroup('assign group', choice, (group) => {
      group.isAssigned = true
      group.isGone = false
      group.isDeleted = false
    })

  return {
    async testCredentials() {
      const run = newRun('test the connection')
      await testConnection(context, run)
      return finishRun(run, nothingObserved)
    },
    assign: (choice) =>
      change('assign', choice, (user) => {
        user.isAssigned = true
        user.wasOutOfScope = false
      }),
    updateProfile: (choice, changes) =>
      change('update', choice, (user) => directory.change(user.user, changes)),
    unassign: (choice) =>
      change('unassign', choice, (user) => {
        user.isAssigned = false
      }),
    deactivate: (choice) =>
      change('deactivate', choice, (user) => {
        user.isEnabled = false
      }),
    reactivate: (choice) =>
      change('reactivate', choice, (user) => {
        user.isEnabled = true
      }),
    deleteUser: (choice) =>
      change('delete', choice, (user) => {
        user.wasOutOfScope = !isInScope(context, user)
        user.deletedAt = clock.now()
        for (const group of groups.values()) {
          if (group.group.members.delete(user.user.id)) group.isChanged = true
        }
      }),
    restoreUser: (choice) =>
      change('restore', choice, (user) => {
        user.deletedAt = undefined
      }),
    purgeUser: (choice) =>
      change('purge', choice, (user) => {
        if (user.deletedAt === undefined) user.wasOutOfScope = !isInScope(context, user)
        user.isPurged = true
        for (const group of groups.values()) {
          if (group.group.members.delete(user.user.id)) group.isChanged = true
        }
      }),
    assignGroup,
    pushGroup: assignGroup,
    unassignGroup: (choice) =>
      changeGroup('unassign group', choice, (group) => {
        group.isAssigned = false
      }),
    addMembers: (choice, members) =>
      changeGroup('add members to', choice, ({ group }) => {
        for (const member of members) group.members.add(userOf(member).user.id)
      }),
    removeMembers: (choice, members) =>
      changeGroup('remove members from', choice, ({ group }) => {
        for (const member of members) group.members.delete(userOf(member).user.id)
      }),
    renameGroup: (choice, displayName) =>
      changeGroup('rename', choice, ({ group }) => {
        group.displayName = displayName
      }),
    deleteGroup: (choice) =>
      changeGroup('delete group', choice, (group) => {
        group.isDeleted = true
      }),
    runCycle,
    async provisionOnDemand(choice) {
      const user = userOf(choice)
      const run = newRun(`provision ${user.user.profile.userName} on demand`)
      const entraRun = newEntraRun(run, true)
      await provisionUser(context, entraRun, user)
      await provisionManager(context, entraRun, user)
      return settle(run, [user], [])
    },
    async provisionGroupOnDemand(choice, members = []) {
      const group = groupOf(choice)
      if (members.length > membersOnDemand) {
        throw new TypeError(`simulateEntra: at most ${membersOnDemand} members are provisioned on demand`)
      }
      const run = newRun(`provision ${group.group.displayName} on demand`)
      const entraRun = newEntraRun(run, true)
      const chosen = members.map((member) => userOf(member))
      for (const user of chosen) await provisionUser(context, entraRun, user)
      const ids = new Set(chosen.map(({ user }) => user.id))
      const isReady = await provisionGroup(context, entraRun, group)
      if (isReady) await provisionMembers(context, entraRun, group, ids)
      return settle(run, chosen, [])
    },
    async restart({ keepConnections = false } = {}) {
      const run = newRun('restart the job')
      job.state = 'off'
      job.isInitial = true
      job.lastRun = undefined
      job.quarantinedAt = undefined
      for (const object of [...users.values(), ...groups.values()]) {
        object.escrow = undefined
        if (!keepConnections) object.link = undefined
      }
      return finishRun(run, nothingObserved)
    },
    async allowDeletions() {
      job.areDeletionsAllowed = true
      return finishRun(newRun('allow deletions'), nothingObserved)
    },
    async importUsers() {
      const run = newRun('discover accounts')
      const entraRun = newEntraRun(run)
      const all = await readAllPages(run, '/Users', (path) => sendAsEntra(context, entraRun, 'GET', path))
      return { ...finishRun(run, nothingObserved), accounts: all?.length }
    },
    compare: () => settle(newRun('compare'), [...users.values()], [...groups.values()]),
    cleanUp: () => deleteCreated(connection, context.created),
  }
}
