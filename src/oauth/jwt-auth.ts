import type { Authenticate, AuthRequest, Caller } from '../auth/index.js'
import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, isObject, ScimError } from '../protocol/index.js'
import { isKeysUrl, keysUrlRule } from './issuers.js'
import type { JwtClaims, PublicKeySet, UnverifiedJwt } from './jwt.js'
import { JwtError, readJwt, verifyJwt } from './jwt.js'
import type { KeySource } from './key-source.js'
import { fixedKeys, isKeySet, KeysError, RemoteKeys } from './key-source.js'

/** Options of {@link jwtAuth}. */
export interface JwtAuthOptions {
  /** What the authorization server's tokens name as `iss`; several where it spells itself in several ways. */
  readonly issuer: string | readonly string[]
  /** What tokens for this service name as `aud`; one of several is enough. */
  readonly audience: string | readonly string[]
  /** The URL of the server's public keys, or the keys themselves. */
  readonly jwks: string | PublicKeySet
  /**
   * The tenant of a token, from claims that have been verified. A token for which it returns no text, or an empty one, is
   * refused; it may also throw a `ScimError`.
   */
  readonly tenant: (claims: JwtClaims) => string
  /**
   * Whether the header of a token must say that it is an access token, by the `typ` `at+jwt` of RFC 9068. Default: false,
   * since those of Okta and Microsoft Entra ID do not say so; what says that it is something else is always refused.
   */
  readonly requireType?: boolean
  /** A name for the caller, for events and logs. Default: the claim `client_id`, or else `azp`. */
  readonly actor?: (claims: JwtClaims) => string | undefined
  /** Receives what kept the server's keys from being fetched. Default: a line on the console. */
  readonly onError?: (error: unknown) => void
}

const optionNames = {
  issuer: true,
  audience: true,
  jwks: true,
  tenant: true,
  requireType: true,
  actor: true,
  onError: true,
} satisfies OptionNames<JwtAuthOptions>

/** Seconds that a client waits where the keys cannot be fetched. */
const retryAfter = 30

/**
 * Identifies callers by the JSON Web Tokens of an authorization server that the host has already, for `createScim`. A
 * token must be signed with one of the server's keys, name this service as its audience, and have the scope `scim` (in
 * the claim `scope` or `scp`). ID tokens and other tokens of the same server are refused, as far as they can be told from
 * access tokens. Needs the package `jose`.
 *
 * @throws TypeError for an option that there is not, or that is wrong.
 * @example
 * const authenticate = jwtAuth({
 *   issuer: 'https://auth.example.com',
 *   audience: 'https://app.example.com/scim/v2',
 *   jwks: 'https://auth.example.com/jwks',
 *   tenant: (claims) => String(claims.org_id ?? ''),
 * })
 * @see RFC 6750 and RFC 9068
 */
export function jwtAuth(options: JwtAuthOptions): Authenticate {
  assertJwtAuthOptions(options)
  const { tenant: tenantOf, actor: actorOf = clientOf, onError = logError, requireType = false } = options
  const [issuer, audience] = [listOf(options.issuer), listOf(options.audience)]
  const keys =
    typeof options.jwks === 'string' ? new RemoteKeys(options.jwks, onError) : fixedKeys(options.jwks)

  async function claimsOf(request: AuthRequest, token: string): Promise<JwtClaims | undefined> {
    try {
      const { kid, type, claims } = await readJwt(token)
      // Keys are fetched for tokens only that say that they are the server's.
      if (!issuer.includes(String(claims.iss))) throw new JwtError('malformed', 'It is of another issuer')
      if (!isAccessToken({ type, claims }, requireType))
        throw new JwtError('malformed', 'It is not an access token')
      return await verifyJwt(token, await keysOf(keys, kid), { issuer, audience })
    } catch (error) {
      if (!(error instanceof JwtError)) throw error
      request.note('credential', 'authorization', `the access token was refused: ${error.message}`)
      return undefined
    }
  }

  return async (request): Promise<Caller | undefined> => {
    const [scheme = '', token = '', ...rest] = (request.header('authorization') ?? '').trim().split(/ +/)
    if (scheme.toLowerCase() !== 'bearer' || token === '' || rest.length > 0) return undefined
    const claims = await claimsOf(request, token)
    if (!claims) return undefined
    // RFC 6750 section 3.1: insufficient_scope.
    if (!hasScope(claims)) throw ScimError.forbidden('The access token must have the scope scim')
    const tenant: unknown = tenantOf(claims)
    if (typeof tenant !== 'string' || tenant === '')
      throw ScimError.forbidden('The access token names no tenant')
    return { tenant, actor: actorOf(claims) }
  }
}

