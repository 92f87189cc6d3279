import type { RequestBody, ScimRequest } from '../http/index.js'
import { HostFault, isObject, isScimError } from '../protocol/index.js'
import { invalidRequest } from './oauth-error.js'

/** Bytes of a request at most: an assertion has some two thousand. */
const maxBytes = 65_536

/** Parameters that must be in the body and not in the URL, which is written into logs (RFC 6749 section 2.3.1). */
const credentials = ['grant_type', 'client_id', 'client_secret', 'client_assertion', 'scope']

/** The parameters of a token request that have a value. */
export type TokenForm = ReadonlyMap<string, string>

/**
 * Reads the parameters of a token request, also where the framework has parsed them before.
 *
 * @throws OAuthError `invalid_request`
 * @see RFC 6749 section 3.2
 */
export async function readForm(request: ScimRequest): Promise<TokenForm> {
  const [type = ''] = (request.header('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    throw invalidRequest('The Content-Type must be application/x-www-form-urlencoded')
  const query = new URLSearchParams(request.query)
  if (credentials.some((name) => query.has(name)))
    throw invalidRequest('The parameters must be in the body, and not in the URL')
  return toForm(await readBody(request))
}

async function readBody(request: ScimRequest): Promise<RequestBody> {
  try {
    return await request.body(maxBytes)
  } catch (error) {
    if (error instanceof HostFault || !isScimError(error)) throw error
    // It speaks of sizes and encodings only.
    throw invalidRequest(error.detail, { status: error.status })
  }
}

function toForm(body: RequestBody): TokenForm {
  if (body.kind === 'none') return new Map()
  if (body.kind === 'text') return withoutRepeats(new URLSearchParams(body.text))
  if (!isObject(body.json)) throw invalidRequest('The body must be a form')
  return withoutRepeats(Object.entries(body.json))
}

/** @throws OAuthError for a parameter that is there twice; parsers of frameworks make a list of it. */
function withoutRepeats(parameters: Iterable<[string, unknown]>): TokenForm {
  const form = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, value] of parameters) {
    if (seen.has(name) || typeof value !== 'string')
      throw invalidRequest('A parameter must not be included more than once')
    seen.add(name)
    // A parameter without a value counts as left out (RFC 6749 section 3.2).
    if (value !== '') form.set(name, value)
  }
  return form
}
