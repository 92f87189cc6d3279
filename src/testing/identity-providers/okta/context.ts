import type { ClientConnection, Reply } from '../client.js'
import { sendRequest } from '../client.js'
import type { Clock } from '../clock.js'
import type { Directory, KnownGroup, KnownUser } from '../directory.js'
import type { MappedValues, UserMapping } from '../mapping.js'
import type { ActionRun } from '../result.js'

/** An Okta user as the app knows one (the app user of Okta's API). */
export interface AppUser {
  readonly user: KnownUser
  /** The server's id. Kept when the user is deactivated, since Okta never deletes. */
  link: string | undefined
  /** What assigns the app: the person's own assignment, or groups, by id. */
  readonly assignments: Set<string>
  status: 'active' | 'suspended' | 'deactivated'
  /** What was last pushed, by path. */
  pushed: MappedValues
  /** The userName that was last pushed. */
  pushedName: string
  /** Whether the last step failed and waits under Tasks. */
  hasTask: boolean
}

/** A group that is pushed. */
export interface PushedGroup {
  readonly group: KnownGroup
  link: string | undefined
  state: 'not pushed' | 'pushed' | 'paused' | 'deleted' | 'error'
  pushedName: string
  /** Ids of the directory's users whom Okta has put in. */
  readonly members: Set<string>
  isWhole: boolean
  /** The server's ids of those whom Okta has taken out. */
  readonly removed: Set<string>
}

/** What the parts of the simulator share. */
export interface OktaContext {
  readonly connection: ClientConnection
  readonly clock: Clock
  readonly directory: Directory
  readonly mapping: UserMapping
  /** Whether deactivations and groups are PUT whole (AIW) or patched (OIN). */
  readonly style: 'aiw' | 'oin'
  readonly profileUpdates: 'put' | 'patch'
  readonly renameGroups: boolean
  readonly appUsers: Map<string, AppUser>
  readonly pushedGroups: Map<string, PushedGroup>
  /** Paths of what this simulator has created, for `cleanUp`. */
  readonly created: Set<string>
}

const maxAttempts = 10
const waitWithoutHeader = 5 * 60_000

/** What Okta waits after a 429: whole seconds of the header, else five minutes; twice as long each time. (read) */
function waitAfter(reply: Reply, attempt: number): number {
  const seconds = /^\d{1,6}$/.test(reply.retryAfter ?? '')
    ? Number(reply.retryAfter) * 1000
    : waitWithoutHeader
  return seconds * 2 ** (attempt - 1)
}

/** Sends a request, and again as long as the server is busy. */
export async function sendAsOkta(
  { connection, clock }: OktaContext,
  run: ActionRun,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    const reply = await sendRequest(connection, method, path, body, run.requests)
    if (reply.status !== 429 || attempt === maxAttempts) return reply
    const wait = waitAfter(reply, attempt)
    run.waits.push(wait)
    await clock.wait(wait)
  }
}

/** What Okta writes under Tasks. */
function messageOf(step: string, { status, failure, detail }: Reply): string {
  if (status === undefined) return `${step}: ${failure}`
  if (failure !== undefined) return `${step}: answered ${status}; ${failure}`
  if (status === 429) return `${step}: answered 429 ten times; the task has failed`
  if (status === 401 || status === 403) {
    return `${step}: answered ${status}; an administrator must enter a new token${detail ? ` (${detail})` : ''}`
  }
  return `${step}: answered ${status}${detail === undefined ? '' : ` (${detail})`}`
}

/** Notes a failed step. */
export function addProblem(
  run: ActionRun,
  subject: string,
  step: string,
  reply: Reply,
  message?: string,
): void {
  run.problems.push({
    subject,
    step,
    ...(reply.status !== undefined && { status: reply.status }),
    message: `${subject}: ${message ?? messageOf(step, reply)}`,
  })
}
