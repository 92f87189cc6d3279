/** The headers of every page. `frameOrigins`: sites of the host that may show the portal in a frame. */
export function pageHeaders(nonce: string, frameOrigins: readonly string[]): Record<string, string> {
  const isFramed = frameOrigins.length > 0
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      `frame-ancestors ${isFramed ? frameOrigins.join(' ') : "'none'"}`,
      "require-trusted-types-for 'script'",
      'trusted-types scimkit',
    ].join('; '),
    ...(!isFramed && { 'x-frame-options': 'DENY' }),
    'permissions-policy': 'clipboard-write=(self)',
    'cross-origin-opener-policy': 'same-origin',
    ...plainHeaders,
  }
}

/** The headers of every reply, pages and files. */
export const plainHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
} as const
