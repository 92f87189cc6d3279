import { sendRequest } from '../client.js'
import { queryString, readListReply } from '../list-reply.js'
import type { ActionRun } from '../result.js'
import type { OktaContext } from './context.js'
import { addProblem } from './context.js'
import type { SimulateOktaOptions } from './simulator.js'

/** One request, and one more where Import Groups is ticked. (captured; documented) */
export async function testCredentials(
  context: OktaContext,
  run: ActionRun,
  { importGroups = false, mode }: SimulateOktaOptions,
  token: string | undefined,
): Promise<void> {
  const authorization = mode === 'header' ? token : `Bearer ${token}`
  const headers = {
    ...context.connection.headers,
    ...(token !== undefined && { Authorization: authorization ?? '' }),
  }
  const connection = { ...context.connection, headers }
  const paths = [`/Users${queryString({ startIndex: 1, count: 2 })}`]
  if (importGroups) paths.push(`/Groups${queryString({ startIndex: 1, count: 100 })}`)
  for (const path of paths) {
    const reply = await sendRequest(connection, 'GET', path, undefined, run.requests)
    if (token !== undefined) {
      const isRefused = reply.status === 401 && reply.failure === undefined
      if (!isRefused)
        addProblem(
          run,
          'credentials',
          'test',
          reply,
          'a wrong token must be answered 401 with a SCIM error in JSON',
        )
      continue
    }
    const list = reply.status === 200 ? readListReply(reply.body) : undefined
    if (!list) {
      const isOther = reply.status === 200 && !reply.failure
      addProblem(
        run,
        'credentials',
        'test',
        reply,
        isOther ? 'test: the reply is no ListResponse' : undefined,
      )
    }
    for (const flaw of list?.flaws ?? []) addProblem(run, 'credentials', 'test', reply, `test: ${flaw}`)
  }
}
