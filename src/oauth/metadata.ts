import { algorithms } from './jwt.js'

/** The media type and path of RFC 8414 section 3. */
export const wellKnown = '/.well-known/oauth-authorization-server'

/** What a token endpoint says of itself (RFC 8414 section 2). */
export interface TokenEndpointMetadata {
  readonly issuer: string
  readonly token_endpoint: string
  readonly grant_types_supported: readonly string[]
  readonly response_types_supported: readonly string[]
  readonly token_endpoint_auth_methods_supported: readonly string[]
  readonly token_endpoint_auth_signing_alg_values_supported: readonly string[]
  readonly scopes_supported: readonly string[]
}

export function metadataOf(issuer: string, tokenUrl: string): TokenEndpointMetadata {
  return {
    issuer,
    token_endpoint: tokenUrl,
    grant_types_supported: ['client_credentials'],
    // Required, and there are none: nobody is sent to a page here.
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: algorithms,
    scopes_supported: ['scim'],
  }
}

/** Whether a path is that of the metadata of an issuer, at the place of RFC 8414 section 3.1 or below the issuer. */
export function isMetadataPath(path: string, issuer: string): boolean {
  const at = path.indexOf(wellKnown)
  if (at === -1) return false
  const rest = path.slice(0, at) + path.slice(at + wellKnown.length)
  return withoutEnd(rest) === withoutEnd(new URL(issuer).pathname)
}

function withoutEnd(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
