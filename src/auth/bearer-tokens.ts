import type { Authenticate, Caller } from './authenticate.js'

/** A token that is accepted, as text or as its digest. */
export type BearerToken = Caller &
  (
    | { readonly token: string; readonly sha256?: undefined }
    /** The SHA-256 digest of the token's UTF-8 bytes, as 64 hexadecimal digits. */
    | { readonly sha256: string; readonly token?: undefined }
  )

const scheme = /^bearer +/i

/** Whether two texts are the same, in a time that does not tell where they differ. */
function equalInConstantTime(given: string, known: string): boolean {
  let difference = given.length ^ known.length
  for (let index = 0; index < given.length; index++) {
    difference |= given.charCodeAt(index) ^ known.charCodeAt(index % known.length)
  }
  return difference === 0
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

interface Known {
  readonly caller: Caller
  readonly sha256: string | undefined
  /** The token's text: configured, or remembered from the first request that brought it. */
  token: string | undefined
}

function toKnown(token: BearerToken, index: number): Known {
  const sha256 = token.sha256?.toLowerCase()
  if (sha256 === undefined && !token.token) throw new TypeError(`bearerTokens[${index}]: the token is empty`)
  if (token.token !== undefined && token.token !== token.token.trim()) {
    // No header holds such a token: a line break from the end of a file, as a rule.
    throw new TypeError(`bearerTokens[${index}]: the token begins or ends with white space`)
  }
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new TypeError(`bearerTokens[${index}]: sha256 must be 64 hexadecimal digits`)
  }
  // Handed to the host's hooks again and again: what one of them changed would be true for every later request.
  const caller = Object.freeze({ tenant: token.tenant, actor: token.actor })
  return { caller, sha256, token: token.token }
}

/**
 * Accepts a fixed set of API tokens, any number per tenant, so that a new one can be handed out before the old one
 * is withdrawn. The header is `Authorization: Bearer <token>`, or the token alone, as Okta's header mode sends it.
 *
 * A token given as a digest is hashed once: after it was accepted its text is remembered, in this process only.
 *
 * @throws TypeError when a token is empty or has white space around it, or a digest is not one.
 * @example
 * createScim({ authenticate: bearerTokens([{ token, tenant: 'acme' }]), … })
 * @see RFC 6750 section 2.1
 */
export function bearerTokens(tokens: readonly BearerToken[]): Authenticate {
  const known = tokens.map(toKnown)
  const hasDigests = known.some((one) => one.sha256 !== undefined)

  /** Compares with every token, so that the time does not tell which one came close. */
  function find(given: string): Known | undefined {
    let found: Known | undefined
    for (const one of known) {
      if (one.token !== undefined && equalInConstantTime(given, one.token)) found ??= one
    }
    return found
  }

  return async (request) => {
    const header = request.header('authorization')?.trim()
    if (!header) return undefined
    const given = header.replace(scheme, '')
    if (given === '') return undefined
    let found = find(given)
    if (!found && hasDigests) {
      const hash = await digest(given)
      for (const one of known)
        if (one.sha256 !== undefined && equalInConstantTime(hash, one.sha256)) found ??= one
      if (found) found.token = given
    }
    if (found && given === header)
      request.note('rawToken', 'authorization', 'accepted the token without a scheme')
    return found?.caller
  }
}
