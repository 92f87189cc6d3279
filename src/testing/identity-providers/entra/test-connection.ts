import { filterString, readListReply } from '../list-reply.js'
import type { ActionRun } from '../result.js'
import type { EntraContext } from './context.js'
import { newEntraRun } from './cycle.js'
import { encode } from './match.js'
import { sendAsEntra } from './send.js'

/** A filter for a random GUID, which must find nobody. (documented) */
export async function testConnection(context: EntraContext, run: ActionRun): Promise<void> {
  const filter = encode(`${context.matching[0]} eq ${filterString(crypto.randomUUID())}`)
  const { status, body, failure } = await sendAsEntra(
    context,
    newEntraRun(run),
    'GET',
    `/Users?filter=${filter}`,
  )
  const list = status === 200 ? readListReply(body) : undefined
  const flaws = list
    ? [...list.flaws]
    : [failure ?? (status === 200 ? 'the reply is no ListResponse' : `answered ${status}`)]
  if (list && list.resources.length > 0) flaws.push('a filter for nobody must find nobody')
  for (const flaw of flaws) {
    const problem = { subject: 'credentials', step: 'test', message: `test: ${flaw}` }
    run.problems.push({ ...problem, ...(status !== undefined && { status }) })
  }
}
