import type { Connections } from '../connections/index.js'
import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, isObject } from '../protocol/index.js'
import type { AllowedIssuer } from './issuers.js'
import type { ClientRefusalReason } from './oauth-error.js'
import { isPlainUrl } from './urls.js'

/** A request of a client that was refused. */
export interface RefusedClient {
  readonly reason: ClientRefusalReason
  /** An RFC 3339 text in UTC. */
  readonly time: string
  /** The `client_id`, tenant and connection, where it is known whose they are: never what was sent. */
  readonly client: string | undefined
  readonly tenant: string | undefined
  readonly connection: string | undefined
}

/** Options of {@link createTokenEndpoint}. */
export interface TokenEndpointOptions {
  /** What `createConnections` of `scimkit/connections` returned. */
  readonly connections: Connections
  /**
   * The token endpoint as clients reach it, such as `https://app.example.com/oauth/token`: what is shown to them, and the
   * audience of assertions that they sign themselves. What stands before its last segment is the issuer of the metadata.
   */
  readonly url: string
  /**
   * Who may sign assertions for clients, 100 at most. Default: nobody. Assertions need the package `jose`.
   *
   * @example
   * [{
   *   name: 'Microsoft Entra ID',
   *   issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
   *   jwks: 'https://login.microsoftonline.com/{tenantid}/discovery/v2.0/keys',
   * }]
   */
  readonly issuers?: readonly AllowedIssuer[]
  /** Milliseconds for which an access token is valid, from 3,600,000 (an hour) to 21,600,000 (six). Default: an hour. */
  readonly lifetime?: number
  /** Called for each client that was refused, to count and show them; never with what it sent. */
  readonly onRefused?: (refusal: RefusedClient) => void
  /** Receives what kept the endpoint from answering, such as a store that is down. Default: a line on the console. */
  readonly onError?: (error: unknown) => void
}

const optionNames = {
  connections: true,
  url: true,
  issuers: true,
  lifetime: true,
  onRefused: true,
  onError: true,
} satisfies OptionNames<TokenEndpointOptions>

/** Milliseconds for which an access token is valid at least: identity providers refuse others. */
export const shortestLife = 3_600_000
const longestLife = 6 * shortestLife

/** Refuses options that are not what they must be. @throws TypeError naming the option. */
export function assertTokenEndpointOptions(options: TokenEndpointOptions): void {
  const where = 'createTokenEndpoint'
  if (!isObject(options)) throw new TypeError(`${where}: the options must be an object`)
  assertKnownOptions(where, options, optionNames)
  const { connections, url, lifetime = shortestLife } = options
  if (!isObject(connections) || !isObject(connections.registry))
    throw new TypeError(`${where}: connections must be what createConnections returned`)
  if (!isPlainUrl(url, ['https:', 'http:']))
    throw new TypeError(
      `${where}: url must be the http or https URL of the token endpoint, without a query, such as https://app.example.com/oauth/token`,
    )
  if (!Number.isSafeInteger(lifetime) || lifetime < shortestLife || lifetime > longestLife)
    throw new TypeError(
      `${where}: lifetime must be a whole number of milliseconds from ${shortestLife} to ${longestLife}`,
    )
  for (const name of ['onRefused', 'onError'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function')
      throw new TypeError(`${where}: ${name} must be a function`)
  }
}
