import { fetchHandler } from '../adapters/fetch.js'
import type { Capabilities, OpenApiDocument, OpenApiOptions, ScimHandler } from '../http/index.js'
import {
  bearerScheme,
  bulkOnDemand,
  discovery,
  dispatcher,
  renderer,
  requestHandler,
  requestNotifier,
  router,
} from '../http/index.js'
import { lenient } from '../idp/index.js'
import type { Service } from '../operations/index.js'
import { cursors } from '../operations/index.js'
import { groupResourceType, userResourceType } from '../schema/index.js'
import type { ServedType } from './define.js'
import { logError } from './log.js'
import type { ScimOptions, ServiceExtensions } from './options.js'
import {
  assertDistinct,
  makeEndpoint,
  readBaseUrl,
  readCallbacks,
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
}

/**
 * Makes a SCIM service over the host's stores.
 *
 * The configuration is checked here: what is wrong with it is thrown now, not at the first request.
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
  const { extensions } = options
  const endpoints = [makeEndpoint('users', userResourceType, extensions?.User, options.users)]
  if (options.groups)
    endpoints.push(makeEndpoint('groups', groupResourceType, extensions?.Group, options.groups))
  for (const type of options.resourceTypes ?? []) {
    endpoints.push(makeEndpoint(`resourceTypes (${type?.name})`, type, undefined, type?.store))
  }
  assertDistinct(endpoints)
  const types = endpoints.map(({ type }) => type)
  const limits = readLimits(options.limits)
  const service: Service = {
    endpoints,
    limits,
    callbacks: readCallbacks(options.on, endpoints),
    authorize: options.authorize,
    hashPassword: options.hashPassword,
    onConflict: options.onConflict,
    cursors: cursors(options.cursors ?? {}),
    unknownMembers: options.unknownMembers ?? 'ignore',
    bulkTransactions: options.atomicBulk ? sharedTransactions(endpoints) : undefined,
    report: options.onError ?? logError,
  }
  const { route, segments } = router(endpoints, options.identify !== undefined)
  const capabilities: Capabilities = {
    maxPageSize: limits.maxPageSize,
    defaultPageSize: limits.defaultPageSize,
    sort: endpoints.every(({ store }) => store.sorts === true),
    cursor: endpoints.every(({ store }) => store.cursors === true),
    cursorTimeout: service.cursors.timeout,
    changePassword: options.hashPassword !== undefined,
    maxBulkOperations: limits.maxBulkOperations,
    maxBulkPayloadBytes: limits.maxBulkPayloadBytes,
    documentationUri: options.documentationUri,
    authenticationSchemes: options.authenticationSchemes ?? [bearerScheme],
  }
  const tell = requestNotifier(service, options.onRequest)
  const onBulk = bulkOnDemand(service, route, tell)
  const handle = requestHandler({
    service,
    authenticate: options.authenticate,
    identify: options.identify,
    profile: options.profile ?? lenient(),
    route,
    dispatch: dispatcher(service, renderer(types), discovery(types, capabilities), onBulk),
    publicDiscovery: options.publicDiscovery ?? false,
    tell,
  })
  const externalUrl = {
    baseUrl: readBaseUrl(options.baseUrl),
    trustProxy: options.trustProxy ?? false,
    endpoints: segments,
  }
  const handler: ScimHandler = { handle, externalUrl }
  return {
    ...handler,
    fetch: fetchHandler(handler),
    async openapi(asked) {
      // Most services never describe themselves in this way.
      const { openapi } = await import('../http/openapi/index.js')
      return openapi(
        { service, capabilities, route, publicDiscovery: options.publicDiscovery ?? false },
        { ...asked, baseUrl: readBaseUrl(asked?.baseUrl) ?? externalUrl.baseUrl },
      )
    },
  }
}
