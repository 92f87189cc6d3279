import { fetchHandler } from './adapters/fetch.js'
import type { Authenticate } from './auth/index.js'
import type { LifecycleCallbacks } from './events/index.js'
import { defaultFilterLimits } from './filter/index.js'
import type { AuthenticationScheme, RequestEvent, ScimHandler } from './http/index.js'
import { bearerScheme, discovery, dispatcher, renderer, requestHandler, router } from './http/index.js'
import type { Profile } from './idp/index.js'
import { lenient } from './idp/index.js'
import type { Callback, Endpoint, ErrorContext, HashPassword, Limits, Service } from './operations/index.js'
import type {
  CommonAttributes,
  ExtensionDefinition,
  Group,
  InferExtensions,
  ResourceTypeDefinition,
  User,
} from './schema/index.js'
import { compileResourceType, groupResourceType, userResourceType } from './schema/index.js'
import type { ResourceStore } from './stores/index.js'

/** Extensions of a service's own, by the resource type that they extend. */
export interface ServiceExtensions {
  readonly User?: readonly ExtensionDefinition[]
  readonly Group?: readonly ExtensionDefinition[]
}

type Extended<R, Extensions> = Extensions extends readonly ExtensionDefinition[]
  ? R & InferExtensions<Extensions>
  : R

/** The users of a service with these extensions. */
export type UserWith<Extensions extends ServiceExtensions> = Extended<User, Extensions['User']>
/** The groups of a service with these extensions. */
export type GroupWith<Extensions extends ServiceExtensions> = Extended<Group, Extensions['Group']>

/** What a service is told when it is made. */
export interface ScimOptions<Extensions extends ServiceExtensions = ServiceExtensions> {
  /** Says who sent a request; {@link bearerTokens} is one. */
  readonly authenticate: Authenticate
  /** Where users live. */
  readonly users: ResourceStore<NoInfer<UserWith<Extensions>>>
  /** Where groups live. Left out: the service has no groups, and discovery does not name them. */
  readonly groups?: ResourceStore<NoInfer<GroupWith<Extensions>>>
  /** Extensions besides the Enterprise User. Stores and events are typed from them. */
  readonly extensions?: Extensions
  /** Called after the store has accepted a write. */
  readonly on?: LifecycleCallbacks<'User', NoInfer<UserWith<Extensions>>> &
    LifecycleCallbacks<'Group', NoInfer<GroupWith<Extensions>>>
  /** Which deviations from the RFC are accepted. Default {@link lenient}: what any known identity provider sends. */
  readonly profile?: Profile
  /** Makes of a password in clear text what may be stored of it. Left out: passwords are accepted and not stored. */
  readonly hashPassword?: HashPassword
  /**
   * What becomes of a group's members that are no resource of the service: left out with a line in the trace, or the
   * whole request refused. Default `ignore`.
   */
  readonly unknownMembers?: 'ignore' | 'reject'
  /** Where clients reach the mount, such as `https://app.example.com/scim/v2`; found from each request unless told. */
  readonly baseUrl?: string
  /** Whether `X-Forwarded-Proto`, `-Host` and `-Prefix` are set by a proxy of the host's own. Default false. */
  readonly trustProxy?: boolean
  readonly limits?: Partial<Limits>
  /** Whether discovery is answered without a credential. Default false. */
  readonly publicDiscovery?: boolean
  /** What discovery says of how to authenticate. Default: an API token. */
  readonly authenticationSchemes?: readonly AuthenticationScheme[]
  /** Help for people, named in discovery. */
  readonly documentationUri?: string
  /** Called after each request, with its trace and without personal data. */
  readonly onRequest?: (event: RequestEvent) => void | Promise<void>
  /** Takes exceptions of stores and callbacks, which clients never see. Default: a line on the console. */
  readonly onError?: (error: unknown, context: ErrorContext) => void
}

/** A SCIM service, to be mounted by an adapter or called with Fetch requests. */
export interface Scim extends ScimHandler {
  /**
   * Answers a Fetch request.
   *
   * @example
   * export default { fetch: (request: Request) => scim.fetch(request) }
   */
  fetch(request: Request): Promise<Response>
}

const defaultLimits: Limits = {
  ...defaultFilterLimits,
  maxBodyBytes: 10 * 1024 * 1024,
  maxJsonDepth: 32,
  maxPatchOperations: 10_000,
  defaultPageSize: 100,
  maxPageSize: 1000,
  maxAttempts: 100,
}

function readLimits(given: Partial<Limits> | undefined): Limits {
  const limits = { ...defaultLimits, ...given }
  for (const [name, value] of Object.entries(limits)) {
    if (!(name in defaultLimits)) throw new TypeError(`createScim: limits.${name} is not a limit`)
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`createScim: limits.${name} is to be a whole number from 1 on`)
    }
  }
  return limits
}

