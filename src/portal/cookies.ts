/** The value of a cookie; undefined where the request has none of this name. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

/** How cookies of a portal are set. */
export interface CookieScope {
  /** Whether the portal is reached by https. */
  readonly isSecure: boolean
  /** Whether the portal may stand in a frame of another site. */
  readonly isFramed: boolean
  /** Where the portal is mounted. */
  readonly path: string
}

/** The name by which a cookie is sent: browsers hold those with this prefix to one host and to https. */
export function cookieName(name: string, { isSecure }: Pick<CookieScope, 'isSecure'>): string {
  return isSecure ? `__Host-${name}` : name
}

/** The value of `Set-Cookie`. `maxAge`: seconds; 0 deletes the cookie; undefined: until the browser is closed. */
export function setCookie(
  name: string,
  value: string,
  maxAge: number | undefined,
  scope: CookieScope,
): string {
  const { isSecure, isFramed, path } = scope
  return [
    `${cookieName(name, scope)}=${value}`,
    `Path=${isSecure ? '/' : path || '/'}`,
    'HttpOnly',
    // In a frame of another site, only these are sent; the Origin and the token of each form keep foreign requests out.
    ...(isFramed && isSecure ? ['SameSite=None', 'Partitioned'] : ['SameSite=Lax']),
    ...(isSecure ? ['Secure'] : []),
    ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
  ].join('; ')
}
