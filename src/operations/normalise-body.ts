import { assertResource } from '../idp/index.js'
import { assertComplete, normaliseResource } from '../schema/index.js'
import type { OperationContext } from './context.js'

/**
 * The body of a POST or PUT in the registry's terms. `complete` may fill in what the client left out, before required
 * attributes are checked.
 *
 * @throws ScimError `invalidSyntax`, `invalidValue`.
 */
export function normaliseBody(
  { endpoint: { type }, profile, note, service }: OperationContext,
  body: unknown,
  complete?: (attributes: Record<string, unknown>) => void,
): Record<string, unknown> {
  const { leniency } = profile
  const input = profile.readResource(body, type, note)
  assertResource(profile, input, type)
  const attributes = normaliseResource(input, type, { leniency, note }, service.endpoints)
  complete?.(attributes)
  assertComplete(attributes, type)
  return attributes
}
