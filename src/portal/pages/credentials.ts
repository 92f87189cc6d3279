import type { ApiToken, Client, Connection } from '../../connections/index.js'
import type { ScimResponse } from '../../http/index.js'
import { ScimError } from '../../protocol/index.js'
import type { HtmlContent } from '../escape.js'
import { html, shown } from '../escape.js'
import { findConnection, visitorOf } from '../find-connection.js'
import { connectionPath, render, time, tokenField } from '../layout.js'
import { note } from '../note.js'
import { onceField } from '../once.js'
import type { PortalPage } from '../page.js'
import { redirect } from '../page.js'
import type { Parameters } from '../parameters.js'
import { refusalsOf } from '../refusals.js'

const day = 86_400_000
/** From how many days before its end on a credential is warned of. */
const warnedDays = 30

/** Lives that are offered for a token, in days. */
const lifetimes = [90, 365, 730]
/** For how many hours an old token may stay valid beside the one that takes its place. */
export const overlaps: readonly number[] = [0, 1, 24, 168]

type Credential = ApiToken | Client

export function isLive({ state }: Credential): boolean {
  return state === 'live'
}

/** How a credential is named: what it ends in, or for a client without a secret its id. */
function endingOf({ ending, id }: Credential): string {
  return ending ?? id.slice(-4)
}

/** Whole days until an instant. */
function daysUntil(instant: string): number {
  return Math.floor((Date.parse(instant) - Date.now()) / day)
}

/** What must be known about a connection's credentials: that one ends soon, or that none is valid. */
export function warnings({ t }: PortalPage, credentials: readonly Credential[]): HtmlContent {
  const live = credentials.filter(isLive)
  const ending = live.filter(({ expires }) => expires !== undefined && daysUntil(expires) <= warnedDays)
  const isUseless = credentials.length > 0 && live.length === 0
  return [
    isUseless && html`<div class="note bad"><p>${t.allExpired}</p></div>`,
    ...ending.map(
      (one) =>
        html`<div class="note warning"><p>${('method' in one ? t.clientExpiryWarning : t.expiryWarning)(endingOf(one), daysUntil(one.expires ?? ''))}</p></div>`,
    ),
  ]
}

/** All credentials of a connection: its tokens, and its clients. */
export async function credentialsOf(
  page: PortalPage,
  connection: Connection,
): Promise<{ readonly tokens: readonly ApiToken[]; readonly clients: readonly Client[] }> {
  const name = { tenant: visitorOf(page).tenant, connection: connection.id }
  const { connections } = page.context
  const [tokens, clients] = await Promise.all([connections.tokens(name), connections.clients(name)])
  return { tokens, clients }
}

export async function credentialsPage(page: PortalPage, { id }: Parameters): Promise<ScimResponse> {
  const { t, context } = page
  const connection = await findConnection(page, id)
  const { canSetUp } = visitorOf(page)
  const { tokens, clients } = await credentialsOf(page, connection)
  const isOpen = canSetUp && connection.disconnected === undefined
  const { count, last } = refusalsOf(page, connection)
  return render(page, {
    title: t.credentials,
    lead: t.credentialsLead,
    connection,
    tab: 'credentials',
    content: [
      page.query.get('done') === 'revoked' &&
        html`<div class="note good" role="status"><p>${t.revokedNow}</p></div>`,
      connection.disconnected !== undefined
        ? html`<div class="note bad"><p>${t.alreadyDisconnected}</p></div>`
        : warnings(page, [...tokens, ...clients]),
      count > 0 &&
        html`<div class="note warning"><p>${t.wrongTokens(count)}${last && html`; ${t.lastWrongToken}: ${time(page, last.time)}${last.ending !== undefined && `, ${t.endsIn(last.ending)}`}`}</p></div>`,
      html`<section class="card" aria-labelledby="tokens"><h2 id="tokens">${t.tokens}</h2>${list(page, connection, tokens)}
${isOpen && tokens.filter(isLive).length < 2 && issueForm(page, connection, tokens.some(isLive))}</section>`,
      (context.tokenUrl !== undefined || clients.length > 0) &&
        html`<section class="card" aria-labelledby="clients"><h2 id="clients">${t.clients}</h2><p class="muted">${t.clientsLead}</p>${list(page, connection, clients)}
${isOpen && context.tokenUrl !== undefined && clientForm(page, connection)}</section>`,
    ],
  })
}

