import type { TokenForm } from './form.js'
import { invalidRequest, refusedClient } from './oauth-error.js'

/** What a client shows to prove who it is. */
export type ClientCredential =
  | { readonly kind: 'secret'; readonly client: string; readonly secret: string }
  /** Who it is may be told by the assertion alone (RFC 7521 section 4.2). */
  | { readonly kind: 'assertion'; readonly client: string | undefined; readonly assertion: string }

/** RFC 7523 section 2.2 */
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * Reads the credential of a client: a secret in the header or the body, or an assertion.
 *
 * @throws OAuthError `invalid_request` where there are several, `invalid_client` where there is none.
 * @see RFC 6749 section 2.3 and RFC 7521 section 4.2
 */
export function readCredential(authorization: string | undefined, form: TokenForm): ClientCredential {
  const [client, secret] = [form.get('client_id'), form.get('client_secret')]
  const [assertion, type] = [form.get('client_assertion'), form.get('client_assertion_type')]
  const hasAssertion = assertion !== undefined || type !== undefined
  const header = authorization?.trim() || undefined
  if ([header !== undefined, secret !== undefined, hasAssertion].filter(Boolean).length > 1)
    throw invalidRequest('The client must use one way to authenticate, and not several')
  if (header !== undefined) {
    const basic = readBasic(header)
    if (client !== undefined && client !== basic.client)
      throw invalidRequest('The client_id of the body is not the one of the Authorization header')
    return basic
  }
  if (hasAssertion) {
    if (assertion === undefined || type === undefined)
      throw invalidRequest('client_assertion and client_assertion_type must be together')
    if (type !== assertionType) throw invalidRequest(`client_assertion_type must be ${assertionType}`)
    return { kind: 'assertion', client, assertion }
  }
  if (client === undefined || secret === undefined)
    throw refusedClient('malformed', {
      description: 'The client must authenticate, by a secret or by an assertion',
    })
  return { kind: 'secret', client, secret }
}

const basicHelp =
  'The Authorization header must be Basic, with client_id and client_secret as RFC 6749 section 2.3.1 encodes them'

function readBasic(header: string): Extract<ClientCredential, { kind: 'secret' }> {
  const space = header.indexOf(' ')
  if (header.slice(0, space).toLowerCase() !== 'basic')
    throw refusedClient('malformed', { description: basicHelp })
  const pair = decodeBase64(header.slice(space + 1).trim())
  const colon = pair.indexOf(':')
  if (colon === -1) throw refusedClient('malformed', { description: basicHelp })
  const [client, secret] = [decodeForm(pair.slice(0, colon)), decodeForm(pair.slice(colon + 1))]
  if (client === '' || secret === '') throw refusedClient('malformed', { description: basicHelp })
  return { kind: 'secret', client, secret }
}

function decodeBase64(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refusedClient('malformed', { description: basicHelp })
  }
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw refusedClient('malformed', { description: basicHelp })
  }
}
