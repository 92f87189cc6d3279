import type { Operation } from '../../operations/index.js'
import { defaultProjection } from '../../schema/index.js'

/** The status of a write that succeeded. */
export function successStatus(
  { kind, endpoint }: Operation,
  projection = defaultProjection(endpoint.type),
): number {
  if (kind === 'create') return 201
  if (kind === 'remove') return 204
  // A client that names attributes is sent them (RFC 7644 section 3.5.2).
  return kind === 'modify' && endpoint.patchReply === 'none' && projection.isDefault ? 204 : 200
}
