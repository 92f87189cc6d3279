import { fetchHandler } from '../adapters/fetch.js'
import type { Caller } from '../auth/index.js'
import type {
  Capabilities,
  HttpService,
  OpenApiDocument,
  OpenApiOptions,
  ScimHandler,
} from '../http/index.js'
import {
  bearerScheme,
  discovery,
  RateLimiter,
  renderer,
  requestHandler,
  requestNotifier,
  router,
} from '../http/index.js'
import { lenient } from '../idp/index.js'
import type { Endpoint, Service } from '../operations/index.js'
import { cursors, MemoryWalks, readProfile, report, SharedWalks } from '../operations/index.js'
import { groupOfAnyName, groupResourceType, userResourceType } from '../schema/index.js'
import type { Finding } from '../stores/index.js'
import { ServiceCheck } from './check.js'
import type { ConformanceClaim } from './conformance/index.js'
import { Conformance } from './conformance/index.js'
import type { ServedType } from './define.js'
import type { ServiceDescription } from './description.js'
import { serviceDescription } from './description.js'
import { logError, logWarning } from './log.js'
import type { ScimOptions, ServiceExtensions } from './options.js'
import { profileFindings } from './profile-findings.js'
import {
  assertDistinct,
  assertTenantsApart,
  makeEndpoint,
  readBaseUrl,
  readCallbacks,
  readHooks,
  readLimits,
  sharedTransactions,
} from './validate-config.js'
import { assertOptions } from './validate-options.js'

/** A SCIM service, to be mounted by an adapter or called with Fetch requests. */
export interface Scim extends ScimHandler {
  /**
   * Answers a Fetch request.
   *
   * @example
   * export default { fetch: (request: Request) => scim.fetch(request) }
   */
  fetch(request: Request): Promise<Response>
  /**
   * The service in OpenAPI 3.1: every path that it answers, with its resource types and extensions.
   *
   * @throws TypeError when `baseUrl` is not an http or https URL.
   * @example
   * app.get('/openapi.json', async (request, response) => response.json(await scim.openapi({ title: 'Acme SCIM' })))
   */
  openapi(options?: OpenApiOptions): Promise<OpenApiDocument>
  /**
   * What the stores find wrong with what they are over, such as a mapping with the tables of its database: errors, with
   * which the service answers no request, and warnings. Looks each time.
   *
   * @throws ScimError 503 while that cannot be told, as for a database that is away.
   * @example
   * for (const { severity, where, message, fix } of await scim.check()) console.log(severity, where, message, fix)
   */
  check(): Promise<readonly Finding[]>
  /**
   * Checks the stores before the first request does, and says the warnings.
   *
   * @throws CheckError that lists every error with what mends it; ScimError 503 while that cannot be told.
   * @example
   * await scim.ready()
   * app.listen(3000)
   */
  ready(): Promise<void>
  /**
   * What the service claims, in the configuration that is running, of each section of the RFCs and of the profiles over
   * them, and what reviewers of Okta and Microsoft will find: `holds`, `does not hold`, or `host` for what scimkit cannot
   * tell and the host must see to. Asks no database.
   *
   * @experimental The drafts of `interop` and `ipsie` may change, and their claims with them.
   * @param caller who it is claimed for, where `profile` is a function of the caller. Default: one without a tenant.
   * @throws what that function throws.
   * @example
   * const claims = scim.conformance({ tenant: 'acme' })
   * const missing = claims.filter(({ profile, state }) => profile === 'interop' && state === 'does not hold')
   */
  conformance(caller?: Caller): readonly ConformanceClaim[]
  /**
   * The service as it is configured: its resource types with what is kept of them, how callers authenticate, its limits.
   * What a guide for customers is made from, such as `guide()` of `scimkit/portal`. Asks no database.
   *
   * @param caller who it is described for, where `profile` is a function of the caller. Default: one without a tenant.
   * @throws what that function throws.
   * @example
   * const kept = scim.describe().resourceTypes[0]?.attributes.filter((attribute) => attribute.kept)
   */
  describe(caller?: Caller): ServiceDescription
}

/**
 * Makes a SCIM service over the host's stores.
 *
 * The configuration is checked here, so that an error in it is thrown now and not at the first request.
 *
 * @throws TypeError naming the option that is wrong.
 * @example
 * const scim = createScim({
 *   authenticate: bearerTokens([{ token, tenant: 'acme' }]),
 *   users: memoryStore(),
 *   on: { 'user.deactivated': ({ before, tenant }) => revokeSessions(tenant, before.id) },
 * })
 * app.use('/scim/v2', expressHandler(scim))
 * @see RFC 7644
 */
export function createScim<
  const Extensions extends ServiceExtensions = Readonly<Record<never, never>>,
  const Types extends readonly ServedType[] = readonly [],