async function keysOf(source: KeySource, kid: string | undefined): Promise<PublicKeySet> {
  try {
    return await source.get(kid)
  } catch (error) {
    if (!(error instanceof KeysError)) throw error
    throw new ScimError(503, undefined, 'The keys of the authorization server cannot be fetched', {
      retryAfter,
      cause: error,
    })
  }
}

/** Claims that are in ID tokens and logout tokens only (OpenID Connect Core sections 3.1.3.6 and 3.3.2.11, RFC 8417). */
const foreignClaims = ['at_hash', 'c_hash', 's_hash', 'events']

/**
 * Whether a token may be an access token, by what servers write. Many give theirs the `typ` `JWT` or none, and ID tokens
 * too; Keycloak and Cognito tell them apart by a claim.
 */
function isAccessToken({ type = 'jwt', claims }: Omit<UnverifiedJwt, 'kid'>, requireType: boolean): boolean {
  // Okta's own are of the type application/okta-internal-at+jwt.
  const isDeclared = /(?:^|-)at\+jwt$/.test(type)
  if (requireType ? type !== 'at+jwt' : type.endsWith('+jwt') && !isDeclared) return false
  if (foreignClaims.some((name) => Object.hasOwn(claims, name))) return false
  const { typ, token_use: use, nonce } = claims
  if (typeof typ === 'string') return typ.toLowerCase() === 'bearer' || isDeclared
  if (use !== undefined) return use === 'access'
  return nonce === undefined || isDeclared
}

/** Servers write scopes as one text (RFC 9068 section 2.2.3) or as a list. */
function hasScope({ scope, scp }: JwtClaims): boolean {
  return [scope, scp].some((given) => {
    const all: unknown = typeof given === 'string' ? given.split(' ') : given
    return Array.isArray(all) && all.includes('scim')
  })
}

function clientOf({ client_id: id, azp }: JwtClaims): string | undefined {
  return [id, azp].find((one): one is string => typeof one === 'string' && one !== '')
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : [...value]
}

function assertJwtAuthOptions(options: JwtAuthOptions): void {
  if (!isObject(options)) throw new TypeError('jwtAuth: the options must be an object')
  assertKnownOptions('jwtAuth', options, optionNames)
  const { issuer, audience, jwks, tenant, requireType } = options
  if (requireType !== undefined && typeof requireType !== 'boolean')
    throw new TypeError('jwtAuth: requireType must be true or false')
  for (const [name, value] of Object.entries({ issuer, audience })) {
    const all: unknown = typeof value === 'string' ? [value] : value
    if (!Array.isArray(all) || all.length === 0 || !all.every((one) => typeof one === 'string' && one !== ''))
      throw new TypeError(`jwtAuth: ${name} is required: text that is not empty, or a list of such`)
  }
  if (typeof jwks === 'string' ? !isKeysUrl(jwks) : !isKeySet(jwks))
    throw new TypeError(`jwtAuth: ${keysUrlRule}, or a JSON Web Key Set`)
  if (typeof tenant !== 'function')
    throw new TypeError(
      'jwtAuth: tenant is required: a function that returns the tenant of the claims of a token',
    )
  for (const name of ['actor', 'onError'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function')
      throw new TypeError(`jwtAuth: ${name} must be a function`)
  }
}

function logError(error: unknown): void {
  console.error(`scimkit: ${error instanceof KeysError ? error.message : 'jwtAuth failed'}`)
}
