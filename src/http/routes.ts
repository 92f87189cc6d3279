import { answerBulk } from './bulk/on-demand.js'
import { answerDiscovery } from './handlers/discovery.js'
import { answerCollection, answerSearch, answerSearchAcross } from './handlers/lists.js'
import { resolveMe } from './handlers/me.js'
import { answerResource } from './handlers/resources.js'
import type { RouteEntry } from './route.js'
import { writeMethods } from './route.js'

const { POST, PUT, PATCH, DELETE } = writeMethods

/** Every route of the service (RFC 7644 section 3.2), by the key under which bulk and OpenAPI refer to it. */
export const routes = {
  collection: { methods: { GET: 'list', POST }, handle: answerCollection },
  search: { methods: { POST: 'list' }, handle: answerSearch },
  resource: { methods: { GET: 'read', PUT, PATCH, DELETE }, handle: answerResource },
  me: {
    path: '/Me',
    methods: { GET: 'read', POST, PUT, PATCH, DELETE },
    unavailable: ({ identify }) => (identify ? undefined : 'This service has no /Me'),
    resolve: resolveMe,
  },
  root: {
    path: '/',
    methods: { GET: 'list' },
    isAcrossTypes: true,
    handle: answerSearchAcross,
  },
  searchAcross: {
    path: '/.search',
    methods: { POST: 'list' },
    isAcrossTypes: true,
    handle: answerSearchAcross,
  },
  bulk: { path: '/Bulk', methods: { POST: 'bulk' }, costsItsOperations: true, handle: answerBulk },
  serviceProviderConfig: {
    path: '/ServiceProviderConfig',
    hasIds: true,
    methods: { GET: 'discover' },
    isDiscovery: true,
    handle: answerDiscovery('ServiceProviderConfig'),
  },
  resourceTypes: {
    path: '/ResourceTypes',
    hasIds: true,
    methods: { GET: 'discover' },
    isDiscovery: true,
    handle: answerDiscovery('ResourceTypes'),
  },
  schemas: {
    path: '/Schemas',
    hasIds: true,
    methods: { GET: 'discover' },
    isDiscovery: true,
    handle: answerDiscovery('Schemas'),
  },
} as const satisfies Readonly<Record<string, RouteEntry>>

export type RouteKey = keyof typeof routes
