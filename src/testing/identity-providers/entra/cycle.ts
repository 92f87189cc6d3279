import type { ActionRun } from '../result.js'
import type { EntraContext, EntraGroup, EntraRun, EntraUser } from './context.js'
import { day, isInScope, minute } from './context.js'
import { provisionGroup, provisionMembers } from './groups.js'
import { isDue } from './send.js'
import { isDeletionDue, provisionManager, provisionUser } from './users.js'

/** Between two incremental cycles. (documented: about) */
const interval = 40 * minute

/** In quarantine for longer, a job is disabled. (documented) */
const longestQuarantine = 28 * day

export function newEntraRun(run: ActionRun, isOnDemand = false): EntraRun {
  return { run, isOnDemand, calls: 0, failures: 0, quarantine: undefined }
}

/** Waits until the next run is due: 40 minutes after the last, and a day in quarantine. */
async function untilDue({ clock, job }: EntraContext): Promise<void> {
  if (job.lastRun === undefined) return
  const pause = job.state === 'quarantine' ? day : interval
  await clock.wait(Math.max(0, job.lastRun + pause - clock.now()))
}

/** One run of the job: users, then groups, then what refers to them. */
export async function runJob(
  context: EntraContext,
  run: ActionRun,
): Promise<'initial' | 'incremental' | 'none'> {
  const { clock, job } = context
  await untilDue(context)
  if (job.quarantinedAt !== undefined && clock.now() - job.quarantinedAt > longestQuarantine) {
    job.state = 'disabled'
  }
  if (job.state === 'disabled') {
    const message = 'the job is disabled after four weeks in quarantine; restart it'
    run.problems.push({ subject: 'job', step: 'start', code: 'Disabled', message })
    return 'none'
  }
  job.lastRun = clock.now()
  const cycle = job.isInitial ? 'initial' : 'incremental'
  const entraRun = newEntraRun(run)
  if (!areDeletionsFew(context, entraRun)) {
    enterQuarantine(context, run, entraRun.quarantine ?? '')
    return cycle
  }
  await runPasses(context, entraRun)
  const overflow = tooManyFailures(entraRun)
  if (overflow !== undefined) entraRun.quarantine ??= overflow
  if (entraRun.quarantine !== undefined) {
    enterQuarantine(context, run, entraRun.quarantine)
    return cycle
  }
  job.state = 'waiting'
  job.quarantinedAt = undefined
  job.isInitial = false
  job.areDeletionsAllowed = false
  return cycle
}

async function runPasses(context: EntraContext, entraRun: EntraRun): Promise<void> {
  const { job } = context
  const isTurn = (object: { readonly isChanged: boolean }) => job.isInitial || object.isChanged
  const users = [...context.users.values()]
  const groups = [...context.groups.values()]
  const isUsersTurn = (user: EntraUser) =>
    isDue(context, user) &&
    (isTurn(user) || user.escrow !== undefined || (isDeletionDue(context, user) && !user.isGone))
  for (const user of users.filter(isUsersTurn)) {
    await provisionUser(context, entraRun, user)
    if (entraRun.quarantine !== undefined) return
  }
  const groupsInTurn = groups.filter(
    (group) => isDue(context, group) && (isTurn(group) || group.escrow !== undefined),
  )
  const ready: EntraGroup[] = []
  for (const group of groupsInTurn) {
    if (await provisionGroup(context, entraRun, group)) ready.push(group)
    if (entraRun.quarantine !== undefined) return
  }
  for (const user of users) {
    await provisionManager(context, entraRun, user)
    if (entraRun.quarantine !== undefined) return
  }
  for (const group of ready) {
    await provisionMembers(context, entraRun, group)
    if (entraRun.quarantine !== undefined) return
  }
}

/** Whether the deletions of a run are under the threshold; above it they wait for an administrator. (documented) */
function areDeletionsFew(context: EntraContext, entraRun: EntraRun): boolean {
  const { deletionThreshold, job } = context
  if (deletionThreshold === undefined || job.areDeletionsAllowed) return true
  const leaving = [...context.users.values()].filter(
    (user) =>
      user.link !== undefined &&
      !user.isGone &&
      (isDeletionDue(context, user) || (user.exportedActive === true && !isInScope(context, user))),
  )
  if (leaving.length <= deletionThreshold) return true
  entraRun.quarantine = `${leaving.length} users would be disabled or deleted, and ${deletionThreshold} are allowed`
  return false
}

/** The limits above which a job stops. (documented) */
function tooManyFailures({ calls, failures }: EntraRun): string | undefined {
  const isShare = failures >= 5000 && failures > 0.4 * calls
  return isShare || failures > 40_000 ? `${failures} of ${calls} requests have failed` : undefined
}

function enterQuarantine({ clock, job }: EntraContext, run: ActionRun, reason: string): void {
  job.state = 'quarantine'
  job.quarantinedAt ??= clock.now()
  run.problems.push({ subject: 'job', step: 'cycle', code: 'Quarantine', message: `quarantine: ${reason}` })
}
