import { isAuthorized } from '../authorize.js'
import type { Endpoint, OperationContext } from '../context.js'

/** How many questions the host's `authorize` gets at the same time. */
const maxAtOnce = 20

/** Those of some groups that the caller may read: `authorize` is asked once per request and group. */
export async function readableGroups(
  context: OperationContext,
  container: Endpoint,
  ids: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const answers = context.readableIn(container)
  const wanted = [...new Set(ids)]
  const unknown = wanted.filter((id) => !answers.has(id))
  for (let at = 0; at < unknown.length; at += maxAtOnce) {
    const ask = async (id: string) => answers.set(id, await isAuthorized(context, 'read', container, id))
    await Promise.all(unknown.slice(at, at + maxAtOnce).map(ask))
  }
  return new Set(wanted.filter((id) => answers.get(id)))
}
