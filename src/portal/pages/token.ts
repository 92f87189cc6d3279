import type { Connection } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import { html } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { connectionPath, render } from '../layout.js'
import { note } from '../note.js'
import { isFirst } from '../once.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'
import { expiryOf, overlaps } from './credentials.js'
import { renderSetUp } from './set-up.js'

/** Issues a token, and shows it in this reply only. */
export async function issue(
  page: PortalPage,
  { id }: Parameters,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  if (!(await isFirst(page, sent))) return sentAgain(page, connection)
  const { tenant, actor } = visitorOf(page)
  const name = { tenant, connection: connection.id, createdBy: actor }
  const issued = await page.context.connections.issueToken({ ...name, expires: expiryOf(sent) })
  note(page, connection, 'token.issued')
  return renderSetUp(page, connection, { kind: 'token', ...issued })
}

/** Issues a token in place of another, and shows it in this reply only. */
export async function rotate(
  page: PortalPage,
  { id, entry }: Parameters,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  if (!(await isFirst(page, sent))) return sentAgain(page, connection)
  const { tenant, actor } = visitorOf(page)
  const hours = Number(sent.get('overlap'))
  const issued = await page.context.connections.rotateToken({
    tenant,
    connection: connection.id,
    token: entry,
    createdBy: actor,
    expires: expiryOf(sent),
    overlap: (overlaps.includes(hours) ? hours : 168) * 3_600_000,
  })
  note(page, connection, 'token.rotated')
  return renderSetUp(page, connection, { kind: 'token', ...issued })
}

/** Adds a client of the token endpoint, and shows its secret in this reply only. */
export async function addClient(
  page: PortalPage,
  { id }: Parameters,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  if (!(await isFirst(page, sent))) return sentAgain(page, connection)
  const { tenant, actor } = visitorOf(page)
  const added = await page.context.connections.addClient({
    tenant,
    connection: connection.id,
    createdBy: actor,
  })
  note(page, connection, 'client.added')
  return renderSetUp(page, connection, { kind: 'client', ...added, secret: added.secret ?? '' })
}

/** The answer to a form that was sent before. */
export function sentAgain(page: PortalPage, connection: Connection): Promise<ScimResponse> {
  const { t } = page
  return render(page, {
    title: t.credentials,
    connection,
    tab: 'credentials',
    status: 409,
    isAnswer: true,
    content: html`<div class="note warning" role="alert"><p>${t.sentAgain}</p></div>
<p><a class="button" href="${connectionPath(page, connection, 'credentials')}">${t.credentials}</a></p>`,
  })
}
