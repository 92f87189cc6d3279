import { isEqual } from '../protocol/index.js'
import type { CommonAttributes } from '../schema/index.js'
import { fullProjection, validateChanges } from '../schema/index.js'
import type { Call, Endpoint, Service } from './context.js'
import { credentialOf } from './credential.js'
import { changeEvents, emit, hasListeners, writeWithEvents } from './emit.js'
import { resolveMembers } from './groups/members.js'
import { assertStored, read } from './read.js'
import type { Precondition } from './retry.js'
import { assertVersion, retryOnVersionConflict } from './retry.js'

/**
 * Reads a resource, makes the next one of it and stores that, unless nothing has changed. `next` may be called
 * several times: it starts from what is stored each time.
 */
export async function write(
  service: Service,
  endpoint: Endpoint,
  id: string,
  precondition: Precondition,
  next: (before: CommonAttributes) => CommonAttributes,
  call: Call,
): Promise<CommonAttributes> {
  const secure = credentialOf(service, endpoint, call)
  const { result, events } = await retryOnVersionConflict(service, precondition, async () => {
    const current = await read(endpoint, id, fullProjection(endpoint.type), call)
    assertVersion(current.meta.version, precondition)
    const changed = next(current)
    if (changed === current) return { result: current, events: [] }
    await validateChanges(current, changed, endpoint.type)
    const settled = await resolveMembers(service, endpoint, current, changed, call)
    const stored = await secure(current, settled)
    if (stored !== changed && isEqual(current, stored)) return { result: current, events: [] }
    const { id: _id, meta: _meta, ...draft } = stored
    // A store may change the very object that it has handed out: what it was is told from a copy.
    const was = hasListeners(service, endpoint) ? { ...current } : current
    return writeWithEvents(
      service,
      endpoint,
      call,
      async (context) => {
        const replaced = await endpoint.store.replace(id, draft, current.meta.version, context)
        return assertStored(replaced, endpoint, 'replace')
      },
      (replaced) => changeEvents(endpoint, was, replaced, call),
    )
  })
  if (events.length > 0) await emit(service, events, call)
  return result
}
