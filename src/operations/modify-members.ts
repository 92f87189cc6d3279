import type { CommonAttributes } from '../schema/index.js'
import { excludeFrom } from '../schema/index.js'
import type { MemberChange, MemberOutcome } from '../stores/store.js'
import type { Precondition } from './attempts.js'
import { assertVersion, untilUndisturbed } from './attempts.js'
import { emitMembers } from './emit.js'
import { resolveMembers } from './members.js'
import { read } from './read.js'
import type { Call, Endpoint, Service } from './service.js'
import { storeContext } from './service.js'

type ChangeMembers = NonNullable<Endpoint['store']['changeMembers']>

/**
 * Changes members and nothing else, without reading the members that are there.
 *
 * @throws ScimError 404; 412; `invalidValue` for members that do not exist, where those are refused.
 */
export async function modifyMembers(
  service: Service,
  endpoint: Endpoint,
  id: string,
  change: MemberChange,
  precondition: Precondition,
  call: Call,
  changeMembers: ChangeMembers,
): Promise<MemberOutcome> {
  const { type } = endpoint
  const withoutMembers = excludeFrom(type, type.membership ? [{ attribute: type.membership }] : [])
  const isHeard = service.callbacks.size > 0
  const resolved =
    'replaceAll' in change
      ? { replaceAll: await resolveMembers(service, endpoint, change.replaceAll, call) }
      : { add: await resolveMembers(service, endpoint, change.add, call), remove: change.remove }
  const context = storeContext(endpoint, call)
  let before: CommonAttributes | undefined
  const outcome = await untilUndisturbed(service, precondition, async () => {
    // Reading costs a round trip, which only a precondition or a listener is worth.
    if (precondition || isHeard) before = await read(endpoint, id, withoutMembers, call)
    if (before) assertVersion(before.meta.version, precondition)
    return changeMembers.call(endpoint.store, id, resolved, precondition && before?.meta.version, context)
  })
  if (before) await emitMembers(service, endpoint, before, outcome, call)
  return outcome
}
