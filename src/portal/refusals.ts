import type { Connection, Refusals } from '../connections/index.js'
import type { PortalPage } from './page.js'

/**
 * The refused credentials that concern a connection: those that were once its own. In a service without tenants, those
 * that no connection ever had can be meant for it too; of these only that they came is told.
 */
export function refusalsOf({ context }: PortalPage, connection: Connection): Refusals {
  const { tenant, id, created } = connection
  const own = context.connections.refusals({ tenant, connection: id })
  if (tenant !== undefined) return own
  const strange = context.connections.refusals()
  if (strange.last === undefined || strange.last.time < created) return own
  const isNewest = own.last === undefined || own.last.time < strange.last.time
  return {
    count: own.count + strange.count,
    last: isNewest ? { ...strange.last, ending: undefined } : own.last,
  }
}
