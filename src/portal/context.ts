import type { Connections } from '../connections/index.js'
import type { Scim } from '../create-scim/index.js'
import type { RequestLog } from '../log/index.js'
import type { ShownIssuer } from '../oauth/index.js'
import type { Language } from './language.js'
import type { PortalAuthorize } from './principal.js'

/** What all pages are made with. */
export interface PortalContext {
  readonly scim: Scim
  readonly connections: Connections
  readonly log: RequestLog
  readonly authorize: PortalAuthorize
  readonly languages: readonly Language[]
  /** The service's name. */
  readonly name: string
  /** Where help is found: an http, https or mailto URL. */
  readonly support: string | undefined
  /** The token endpoint, where there is one. */
  readonly tokenUrl: string | undefined
  /** The issuers that a client without a secret may have. */
  readonly issuers: readonly ShownIssuer[]
  readonly frameOrigins: readonly string[]
  /** The host's variables, after the style sheet. */
  readonly themeStyle: string
  /** The Base URL of SCIM for a tenant, or a path on the portal's own origin. */
  readonly scimUrl: (tenant: string | undefined) => string
  readonly sign: (value: string) => Promise<string>
}
