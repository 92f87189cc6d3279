import type { ScimRequest } from '../http/index.js'
import type { PortalContext } from './context.js'
import { cookieName, cookieValue } from './cookies.js'
import { digestOf } from './encoding.js'
import type { Principal } from './principal.js'

/** The cookie of a guest, which the exchange of a link sets. */
export const guestCookie = 'scimkit-portal-guest'

/** The guest whose cookie a request carries; undefined where it has none that is worth something. */
export async function guestOf(context: PortalContext, request: ScimRequest): Promise<Principal | undefined> {
  const name = cookieName(guestCookie, { isSecure: request.baseUrl.startsWith('https:') })
  const session = cookieValue(request.header('cookie'), name)
  if (session === undefined || !/^[\w-]{43}$/.test(session)) return undefined
  const link = await context.connections.guests.ofSession(await digestOf(session))
  if (!link || link.revoked !== undefined || Date.parse(link.expires) <= Date.now()) return undefined
  return {
    tenant: link.tenant,
    actor: 'guest',
    connection: link.connection,
    key: JSON.stringify(['guest', link.id, link.rights]),
    link: link.id,
    canSetUp: link.rights === 'set-up',
    canManage: false,
  }
}
