import type { UnknownObject } from '../../protocol/index.js'
import type { Reply } from './client.js'
import { idOf, queryString, readListReply } from './list-reply.js'
import type { ActionRun } from './result.js'

const pageSize = 100

/** Reads every page of an endpoint; undefined where that has failed, with the problem in the run. */
export async function readAllPages(
  run: ActionRun,
  endpoint: string,
  read: (path: string) => Promise<Reply>,
): Promise<readonly UnknownObject[] | undefined> {
  const all: UnknownObject[] = []
  const seen = new Set<string>()
  for (let startIndex = 1; ; startIndex += pageSize) {
    const path = `${endpoint}${queryString({ startIndex, count: pageSize })}`
    const { status, body, failure } = await read(path)
    const list = status === 200 ? readListReply(body) : undefined
    const fail = (reason: string) =>
      run.problems.push({
        subject: `import of ${endpoint}`,
        step: 'import',
        ...(status !== undefined && { status }),
        message: `import of ${endpoint}: ${reason}`,
      })
    if (!list) {
      fail(failure ?? (status === 200 ? 'the reply is no ListResponse' : `answered ${status}`))
      return undefined
    }
    if (list.totalResults === undefined || list.flaws.some((flaw) => flaw.endsWith('must be an integer'))) {
      fail(`${list.flaws.join(', ') || 'totalResults is missing'}; the import stops without a word`)
      return undefined
    }
    for (const flaw of list.flaws) run.warnings.push(`${path}: ${flaw}`)
    const ids = list.resources.map((one) => idOf(one) ?? '')
    const repeated = ids.filter((id, index) => seen.has(id) || ids.indexOf(id) !== index)
    if (repeated.length > 0) {
      fail(`the page from ${startIndex} repeats ${repeated.length} resources; the order is not stable`)
      return undefined
    }
    for (const id of ids) seen.add(id)
    all.push(...list.resources)
    if (startIndex + pageSize > list.totalResults) {
      if (all.length !== list.totalResults) {
        fail(`totalResults is ${list.totalResults}, and the pages hold ${all.length}`)
      }
      return all
    }
    if (list.resources.length < pageSize) {
      fail(`the page from ${startIndex} holds ${list.resources.length} of ${pageSize} and is not the last`)
      return undefined
    }
  }
}
