import type { Connection } from '../connections/index.js'
import type { PortalMessages } from './messages/en.js'
import type { PortalPage } from './page.js'

/** What is done on the pages, and stands in the log among the requests. */
export type NotedAction = keyof PortalMessages['notes']

/** Notes in the log what a visitor has done. Not by whom, since the log names nobody: the credential itself says that. */
export function note(
  { context, principal }: PortalPage,
  { tenant, id }: Connection,
  action: NotedAction,
): void {
  const actor = principal === undefined || principal.link !== undefined ? 'guest' : 'administrator'
  context.log.note({ tenant, connection: id, action, actor })
}
