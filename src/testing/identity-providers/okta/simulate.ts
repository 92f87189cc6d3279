import type { UnknownObject } from '../../../protocol/index.js'
import { deleteCreated } from '../clean-up.js'
import { observe } from '../observe.js'
import type { ActionRun } from '../result.js'
import { finishRun, newRun } from '../result.js'
import { oktaGroupClaim, oktaUserClaim } from './beliefs.js'
import type { AppUser, PushedGroup } from './context.js'
import { firstPush, pushChanges, pushWholeGroup, unlinkGroup } from './groups.js'
import { importResources } from './imports.js'
import { readOktaOptions } from './read-options.js'
import type {
  GroupChoice,
  ImportResult,
  OktaSimulator,
  SimulateOktaOptions,
  UserChoice,
} from './simulator.js'
import { testCredentials } from './test-credentials.js'
import { pushPassword, pushProfile, setActive } from './updates.js'
import { provision } from './users.js'

/** Members of a group that are assigned at the same time. How many Okta has at once is not published. */
const burst = 5

/** The key of an assignment that is the person's own. */
const person = 'person'

/**
 * Okta in a box: a client that does what Okta's documentation, test files and recorded traffic show Okta doing, over a
 * directory of plain objects. No tenant is needed, and no test against it replaces one; the README beside it says of each
 * step whether it is known or inferred.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const okta = simulateOkta({ baseUrl: 'http://localhost:3000/scim/v2', token, mode: 'oin' })
 * await okta.assign({ userName: 'ada@example.com', givenName: 'Ada', familyName: 'Lovelace', email: 'ada@example.com' })
 * const { differences } = await okta.deactivate('ada@example.com')
 * // [] or [{ subject: 'user ada@example.com', path: 'active', provider: false, server: true, message: '…' }]
 */
