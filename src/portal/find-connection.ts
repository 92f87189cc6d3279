import type { Connection } from '../connections/index.js'
import { ScimError } from '../protocol/index.js'
import type { PortalPage } from './page.js'
import type { Principal } from './principal.js'

/** The visitor, on pages that nobody else reaches. */
export function visitorOf({ principal, t }: PortalPage): Principal {
  if (!principal) throw ScimError.forbidden(t.notAllowed)
  return principal
}

/** The connection of a page. @throws ScimError 404 for one of another tenant, and for a guest of another connection. */
export async function findConnection(page: PortalPage, id: string): Promise<Connection> {
  const { tenant, connection: only } = visitorOf(page)
  const isVisible = id !== '' && (only === undefined || only === id)
  const found = isVisible ? await page.context.connections.get({ tenant, connection: id }) : undefined
  if (!found) throw ScimError.notFound()
  return found
}
