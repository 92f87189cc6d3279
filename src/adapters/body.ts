import type { RequestBody, ScimResponse } from '../http/index.js'
import { mediaType, ScimError } from '../protocol/index.js'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A body that has been read whole, as text. */
export function bodyOf(bytes: Uint8Array): RequestBody {
  if (bytes.byteLength === 0) return { kind: 'none' }
  try {
    return { kind: 'text', text: utf8.decode(bytes) }
  } catch (cause) {
    throw ScimError.invalidSyntax('The request body is not UTF-8', { cause })
  }
}

/** The error for a body of more bytes than the service takes. */
export function overLimit(limit: number): ScimError {
  return ScimError.tooLarge(`The request body is larger than ${limit} bytes`)
}

/** @throws ScimError 413 when there are more bytes than the service takes. */
export function within(limit: number, bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > limit) throw overLimit(limit)
  return bytes
}

/** The error for a body that ends before it is complete. */
export function cutOff(cause?: unknown): ScimError {
  return ScimError.invalidSyntax('The connection was closed before the request body was complete', { cause })
}

/** What a client receives when the service itself broke its promise to answer. */
export const failure: ScimResponse & { readonly body: string } = {
  status: 500,
  headers: { 'content-type': mediaType },
  body: JSON.stringify(new ScimError(500, undefined, 'The service could not answer').toMessage()),
}
