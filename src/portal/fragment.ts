import type { ScimResponse } from '../http/index.js'
import type { HtmlContent } from './escape.js'
import { html } from './escape.js'
import { plainHeaders } from './headers.js'
import type { PortalPage } from './page.js'

/** A part of a page that its script asks for again: 304 while the tag that it has is the current one. */
export async function fragment(
  page: PortalPage,
  tag: string,
  make: () => HtmlContent | Promise<HtmlContent>,
): Promise<ScimResponse> {
  const etag = `"${tag}"`
  const headers = {
    ...plainHeaders,
    etag,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  }
  if (page.request.header('if-none-match') === etag) return { status: 304, headers, body: undefined }
  return {
    status: 200,
    headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
    body: String(html`${await make()}`),
  }
}
