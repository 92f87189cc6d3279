import { mediaType, ScimError } from '../../protocol/index.js'
import type { ScimRequest } from '../message.js'

/** Whether a media type is JSON: `application/scim+json`, `application/json` and other `+json` types. */
function isJson(mediaType: string): boolean {
  return /^[\w.-]+\/(?:[\w.-]+\+)?json$/.test(mediaType)
}

/** What nearly every client writes, so that it need not be taken apart. */
const usual: ReadonlySet<string> = new Set([mediaType, `${mediaType}; charset=utf-8`, 'application/json', ''])

function assertMediaType(request: ScimRequest): void {
  const header = request.header('content-type')?.trim() ?? ''
  if (usual.has(header)) return
  const [type = '', ...parameters] = header.toLowerCase().split(';')
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(one)?.[1]).find(Boolean)
  if (!isJson(type.trim()) || (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')) {
    throw new ScimError(
      415,
      undefined,
      'The body is to be application/scim+json or application/json, in UTF-8',
    )
  }
}

function assertEncoding(request: ScimRequest): void {
  const encoding = request.header('content-encoding')?.trim().toLowerCase()
  if (encoding === undefined || encoding === '' || encoding === 'identity') return
  throw new ScimError(415, undefined, 'The body is to be sent without a Content-Encoding')
}

/** Refuses what nests deeper than anything in SCIM does. */
function assertDepth(value: unknown, left: number): void {
  if (typeof value !== 'object' || value === null) return
  if (left === 0) throw ScimError.invalidSyntax('The body nests too deeply')
  for (const inner of Array.isArray(value) ? value : Object.values(value)) assertDepth(inner, left - 1)
}

/**
 * The JSON of a request's body.
 *
 * @throws ScimError 415; 413; `invalidSyntax`, without what the body holds.
 */
export async function readJson(request: ScimRequest, limits: { maxBodyBytes: number; maxJsonDepth: number }) {
  assertMediaType(request)
  assertEncoding(request)
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

/** Refuses a client that takes nothing the service can answer with (RFC 9110 section 12.5.1). */
export function assertAcceptable(accept: string | undefined): void {
  if (accept === undefined || accept === '*/*' || usual.has(accept.trim())) return
  const isFine = accept
    .toLowerCase()
    .split(',')
    .some((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
      if (parameters.some((one) => /^q=0(?:\.0*)?$/.test(one))) return false
      return type === '*/*' || type === 'application/*' || isJson(type)
    })
  if (!isFine) throw new ScimError(406, undefined, 'Replies are application/scim+json; accept that')
}
