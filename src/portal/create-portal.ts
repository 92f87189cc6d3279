import { answerFetch } from '../adapters/fetch.js'
import type { ScimHandler, ScimRequest } from '../http/index.js'
import { trimEndSlashes, trimSlashes } from '../protocol/index.js'
import { answerPage } from './answer.js'
import type { PortalContext } from './context.js'
import { randomText, signer } from './encoding.js'
import type { GuestLink, GuestLinkOptions } from './guest-links.js'
import { guestLinks } from './guest-links.js'
import { languagesWith } from './language.js'
import type { PortalOptions } from './options.js'
import { assertPortalOptions, isScimUrl } from './options.js'
import { endpoints } from './routes.js'
import { themeStyle } from './theme.js'

/** The page on which a customer connects their identity provider; every adapter of scimkit mounts it. */
export interface Portal extends ScimHandler {
  /**
   * Answers a Fetch request.
   *
   * @example
   * export default { fetch: (request: Request) => portal.handler(request) }
   */
  handler(request: Request): Promise<Response>
  /**
   * Makes a link by which somebody without an account sets up or looks at one connection. It opens once, in one browser;
   * what it opens ends with it.
   *
   * @throws TypeError for options that are not what they must be; ScimError 404 where the tenant has no such connection.
   * @example
   * const { url } = await portal.createLink({ tenant: 'acme', connection: id, rights: 'set-up', hours: 24 })
   */
  createLink(options: GuestLinkOptions): Promise<GuestLink & { readonly url: string }>
  /** The links of a tenant, newest first, without what opens them; `connection`: those of one. */
  links(which: {
    readonly tenant: string | undefined
    readonly connection?: string
  }): Promise<readonly GuestLink[]>
  /** Ends a link and what it has opened. False where the tenant has no such link. */
  revokeLink(which: { readonly tenant: string | undefined; readonly id: string }): Promise<boolean>
}

/**
 * Makes the pages of a service on which its customers connect their identity providers: set-up steps, attributes,
 * activity, people, credentials, disconnecting. They need no script, no request to another site and no framework, and
 * are mounted in the host's own settings, behind the host's own session.
 *
 * @throws TypeError naming the option that is wrong.
 * @example
 * const portal = createPortal({
 *   scim,
 *   connections,
 *   log,
 *   name: 'Acme',
 *   authorize: ({ raw }) => {
 *     const user = sessionOf(raw)
 *     return user && { tenant: user.company, rights: user.isAdmin ? 'manage' : 'view', actor: user.email }
 *   },
 * })
 * app.use('/settings/scim', expressHandler(portal))
 */
export function createPortal(options: PortalOptions): Portal {
  assertPortalOptions(options)
  const { scim, connections, log, authorize, name = 'SCIM', support, tokenUrl, frameOrigins = [] } = options
  const context: PortalContext = {
    scim,
    connections,
    log,
    authorize,
    languages: languagesWith(options.messages),
    name,
    support,
    tokenUrl,
    issuers: options.issuers ?? [],
    frameOrigins,
    themeStyle: themeStyle(options.theme),
    scimUrl: scimUrlOf(options),
    sign: signer(options.secret ?? randomText()),
  }
  const links = guestLinks(context, options.baseUrl)
  const handler: ScimHandler = {
    handle: (request: ScimRequest) => answerPage(context, request),
    report: (error) => scim.report?.(error),
    externalUrl: {
      baseUrl: options.baseUrl === undefined ? undefined : trimEndSlashes(options.baseUrl),
      trustProxy: options.trustProxy ?? false,
      endpoints,
    },
  }
  const mount = mountOf(options.basePath)
  return {
    ...handler,
    handler: (request) => answerFetch(handler, request, { mount }),
    ...links,
  }
}

/** Where a path of the portal begins: at what the host says, or before the first segment that is one of its own. */
function mountOf(basePath: string | undefined): (path: string) => string {
  if (basePath !== undefined) {
    const trimmed = trimSlashes(basePath)
    return () => trimmed && `/${trimmed}`
  }
  return (path) => {
    const segments = path.split('/')
    const at = segments.findIndex((segment, index) => index > 0 && endpoints.has(segment))
    return (at === -1 ? segments : segments.slice(0, at)).join('/').replace(/\/$/, '')
  }
}

function scimUrlOf({ scimUrl, scim }: PortalOptions): PortalContext['scimUrl'] {
  if (typeof scimUrl !== 'function') {
    const url = scimUrl ?? scim.externalUrl.baseUrl ?? '/scim/v2'
    return () => url
  }
  return (tenant) => {
    const url = scimUrl(tenant)
    if (!isScimUrl(url))
      throw new TypeError('createPortal: scimUrl must return an http or https URL, or a path')
    return url
  }
}
