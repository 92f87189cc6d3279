import type { Connection } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import { html, shown } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { connectionPath, render, tokenField } from '../layout.js'
import { note } from '../note.js'
import type { PortalPage } from '../page.js'
import type { Parameters } from '../parameters.js'
import { deactivationPage } from './deactivate.js'

/** How many people came by a connection. */
export async function countPeople(page: PortalPage, connection: Connection): Promise<number> {
  const { tenant } = visitorOf(page)
  const limit = 1000
  let count = 0
  let after: string | undefined
  for (;;) {
    const asked = { tenant, connection: connection.id, limit }
    const links = await page.context.connections.links(after === undefined ? asked : { ...asked, after })
    count += links.length
    after = links.at(-1)?.id
    if (links.length < limit) return count
  }
}

export async function disconnectPage(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  return form(page, connection, undefined)
}

async function form(
  page: PortalPage,
  connection: Connection,
  error: string | undefined,
): Promise<ScimResponse> {
  const { t } = page
  if (connection.disconnected !== undefined) return ended(page, connection)
  const count = await countPeople(page, connection)
  const people = t.count(count, t.person, t.persons)
  return render(page, {
    title: t.disconnect,
    lead: t.disconnectLead,
    connection,
    tab: 'disconnect',
    status: error === undefined ? 200 : 400,
    content: [
      error !== undefined &&
        html`<div class="note bad" role="alert" tabindex="-1" data-focus><p>${error}</p></div>`,
      html`<form class="card danger" method="post" action="${connectionPath(page, connection, 'disconnect')}">${tokenField(page)}
<div class="field"><label for="name">${t.typeName(shown(connection.name))}</label><input id="name" name="name" autocomplete="off" spellcheck="false" translate="no"></div>
<fieldset class="field"><legend>${t.whatOfUsers}</legend><div class="choices">
<label class="choice"><input type="radio" name="people" value="keep" checked>${t.keepUsers}</label>
<label class="choice"><input type="radio" name="people" value="deactivate"${count === 0 && ' disabled'}>${t.deactivateUsers(people)}</label></div></fieldset>
${count > 0 && html`<div class="field"><label for="count">${t.typeCount(count)}</label><p class="hint" id="count-hint">${t.sharedKept}</p><input id="count" name="count" inputmode="numeric" autocomplete="off" aria-describedby="count-hint"></div>`}
<button class="danger">${t.disconnectNow}</button></form>`,
    ],
  })
}

/** A name as a page shows it and people type it: browsers show blanks as one, and what cannot be seen is written out. */
function asTyped(name: string): string {
  return shown(name.normalize('NFC')).replace(/\s+/g, ' ').trim()
}

/** Disconnects; with its people, their deactivation begins then. */
export async function disconnect(
  page: PortalPage,
  { id }: Parameters,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const { t, context } = page
  const connection = await findConnection(page, id)
  if (connection.disconnected !== undefined) return ended(page, connection)
  if (asTyped(sent.get('name') ?? '') !== asTyped(connection.name))
    return form(page, connection, t.nameDiffers)
  const deactivates = sent.get('people') === 'deactivate'
  const count = deactivates ? await countPeople(page, connection) : 0
  if (deactivates && (sent.get('count') ?? '').trim() !== String(count))
    return form(page, connection, t.countDiffers(count))
  // First, so that the identity provider makes nobody active again meanwhile.
  await context.connections.disconnect({ tenant: visitorOf(page).tenant, connection: connection.id })
  note(page, connection, 'connection.disconnected')
  if (deactivates) note(page, connection, 'people.deactivated')
  if (deactivates)
    return deactivationPage(page, connection, { after: '', done: 0, kept: 0, failed: 0, total: count })
  return ended(page, connection)
}

/** The page of a connection that is disconnected. */
export function ended(page: PortalPage, connection: Connection): Promise<ScimResponse> {
  const { t } = page
  return render(page, {
    title: t.disconnectedTitle,
    lead: t.disconnectedLead,
    connection,
    tab: 'disconnect',
    isAnswer: true,
    content: html`<p><a class="button" href="${page.to('/')}">${t.connections}</a></p>`,
  })
}