export function simulateOkta(options: SimulateOktaOptions): OktaSimulator {
  const context = readOktaOptions(options)
  const { connection, directory, appUsers, pushedGroups } = context
  const assignedGroups = new Set<string>()
  const imported = { '/Users': new Map<string, UnknownObject>(), '/Groups': new Map<string, UnknownObject>() }

  function appUserOf(choice: UserChoice): AppUser {
    const user = directory.user(choice)
    const known = appUsers.get(user.id)
    if (known) return known
    const made: AppUser = {
      user,
      link: undefined,
      assignments: new Set(),
      status: 'active',
      pushed: {},
      pushedName: user.profile.userName,
      hasTask: false,
    }
    appUsers.set(user.id, made)
    return made
  }

  function pushedGroupOf(choice: GroupChoice): PushedGroup {
    const group = directory.group(choice)
    const known = pushedGroups.get(group.id)
    if (known) return known
    const made: PushedGroup = {
      group,
      link: undefined,
      state: 'not pushed',
      pushedName: group.displayName,
      members: new Set(),
      isWhole: false,
      removed: new Set(),
    }
    pushedGroups.set(group.id, made)
    return made
  }

  async function act(
    action: string,
    touched: { readonly users?: readonly AppUser[]; readonly groups?: readonly PushedGroup[] },
    work?: (run: ActionRun) => Promise<void>,
  ) {
    const run = newRun(action)
    await work?.(run)
    const users = (touched.users ?? []).map((one) => oktaUserClaim(context, one))
    const groups = (touched.groups ?? []).map((one) => oktaGroupClaim(context, one))
    return finishRun(run, await observe('Okta', connection, users, groups))
  }

  /** Does something with a user. */
  async function onUser(
    verb: string,
    choice: UserChoice,
    work: (run: ActionRun, user: AppUser) => Promise<void>,
  ) {
    const user = appUserOf(choice)
    return act(`${verb} ${user.user.profile.userName}`, { users: [user] }, (run) => work(run, user))
  }

  async function onGroup(
    verb: string,
    choice: GroupChoice,
    work: (run: ActionRun, group: PushedGroup) => Promise<void>,
  ) {
    const group = pushedGroupOf(choice)
    return act(`${verb} ${group.group.displayName}`, { groups: [group] }, (run) => work(run, group))
  }

  async function assign(run: ActionRun, user: AppUser, by: string): Promise<void> {
    const wasActive = user.assignments.size > 0 && user.status !== 'deactivated'
    user.assignments.add(by)
    if (user.status === 'deactivated') user.status = 'active'
    if (!wasActive || user.hasTask) await provision(context, run, user)
  }

  async function unassign(run: ActionRun, user: AppUser, by: string): Promise<void> {
    user.assignments.delete(by)
    if (user.assignments.size === 0) await withdraw(run, user)
  }

  /** Deactivates the account, if there is one. */
  async function withdraw(run: ActionRun, user: AppUser): Promise<void> {
    if (user.link === undefined) user.hasTask = false
    else await setActive(context, run, user, false)
  }

  async function eachMember(
    choice: GroupChoice,
    verb: string,
    work: (run: ActionRun, user: AppUser) => Promise<void>,
  ) {
    const group = directory.group(choice)
    const users = [...group.members].flatMap((id) => {
      const user = directory.userById(id)
      return user ? [appUserOf(user.profile)] : []
    })
    return act(`${verb} ${group.displayName}`, { users }, async (run) => {
      for (let start = 0; start < users.length; start += burst) {
        await Promise.all(users.slice(start, start + burst).map((user) => work(run, user)))
      }
    })
  }

  async function changeMembers(
    choice: GroupChoice,
    users: readonly UserChoice[],
    change: (members: Set<string>, id: string) => void,
  ) {
    return onGroup('change members of', choice, async (run, pushed) => {
      for (const one of users) {
        const user = appUserOf(one)
        const wasIn = pushed.group.members.has(user.user.id)
        change(pushed.group.members, user.user.id)
        const isIn = pushed.group.members.has(user.user.id)
        if (wasIn === isIn || !assignedGroups.has(pushed.group.id)) continue
        await (isIn ? assign : unassign)(run, user, pushed.group.id)
      }
      if (isOn(pushed)) await pushChanges(context, run, pushed)
    })
  }

  async function runImport(endpoint: '/Users' | '/Groups'): Promise<ImportResult> {
    const run = newRun(`import ${endpoint}`)
    const counts = await importResources(context, run, endpoint, imported[endpoint])
    return { ...finishRun(run, await observe('Okta', connection, [], [])), counts }
  }

  return {
    testCredentials: ({ token } = {}) =>
      act('test credentials', {}, (run) => testCredentials(context, run, options, token)),
    assign: (choice) => onUser('assign', choice, (run, user) => assign(run, user, person)),
    updateProfile: (choice, changes) =>
      onUser('update', choice, async (run, user) => {
        directory.change(user.user, changes)
        const isActive = user.assignments.size > 0 && user.status !== 'deactivated'
        if (isActive && user.link !== undefined) await pushProfile(context, run, user)
      }),
    changePassword: (choice, password) =>
      onUser('change the password of', choice, async (run, user) => {
        directory.change(user.user, { password })
        if (user.assignments.size > 0 && user.link !== undefined)
          await pushPassword(context, run, user, password)
      }),
    unassign: (choice) => onUser('unassign', choice, (run, user) => unassign(run, user, person)),
    deactivate: (choice) =>
      onUser('deactivate', choice, async (run, user) => {
        const wasActive = user.assignments.size > 0 && user.status !== 'deactivated'
        user.status = 'deactivated'
        user.assignments.clear()
        if (wasActive) await withdraw(run, user)
      }),
    reactivate: (choice) => onUser('reactivate', choice, (run, user) => assign(run, user, person)),
    suspend: (choice) =>
      onUser('suspend', choice, async (_run, user) => {
        if (user.status === 'active') user.status = 'suspended'
      }),
    unsuspend: (choice) =>
      onUser('unsuspend', choice, async (_run, user) => {
        if (user.status === 'suspended') user.status = 'active'
      }),
    async deleteUser(choice) {
      const user = appUserOf(choice)
      const isOpen = user.assignments.size > 0
      return act(`delete ${user.user.profile.userName}`, { users: [user] }, async (run) => {
        user.assignments.clear()
        if (isOpen) await withdraw(run, user)
        appUsers.delete(user.user.id)
        directory.forgetUser(user.user)
      })
    },
    retry: (choice) =>
      onUser('retry', choice, async (run, user) => {
        if (!user.hasTask) return
        if (user.assignments.size > 0) await provision(context, run, user)
        else await withdraw(run, user)
      }),
    assignGroup: (choice) => {
      const { id } = directory.group(choice)
      assignedGroups.add(id)
      return eachMember(choice, 'assign group', (run, user) => assign(run, user, id))
    },
    unassignGroup: (choice) => {
      const { id } = directory.group(choice)
      assignedGroups.delete(id)
      return eachMember(choice, 'unassign group', (run, user) => unassign(run, user, id))
    },
    pushGroup: (choice) =>
      onGroup('push', choice, async (run, pushed) => {
        if (pushed.link === undefined || pushed.state === 'deleted') await firstPush(context, run, pushed)
        else if (isOn(pushed)) await pushChanges(context, run, pushed)
      }),
    addMembers: (choice, users) => changeMembers(choice, users, (members, id) => members.add(id)),
    removeMembers: (choice, users) => changeMembers(choice, users, (members, id) => members.delete(id)),
    renameGroup: (choice, displayName) =>
      onGroup('rename', choice, async (run, pushed) => {
        pushed.group.displayName = displayName
        if (isOn(pushed)) await pushChanges(context, run, pushed)
      }),
    pushNow: (choice) =>
      onGroup('push now', choice, async (run, pushed) => {
        if (isOn(pushed)) await pushWholeGroup(context, run, pushed)
      }),
    deactivatePush: (choice) =>
      onGroup('deactivate the push of', choice, async (_run, pushed) => {
        if (isOn(pushed)) pushed.state = 'paused'
      }),
    activatePush: (choice) =>
      onGroup('activate the push of', choice, async (run, pushed) => {
        if (pushed.state === 'paused') await pushWholeGroup(context, run, pushed)
      }),
    unlinkGroup: (choice, { delete: isDeleted = false } = {}) =>
      onGroup('unlink', choice, async (run, pushed) => {
        if (pushed.link !== undefined) await unlinkGroup(context, run, pushed, isDeleted)
      }),
    importUsers: () => runImport('/Users'),
    importGroups: () => runImport('/Groups'),
    compare: () => act('compare', { users: [...appUsers.values()], groups: [...pushedGroups.values()] }),
    cleanUp: () => deleteCreated(connection, context.created),
  }
}

function isOn({ link, state }: PushedGroup): boolean {
  return link !== undefined && (state === 'pushed' || state === 'error')
}
