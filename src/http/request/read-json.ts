import { ScimError } from '../../protocol/index.js'
import type { ScimRequest } from '../message.js'
import { assertContentEncoding, assertContentType } from './media-types.js'

/** Refuses nesting deeper than anything in SCIM. */
function assertDepth(value: unknown, left: number): void {
  if (typeof value !== 'object' || value === null) return
  if (left === 0) throw ScimError.invalidSyntax('The body nests too deeply')
  for (const inner of Array.isArray(value) ? value : Object.values(value)) assertDepth(inner, left - 1)
}

/**
 * The JSON of a request's body.
 *
 * @throws ScimError 415; 413; `invalidSyntax`, without the body's content.
 */
export async function readJson(
  request: ScimRequest,
  limits: { readonly maxBodyBytes: number; readonly maxJsonDepth: number },
): Promise<unknown> {
  assertContentType(request.header('content-type'))
  assertContentEncoding(request.header('content-encoding'))
  const body = await request.body(limits.maxBodyBytes)
  if (body.kind === 'none' || (body.kind === 'text' && body.text.trim() === '')) {
    throw ScimError.invalidSyntax('The request needs a body')
  }
  let json: unknown
  if (body.kind === 'json') json = body.json
  else {
    try {
      json = JSON.parse(body.text)
    } catch {
      // The parser's own message quotes the body, which may hold personal data.
      throw ScimError.invalidSyntax('The body is not valid JSON')
    }
  }
  assertDepth(json, limits.maxJsonDepth)
  return json
}
