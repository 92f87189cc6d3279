import { assertResource } from '../idp/index.js'
import { assertComplete, normaliseResource } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { locationsOf } from './locations.js'

/**
 * The body of a POST or PUT in the registry's terms. `complete` may fill in what the client left out, before required
 * attributes are checked.
 *
 * @throws ScimError `invalidSyntax`, `invalidValue`.
 */
export function normaliseBody(
  context: OperationContext,
  body: unknown,
  complete?: (attributes: Record<string, unknown>) => void,
): Record<string, unknown> {
  const { endpoint, profile, note, service } = context
  const { type } = endpoint
  const options = { leniency: profile.leniency, note, locations: locationsOf(context) }
  const input = profile.readResource(body, type, note)
  assertResource(profile, input, type)
  const attributes = normaliseResource(input, type, options, service.endpoints)
  complete?.(attributes)
  assertComplete(attributes, type)
  return attributes
}
