import type { ScimResponse } from '../../http/index.js'
import { ScimError } from '../../protocol/index.js'
import type { HtmlContent } from '../escape.js'
import { html, shown } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import type { GuestLink } from '../guest-links.js'
import { makeLink } from '../guest-links.js'
import { connectionPath, copyField, render, time, tokenField } from '../layout.js'
import { note } from '../note.js'
import { isFirst, onceField } from '../once.js'
import type { PortalPage } from '../page.js'
import { redirect } from '../page.js'
import type { Parameters } from '../parameters.js'

const hours = [1, 24, 72]

export async function guestsPage(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  const { t, context } = page
  const connection = await findConnection(page, id)
  const links = await context.connections.guests.list(visitorOf(page).tenant, connection.id)
  return render(page, {
    title: t.guests,
    lead: t.guestsLead,
    connection,
    tab: 'guests',
    content: [
      page.query.get('done') === 'revoked' &&
        html`<div class="note good" role="status"><p>${t.linkRevoked}</p></div>`,
      connection.disconnected === undefined &&
        html`<form class="card" method="post" action="${connectionPath(page, connection, 'guests')}">${tokenField(page)}${onceField()}
<fieldset class="field"><legend>${t.guestMay}</legend><div class="choices">
<label class="choice"><input type="radio" name="rights" value="set-up" checked>${t.guestSetUp}</label>
<label class="choice"><input type="radio" name="rights" value="view">${t.guestView}</label></div></fieldset>
<div class="field"><label for="hours">${t.linkHours}</label><select id="hours" name="hours">${hours.map(
          (number) =>
            html`<option value="${number}"${number === 24 && ' selected'}>${t.hours(number)}</option>`,
        )}</select></div><button class="primary">${t.invite}</button></form>`,
      html`<section class="card"><h2>${t.links}</h2>${
        links.length === 0
          ? html`<p class="muted">${t.noLinks}</p>`
          : html`<ul class="entries">${links.map((link) => html`<li>${item(page, connection, link)}</li>`)}</ul>`
      }</section>`,
    ],
  })
}

function item(page: PortalPage, connection: { readonly id: string }, link: GuestLink): HtmlContent {
  const { t } = page
  const isOver = link.revoked !== undefined || Date.parse(link.expires) <= Date.now()
  const path = connectionPath(page, connection, `guests/${encodeURIComponent(link.id)}/revoke`)
  const state = link.revoked !== undefined ? t.revoked : isOver ? t.expired : t.valid
  return html`<div><strong>${link.rights === 'view' ? t.guestView : t.guestSetUp}</strong> <span class="badge ${isOver ? 'bad' : 'good'}">${state}</span></div>
<div class="small muted"><p>${t.issuedBy} ${time(page, link.created)}${link.createdBy !== undefined && html` ${t.by(shown(link.createdBy))}`} · ${t.expires}: ${time(page, link.expires)}</p>
<p>${link.opened === undefined ? t.linkUnused : html`${t.linkUsed} ${time(page, link.opened)}`}</p></div>
<div>${!isOver && html`<form method="post" action="${path}">${tokenField(page)}<button aria-label="${t.revokeLink(link.created.slice(0, 16).replace('T', ' '))}">${t.revoke}</button></form>`}</div>`
}

/** Makes a link, and shows it in this reply only. */
export async function invite(
  page: PortalPage,
  { id }: Parameters,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const { t, context } = page
  const connection = await findConnection(page, id)
  const { tenant, actor } = visitorOf(page)
  if (!(await isFirst(page, sent))) return redirect(page, `/idp/${encodeURIComponent(connection.id)}/guests`)
  const number = Number(sent.get('hours'))
  const { link, key } = await makeLink(context, {
    tenant,
    connection: connection.id,
    rights: sent.get('rights') === 'set-up' ? 'set-up' : 'view',
    hours: hours.includes(number) ? number : 24,
    createdBy: actor,
  })
  note(page, connection, 'link.created')
  return render(page, {
    title: t.linkTitle,
    lead: t.linkOnce,
    connection,
    tab: 'guests',
    isAnswer: true,
    content: html`<div class="card">${copyField(page, 'link', t.link, `${page.origin}${page.to(`/enter/${key}`)}`)}
<p class="muted">${t.expires}: ${time(page, link.expires)}</p>
<a class="button" href="${connectionPath(page, connection, 'guests')}">${t.guests}</a></div>`,
  })
}

export async function revokeGuest(page: PortalPage, { id, entry }: Parameters): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  const { tenant } = visitorOf(page)
  const links = await page.context.connections.guests.list(tenant, connection.id)
  if (!links.some((link) => link.id === entry)) throw ScimError.notFound()
  await page.context.connections.guests.revoke(tenant, entry, new Date().toISOString())
  note(page, connection, 'link.revoked')
  return redirect(page, `/idp/${encodeURIComponent(connection.id)}/guests?done=revoked`)
}
