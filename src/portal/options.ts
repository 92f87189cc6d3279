import type { Connections } from '../connections/index.js'
import type { Scim } from '../create-scim/index.js'
import type { RequestLog } from '../log/index.js'
import type { ShownIssuer } from '../oauth/index.js'
import type { OptionNames } from '../protocol/index.js'
import { assertKnownOptions, isObject } from '../protocol/index.js'
import type { PortalMessages } from './messages/en.js'
import { englishMessages } from './messages/en.js'
import type { PortalAuthorize } from './principal.js'

/** Values of the style sheet's variables, such as `{ accent: '#0a7', radius: '4px' }` for `--portal-accent`. */
export type PortalVariables = Readonly<Record<string, string>>

/** The options of {@link createPortal}. */
export interface PortalOptions {
  /** The service that identity providers are connected with. */
  readonly scim: Scim
  /** Their connections, of which `authenticate` is the service's own or asked by it. */
  readonly connections: Connections
  /** The log of the service's requests, which must also be the `log` of the service. */
  readonly log: RequestLog
  /** Says from the host's session whose portal a visitor sees, and whether they may change something. */
  readonly authorize: PortalAuthorize
  /** The service's name, as its customers know it. Default: `SCIM`. */
  readonly name?: string
  /**
   * Where SCIM is reached: an http or https URL, or a path on the portal's own origin; a function where each tenant has
   * its own. Default: the `baseUrl` of `createScim`, or else `/scim/v2`.
   */
  readonly scimUrl?: string | ((tenant: string | undefined) => string)
  /** Where help is found: an http, https or mailto URL. */
  readonly support?: string
  /** The token endpoint of `createTokenEndpoint`, an http or https URL. Default: the pages offer no OAuth clients. */
  readonly tokenUrl?: string
  /**
   * The `issuers` of what `createTokenEndpoint` returned, of which a client without a secret has one. Default: the pages
   * offer clients with a secret only.
   */
  readonly issuers?: readonly ShownIssuer[]
  /** The portal's own address, such as `https://app.example.com/settings/scim`. Default: that of the request. */
  readonly baseUrl?: string
  /** Whether `X-Forwarded-Proto` and `X-Forwarded-Host` come from a proxy that can be trusted. Default: false. */
  readonly trustProxy?: boolean
  /** The path that `handler` is mounted at, where the host's router does not say. Default: before the portal's first path. */
  readonly basePath?: string
  /** Signs the forms; the same in every process. At least 32 characters. Default: a new one in each process. */
  readonly secret?: string
  /** Origins of the host that may show the portal in a frame, such as `https://app.example.com`. Default: none. */
  readonly frameOrigins?: readonly string[]
  /** Variables of the style sheet for all modes, and for the dark one. */
  readonly theme?: { readonly light?: PortalVariables; readonly dark?: PortalVariables }
  /**
   * Texts of further languages, or of the host's own, by language tag, all of them: what is made of `englishMessages`.
   * English and German are shipped.
   */
  readonly messages?: Readonly<Record<string, PortalMessages>>
}

const names = {
  scim: true,
  connections: true,
  log: true,
  authorize: true,
  name: true,
  scimUrl: true,
  support: true,
  tokenUrl: true,
  issuers: true,
  baseUrl: true,
  trustProxy: true,
  basePath: true,
  secret: true,
  frameOrigins: true,
  theme: true,
  messages: true,
} satisfies OptionNames<PortalOptions>

const themeNames = { light: true, dark: true } satisfies OptionNames<NonNullable<PortalOptions['theme']>>

function refuse(rule: string): never {
  throw new TypeError(`createPortal: ${rule}`)
}

