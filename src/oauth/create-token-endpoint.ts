import { answerFetch } from '../adapters/fetch.js'
import type { ScimHandler, ScimRequest, ScimResponse } from '../http/index.js'
import { isScimError, trimEndSlashes } from '../protocol/index.js'
import { ClientCheck } from './client-check.js'
import { readCredential } from './client-credential.js'
import { readForm } from './form.js'
import type { ShownIssuer } from './issuers.js'
import { IssuerList } from './issuers.js'
import { isMetadataPath, metadataOf, wellKnown } from './metadata.js'
import { invalidRequest, OAuthError, refusedClient } from './oauth-error.js'
import type { TokenEndpointOptions } from './options.js'
import { assertTokenEndpointOptions, shortestLife } from './options.js'

/** A token endpoint; every adapter of scimkit mounts it, as it mounts the service. */
export interface TokenEndpoint extends ScimHandler {
  /** Where clients reach it, for the `tokenUrl` of `createPortal` and of guides. */
  readonly url: string
  /** The issuer of its metadata. */
  readonly issuer: string
  /** The issuers of its allow-list, for pages on which people choose one. */
  readonly issuers: readonly ShownIssuer[]
  /**
   * Answers a Fetch request.
   *
   * @example
   * export default { fetch: (request: Request) => tokens.fetch(request) }
   */
  fetch(request: Request): Promise<Response>
}

/** What is never kept by caches (RFC 6749 section 5.1). */
const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' }
/** Seconds that a client waits before it asks again for what is down. */
const retryAfter = 30

/**
 * An OAuth 2.0 token endpoint for identity providers: client credentials with a secret, in the header or the body, or
 * with an assertion that the client, or an issuer of the allow-list for it, has signed. Clients are those of
 * `connections.addClient`; access tokens are opaque, end after `lifetime` and are revoked with their client;
 * `connections.authenticate` accepts them.
 *
 * Mounted where `url` leads, and for the metadata of RFC 8414 at `/.well-known/oauth-authorization-server` with the path
 * of the issuer behind it.
 *
 * @throws TypeError for an option that there is not, or that is wrong.
 * @example
 * const tokens = createTokenEndpoint({ connections, url: 'https://app.example.com/oauth/token' })
 * app.use('/oauth', expressHandler(tokens))
 * app.use('/.well-known/oauth-authorization-server/oauth', expressHandler(tokens))
 * @see RFC 6749 sections 4.4 and 5, RFC 7523 and RFC 8414
 */
export function createTokenEndpoint(options: TokenEndpointOptions): TokenEndpoint {
  assertTokenEndpointOptions(options)
  const { connections, url, lifetime = shortestLife, onRefused } = options
  const { registry } = connections
  const report = options.onError ?? logError
  const { origin, pathname } = new URL(url)
  const segments = trimEndSlashes(pathname).split('/')
  const last = segments.pop() ?? ''
  const issuer = `${origin}${segments.join('/')}`
  const issuers = new IssuerList('createTokenEndpoint', options.issuers ?? [], report)
  const check = new ClientCheck({ registry, issuers, audiences: [url, issuer] })
  const metadata = JSON.stringify(metadataOf(issuer, url))
  const seconds = lifetime / 1000

  /** The path as it came, however much of it the framework takes for the mount. */
  function pathOf({ baseUrl, path }: ScimRequest): string {
    return trimEndSlashes(new URL(baseUrl).pathname) + path
  }

  async function answer(request: ScimRequest): Promise<ScimResponse> {
    const path = pathOf(request)
    if (path.includes(wellKnown)) return answerMetadata(request, path)
    // Mounted at its own path, there is nothing below it.
    if (request.path !== '/' && !trimEndSlashes(path).endsWith(`/${last}`)) throw notFound()
    if (request.method !== 'POST')
      throw invalidRequest('The method must be POST', { status: 405, headers: { allow: 'POST' } })
    const form = await readForm(request)
    const credential = readCredential(request.header('authorization'), form)
    const grant = form.get('grant_type')
    if (grant === undefined) throw invalidRequest('grant_type is required')
    if (grant !== 'client_credentials')
      throw new OAuthError('unsupported_grant_type', 'grant_type must be client_credentials')
    assertScope(form.get('scope'))
    const found = await check.clientOf(credential)
    const token = await registry.issue(found, seconds)
    if (!token) throw refusedClient('unknownClient', { found })
    return json(200, {
      access_token: token.secret,
      token_type: 'Bearer',
      expires_in: seconds,
      scope: 'scim',
    })
  }

  function answerMetadata({ method }: ScimRequest, path: string): ScimResponse {
    if (!isMetadataPath(path, issuer)) throw notFound()
    if (method !== 'GET' && method !== 'HEAD')
      throw invalidRequest('The method must be GET', { status: 405, headers: { allow: 'GET, HEAD' } })
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'max-age=300' },
      body: metadata,
    }
  }

  function refused({ reason, found }: OAuthError): void {
    if (reason === undefined) return
    registry.countRefused(found)
    if (!onRefused) return
    try {
      onRefused({
        reason,
        time: new Date().toISOString(),
        client: found?.client.id,
        tenant: found?.connection.tenant,
        connection: found?.connection.id,
      })
    } catch (error) {
      report(error)
    }
  }

  function answerError(error: unknown): ScimResponse {
    if (error instanceof OAuthError) {
      refused(error)
      return toReply(error)
    }
    report(error)
    const isDown = isScimError(error) && error.status === 503
    return toReply(
      isDown
        ? new OAuthError('temporarily_unavailable', 'The service cannot be reached at the moment', {
            retryAfter: error.retryAfter ?? retryAfter,
          })
        : new OAuthError('server_error', 'The service could not answer'),
    )
  }

  const handler: ScimHandler = {
    handle: (request) => answer(request).catch(answerError),
    report,
    // The host and the mount of a request say nothing here: the URL is what the option says.
    externalUrl: {
      baseUrl: undefined,
      trustProxy: false,
      endpoints: new Set(['.well-known', last.toLowerCase()]),
    },
  }
  return {
    ...handler,
    url,
    issuer,
    issuers: issuers.shown,
    fetch: (request) => answerFetch(handler, request, { mount: () => '' }),
  }
}

function notFound(): OAuthError {
  return invalidRequest('There is nothing at this path', { status: 404 })
}

/** @throws OAuthError for a scope that this endpoint has no part of (RFC 6749 section 3.3). */
function assertScope(scope: string | undefined): void {
  // Those of other names are left out of the token, and the reply says which ones are in it.
  if (scope === undefined || scope.split(' ').includes('scim')) return
  throw new OAuthError('invalid_scope', 'The only scope is scim')
}

function json(status: number, body: object, headers?: Readonly<Record<string, string>>): ScimResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...noStore, ...headers },
    body: JSON.stringify(body),
  }
}

/** @see RFC 6749 section 5.2 */
function toReply({ code, description, status, retryAfter: seconds, headers }: OAuthError): ScimResponse {
  return json(
    status,
    { error: code, error_description: description },
    {
      ...headers,
      ...(status === 401 && { 'www-authenticate': 'Basic realm="OAuth", charset="UTF-8"' }),
      ...(seconds !== undefined && { 'retry-after': String(seconds) }),
    },
  )
}

/** Without the message, which may hold what a database quotes. */
function logError(error: unknown): void {
  console.error(
    `scimkit: the token endpoint could not answer: ${error instanceof Error ? error.name : typeof error}`,
  )
}