const storeMethods = ['get', 'list', 'create', 'replace', 'delete'] as const

function makeEndpoint(
  option: string,
  definition: ResourceTypeDefinition,
  extensions: readonly ExtensionDefinition[] | undefined,
  store: object,
): Endpoint {
  for (const method of storeMethods) {
    if (typeof (store as Record<string, unknown>)?.[method] !== 'function') {
      throw new TypeError(`createScim: ${option} is to be a store, and has no method "${method}"`)
    }
  }
  const extended = extensions
    ? { ...definition, extensions: [...definition.extensions, ...extensions] }
    : definition
  // Stores are typed where the host writes them; operations know of attributes what the registry says.
  return { type: compileResourceType(extended), store: store as ResourceStore<CommonAttributes> }
}

function readBaseUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text) || !/^https?:/.test(text) || /[?#]/.test(text)) {
    throw new TypeError('createScim: baseUrl is to be an http or https URL without a query')
  }
  return text.replace(/\/+$/, '')
}

/** Callbacks by their names, each of which is to be an event of one of the resource types. */
function readCallbacks(
  on: object | undefined,
  endpoints: readonly Endpoint[],
): ReadonlyMap<string, Callback> {
  const kinds = ['created', 'updated', 'deactivated', 'reactivated', 'deleted']
  const names = new Set(
    endpoints.flatMap(({ type }) =>
      kinds.map((kind) => `${type.name.charAt(0).toLowerCase()}${type.name.slice(1)}.${kind}`),
    ),
  )
  const callbacks = new Map<string, Callback>()
  for (const [name, callback] of Object.entries(on ?? {})) {
    if (callback === undefined) continue
    if (!names.has(name)) throw new TypeError(`createScim: on["${name}"] is not an event of this service`)
    if (typeof callback !== 'function') throw new TypeError(`createScim: on["${name}"] is to be a function`)
    callbacks.set(name, callback)
  }
  return callbacks
}

/** Says that something failed and where to look, without the error's own words, which may hold personal data. */
function logError(error: unknown, context: ErrorContext): void {
  const frames =
    error instanceof Error ? error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) : undefined
  const name = error instanceof Error ? error.name : typeof error
  console.error(
    [
      `scimkit: ${context.operation ?? 'request'} failed with ${name} (${context.errorId})`,
      ...(frames ?? []),
    ].join('\n'),
  )
}

/**
 * Makes a SCIM service over the host's stores.
 *
 * The configuration is checked here: what is wrong with it is thrown now, not at the first request.
 *
 * @throws TypeError naming the option that is wrong.
 * @example
 * const scim = createScim({
 *   authenticate: bearerTokens([{ token: process.env.SCIM_TOKEN, tenant: 'acme' }]),
 *   users: memoryStore(),
 *   on: { 'user.deactivated': ({ before, tenant }) => revokeSessions(tenant, before.id) },
 * })
 * app.use('/scim/v2', expressHandler(scim))
 * @see RFC 7644
 */
export function createScim<const Extensions extends ServiceExtensions = Readonly<Record<never, never>>>(
  options: ScimOptions<Extensions>,
): Scim {
  if (typeof options?.authenticate !== 'function')
    throw new TypeError('createScim: authenticate is to be a function')
  const { extensions } = options
  const endpoints = [makeEndpoint('users', userResourceType, extensions?.User, options.users)]
  if (options.groups)
    endpoints.push(makeEndpoint('groups', groupResourceType, extensions?.Group, options.groups))
  const types = endpoints.map(({ type }) => type)
  const limits = readLimits(options.limits)
  const service: Service = {
    endpoints,
    limits,
    callbacks: readCallbacks(options.on, endpoints),
    hashPassword: options.hashPassword,
    unknownMembers: options.unknownMembers ?? 'ignore',
    report: options.onError ?? logError,
  }
  const { route, segments } = router(endpoints)
  const discover = discovery(types, {
    maxPageSize: limits.maxPageSize,
    sort: endpoints.every(({ store }) => store.sorts === true),
    changePassword: options.hashPassword !== undefined,
    maxBodyBytes: limits.maxBodyBytes,
    documentationUri: options.documentationUri,
    authenticationSchemes: options.authenticationSchemes ?? [bearerScheme],
  })
  const handle = requestHandler({
    service,
    authenticate: options.authenticate,
    profile: options.profile ?? lenient(),
    route,
    dispatch: dispatcher(service, renderer(types), discover),
    publicDiscovery: options.publicDiscovery ?? false,
    onRequest: options.onRequest,
  })
  const externalUrl = {
    baseUrl: readBaseUrl(options.baseUrl),
    trustProxy: options.trustProxy ?? false,
    endpoints: segments,
  }
  const handler: ScimHandler = { handle, externalUrl }
  return { ...handler, fetch: fetchHandler(handler) }
}
