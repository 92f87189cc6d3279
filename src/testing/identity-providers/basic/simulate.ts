import { deleteCreated } from '../clean-up.js'
import type { DirectoryGroup, DirectoryUser } from '../directory.js'
import { createDirectory } from '../directory.js'
import type { UserMapping } from '../mapping.js'
import { mapUserValues, readMapping } from '../mapping.js'
import type { GroupClaim, UserClaim } from '../observe.js'
import { observe } from '../observe.js'
import type { ClientHeaders, SimulatorOptions } from '../options.js'
import { connect } from '../options.js'
import type { ActionRun, SimulationResult } from '../result.js'
import { finishRun, newRun } from '../result.js'
import type { BasicAccount, BasicClient, BasicContext, BasicGroup } from './client.js'

/** One of the smaller identity providers with one app. A method never rejects because of what the server does. */
export interface BasicSimulator {
  /** What the identity provider asks when its connection is saved or tested. */
  testCredentials(): Promise<SimulationResult>
  /** Assigns the app to a person, who may be new to the directory. */
  assign(user: DirectoryUser | string): Promise<SimulationResult>
  /** Changes attributes in the directory, and pushes them. */
  updateProfile(
    user: DirectoryUser | string,
    changes: Readonly<Record<string, unknown>>,
  ): Promise<SimulationResult>
  /** Takes the assignment away. */
  unassign(user: DirectoryUser | string): Promise<SimulationResult>
  /** Suspends the person in the directory. */
  deactivate(user: DirectoryUser | string): Promise<SimulationResult>
  /** Ends the suspension, and assigns the person again. */
  reactivate(user: DirectoryUser | string): Promise<SimulationResult>
  /** Pushes a group, or its changes. Nothing, for an identity provider that pushes none. */
  pushGroup(group: DirectoryGroup | string): Promise<SimulationResult>
  deleteGroup(group: DirectoryGroup | string): Promise<SimulationResult>
  /** Reads the users of the server. `accounts`: how many; undefined: none are read, or that has failed. */
  importUsers(): Promise<SimulationResult & { readonly accounts: number | undefined }>
  /** Sends nothing that the identity provider would: compares every user and group with the server. */
  compare(): Promise<SimulationResult>
  /** Deletes what this simulator has created. Resolves with the paths that could not be deleted. */
  cleanUp(): Promise<readonly string[]>
}

interface Setup {
  /** The factory's name. */
  readonly simulator: string
  /** The identity provider's name. */
  readonly provider: string
  readonly options: SimulatorOptions
  readonly headers: ClientHeaders
  readonly mapping: UserMapping
  readonly client: BasicClient
}

function userClaimOf(context: BasicContext, account: BasicAccount): UserClaim {
  const { user, link, state, pushed, isAssigned, isEnabled } = account
  const isMeant = isAssigned || state === 'inactive' || state === 'active'
  const presence = state === 'deleted' ? 'absent' : isMeant && state !== 'left' ? 'present' : 'unknown'
  const active = isAssigned && isEnabled
  return {
    presence,
    user: {
      id: user.id,
      userName: user.profile.userName,
      link,
      state,
      active: presence === 'present' ? active : undefined,
      values: isAssigned ? mapUserValues(context.mapping, user.profile) : pushed,
    },
  }
}

function groupClaimOf(context: BasicContext, known: BasicGroup): GroupClaim {
  const { group, link, state, members, removed } = known
  return {
    presence: state === 'deleted' ? 'absent' : state === 'not pushed' ? 'unknown' : 'present',
    isWhole: false,
    removed,
    group: {
      id: group.id,
      displayName: group.displayName,
      link,
      state,
      members: [...members].flatMap((id) => context.accounts.get(id)?.link ?? []),
    },
  }
}

/** Makes a simulator of what one kind of client does. @throws TypeError */
export function simulateBasic(setup: Setup): BasicSimulator {
  const { simulator, provider, options, client } = setup
  const { connection, clock } = connect(simulator, options, setup.headers)
  const directory = createDirectory(simulator, () => crypto.randomUUID())
  const context: BasicContext = {
    provider,
    connection,
    clock,
    directory,
    mapping: readMapping(setup.mapping, options.mapping),
    accounts: new Map(),
    groups: new Map(),
    created: new Set(),
  }

  function accountOf(choice: DirectoryUser | string): BasicAccount {
    const user = directory.user(choice)
    const known = context.accounts.get(user.id)
    if (known) return known
    const made: BasicAccount = {
      user,
      link: undefined,
      isAssigned: false,
      isEnabled: true,
      pushed: {},
      state: 'unassigned',
    }
    context.accounts.set(user.id, made)
    return made
  }

  function groupOf(choice: DirectoryGroup | string): BasicGroup {
    const group = directory.group(choice)
    const known = context.groups.get(group.id)
    if (known) return known
    const made: BasicGroup = {
      group,
      link: undefined,
      state: 'not pushed',
      members: new Set(),
      removed: new Set(),
    }
    context.groups.set(group.id, made)
    return made
  }

  async function act(
    action: string,
    accounts: readonly BasicAccount[],
    groups: readonly BasicGroup[],
    work: (run: ActionRun) => Promise<unknown>,
  ): Promise<SimulationResult> {
    const run = newRun(action)
    await work(run)
    const users = accounts.map((account) => userClaimOf(context, account))
    const groupClaims = groups.map((group) => groupClaimOf(context, group))
    return finishRun(run, await observe(provider, connection, users, groupClaims))
  }

  const onUser = (
    verb: string,
    choice: DirectoryUser | string,
    work: (run: ActionRun, account: BasicAccount) => Promise<unknown>,
  ) => {
    const account = accountOf(choice)
    return act(`${verb} ${account.user.profile.userName}`, [account], [], (run) => work(run, account))
  }

  return {
    testCredentials: () => act('test the connection', [], [], (run) => client.test(context, run)),
    assign: async (choice) =>
      onUser('assign', choice, async (run, account) => {
        account.isAssigned = true
        await client.push(context, run, account)
      }),
    updateProfile: async (choice, changes) =>
      onUser('update', choice, async (run, account) => {
        directory.change(account.user, changes)
        if (account.isAssigned) await client.push(context, run, account)
      }),
    unassign: async (choice) =>
      onUser('unassign', choice, async (run, account) => {
        account.isAssigned = false
        if (account.link !== undefined) await client.withdraw(context, run, account)
      }),
    deactivate: async (choice) =>
      onUser('deactivate', choice, async (run, account) => {
        account.isEnabled = false
        if (account.link !== undefined) await client.push(context, run, account)
      }),
    reactivate: async (choice) =>
      onUser('reactivate', choice, async (run, account) => {
        account.isEnabled = true
        account.isAssigned = true
        await client.push(context, run, account)
      }),
    async pushGroup(choice) {
      const group = groupOf(choice)
      return act(`push ${group.group.displayName}`, [], [group], async (run) =>
        client.pushGroup?.(context, run, group),
      )
    },
    async deleteGroup(choice) {
      const group = groupOf(choice)
      return act(`delete group ${group.group.displayName}`, [], [group], async (run) => {
        if (group.link !== undefined) await client.deleteGroup?.(context, run, group)
      })
    },
    async importUsers() {
      let accounts: number | undefined
      const result = await act('import users', [], [], async (run) => {
        accounts = (await client.readUsers?.(context, run))?.length
      })
      return { ...result, accounts }
    },
    compare: () =>
      act('compare', [...context.accounts.values()], [...context.groups.values()], async () => undefined),
    cleanUp: () => deleteCreated(connection, context.created),
  }
}