/** Live ones first, then those that have ended. */
function list(page: PortalPage, connection: Connection, credentials: readonly Credential[]): HtmlContent {
  if (credentials.length === 0) return html`<p>${page.t.noCredentials}</p>`
  const all = [...credentials.filter(isLive), ...credentials.filter((one) => !isLive(one)).reverse()]
  return html`<ul class="entries">${all.map((one) => html`<li>${item(page, connection, one)}</li>`)}</ul>`
}

function item(page: PortalPage, connection: Connection, one: Credential): HtmlContent {
  const { t } = page
  const { canSetUp, canManage } = visitorOf(page)
  const ending = endingOf(one)
  const path = (verb: string) =>
    connectionPath(page, connection, `credentials/${encodeURIComponent(one.id)}/${verb}`)
  const isToken = !('method' in one)
  return html`<div><strong>${'method' in one ? html`<code>${shown(one.id)}</code>` : t.endsIn(ending)}</strong> ${stateBadge(page, one)}</div>
<div class="small muted">${'method' in one && federationOf(one)}<p>${t.issuedBy} ${time(page, one.created)}${one.createdBy !== undefined && html` ${t.by(shown(one.createdBy))}`}</p>
<p>${t.lastUsed}: ${one.lastUsed === undefined ? t.notUsedYet : time(page, one.lastUsed)}${one.expires !== undefined && html` · ${t.expires}: ${time(page, one.expires)}`}</p></div>
<div class="actions">${isLive(one) && isToken && canSetUp && html`<a class="button" href="${path('rotate')}" aria-label="${t.rotateOf(ending)}">${t.rotate}</a>`}
${isLive(one) && canManage && html`<a class="button" href="${path('revoke')}" aria-label="${t.revokeOf(ending)}">${t.revoke}</a>`}</div>`
}

/** Whose assertions a client comes with, for lists. */
function federationOf({ issuer, subject, audience }: Client): HtmlContent {
  return (
    issuer !== undefined &&
    html`<p translate="no">${[issuer, subject, audience].map((one, index) => [index > 0 && ' · ', html`<code>${shown(one ?? '')}</code>`])}</p>`
  )
}

function stateBadge({ t }: PortalPage, { state, expires }: Credential): HtmlContent {
  if (state === 'revoked') return html`<span class="badge bad">${t.revoked}</span>`
  if (state === 'expired') return html`<span class="badge bad">${t.expired}</span>`
  const days = expires === undefined ? Number.POSITIVE_INFINITY : daysUntil(expires)
  return days <= warnedDays
    ? html`<span class="badge warning">${t.expiresSoon(days)}</span>`
    : html`<span class="badge good">${t.valid}</span>`
}

/** The form that issues a token. */
export function issueForm(page: PortalPage, connection: Connection, isFurther: boolean): HtmlContent {
  const { t } = page
  return html`<form method="post" action="${connectionPath(page, connection, 'token')}">${tokenField(page)}${onceField()}
${lifetimeField(page)}<button class="primary">${isFurther ? t.issueAnother : t.issueToken}</button></form>`
}

function lifetimeField({ t }: PortalPage): HtmlContent {
  return html`<div class="field"><label for="days">${t.lifetime}</label><select id="days" name="days">${lifetimes.map(
    (days) => html`<option value="${days}"${days === 365 && ' selected'}>${t.days(days)}</option>`,
  )}</select></div>`
}

