import type { UnknownObject } from '../../../protocol/index.js'
import type { ClientConnection, Reply } from '../client.js'
import { isSuccessful, sendRequest } from '../client.js'
import type { Clock } from '../clock.js'
import type { Directory, KnownGroup, KnownUser } from '../directory.js'
import { idOf, queryString, readListReply } from '../list-reply.js'
import type { MappedValues, UserMapping } from '../mapping.js'
import type { ActionRun } from '../result.js'

/** A user as one of the smaller clients knows one. */
export interface BasicAccount {
  readonly user: KnownUser
  link: string | undefined
  isAssigned: boolean
  isEnabled: boolean
  /** What was last sent. */
  pushed: MappedValues
  state: 'unassigned' | 'active' | 'inactive' | 'deleted' | 'left' | 'failed'
}

/** A group as one of them knows one. */
export interface BasicGroup {
  readonly group: KnownGroup
  link: string | undefined
  state: 'not pushed' | 'pushed' | 'failed' | 'deleted'
  /** Ids in the directory of the members that were sent. */
  readonly members: Set<string>
  /** The server's ids of those who were taken out. */
  readonly removed: Set<string>
}

/** What the parts of a smaller simulator share. */
export interface BasicContext {
  readonly provider: string
  readonly connection: ClientConnection
  readonly clock: Clock
  readonly directory: Directory
  readonly mapping: UserMapping
  readonly accounts: Map<string, BasicAccount>
  readonly groups: Map<string, BasicGroup>
  readonly created: Set<string>
}

/** What one kind of client does at each event. Left out: it does nothing. */
export interface BasicClient {
  test(context: BasicContext, run: ActionRun): Promise<void>
  /** The user is assigned, or changed while assigned. */
  push(context: BasicContext, run: ActionRun, account: BasicAccount): Promise<void>
  /** The user is no longer assigned. */
  withdraw(context: BasicContext, run: ActionRun, account: BasicAccount): Promise<void>
  pushGroup?(context: BasicContext, run: ActionRun, group: BasicGroup): Promise<void>
  deleteGroup?(context: BasicContext, run: ActionRun, group: BasicGroup): Promise<void>
  /** Reads what the server has; undefined where that has failed. */
  readUsers?(context: BasicContext, run: ActionRun): Promise<readonly UnknownObject[] | undefined>
}

export function sendBasic(
  { connection }: BasicContext,
  run: ActionRun,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  return sendRequest(connection, method, path, body, run.requests)
}

/** Notes a failed step. */
export function noteFailure(
  run: ActionRun,
  subject: string,
  step: string,
  { status, failure, detail }: Reply,
  reason?: string,
): void {
  const said = [detail, failure].filter(Boolean).join('; ')
  const answered = status === undefined ? failure : `answered ${status}${said === '' ? '' : ` (${said})`}`
  run.problems.push({
    subject,
    step,
    ...(status !== undefined && { status }),
    message: `${subject}: ${step}: ${reason ?? answered}`,
  })
}

/** Whether a step has succeeded; notes it where it has not. */
export function succeeded(run: ActionRun, subject: string, step: string, reply: Reply): boolean {
  if (isSuccessful(reply)) return true
  noteFailure(run, subject, step, reply)
  return false
}

/** What a filter has found: one, nobody, or `failed`. */
export async function findByFilter(
  context: BasicContext,
  run: ActionRun,
  subject: string,
  endpoint: string,
  filter: string,
): Promise<UnknownObject | undefined | 'failed'> {
  const reply = await sendBasic(context, run, 'GET', `${endpoint}${queryString({ filter })}`)
  if (reply.status === 404) return undefined
  const list = reply.status === 200 ? readListReply(reply.body) : undefined
  if (!list) {
    noteFailure(
      run,
      subject,
      'lookup',
      reply,
      reply.status === 200 ? 'the reply is no ListResponse' : undefined,
    )
    return 'failed'
  }
  if (list.resources.length > 1) {
    noteFailure(run, subject, 'lookup', reply, `${list.resources.length} match ${filter}`)
    return 'failed'
  }
  return list.resources[0]
}

/** The id of what was created, remembered for `cleanUp`; undefined where the reply has none. */
export function takeCreated(
  context: BasicContext,
  run: ActionRun,
  subject: string,
  endpoint: string,
  reply: Reply,
): string | undefined {
  if (!succeeded(run, subject, 'create', reply)) return undefined
  const id = idOf(reply.body)
  if (id === undefined) noteFailure(run, subject, 'create', reply, 'the reply has no id')
  else context.created.add(`${endpoint}/${encodeURIComponent(id)}`)
  return id
}

export function accountPath(
  endpoint: '/Users' | '/Groups',
  { link }: { readonly link: string | undefined },
): string {
  return `${endpoint}/${encodeURIComponent(link ?? '')}`
}

/** The members who have an account, and the server's ids of them. */
export function linkedMembers(
  { accounts }: BasicContext,
  { group }: BasicGroup,
): readonly { readonly id: string; readonly link: string }[] {
  return [...group.members].flatMap((id) => {
    const account = accounts.get(id)
    const isThere = account?.state === 'active' || account?.state === 'inactive'
    return isThere && account.link !== undefined ? [{ id, link: account.link }] : []
  })
}

/** Remembers whom the server has now. */
export function rememberMembers(context: BasicContext, group: BasicGroup): void {
  const now = linkedMembers(context, group)
  const ids = new Set(now.map(({ id }) => id))
  for (const id of group.members) {
    const link = context.accounts.get(id)?.link
    if (!ids.has(id) && link !== undefined) group.removed.add(link)
  }
  group.members.clear()
  for (const { id, link } of now) {
    group.members.add(id)
    group.removed.delete(link)
  }
}

/** Who has to be added and who taken out, by the server's ids. */
export function membersToChange(
  context: BasicContext,
  group: BasicGroup,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const now = linkedMembers(context, group)
  const ids = new Set(now.map(({ id }) => id))
  return {
    added: now.filter(({ id }) => !group.members.has(id)).map(({ link }) => link),
    removed: [...group.members].flatMap((id) => {
      const link = context.accounts.get(id)?.link
      return !ids.has(id) && link !== undefined ? [link] : []
    }),
  }
}
