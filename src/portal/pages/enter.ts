import type { ScimResponse } from '../../http/index.js'
import { setCookie } from '../cookies.js'
import { digestOf, randomText } from '../encoding.js'
import { html } from '../escape.js'
import { guestCookie } from '../guest-session.js'
import { render, tokenField } from '../layout.js'
import type { PortalPage } from '../page.js'
import { redirect } from '../page.js'
import type { Parameters } from '../parameters.js'

/** What a link leads to: a button. Scanners of mail open every link and press none. */
export async function enterPage(page: PortalPage, { entry }: Parameters): Promise<ScimResponse> {
  const { t, context } = page
  if (isSignedIn(page)) return signedInPage(page, 200)
  const key = /^[\w-]{1,100}$/.test(entry) ? entry : ''
  return render(page, {
    title: t.enterTitle,
    lead: t.enterLead(context.name),
    content: html`<form class="card" method="post" action="${page.to('/enter')}">${tokenField(page)}
<input type="hidden" name="key" value="${key}"><p>${t.enterHint}</p><button class="primary">${t.enter}</button></form>`,
  })
}

/** Whether a visitor has a session of the host, which goes before what a link opens. */
function isSignedIn({ principal }: PortalPage): boolean {
  return principal !== undefined && principal.link === undefined
}

/** An administrator who tries a link, or has an account of another tenant, would use it up and see nothing by it. */
function signedInPage(page: PortalPage, status: number): Promise<ScimResponse> {
  const { t, context } = page
  return render(page, {
    title: t.enterTitle,
    lead: t.enterLead(context.name),
    status,
    isAnswer: status !== 200,
    content: html`<div class="note warning" role="alert"><p>${t.enterSignedIn(context.name)}</p></div>
<p><a class="button" href="${page.to('/')}">${t.connections}</a></p>`,
  })
}

/** Exchanges a link for a cookie, once. */
export async function enter(
  page: PortalPage,
  _parameters: unknown,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const { t, context } = page
  if (isSignedIn(page)) return signedInPage(page, 409)
  const session = randomText()
  const now = new Date().toISOString()
  const key = await digestOf(sent.get('key') ?? '')
  const link = await context.connections.guests.exchange(key, await digestOf(session), now)
  if (!link) {
    return render(page, {
      title: t.enterTitle,
      status: 403,
      isAnswer: true,
      content: html`<div class="note bad" role="alert"><p>${t.linkBad}</p></div>`,
    })
  }
  context.log.note({
    tenant: link.tenant,
    connection: link.connection,
    action: 'link.opened',
    actor: 'guest',
  })
  const seconds = Math.floor((Date.parse(link.expires) - Date.now()) / 1000)
  const cookie = setCookie(guestCookie, session, seconds, page.scope)
  return redirect(page, `/idp/${encodeURIComponent(link.connection)}/set-up`, cookie)
}

/** Ends a guest's visit: the cookie is worth nothing any more. */
export async function leave(page: PortalPage): Promise<ScimResponse> {
  const { t, principal, context } = page
  if (principal?.link !== undefined) {
    await context.connections.guests.revoke(principal.tenant, principal.link, new Date().toISOString())
  }
  const cookie = setCookie(guestCookie, '', 0, page.scope)
  return render(page, { title: t.left, isAnswer: true, content: '' }, cookie)
}