/** The end that a form asks for. */
export function expiryOf(sent: URLSearchParams): Date {
  const days = Number(sent.get('days'))
  return new Date(Date.now() + (lifetimes.includes(days) ? days : 365) * day)
}

/** The forms that add a client. */
export function clientForm(page: PortalPage, connection: Connection): HtmlContent {
  const { t } = page
  return html`<div class="actions"><form method="post" action="${connectionPath(page, connection, 'client')}">${tokenField(page)}${onceField()}<button>${t.addClient}</button></form>
${page.context.issuers.length > 0 && html`<a class="button" href="${connectionPath(page, connection, 'federation')}">${t.addFederated}</a>`}</div>`
}

/** @throws ScimError 404 for a credential that is not the connection's, or has ended. */
async function findLive(page: PortalPage, connection: Connection, id: string): Promise<Credential> {
  const { tokens, clients } = await credentialsOf(page, connection)
  const found = [...tokens, ...clients].find((one) => one.id === id && isLive(one))
  if (!found) throw ScimError.notFound()
  return found
}

export async function rotatePage(page: PortalPage, { id, entry }: Parameters): Promise<ScimResponse> {
  const { t } = page
  const connection = await findConnection(page, id)
  const found = await findLive(page, connection, entry)
  if ('method' in found) throw ScimError.notFound()
  const { tokens } = await credentialsOf(page, connection)
  const isFull = tokens.filter(isLive).length > 1
  return render(page, {
    title: t.rotateOf(found.ending),
    lead: t.rotateLead,
    connection,
    tab: 'credentials',
    content: isFull
      ? html`<div class="note warning"><p>${t.tooManyTokens}</p></div>${backLink(page, connection)}`
      : html`<form class="card" method="post" action="${connectionPath(page, connection, `credentials/${encodeURIComponent(entry)}/rotate`)}">${tokenField(page)}${onceField()}
<div class="field"><label for="overlap">${t.overlap}</label><select id="overlap" name="overlap">${overlaps.map(
          (hours) =>
            html`<option value="${hours}"${hours === 168 && ' selected'}>${hours === 0 ? t.atOnce : t.overlapHours(hours)}</option>`,
        )}</select></div>${lifetimeField(page)}
<div class="actions"><button class="primary">${t.rotateNow}</button>${backLink(page, connection)}</div></form>`,
  })
}

function backLink(page: PortalPage, connection: Connection): HtmlContent {
  return html`<a class="inline-link" href="${connectionPath(page, connection, 'credentials')}">${page.t.cancel}</a>`
}

export async function revokePage(page: PortalPage, { id, entry }: Parameters): Promise<ScimResponse> {
  const { t } = page
  const connection = await findConnection(page, id)
  const found = await findLive(page, connection, entry)
  return render(page, {
    title: t.revokeOf(endingOf(found)),
    lead: t.revokeLead,
    connection,
    tab: 'credentials',
    content: html`<form class="card danger" method="post" action="${connectionPath(page, connection, `credentials/${encodeURIComponent(entry)}/revoke`)}">${tokenField(page)}
<p>${t.lastUsed}: ${found.lastUsed === undefined ? t.notUsedYet : time(page, found.lastUsed)}</p>
<div class="actions"><button class="danger">${t.revokeNow}</button>${backLink(page, connection)}</div></form>`,
  })
}

export async function revokeCredential(page: PortalPage, { id, entry }: Parameters): Promise<ScimResponse> {
  const connection = await findConnection(page, id)
  const found = await findLive(page, connection, entry)
  const { tenant } = visitorOf(page)
  const { connections } = page.context
  if ('method' in found) await connections.revokeClient({ tenant, client: found.id })
  else await connections.revokeToken({ tenant, token: found.id })
  note(page, connection, 'method' in found ? 'client.revoked' : 'token.revoked')
  return redirect(page, `/idp/${encodeURIComponent(connection.id)}/credentials?done=revoked`)
}
