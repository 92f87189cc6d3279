import type { ScimError } from '../../protocol/index.js'
import { errorMessage, mediaType, toJson } from '../../protocol/index.js'
import type { ScimResponse } from '../message.js'

/** A reply; its body, if any, is SCIM JSON: text that `JSON.stringify` made, or parts of it. */
export function reply(
  status: number,
  body?: ScimResponse['body'],
  headers: Readonly<Record<string, string>> = {},
): ScimResponse {
  return { status, headers: body === undefined ? headers : { 'content-type': mediaType, ...headers }, body }
}

/** An error as a reply (RFC 7644 section 3.12). */
export function errorReply(error: ScimError, headers?: Readonly<Record<string, string>>): ScimResponse {
  return reply(error.status, toJson(errorMessage(error)), {
    ...(error.status === 401 && { 'www-authenticate': 'Bearer realm="SCIM"' }),
    // Okta only reads a number of seconds.
    ...(error.retryAfter !== undefined && { 'retry-after': String(error.retryAfter) }),
    ...headers,
  })
}
