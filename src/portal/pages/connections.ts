import type { Connection } from '../../connections/index.js'
import { guideProviders } from '../../guide/index.js'
import type { ScimResponse } from '../../http/index.js'
import type { HtmlContent } from '../escape.js'
import { html, shown } from '../escape.js'
import { visitorOf } from '../find-connection.js'
import { connectionPath, render, time, tokenField } from '../layout.js'
import { note } from '../note.js'
import type { PortalPage } from '../page.js'
import { redirect } from '../page.js'

const maxName = 100

/** The identity providers of the tenant; a guest is led to the one that they may see. */
export async function listPage(page: PortalPage): Promise<ScimResponse> {
  const { t, context } = page
  const { tenant, connection: only, canManage } = visitorOf(page)
  if (only !== undefined) return redirect(page, `/idp/${encodeURIComponent(only)}/set-up`)
  const connections = await context.connections.list({ tenant })
  return render(page, {
    title: t.connections,
    lead: t.connectionsLead,
    content: [
      connections.length === 0
        ? html`<div class="card"><p class="muted">${t.noConnections}</p></div>`
        : html`<ul class="plain">${connections.map((one) => html`<li class="card">${item(page, one)}</li>`)}</ul>`,
      canManage && html`<p><a class="button primary" href="${page.to('/new')}">${t.connect}</a></p>`,
    ],
  })
}

function item(page: PortalPage, connection: Connection): HtmlContent {
  const { t } = page
  return html`<h2><a href="${connectionPath(page, connection, 'set-up')}">${shown(connection.name)}</a> ${badge(page, connection)}</h2>
<dl class="facts"><dt>${t.provider}</dt><dd>${providerName(page, connection.provider)}</dd>
<dt>${t.created}</dt><dd>${time(page, connection.created)}${connection.createdBy !== undefined && html` ${t.by(shown(connection.createdBy))}`}</dd>
<dt>${t.lastSeen}</dt><dd>${connection.lastSeen === undefined ? t.noRequestYet : time(page, connection.lastSeen)}</dd></dl>`
}

/** The state of a connection, in words. */
export function badge({ t }: PortalPage, { disconnected, lastSeen }: Connection): HtmlContent {
  if (disconnected !== undefined) return html`<span class="badge bad">${t.disconnected}</span>`
  return lastSeen === undefined
    ? html`<span class="badge">${t.waitingShort}</span>`
    : html`<span class="badge good">${t.live}</span>`
}

/** The name of a provider in a sentence, as people know it. */
export function providerName({ t }: PortalPage, provider: string): string {
  if (provider === 'other') return t.yourProvider
  return guideProviders.find(({ id }) => id === provider)?.name ?? shown(provider)
}

interface Entered {
  readonly provider: string
  readonly name: string
}

interface FieldError {
  readonly field: keyof Entered
  readonly text: string
}

export async function newPage(page: PortalPage): Promise<ScimResponse> {
  return form(page, { provider: '', name: '' }, [])
}

function form(page: PortalPage, entered: Entered, errors: readonly FieldError[]): Promise<ScimResponse> {
  const { t } = page
  const error = (field: FieldError['field']) => errors.find((one) => one.field === field)?.text
  const nameError = error('name')
  const first = guideProviders[0]?.id ?? ''
  return render(page, {
    title: t.connect,
    lead: t.connectLead,
    status: errors.length > 0 ? 400 : 200,
    content: [
      errors.length > 0 &&
        html`<div class="note bad" role="alert" tabindex="-1" data-focus><p>${t.errorSummary}</p><ul>${errors.map(
          ({ field, text }) =>
            html`<li><a href="#${field === 'provider' ? `provider-${first}` : field}">${text}</a></li>`,
        )}</ul></div>`,
      html`<form method="post" action="${page.to('/new')}" class="card" novalidate>${tokenField(page)}
<fieldset class="field"><legend>${t.provider}</legend><div class="choices">${guideProviders.map(
        ({ id, name }) =>
          html`<label class="choice"><input type="radio" name="provider" id="provider-${id}" value="${id}"${id === entered.provider && ' checked'}>${id === 'other' ? t.otherProvider : name}</label>`,
      )}</div></fieldset>
<div class="field"><label for="name">${t.connectionName}</label>
<p class="hint" id="name-hint">${t.connectionNameHint}</p>
<input id="name" name="name" value="${entered.name}" maxlength="${maxName}" autocomplete="off" aria-describedby="name-hint${nameError !== undefined && ' name-error'}"${nameError !== undefined && html` aria-invalid="true"`}>
${nameError !== undefined && html`<p id="name-error" class="hint">${nameError}</p>`}</div>
<div class="actions"><button class="primary">${t.connectNow}</button><a class="inline-link" href="${page.to('/')}">${t.cancel}</a></div></form>`,
    ],
  })
}

export async function createConnection(
  page: PortalPage,
  _parameters: unknown,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const { t, context } = page
  const { tenant, actor } = visitorOf(page)
  const provider = sent.get('provider') ?? ''
  const name = (sent.get('name') ?? '').trim()
  const errors: FieldError[] = []
  if (!guideProviders.some(({ id }) => id === provider))
    errors.push({ field: 'provider', text: t.chooseProvider })
  if (name === '' || name.length > maxName || name !== shown(name))
    errors.push({ field: 'name', text: t.nameMissing })
  else {
    const others = await context.connections.list({ tenant })
    // The name is typed to disconnect: two of one name would be mistaken for each other.
    const isTaken = others.some((other) => other.disconnected === undefined && other.name === name)
    if (isTaken) errors.push({ field: 'name', text: t.nameTaken })
  }
  if (errors.length > 0) return form(page, { provider, name }, errors)
  const made = await context.connections.create({ tenant, name, provider, createdBy: actor })
  note(page, made, 'connection.created')
  return redirect(page, `/idp/${encodeURIComponent(made.id)}/set-up`)
}
