import type { ScimRequest, ScimResponse } from '../http/index.js'
import { isScimError } from '../protocol/index.js'
import type { PortalContext } from './context.js'
import { cookieName, cookieValue } from './cookies.js'
import { html } from './escape.js'
import { guestOf } from './guest-session.js'
import { chooseLanguage } from './language.js'
import { render } from './layout.js'
import { PortalPage } from './page.js'
import { languageCookie } from './pages/language.js'
import type { Principal } from './principal.js'
import { readAccess } from './principal.js'
import type { Access, Destination } from './routes.js'
import { destinationOf } from './routes.js'

/** Answers a request for a page. Never rejects. */
export async function answerPage(context: PortalContext, request: ScimRequest): Promise<ScimResponse> {
  const languageOf = () => {
    const name = cookieName(languageCookie, { isSecure: request.baseUrl.startsWith('https:') })
    const chosen = cookieValue(request.header('cookie'), name)
    return chooseLanguage(context.languages, chosen?.toLowerCase(), request.header('accept-language'))
  }
  let page: PortalPage | undefined
  try {
    const principal = await principalOf(context, request)
    page = await PortalPage.open(context, request, languageOf(), principal)
    return withoutBody(request, await answer(page))
  } catch (error) {
    try {
      page ??= await PortalPage.open(context, request, languageOf(), undefined)
      return withoutBody(request, await errorPage(page, error))
    } catch (cause) {
      context.scim.report?.(cause)
      return {
        status: 500,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: 'The page could not be made',
      }
    }
  }
}

/** The visitor: of the host's session, or else a guest. */
async function principalOf(context: PortalContext, request: ScimRequest): Promise<Principal | undefined> {
  const returned = await context.authorize({
    method: request.method,
    path: request.path,
    header: (name) => request.header(name),
    raw: request.raw,
  })
  return readAccess(returned) ?? (await guestOf(context, request))
}

async function answer(page: PortalPage): Promise<ScimResponse> {
  const { request, t } = page
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const found = destinationOf(method, request.path)
  if (found === 'notFound')
    return failure(page, 404, t.notFoundTitle, page.principal ? t.notFound : t.notSignedIn(page.context.name))
  if ('allow' in found) {
    const reply = await failure(page, 405, t.notFoundTitle, t.methodNotAllowed)
    return { ...reply, headers: { ...reply.headers, allow: found.allow.join(', ') } }
  }
  if (!page.principal && found.route.access !== 'anybody')
    return failure(page, 403, t.notSignedInTitle, t.notSignedIn(page.context.name))
  if (!mayEnter(page, found)) return failure(page, 403, t.notAllowedTitle, t.notAllowed)
  // Here, and so for every change: no handler is reached by the form of another site.
  const form = method === 'POST' ? await page.form() : new URLSearchParams()
  return found.route.handle(page, found.parameters, form)
}

function mayEnter({ principal }: PortalPage, { route }: Destination): boolean {
  const allowed: Readonly<Record<Access, boolean>> = {
    anybody: true,
    visitor: principal !== undefined,
    setUp: principal?.canSetUp ?? false,
    manage: principal?.canManage ?? false,
  }
  return allowed[route.access]
}

function withoutBody(request: ScimRequest, reply: ScimResponse): ScimResponse {
  return request.method === 'HEAD' ? { ...reply, body: undefined } : reply
}

/** A page that says why there is no other. */
function failure(page: PortalPage, status: number, title: string, text: string): Promise<ScimResponse> {
  return render(page, {
    title,
    status,
    content: html`<div class="card" role="alert"><p>${text}</p></div>`,
    isAnswer: true,
  })
}

async function errorPage(page: PortalPage, error: unknown): Promise<ScimResponse> {
  const { t } = page
  if (isScimError(error) && error.status < 500) {
    if (error.status === 404) return failure(page, 404, t.notFoundTitle, t.notFound)
    if (error.status === 403) return failure(page, 403, t.notAllowedTitle, error.detail ?? t.notAllowed)
    return failure(page, error.status, t.refusedTitle, error.detail ?? t.refusedTitle)
  }
  const id = crypto.randomUUID()
  // The same number in the host's log: the page says nothing of what failed.
  page.context.scim.report?.(new Error(`A page of the portal failed (${id})`, { cause: error }))
  return failure(page, isScimError(error) ? error.status : 500, t.failedTitle, t.failed(id))
}
