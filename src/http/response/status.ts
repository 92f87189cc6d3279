import type { Operation } from '../../operations/index.js'
import { defaultProjection } from '../../schema/index.js'

/** The status of a write that succeeded. */
export function successStatus(
  { kind, endpoint }: Operation,
  projection = defaultProjection(endpoint.type),
): number {
  if (kind === 'create') return 201
  if (kind === 'remove') return 204
  // A group may have a million members: it is only sent where attributes are named (RFC 7644 section 3.5.2).
  return kind === 'modify' && endpoint.type.membership && projection.isDefault ? 204 : 200
}
