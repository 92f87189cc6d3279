import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, isObject } from '../protocol/index.js'
import type { Authenticate, Caller } from './authenticate.js'

/**
 * A token that is accepted, as text or as its digest. Undefined is allowed by the types so that
 * `process.env.SCIM_TOKEN` can be written as it is; {@link bearerTokens} refuses it.
 */
export type BearerToken = Pick<Caller, 'tenant' | 'actor'> &
  (
    | { readonly token: string | undefined; readonly sha256?: undefined }
    /** The SHA-256 digest of the token's UTF-8 bytes, as 64 hexadecimal digits. */
    | { readonly sha256: string | undefined; readonly token?: undefined }
  )

const tokenNames = { token: true, sha256: true, tenant: true, actor: true } satisfies OptionNames<BearerToken>

/** What is made by {@link bearerTokens}, with whether its callers have tenants. */
const made = new WeakMap<Authenticate, { readonly namesTenants: boolean }>()

/** Whether it is known, before there is a request, that callers have tenants. */
export function hasTenants(authenticate: Authenticate): boolean {
  return made.get(authenticate)?.namesTenants ?? false
}

/** Whether callers are known by fixed tokens, which are no access tokens of OAuth. */
export function hasFixedTokens(authenticate: Authenticate): boolean {
  return made.has(authenticate)
}

const scheme = /^bearer +/i

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function equalInConstantTime(given: string, known: string): boolean {
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

/** @throws TypeError */
function readToken(token: string): string {
  if (typeof token !== 'string') throw new TypeError('the token must be text')
  if (token === '') throw new TypeError('the token is empty')
  // A line break from the end of a file, as a rule.
  if (token !== token.trim()) throw new TypeError('the token begins or ends with white space')
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError('the token must be printable ASCII without spaces: no header can carry another')
  }
  return token
}

/** @throws TypeError */
function readDigest(digest: string): string {
  if (!/^[0-9a-f]{64}$/i.test(digest)) throw new TypeError('sha256 must be 64 hexadecimal digits')
  return digest.toLowerCase()
}

/** @throws TypeError */
function toKnown({ token, sha256, tenant, actor }: BearerToken): Known {
  if (token === undefined && sha256 === undefined) {
    throw new TypeError('there is no token; is the environment variable set that it comes from?')
  }
  for (const [name, value] of Object.entries({ tenant, actor })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      throw new TypeError(`${name} must be text that is not empty, or be left out`)
    }
  }
  return {
    // Handed to the host's hooks again and again: what one of them changed would be true for every later request.
    caller: Object.freeze({ tenant, actor }),
    sha256: sha256 === undefined ? undefined : readDigest(sha256),
    token: token === undefined ? undefined : readToken(token),
  }
}

/** Each token with its caller. @throws TypeError naming the one that is wrong, without showing it. */
function readTokens(tokens: readonly BearerToken[]): readonly Known[] {
  const indexes = new Map<string, number>()
  return tokens.map((given, index) => {
    if (isObject(given)) assertKnownOptions(`bearerTokens[${index}]`, given, tokenNames)
    try {
      const known = toKnown(given)
      for (const key of [known.token, known.sha256 && `sha256 ${known.sha256}`]) {
        if (key === undefined) continue
        const first = indexes.get(key)
        // Which of the two callers it is would depend on their order.
        if (first !== undefined) throw new TypeError(`the token is that of bearerTokens[${first}] too`)
        indexes.set(key, index)
      }
      return known
    } catch (error) {
      throw new TypeError(`bearerTokens[${index}]: ${error instanceof Error ? error.message : 'no token'}`)
    }
  })
}

/** Refuses a token that is there as text and as a digest. @throws TypeError */
async function assertDistinct(known: readonly Known[]): Promise<void> {
  const texts = known.map(({ token }) => token)
  for (const [index, text] of texts.entries()) {
    if (text === undefined) continue
    const hash = await digest(text)
    const same = known.findIndex(({ sha256 }) => sha256 === hash)
    if (same !== -1)
      throw new TypeError(`bearerTokens[${index}]: the token is that of bearerTokens[${same}] too`)
  }
}

/**
 * Accepts a fixed set of API tokens, any number per tenant, so that a new one can be handed out before the old one
 * is withdrawn. The header is `Authorization: Bearer <token>`, or the token alone, as Okta's header mode sends it.
 *
 * A token given as a digest is hashed once: after it was accepted its text is remembered, in this process only.
 *
 * @throws TypeError for an option that there is not, for a token that is missing, empty, there twice or not printable ASCII without spaces, for a digest
 * that is none, and for an empty tenant or actor. A token that is there as text and as its digest makes every request
 * fail instead (500).
 * @example
 * createScim({ authenticate: bearerTokens([{ token: process.env.SCIM_TOKEN, tenant: 'acme' }]), … })
 * @see RFC 6750 section 2.1
 */
export function bearerTokens(tokens: readonly BearerToken[]): Authenticate {
  const known = readTokens(tokens)
  const namesTenants = known.some(({ caller }) => caller.tenant !== undefined)
  const hasDigests = known.some((one) => one.sha256 !== undefined)
  // Hashing is asynchronous, so that the first request does what cannot be done here.
  let areDistinct = !hasDigests || known.every((one) => one.token === undefined)
  let checking: Promise<void> | undefined

  /** Compares with every token, so that the time does not tell which one came close. */
  function find(given: string): Known | undefined {
    let found: Known | undefined
    for (const one of known) {
      if (one.token !== undefined && equalInConstantTime(given, one.token)) found ??= one
    }
    return found
  }

  const authenticate: Authenticate = async (request) => {
    if (!areDistinct) {
      checking ??= assertDistinct(known)
      await checking
      areDistinct = true
    }
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
  made.set(authenticate, { namesTenants })
  return authenticate
}
