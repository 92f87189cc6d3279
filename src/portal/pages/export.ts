import type { ScimResponse } from '../../http/index.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { plainHeaders } from '../headers.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'

async function exported(page: PortalPage, id: string, format: 'csv' | 'json'): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  const { log } = page.context
  await log.flush()
  return {
    status: 200,
    headers: {
      ...plainHeaders,
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="activity.${format}"`,
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    },
    body: log.export({ tenant: visitorOf(page).tenant, connection: connection.id, format }),
  }
}

/** The activity of a connection as a table for spreadsheets. */
export function exportCsv(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  return exported(page, id, 'csv')
}

/** The activity of a connection as JSON. */
export function exportJson(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  return exported(page, id, 'json')
}