/** Whether a text is a URL with one of these schemes and without a password in it. */
export function isUrl(text: unknown, ...schemes: readonly string[]): text is string {
  if (typeof text !== 'string' || !URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return schemes.includes(protocol) && username === '' && password === ''
}

function isOrigin(text: unknown): boolean {
  return isUrl(text, 'http:', 'https:') && new URL(text).origin === text
}

/** Refuses options that are not what they must be. @throws TypeError naming the option. */
export function assertPortalOptions(options: PortalOptions): void {
  assertKnownOptions('createPortal', options, names)
  const { scim, connections, log, authorize, name, scimUrl, support, tokenUrl, baseUrl, secret, issuers } =
    options
  if (!isObject(scim) || typeof scim.handle !== 'function') refuse('scim must be what createScim returned')
  if (!isObject(connections) || typeof connections.authenticate !== 'function')
    refuse('connections must be what createConnections returned')
  if (!isObject(log)) refuse('log must be what createRequestLog returned')
  if (typeof authorize !== 'function') refuse('authorize must be a function')
  if (name !== undefined && (typeof name !== 'string' || name.trim() === ''))
    refuse('name must be text that is not empty')
  if (scimUrl !== undefined && typeof scimUrl !== 'function' && !isScimUrl(scimUrl))
    refuse('scimUrl must be an http or https URL, a path such as /scim/v2, or a function of the tenant')
  if (support !== undefined && !isUrl(support, 'http:', 'https:', 'mailto:'))
    refuse('support must be an http, https or mailto URL')
  if (tokenUrl !== undefined && !isUrl(tokenUrl, 'http:', 'https:'))
    refuse('tokenUrl must be an http or https URL')
  if (issuers !== undefined && !(Array.isArray(issuers) && issuers.every(isShownIssuer)))
    refuse('issuers must be those of what createTokenEndpoint returned')
  if (baseUrl !== undefined && !isUrl(baseUrl, 'http:', 'https:'))
    refuse('baseUrl must be an http or https URL')
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < 32))
    refuse('secret must be text of at least 32 characters')
  assertPresentation(options)
}

function isShownIssuer(value: unknown): boolean {
  return isObject(value) && typeof value.issuer === 'string' && typeof value.name === 'string'
}

/** Refuses texts of which one is missing, or of another kind: pages would fail on it one day. */
function assertTexts(where: string, texts: Readonly<Record<string, unknown>>, wanted: object): void {
  for (const [name, text] of Object.entries(wanted)) {
    const given = texts[name]
    if (typeof given !== typeof text || Array.isArray(given) !== Array.isArray(text))
      refuse(`${where}.${name} must be ${kindOf(text)}, as in englishMessages`)
    if (isObject(given) && isObject(text)) assertTexts(`${where}.${name}`, given, text)
  }
}

function kindOf(text: unknown): string {
  if (Array.isArray(text)) return 'a list'
  return typeof text === 'string' ? 'text' : typeof text === 'function' ? 'a function' : 'an object'
}

/** Whether it is a URL of the web, or a path on the portal's own origin. */
export function isScimUrl(value: unknown): value is string {
  return isUrl(value, 'http:', 'https:') || (typeof value === 'string' && /^\/(?!\/)[\w./~%-]*$/.test(value))
}

function assertPresentation({ frameOrigins, theme, messages, trustProxy, basePath }: PortalOptions): void {
  if (trustProxy !== undefined && typeof trustProxy !== 'boolean') refuse('trustProxy must be a boolean')
  if (basePath !== undefined && typeof basePath !== 'string') refuse('basePath must be text')
  if (frameOrigins !== undefined && !(Array.isArray(frameOrigins) && frameOrigins.every(isOrigin)))
    refuse('frameOrigins must be a list of origins, such as https://app.example.com')
  assertKnownOptions('createPortal', theme, themeNames, 'theme')
  for (const [tag, texts] of Object.entries(messages ?? {})) {
    if (!/^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i.test(tag)) refuse('messages must be by language tags, such as fr')
    if (!isObject(texts)) refuse(`messages.${tag} must be an object of texts`)
    assertTexts(`messages.${tag}`, texts, englishMessages)
  }
}
