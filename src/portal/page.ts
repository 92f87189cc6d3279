import type { RequestBody, ScimRequest, ScimResponse } from '../http/index.js'
import { ScimError, trimSlashes } from '../protocol/index.js'
import type { PortalContext } from './context.js'
import type { CookieScope } from './cookies.js'
import { cookieName, cookieValue, setCookie } from './cookies.js'
import { base64url, isSameSignature, randomText } from './encoding.js'
import { plainHeaders } from './headers.js'
import type { Language } from './language.js'
import type { Principal } from './principal.js'

/** The most that a form may hold. */
const maxFormBytes = 64 * 1024

/** The name of the cookie that forms are bound to. */
const sessionCookie = 'scimkit-portal'

/** A request for a page, and what pages are made of. */
export class PortalPage {
  readonly nonce = base64url(crypto.getRandomValues(new Uint8Array(16)))
  readonly query: URLSearchParams
  /** Where the portal is mounted, as the browser sees it: a path without a slash at its end. */
  readonly base: string
  /** The scheme, host and port of the portal, as the browser sees it. */
  readonly origin: string
  /** The value that forms are bound to: that of the visitor's cookie, or one that the reply sets. */
  private readonly session: string
  private readonly isNewSession: boolean
  private signature = ''

  private constructor(
    readonly context: PortalContext,
    readonly request: ScimRequest,
    readonly language: Language,
    readonly principal: Principal | undefined,
  ) {
    const url = new URL(request.baseUrl)
    const mount = trimSlashes(url.pathname)
    // With one slash in front: with two, the next segment would be the host that a link leads to.
    this.base = mount && `/${mount}`
    this.origin = url.origin
    this.query = new URLSearchParams(request.query)
    const known = this.cookie(sessionCookie)
    this.isNewSession = known === undefined || !/^[\w-]{43}$/.test(known)
    this.session = known === undefined || this.isNewSession ? randomText() : known
  }

  static async open(
    context: PortalContext,
    request: ScimRequest,
    language: Language,
    principal: Principal | undefined,
  ): Promise<PortalPage> {
    const page = new PortalPage(context, request, language, principal)
    page.signature = await context.sign(`form\n${page.session}\n${principal?.key ?? ''}`)
    return page
  }

  /** The token that each form of this page carries. */
  get token(): string {
    return this.signature
  }

  get path(): string {
    return this.request.path
  }

  /** The texts of the visitor's language. */
  get t(): Language['messages'] {
    return this.language.messages
  }

  get scope(): CookieScope {
    const { frameOrigins } = this.context
    return { isSecure: this.origin.startsWith('https:'), isFramed: frameOrigins.length > 0, path: this.base }
  }

  /** The path of a page below the mount, for links and forms. */
  to(path: string): string {
    return `${this.base}${path}`
  }

  cookie(name: string): string | undefined {
    const header = this.request.header('cookie')
    return cookieValue(header, cookieName(name, { isSecure: this.request.baseUrl.startsWith('https:') }))
  }

  /** The cookie that a reply must set, so that its forms can be sent. */
  newCookie(): string | undefined {
    // A path outside of the mount, such as /favicon.ico, is asked for without the cookie that there may be.
    return this.isNewSession && !this.path.startsWith('/..')
      ? setCookie(sessionCookie, this.session, undefined, this.scope)
      : undefined
  }

  /**
   * What a form has sent, after its origin and its token were found to be this portal's.
   *
   * @throws ScimError 403 for a form of another site, session or visitor.
   */
  async form(): Promise<URLSearchParams> {
    const { request } = this
    const origin = request.header('origin')
    const site = request.header('sec-fetch-site')
    // Without a referrer, browsers name no origin ("null") in forms; they say then whose site the form is of.
    const isOwn = origin === undefined || origin === 'null' ? site === 'same-origin' : origin === this.origin
    if (site !== undefined && site !== 'same-origin') throw ScimError.forbidden(this.t.foreignForm)
    if (!isOwn && origin !== undefined && origin !== 'null')
      throw ScimError.forbidden(this.t.foreignOrigin(origin.slice(0, 200), this.origin))
    if (!isOwn) throw ScimError.forbidden(this.t.foreignForm)
    const values = readForm(await request.body(maxFormBytes))
    if (this.isNewSession || !isSameSignature(values.get('token') ?? '', this.signature))
      throw ScimError.forbidden(this.t.foreignForm)
    return values
  }
}

/** The fields of a form; a framework may have parsed it already. */
function readForm(body: RequestBody): URLSearchParams {
  if (body.kind === 'text') return new URLSearchParams(body.text)
  const values = new URLSearchParams()
  if (body.kind === 'none' || typeof body.json !== 'object' || body.json === null) return values
  for (const [name, value] of Object.entries(body.json))
    if (typeof value === 'string') values.append(name, value)
  return values
}

/** A reply that leads to another page of the portal, after a form was sent (303) or where a page has moved. */
export function redirect(page: PortalPage, path: string, cookie?: string): ScimResponse {
  return {
    status: 303,
    headers: {
      location: page.to(path),
      ...plainHeaders,
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      ...(cookie !== undefined && { 'set-cookie': cookie }),
    },
    body: undefined,
  }
}
