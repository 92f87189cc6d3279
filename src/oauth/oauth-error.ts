import type { FoundClient } from '../connections/index.js'

/** The codes of RFC 6749 section 5.2, and those of section 4.1.2.1 for what is not the client's fault. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'server_error'
  | 'temporarily_unavailable'

/** Why a client was refused. */
export type ClientRefusalReason =
  /** The request carries no credential, or one that cannot be read. */
  | 'malformed'
  /** No such client is valid: it never was, or was revoked, or its secret has expired. */
  | 'unknownClient'
  /** The secret is not the client's, or the client has none. */
  | 'secret'
  /** The assertion's issuer is not in the allow-list. */
  | 'issuer'
  /** No client trusts this issuer about this subject for this audience. */
  | 'untrusted'
  /** Clients of several connections trust them, and the request names none of the clients. */
  | 'ambiguous'
  /** The assertion is signed with an algorithm that is not accepted, or not at all. */
  | 'algorithm'
  /** The signature is not one of the client's or the issuer's keys. */
  | 'signature'
  /** The assertion is for someone else. */
  | 'audience'
  | 'expired'
  | 'notYetValid'
  /** The assertion was used before. */
  | 'replayed'
  /** The issuer's keys are not where the allow-list says, or are no keys. */
  | 'keys'

const statuses: Readonly<Record<OAuthErrorCode, number>> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_scope: 400,
  unsupported_grant_type: 400,
  server_error: 500,
  temporarily_unavailable: 503,
}

/** What an error of the token endpoint says beyond its code and description. */
interface Details {
  readonly status?: number | undefined
  /** Seconds after which the client may try again. */
  readonly retryAfter?: number | undefined
  readonly reason?: ClientRefusalReason
  /** The client that was refused, where it is known. */
  readonly found?: FoundClient | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * What the token endpoint answers instead of a token. The description names rules and never repeats what was sent; it
 * has no quotation marks, which RFC 6749 section 5.2 leaves out of it.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly status: number
  readonly retryAfter: number | undefined
  /** Set where a client was refused. */
  readonly reason: ClientRefusalReason | undefined
  readonly found: FoundClient | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    readonly code: OAuthErrorCode,
    readonly description: string,
    { status, retryAfter, reason, found, headers = {} }: Details = {},
  ) {
    super(description)
    this.status = status ?? statuses[code]
    this.retryAfter = retryAfter
    this.reason = reason
    this.found = found
    this.headers = headers
  }
}

/** The error for a request that is not formed as it must be. */
export function invalidRequest(description: string, details?: Details): OAuthError {
  return new OAuthError('invalid_request', description, details)
}

/** What of clients is known here is not told: it is the same for one that is not known and one with a wrong credential. */
const sameForAll = 'The client is not known, or its credential is wrong'

/** The error for a client that has not proven who it is. `description`: what is wrong with what it sent, in itself. */
export function refusedClient(
  reason: ClientRefusalReason,
  { description = sameForAll, found }: { description?: string; found?: FoundClient | undefined } = {},
): OAuthError {
  return new OAuthError('invalid_client', description, { reason, found })
}
