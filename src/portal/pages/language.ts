import type { ScimResponse } from '../../http/index.js'
import { setCookie } from '../cookies.js'
import type { PortalPage } from '../page.js'
import { redirect } from '../page.js'

/** The cookie with the language that the visitor has chosen. */
export const languageCookie = 'scimkit-portal-language'

/** Remembers the language that was chosen, and leads back. */
export async function choose(
  page: PortalPage,
  _parameters: unknown,
  sent: URLSearchParams,
): Promise<ScimResponse> {
  const chosen = page.context.languages.find(({ tag }) => tag === sent.get('language'))
  const to = sent.get('to') ?? '/'
  // A path of this portal only: never to another site, and to no page that only a form leads to.
  const isOwn = /^\/(?!\/)[\w./~%-]*$/.test(to)
  const year = 365 * 24 * 60 * 60
  const cookie = chosen && setCookie(languageCookie, chosen.tag, year, page.scope)
  return redirect(page, isOwn ? to : '/', cookie)
}
