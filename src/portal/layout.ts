import type { ScimResponse } from '../http/index.js'
import type { Html, HtmlContent } from './escape.js'
import { html, shown, trusted } from './escape.js'
import { pageHeaders } from './headers.js'
import type { PortalPage } from './page.js'
import { script } from './script.js'
import { style } from './style.js'

/** A tab of a connection's pages. */
export type Tab = 'set-up' | 'attributes' | 'activity' | 'people' | 'credentials' | 'guests' | 'disconnect'

/** The connection whose pages are shown. */
export interface Shown {
  readonly id: string
  readonly name: string
}

/** What a page says, without what all pages have around it. */
export interface PageContent {
  readonly title: string
  /** Below the heading. */
  readonly lead?: HtmlContent
  readonly connection?: Shown | undefined
  readonly tab?: Tab
  readonly content: HtmlContent
  /** Default: 200. */
  readonly status?: number
  /** Whether the heading takes the focus, as after a form was sent. */
  readonly isAnswer?: boolean
}

/** The whole page as a reply. */
export async function render(page: PortalPage, content: PageContent, cookie?: string): Promise<ScimResponse> {
  const setCookie = cookie ?? page.newCookie()
  return {
    status: content.status ?? 200,
    headers: {
      ...pageHeaders(page.nonce, page.context.frameOrigins),
      'content-language': page.language.tag,
      ...(setCookie !== undefined && { 'set-cookie': setCookie }),
    },
    body: String(layout(page, content)),
  }
}

function layout(page: PortalPage, { title, lead, connection, tab, content, isAnswer }: PageContent): Html {
  const { t, principal, context } = page
  const { name, support } = context
  const documentTitle = [title, connection && shown(connection.name), name].filter(Boolean).join(' · ')
  return html`<!doctype html>
<html lang="${page.language.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${documentTitle}</title>
<style nonce="${page.nonce}">${trusted(style + context.themeStyle)}</style>
</head>
<body>
<a class="skip" href="#main">${t.skip}</a>
<div class="page">
<header class="top">
<a class="service inline-link" href="${page.to('/')}">${name}</a>
${
  principal &&
  html`<span class="who">${principal.link === undefined ? t.signedInAs(shown(principal.actor)) : t.guest}${
    principal.tenant !== undefined && html` · ${shown(principal.tenant)}`
  }</span>`
}
</header>
${connection && [html`<p class="connection">${shown(connection.name)}</p>`, tabs(page, connection, tab)]}
<main id="main">
<div class="head">
<h1${isAnswer ? html` tabindex="-1" data-focus` : ''}>${title}</h1>
${lead !== undefined && html`<p>${lead}</p>`}
</div>
${content}
</main>
<div id="said" class="hidden-text" role="status"></div>
<footer class="foot">
<span>${support ? html`<a href="${support}">${t.help}</a>` : `${t.help}: ${t.askService(name)}`} · ${t.zone} <span data-zone>UTC</span></span>
${languageChoice(page)}
${principal?.link !== undefined && html`<form method="post" action="${page.to('/leave')}">${tokenField(page)}<button class="quiet">${t.leave}</button></form>`}
</footer>
</div>
<script nonce="${page.nonce}">${trusted(script)}</script>
</body>
</html>`
}

function tabs(page: PortalPage, connection: Shown, current: Tab | undefined): Html {
  const { t, principal } = page
  const all: readonly (readonly [Tab, string])[] = [
    ['set-up', t.setUp],
    ['attributes', t.attributes],
    ['activity', t.activity],
    ['people', t.people],
    ['credentials', t.credentials],
    ...(principal?.canManage
      ? ([
          ['guests', t.guests],
          ['disconnect', t.disconnect],
        ] as const)
      : []),
  ]
  return html`<nav class="tabs" aria-label="${shown(connection.name)}"><ul>${all.map(
    ([tab, label]) =>
      html`<li><a href="${connectionPath(page, connection, tab)}"${tab === current && html` aria-current="page"`}>${label}</a></li>`,
  )}</ul></nav>`
}

function languageChoice(page: PortalPage): Html {
  const { languages } = page.context
  return html`<form method="post" action="${page.to('/language')}" aria-label="${page.t.language}">${tokenField(page)}
<input type="hidden" name="to" value="${pathToReturn(page)}">
${languages.map(({ tag, name }) =>
  tag === page.language.tag
    ? ''
    : html`<button class="quiet" name="language" value="${tag}" lang="${tag}">${name}</button>`,
)}</form>`
}

/** A page that can be opened again: after a form was sent, that of its connection. */
function pathToReturn({ request, path }: PortalPage): string {
  if (request.method !== 'POST') return path
  const [, first, id] = path.split('/')
  return first === 'idp' && id !== undefined ? `/idp/${id}/set-up` : '/'
}

/** The path of a connection's page, as the browser sees it. */
export function connectionPath(page: PortalPage, { id }: Pick<Shown, 'id'>, rest: string): string {
  return page.to(`/idp/${encodeURIComponent(id)}/${rest}`)
}

/** What each form must hold: see {@link PortalPage.form}. */
export function tokenField(page: PortalPage): Html {
  return html`<input type="hidden" name="token" value="${page.token}">`
}

/** An instant: the script shows it in the viewer's zone, else it stands in UTC. */
export function time(page: PortalPage, instant: Date | string | undefined): HtmlContent {
  if (instant === undefined) return page.t.never
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) return page.t.never
  const iso = date.toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}

/** A value to copy: a field that can be selected, with a button where there is the script. */
export function copyField(page: PortalPage, id: string, label: string, value: string): Html {
  const { t } = page
  return html`<div><label for="${id}">${label}</label><div class="value"><input id="${id}" value="${value}" readonly spellcheck="false" autocomplete="off" translate="no"><button type="button" data-copy="${id}" data-short="${t.copiedShort}" data-done="${t.copied(label)}" data-failed="${t.copyByHand}" data-with-script hidden aria-label="${t.copyOf(label)}">${t.copy}</button></div></div>`
}
