import type { UnknownObject } from '../../../protocol/index.js'
import type { Reply } from '../client.js'
import { isSuccessful } from '../client.js'
import { filterString, idOf, readListReply } from '../list-reply.js'
import { getValue } from '../mapping.js'
import type { EntraContext, EntraGroup, EntraRun, EntraUser } from './context.js'
import { failReply, failStep, sendAsEntra } from './send.js'

/** A value of a query, with a plus for each space, as the hosted validator has it. (read) */
export function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}

/** The object that a filter has found; undefined: none; `failed`: the object is in escrow, or the job stops. */
export type Match = UnknownObject | undefined | 'failed'

export interface MatchRequest {
  readonly object: EntraUser | EntraGroup
  readonly subject: string
  readonly endpoint: '/Users' | '/Groups'
  readonly attribute: string
  readonly value: string
}

/** Asks for the object with one matching attribute. */
export async function match(
  context: EntraContext,
  entraRun: EntraRun,
  { object, subject, endpoint, attribute, value }: MatchRequest,
): Promise<Match> {
  const filter = `filter=${encode(`${attribute} eq ${filterString(value)}`)}`
  const excluded = endpoint === '/Groups' ? 'excludedAttributes=members&' : ''
  const reply = await sendAsEntra(context, entraRun, 'GET', `${endpoint}?${excluded}${filter}`)
  const problem = compliance(reply)
  if (problem !== undefined) {
    entraRun.quarantine ??= `${subject}: the filter by ${attribute} ${problem}`
    failStep(context, entraRun, object, {
      subject,
      step: 'match',
      code: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
      status: reply.status,
      message: `match: the filter by ${attribute} ${problem}`,
    })
    return 'failed'
  }
  if (!isSuccessful(reply)) {
    failReply(context, entraRun, object, subject, 'match', reply)
    return 'failed'
  }
  const hits = readListReply(reply.body)?.resources ?? []
  const [hit] = hits
  if (hits.length > 1) {
    const message = `match: ${hits.length} have the same ${attribute}`
    failStep(context, entraRun, object, { subject, step: 'match', code: 'DuplicateTargetEntries', message })
    return 'failed'
  }
  if (hit && (idOf(hit) === undefined || !holds(hit, attribute, value))) {
    const message = `match: the reply holds one without id, or with another ${attribute}`
    const code = 'SystemForCrossDomainIdentityManagementMultipleEntriesInResponse'
    failStep(context, entraRun, object, { subject, step: 'match', code, message })
    return 'failed'
  }
  return hit
}

/** Guards a server's other users: Entra itself is not known to look. (inferred) */
function holds(hit: UnknownObject, attribute: string, value: string): boolean {
  return String(getValue(hit, attribute)).toLowerCase() === value.toLowerCase()
}

/** What breaks the protocol, so that the whole job stops. (documented for 404) */
function compliance(reply: Reply): string | undefined {
  if (reply.status === 404) return 'is answered 404, where 200 with an empty list is due'
  if (reply.status !== 200) return undefined
  if (reply.failure !== undefined) return `is answered with what is no JSON`
  return readListReply(reply.body) ? undefined : 'is answered with what is no ListResponse'
}