>(options: ScimOptions<Extensions, Types>): Scim {
  assertOptions(options)
  const endpoints = endpointsOf(options)
  assertDistinct(endpoints)
  assertTenantsApart(options.authenticate, endpoints)
  const service = serviceOf(options, endpoints)
  const { identify, publicDiscovery = false } = options
  const { route, segments } = router(endpoints, { identify })
  const capabilities = capabilitiesOf(options, service)
  const types = endpoints.map(({ type }) => type)
  const reportError = (error: unknown) => reportUnasked(service, error)
  const { authenticate, profile = lenient(), deadline } = options
  const profileOf = (caller: Caller) =>
    typeof profile === 'function' ? readProfile(profile(caller)) : profile
  const isChecked = options.check ?? true
  const configured = typeof profile === 'function' ? [] : profileFindings(profile)
  const check = new ServiceCheck(endpoints, {
    configured,
    isRequired: isChecked,
    warn: options.onWarning ?? logWarning,
    report: reportError,
  })
  if (isChecked) check.warn(configured)
  options.log?.attach?.({ report: reportError })
  const conformance = new Conformance(options, service)
  const http: HttpService = {
    service,
    renderer: renderer(types),
    discover: discovery(types, capabilities, (ofCaller) => conformance.statement(ofCaller)),
    identify,
    notify: requestNotifier(service, { onRequest: options.onRequest, recorder: options.log }),
    isRecorded: options.log !== undefined,
    limiter: options.rateLimit && new RateLimiter(service, options.rateLimit),
    instrumentation: options.instrumentation,
    route,
    admit: () => check.admit(),
    warnOf: (ofCaller) => check.warnOnce(ofCaller.name, () => profileFindings(ofCaller)),
  }
  const handler: ScimHandler = {
    handle: requestHandler(http, { authenticate, profile, publicDiscovery, deadline }),
    report: reportError,
    externalUrl: {
      baseUrl: readBaseUrl(options.baseUrl),
      trustProxy: options.trustProxy ?? false,
      endpoints: segments,
    },
  }
  return {
    ...handler,
    fetch: fetchHandler(handler),
    check: () => check.findings(),
    ready: () => check.ready(),
    conformance: (caller = {}) => conformance.claims(profileOf(caller)),
    describe: (caller = {}) => serviceDescription(options, service, profileOf(caller)),
    async openapi(openApiOptions) {
      // Loaded on demand: most services are never asked for their description.
      const { openapi } = await import('../http/openapi/index.js')
      const baseUrl = readBaseUrl(openApiOptions?.baseUrl) ?? handler.externalUrl.baseUrl
      const isRateLimited = http.limiter !== undefined
      const source = { service, capabilities, route, publicDiscovery, isRateLimited }
      return openapi(source, { ...openApiOptions, baseUrl })
    },
  }
}

/** Reports an error that comes up outside of what the service knows of a request, as in an adapter or in the check. */
function reportUnasked(service: Service, error: unknown): string {
  const nowhere = { traceparent: undefined, tenant: undefined, operation: undefined }
  return report(service, error, { requestId: crypto.randomUUID(), ...nowhere })
}

function endpointsOf(options: ScimOptions): readonly Endpoint[] {
  const { users, groups, extensions, resourceTypes = [], patchReply, groupNames, instrumentation } = options
  const endpoints = [makeEndpoint('users', userResourceType, extensions?.User, users, patchReply?.users)]
  if (groups) {
    const type = groupNames === 'any' ? groupOfAnyName : groupResourceType
    endpoints.push(makeEndpoint('groups', type, extensions?.Group, groups, patchReply?.groups))
  }
  for (const type of resourceTypes) {
    endpoints.push(makeEndpoint(`resourceTypes (${type?.name})`, type, undefined, type?.store))
  }
  if (!instrumentation) return endpoints
  return endpoints.map((endpoint) => {
    const { type, store } = endpoint
    return { ...endpoint, store: instrumentation.store(store, type.name) }
  })
}

function serviceOf(options: ScimOptions, endpoints: readonly Endpoint[]): Service {
  const { walks, cursors: { secret } = {} } = options
  const service: Service = {
    endpoints,
    limits: readLimits(options.limits),
    callbacks: readCallbacks(options.on, endpoints),
    authorize: options.authorize,
    hashPassword: options.hashPassword,
    onConflict: options.onConflict,
    before: readHooks(options.before, endpoints),
    cursors: cursors(options.cursors ?? {}),
    walks: walks
      ? new SharedWalks(walks, secret, (error) => reportUnasked(service, error))
      : new MemoryWalks(),
    unknownMembers: options.unknownMembers ?? 'ignore',
    unknownReferences: options.unknownReferences ?? 'ignore',
    isBaseUrlKnown: options.baseUrl !== undefined || options.trustProxy === true,
    bulkTransactions: options.atomicBulk ? sharedTransactions(endpoints) : undefined,
    report: options.onError ?? logError,
  }
  return service
}

function capabilitiesOf(options: ScimOptions, { endpoints, limits, cursors }: Service): Capabilities {
  return {
    maxPageSize: limits.maxPageSize,
    defaultPageSize: limits.defaultPageSize,
    pagination: options.discovery?.pagination ?? true,
    externalId: options.discovery?.externalId,
    sort: endpoints.every(({ store }) => store.sorts === true),
    cursor: endpoints.every(({ store }) => store.cursors === true),
    cursorTimeout: cursors.timeout,
    changePassword: options.hashPassword !== undefined,
    maxBulkOperations: limits.maxBulkOperations,
    maxBulkPayloadBytes: limits.maxBulkPayloadBytes,
    documentationUri: options.documentationUri,
    authenticationSchemes: options.authenticationSchemes ?? [bearerScheme],
  }
}
