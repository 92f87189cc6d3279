import type { Connection } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import { scimBaseUrl } from '../call-scim.js'
import type { HtmlContent } from '../escape.js'
import { html } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { addressWarnings, knownIssues, providerSteps, usesClients } from '../guide-content.js'
import { connectionPath, copyField, render, time, tokenField } from '../layout.js'
import type { PortalPage } from '../page.js'
import { redirect } from '../page.js'
import type { Parameters } from '../parameters.js'
import { providerName } from './connections.js'
import { clientForm, credentialsOf, isLive, issueForm, warnings } from './credentials.js'
import { stateOf } from './state.js'

/** A credential that was just issued: shown in the reply to the form that asked for it, and in no other. */
export type Issued =
  | { readonly kind: 'token'; readonly secret: string; readonly expires: string }
  | {
      readonly kind: 'client'
      readonly id: string
      readonly secret: string
      readonly expires: string | undefined
    }
  | { readonly kind: 'federated'; readonly id: string }

export async function forward(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  return redirect(page, `/idp/${encodeURIComponent(connection.id)}/set-up`)
}

export async function setUpPage(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  return renderSetUp(page, await findConnection(page, id), undefined)
}

/** The steps from the first to the last, with a credential that was just issued. */
export async function renderSetUp(
  page: PortalPage,
  connection: Connection,
  issued: Issued | undefined,
): Promise<ScimResponse> {
  const { t, context } = page
  const provider = providerName(page, connection.provider)
  const state = await stateOf(page, connection)
  const region = connectionPath(page, connection, 'state')
  return render(page, {
    title: t.setUp,
    lead: t.setUpLead(provider, context.name),
    connection,
    tab: 'set-up',
    content: [
      section('credentials-step', `1. ${t.stepToken}`, await credentialStep(page, connection, issued)),
      section('provider-step', `2. ${t.stepProvider(provider)}`, providerSteps(page, connection)),
      section(
        'wait-step',
        `3. ${t.stepWait}`,
        html`<div id="state" role="status" data-watch="${region}" data-etag="&quot;${state.tag}&quot;" data-every="2000">${state.content}</div>
<p data-without-script><a class="button" href="${connectionPath(page, connection, 'set-up')}#wait-step">${t.checkNow}</a></p>
<details><summary>${t.usualReasons}</summary><ul>${t.usualReasonList.map((reason) => html`<li>${reason}</li>`)}</ul></details>
${knownIssues(page, connection)}`,
      ),
      visitorOf(page).canSetUp && section('test-step', `4. ${t.stepTest}`, selfTest(page, connection)),
    ],
  })
}

function section(id: string, title: string, content: HtmlContent): HtmlContent {
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`
}

async function credentialStep(
  page: PortalPage,
  connection: Connection,
  issued: Issued | undefined,
): Promise<HtmlContent> {
  const { t } = page
  const { canSetUp } = visitorOf(page)
  const { tokens, clients } = await credentialsOf(page, connection)
  const live = tokens.filter(isLive).length
  const address = copyField(page, 'base-url', t.baseUrl, scimBaseUrl(page))
  if (connection.disconnected !== undefined)
    return [address, html`<div class="note bad"><p>${t.alreadyDisconnected}</p></div>`]
  const isComplete = live > 1 || !canSetUp
  const liveClients = clients.filter(isLive).length
  if (usesClients(page, connection.provider))
    return [
      address,
      addressWarnings(page, connection),
      warnings(page, [...tokens, ...clients]),
      issued && issuedField(page, connection, issued),
      !issued && html`<p>${liveClients > 0 ? t.clientHave(liveClients) : t.clientsLead}</p>`,
      !issued && canSetUp && clientForm(page, connection),
    ]
  return [
    address,
    addressWarnings(page, connection),
    warnings(page, [...tokens, ...clients]),
    issued
      ? issuedField(page, connection, issued)
      : html`<p>${live > 0 ? t.tokenHave(live) : t.tokenLead}</p>`,
    !issued && !isComplete && issueForm(page, connection, live > 0),
  ]
}

/** What is entered at the identity provider for a client; nothing of it is secret. */
function clientFields(page: PortalPage, id: string): HtmlContent {
  const { t, context } = page
  return [
    copyField(page, 'client-id', t.clientId, id),
    context.tokenUrl !== undefined && copyField(page, 'token-url', t.tokenUrl, context.tokenUrl),
  ]
}

function issuedField(page: PortalPage, connection: Connection, issued: Issued): HtmlContent {
  return issued.kind === 'federated'
    ? federatedClient(page, issued.id)
    : secretField(page, connection, issued)
}

function federatedClient(page: PortalPage, id: string): HtmlContent {
  const { t } = page
  return html`<div class="note good" tabindex="-1" data-focus><h3>${t.clients}</h3><p>${t.federatedAdded}</p>${clientFields(page, id)}</div>`
}

function secretField(
  page: PortalPage,
  connection: Connection,
  issued: Exclude<Issued, { kind: 'federated' }>,
): HtmlContent {
  const { t } = page
  const label = issued.kind === 'token' ? t.token : t.clientSecret
  return html`<div class="note good" tabindex="-1" data-focus>
<h3>${issued.kind === 'token' ? t.tokenTitle : t.clients}</h3><p>${t.tokenOnce}</p>
${issued.kind === 'client' && clientFields(page, issued.id)}
<label for="secret">${label}</label>
<div class="value secret" id="secret-box" data-cover><textarea id="secret" rows="2" readonly spellcheck="false" autocomplete="off" translate="no">${issued.secret}</textarea>
<button type="button" data-uncover="secret-box" aria-pressed="false" data-with-script hidden aria-label="${t.showOf(label)}">${t.show}</button>
<button type="button" data-copy="secret" data-short="${t.copiedShort}" data-done="${t.copied(label)}" data-failed="${t.copyByHand}" data-with-script hidden aria-label="${t.copyOf(label)}">${t.copy}</button></div>
${issued.expires !== undefined && html`<p class="small">${t.expires}: ${time(page, issued.expires)}</p>`}
${issued.kind === 'token' && html`<form method="post" action="${connectionPath(page, connection, 'self-test')}" target="_blank">${tokenField(page)}<input type="hidden" name="secret" value="${issued.secret}"><button>${t.selfTestThis}</button></form>`}
</div>`
}

function selfTest(page: PortalPage, connection: Connection): HtmlContent {
  const { t } = page
  return html`<p>${t.selfTestLead}</p>
<form method="post" action="${connectionPath(page, connection, 'self-test')}">${tokenField(page)}
<div class="field"><label for="tested">${t.selfTestToken}</label><input id="tested" name="secret" type="password" autocomplete="off" spellcheck="false" data-1p-ignore></div>
<button>${t.selfTestRun}</button></form>`
}
