import type { PublicKey } from '../connections/index.js'
import { HostFault, isObject } from '../protocol/index.js'

/** The claims of a JSON Web Token (RFC 7519 section 4). */
export interface JwtClaims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  /** Seconds since 1970. */
  readonly exp?: number
  readonly [claim: string]: unknown
}

/** Public keys, as a JSON Web Key Set (RFC 7517 section 5). */
export interface PublicKeySet {
  readonly keys: readonly PublicKey[]
}

/** Signatures that are accepted: those that only the holder of a private key can make. */
export const algorithms: readonly string[] = [
  ...['RS', 'PS', 'ES'].flatMap((family) => [256, 384, 512].map((bits) => `${family}${bits}`)),
  'EdDSA',
  'Ed25519',
]

/** Seconds by which clocks may differ. */
export const clockTolerance = 30

/** Why a token is not accepted. */
export type JwtRefusal = 'malformed' | 'algorithm' | 'signature' | 'audience' | 'expired' | 'notYetValid'

/** The error for a token that is not accepted. The message names the rule and nothing of the token. */
export class JwtError extends Error {
  override readonly name = 'JwtError'

  /** `isSigned`: one of the keys has signed the token, which its claims are refused for. */
  constructor(
    readonly reason: JwtRefusal,
    rule: string,
    readonly isSigned = false,
  ) {
    super(rule)
  }
}

type Jose = typeof import('jose')
type KeyResolver = ReturnType<Jose['createLocalJWKSet']>

/** Not imported above: the package is needed for tokens only, and cannot be required where Node.js is older than 20.19. */
async function loadJose(): Promise<Jose> {
  try {
    return await import('jose')
  } catch (cause) {
    throw new HostFault(
      'JSON Web Tokens need the package "jose", which cannot be loaded; is it installed? npm install jose',
      { cause },
    )
  }
}

/** What a token says, of which nothing is verified. */
export interface UnverifiedJwt {
  readonly kid: string | undefined
  /** Of its header, such as `at+jwt`: in lower case, without `application/` (RFC 7515 section 4.1.9). */
  readonly type: string | undefined
  readonly claims: JwtClaims
}

/** Reads a token that may be signed as it must be. @throws JwtError for any other, and for a text that is no token. */
export async function readJwt(text: string): Promise<UnverifiedJwt> {
  const { decodeJwt, decodeProtectedHeader } = await loadJose()
  const read = () => {
    try {
      return { header: decodeProtectedHeader(text), claims: decodeJwt(text) }
    } catch {
      throw new JwtError('malformed', 'It is not a JSON Web Token')
    }
  }
  const { header, claims } = read()
  const { kid, typ, alg, crit } = header
  if (typeof alg !== 'string' || !algorithms.includes(alg)) throw new JwtError('algorithm', algorithmRule)
  // None of what may be there is understood here (RFC 7515 section 4.1.11).
  if (crit !== undefined) throw new JwtError('malformed', 'It must have no header crit')
  return {
    kid: typeof kid === 'string' ? kid : undefined,
    type: typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined,
    claims,
  }
}

/** Resolvers by their keys: importing a key takes longer than using it. */
const resolvers = new WeakMap<PublicKeySet, KeyResolver>()

function resolverOf({ createLocalJWKSet }: Jose, set: PublicKeySet): KeyResolver {
  const known = resolvers.get(set)
  if (known) return known
  // What its keys are is checked by the function itself.
  const resolver = createLocalJWKSet(set as Parameters<Jose['createLocalJWKSet']>[0])
  resolvers.set(set, resolver)
  return resolver
}

/** What of a token's claims is checked beside its times. */
export interface JwtRules {
  readonly issuer?: readonly string[]
  readonly audience?: readonly string[]
  /** Seconds from now on within which it must end. */
  readonly longestLife?: number
}

/**
 * The claims of a token that one of the keys has signed, and that is valid now: `exp` is required.
 *
 * @throws JwtError
 */
export async function verifyJwt(text: string, keys: PublicKeySet, rules: JwtRules): Promise<JwtClaims> {
  const jose = await loadJose()
  const options = {
    algorithms: [...algorithms],
    clockTolerance,
    requiredClaims: ['exp'],
    ...(rules.issuer && { issuer: [...rules.issuer] }),
    ...(rules.audience && { audience: [...rules.audience] }),
  }
  let claims: JwtClaims
  try {
    claims = (await jose.jwtVerify(text, resolverOf(jose, keys), options)).payload
  } catch (error) {
    // A token without the name of its key may be signed with any of those that fit.
    if (!(error instanceof jose.errors.JWKSMultipleMatchingKeys)) throw refusalOf(error)
    claims = await verifyWithAny(error, (key) => jose.jwtVerify(text, key, options))
  }
  const { longestLife = Number.POSITIVE_INFINITY } = rules
  if ((claims.exp ?? 0) > Date.now() / 1000 + longestLife + clockTolerance)
    throw new JwtError('malformed', `It must end within ${longestLife} seconds`, true)
  return claims
}

async function verifyWithAny<Key>(
  keys: AsyncIterable<Key>,
  verify: (key: Key) => Promise<{ readonly payload: JwtClaims }>,
): Promise<JwtClaims> {
  for await (const key of keys) {
    try {
      return (await verify(key)).payload
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal.reason !== 'signature') throw refusal
    }
  }
  throw new JwtError('signature', signatureRule)
}

const algorithmRule = `It must be signed with one of ${algorithms.join(', ')}`
const signatureRule = 'It is not signed with one of the keys that are known'

/** What an error of `jose` means; the error itself holds the claims, and must not be passed on. */
function refusalOf(error: unknown): JwtError {
  const { code, claim } = isObject(error) ? error : {}
  if (code === 'ERR_JWT_EXPIRED') return new JwtError('expired', 'It has expired', true)
  if (code === 'ERR_JOSE_ALG_NOT_ALLOWED' || code === 'ERR_JOSE_NOT_SUPPORTED')
    return new JwtError('algorithm', algorithmRule)
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') {
    if (claim === 'nbf') return new JwtError('notYetValid', 'It is not valid yet', true)
    if (claim === 'aud') return new JwtError('audience', 'It is for another audience', true)
    if (claim === 'exp')
      return new JwtError('malformed', 'Its claim exp is required, a number of seconds', true)
    return new JwtError('malformed', 'A claim of it is not what it must be', true)
  }
  if (code === 'ERR_JWS_INVALID' || code === 'ERR_JWT_INVALID')
    return new JwtError('malformed', 'It is not a JSON Web Token')
  // Among others a key that is too short, or none.
  return new JwtError('signature', signatureRule)
}
