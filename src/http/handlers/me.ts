import type { Caller } from '../../auth/index.js'
import { readIdentity } from '../../operations/index.js'
import { ScimError } from '../../protocol/index.js'
import type { HttpService, ResolvedTarget } from '../route.js'

/**
 * Where `/Me` leads: to the caller's own resource, or for POST to where it can be created (RFC 7644 section 3.11).
 *
 * @throws ScimError 404.
 */
export async function resolveMe(
  { service, identify }: HttpService,
  caller: Caller,
  method: string,
): Promise<ResolvedTarget> {
  const identity = readIdentity(await identify?.(caller))
  const name = identity?.resourceType ?? 'User'
  const endpoint = service.endpoints.find(({ type }) => type.name === name)
  if (!endpoint) throw ScimError.notFound('The caller is no resource of this service')
  if (method === 'POST') return { endpoint, id: undefined }
  if (!identity) throw ScimError.notFound('The caller is no resource of this service')
  return { endpoint, id: identity.id }
}
