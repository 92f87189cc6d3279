import type { WireExchange } from '../../testing/wire/index.js'

/** A request as a command for a shell; the token is taken from the environment. */
export function asCurl({ method, url, requestHeaders, requestBody }: WireExchange): string {
  const headers = Object.entries(requestHeaders).map(([name, value]) =>
    name === 'authorization' ? '-H "Authorization: Bearer $SCIM_TOKEN"' : `-H ${quote(`${name}: ${value}`)}`,
  )
  const body = requestBody === undefined ? [] : [`--data-raw ${quote(requestBody)}`]
  return ['curl', `-X ${method}`, quote(url), ...headers, ...body].join(' ')
}

/** Nothing has a meaning between single quotes but the quote itself. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
