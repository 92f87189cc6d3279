import { excludeFrom } from '../../schema/index.js'
import type { MemberChange, MemberChangeResult } from '../../stores/store.js'
import type { Call, Endpoint, Service } from '../context.js'
import { emit, hasListeners, memberEvents, writeWithEvents } from '../emit.js'
import { read } from '../read.js'
import type { Precondition } from '../retry.js'
import { assertVersion, retryOnVersionConflict } from '../retry.js'
import { lookUpMembers } from './members.js'

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
): Promise<MemberChangeResult> {
  const { type } = endpoint
  const withoutMembers = excludeFrom(type, type.membership ? [{ attribute: type.membership }] : [])
  const isRead = precondition !== undefined || hasListeners(service, endpoint)
  const resolved =
    'replaceAll' in change
      ? { replaceAll: await lookUpMembers(service, endpoint, change.replaceAll, call) }
      : { add: await lookUpMembers(service, endpoint, change.add, call), remove: change.remove }
  const { result, events } = await retryOnVersionConflict(service, precondition, async () => {
    // Reading costs a round trip, which only a precondition or a listener is worth.
    const before = isRead ? await read(endpoint, id, withoutMembers, call) : undefined
    if (before) assertVersion(before.meta.version, precondition)
    const expected = precondition && before?.meta.version
    return writeWithEvents(
      service,
      endpoint,
      call,
      (context) => changeMembers.call(endpoint.store, id, resolved, expected, context),
      (outcome) => (before ? memberEvents(endpoint, before, outcome, call) : []),
    )
  })
  await emit(service, events, call)
  return result
}
