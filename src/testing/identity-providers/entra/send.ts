import type { Reply } from '../client.js'
import { isSuccessful, sendRequest } from '../client.js'
import type { EntraContext, EntraGroup, EntraRun, EntraUser, Escrow } from './context.js'
import { day, hour, minute } from './context.js'

/** A wait that a cycle takes upon itself; a longer one waits for the next cycle. (inferred) */
const longestWait = 5 * minute
const attempts = 5

/** Milliseconds to wait after a 429: of a header in seconds or a date, else a short growing time. (inferred) */
function waitAfter({ retryAfter }: Reply, attempt: number, now: number): number {
  if (retryAfter === undefined) return 1000 * 2 ** attempt
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) ? 1000 * 2 ** attempt : Math.max(0, date - now)
}

/** Sends a request, again after a 429 for as long as a cycle waits, and counts it. */
export async function sendAsEntra(
  { connection, clock, job }: EntraContext,
  entraRun: EntraRun,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  for (let attempt = 1; ; attempt++) {
    const reply = await sendRequest(connection, method, path, body, entraRun.run.requests)
    entraRun.calls++
    if (!isSuccessful(reply)) entraRun.failures++
    if (reply.status === 401 || reply.status === 403) {
      entraRun.quarantine ??= `the credentials are refused (${reply.status})`
    }
    const wait = waitAfter(reply, attempt, clock.now())
    if (reply.status !== 429 || attempt === attempts || wait > longestWait || job.state === 'disabled') {
      return reply
    }
    entraRun.run.waits.push(wait)
    await clock.wait(wait)
  }
}

/** The code in the provisioning log. (documented) */
export function codeOf({ status, failure }: Reply, step: string): string {
  if (status === undefined)
    return failure?.startsWith('no reply within') ? 'Timeout' : 'WebExceptionProtocolError'
  if (status === 401 || status === 403) return 'Unauthorized'
  if (status === 404 && step !== 'create') return 'InvalidAnchor'
  if (status === 405) return 'MethodNotAllowed'
  if (status === 409) return 'EntryConflict'
  if (status === 429) return 'TooManyRequests'
  if (status >= 500) return 'InternalServerError'
  if (failure !== undefined) return 'SystemForCrossDomainIdentityManagementServiceIncompatible'
  return 'SystemForCrossDomainIdentityManagementBadResponse'
}

/** When a step is tried again, by the number of times that it has failed: the next cycle, then 6, 12 and 24 hours. (read) */
function distance(failures: number): number {
  return [0, 6 * hour, 12 * hour][failures - 1] ?? day
}

export interface StepFailure {
  readonly subject: string
  readonly step: string
  readonly code: string
  readonly status?: number | undefined
  readonly message: string
}

/** Notes a failed step, and puts the object into escrow. */
export function failStep(
  { clock }: EntraContext,
  { run }: EntraRun,
  object: EntraUser | EntraGroup,
  { subject, step, code, status, message }: StepFailure,
): void {
  const now = clock.now()
  const { failures = 0, since = now } = object.escrow ?? {}
  const escrow: Escrow = {
    code,
    step,
    since,
    failures: failures + 1,
    // Matched again at a restart only.
    nextTry: code === 'InvalidAnchor' ? undefined : now + distance(failures + 1),
  }
  object.escrow = escrow
  run.problems.push({
    subject,
    step,
    code,
    ...(status !== undefined && { status }),
    message: `${subject}: ${message}`,
  })
}

/** Notes that a request has failed. */
export function failReply(
  context: EntraContext,
  entraRun: EntraRun,
  object: EntraUser | EntraGroup,
  subject: string,
  step: string,
  reply: Reply,
): void {
  const { status, failure, detail } = reply
  const code = codeOf(reply, step)
  const said = [detail, failure].filter(Boolean).join('; ')
  const message = `${step}: ${status === undefined ? failure : `answered ${status}${said ? ` (${said})` : ''}`}`
  failStep(context, entraRun, object, { subject, step, code, status, message })
}

/** Whether an object is to be tried now; one whose escrow has ended after 28 days is not. */
export function isDue({ clock }: EntraContext, { escrow }: EntraUser | EntraGroup): boolean {
  if (!escrow) return true
  const now = clock.now()
  return escrow.nextTry !== undefined && now >= escrow.nextTry && now - escrow.since <= 28 * day
}
