import type { Endpoint, Limits, Service } from '../../operations/index.js'
import { urns } from '../../protocol/index.js'
import type { Method, RouteEntry } from '../route.js'
import type { RouteKey } from '../routes.js'
import { routes } from '../routes.js'
import { resourceSchema } from './attributes.js'
import { discoverySchemas } from './discovery.js'
import type { JsonSchema } from './document.js'
import { bulkSchemas, errorSchema, listSchema, messageSchema, patchSchema, toSchema } from './messages.js'
import type { TypeNames } from './names.js'
import { nameTypes } from './names.js'
import type { ListSubject, PathOperation, Subject } from './operations.js'
import {
  configOperation,
  createOperation,
  documentOperations,
  jsonResponse,
  listOperation,
  pathOperation,
  resourceOperations,
  searchOperation,
} from './operations.js'
import type { QueryName } from './parts.js'
import { querySchemas } from './parts.js'

/** Schemas by their names, and operations by their paths. */
export interface Description {
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly placed: readonly PathOperation[]
}

/** The parameters of a list, as far as the stores behind it support them. */
function queryNames(can: { readonly sorts?: boolean; readonly cursors?: boolean }): readonly QueryName[] {
  return [
    'attributes',
    'excludedAttributes',
    'filter',
    ...(can.sorts ? (['sortBy', 'sortOrder'] as const) : []),
    'startIndex',
    'count',
    ...(can.cursors ? (['cursor'] as const) : []),
  ]
}

function searchSchema(names: readonly QueryName[], limits: Limits): JsonSchema {
  const all = querySchemas(limits)
  return messageSchema(urns.searchRequest, Object.fromEntries(names.map((name) => [name, all[name]])))
}

function eitherOf(schemas: readonly JsonSchema[]): JsonSchema {
  const [first, ...more] = schemas
  return first && more.length === 0 ? first : { anyOf: schemas }
}

/** The messages and documents of the protocol. */
function commonSchemas(limits: Limits): Readonly<Record<string, JsonSchema>> {
  const bulk = bulkSchemas(limits.maxBulkOperations)
  return {
    Error: errorSchema,
    PatchOp: patchSchema(limits.maxPatchOperations),
    BulkRequest: bulk.request,
    BulkResponse: bulk.response,
    ...discoverySchemas,
    ResourceTypeList: listSchema(toSchema('ResourceType')),
    SchemaList: listSchema(toSchema('Schema')),
  }
}

function subjectOf({ type }: Endpoint, { single }: TypeNames): Subject {
  const [shown, sent] = [toSchema(single), toSchema(`${single}Write`)]
  return { name: single, one: `one ${type.name}`, tag: type.name, shown, sent }
}

/** A resource type as the document describes it. */
interface DescribedType {
  readonly path: string
  readonly subject: Subject
  readonly list: ListSubject
  readonly isPatchSilent: boolean
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

function describeType(service: Service, endpoint: Endpoint, names: TypeNames): DescribedType {
  const { type, store } = endpoint
  const { single, plural } = names
  const subject = subjectOf(endpoint, names)
  const parameters = queryNames(store)
  const [page, search] = [`${single}List`, `${single}Search`]
  return {
    path: type.endpoint,
    subject,
    list: {
      name: plural,
      all: type.endpoint.slice(1),
      tag: type.name,
      parameters,
      page: toSchema(page),
      search: toSchema(search),
    },
    isPatchSilent: endpoint.patchReply === 'none',
    schemas: {
      [single]: resourceSchema(type, 'read'),
      [`${single}Write`]: resourceSchema(type, 'write'),
      [page]: listSchema(subject.shown, store.cursors),
      [search]: searchSchema(parameters, service.limits),
    },
  }
}

/** What is about resources of every type. */
interface DescribedAll {
  readonly me: Subject
  readonly list: ListSubject
  readonly isPatchSilent: boolean
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

function describeAll({ endpoints, limits }: Service, types: readonly DescribedType[]): DescribedAll {
  // A list across types has no cursors.
  const parameters = queryNames({ sorts: endpoints.every(({ store }) => store.sorts) })
  const shown = eitherOf(types.map(({ subject }) => subject.shown))
  const sent = eitherOf(types.map(({ subject }) => subject.sent))
  return {
    me: { name: 'Me', one: "the caller's own resource", tag: 'Me', shown, sent },
    list: {
      name: 'All',
      all: 'resources of every type',
      tag: 'Search',
      parameters,
      page: toSchema('AnyList'),
      search: toSchema('AnySearch'),
    },
    isPatchSilent: types.some((type) => type.isPatchSilent),
    schemas: { AnyList: listSchema(shown), AnySearch: searchSchema(parameters, limits) },
  }
}

/** What descriptions of routes are made from. */
interface Source {
  /** Whether a POST can be answered with an existing resource. */
  readonly links: boolean
  readonly publicDiscovery: boolean
  readonly all: DescribedAll
}

/** The routes below the endpoint of each resource type, by their keys in the table of routes. */
const typeRoutes: Partial<
  Record<RouteKey, (type: DescribedType, source: Source) => readonly PathOperation[]>
> = {
  collection: ({ path, list, subject }, { links }) => [
    listOperation(path, list),
    createOperation(path, subject, links),
  ],
  search: ({ path, list }) => [searchOperation(`${path}/.search`, list)],
  resource: ({ path, subject, isPatchSilent }) => resourceOperations(`${path}/{id}`, subject, isPatchSilent),
}

/** The routes of which more is known than their entry says, by their keys in the table of routes. */
const describedRoutes: Partial<Record<RouteKey, (source: Source) => readonly PathOperation[]>> = {
  me: ({ all, links }) => [
    createOperation('/Me', all.me, links, [404]),
    ...resourceOperations('/Me', all.me, all.isPatchSilent),
  ],
  root: ({ all }) => [listOperation('/', all.list)],
  searchAcross: ({ all }) => [searchOperation('/.search', all.list)],
  bulk: () => [
    pathOperation('/Bulk', 'post', {
      id: 'bulk',
      summary: 'Do several operations in one request',
      tag: 'Bulk',
      body: toSchema('BulkRequest'),
      replies: { 200: jsonResponse('What became of each operation.', toSchema('BulkResponse')) },
    }),
  ],
  serviceProviderConfig: ({ publicDiscovery }) => [configOperation(publicDiscovery)],
  resourceTypes: ({ publicDiscovery }) =>
    documentOperations('/ResourceTypes', 'ResourceType', 'the resource types', publicDiscovery),
  schemas: ({ publicDiscovery }) => documentOperations('/Schemas', 'Schema', 'the schemas', publicDiscovery),
}

/** A route that is described by its entry alone: the reply is an object of which nothing else is known. */
function describeEntry(key: string, { path, methods, describe }: RouteEntry): readonly PathOperation[] {
  if (path === undefined) return []
  const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}`
  return Object.keys(methods).map((httpMethod) => {
    const method = httpMethod.toLowerCase() as Lowercase<Method>
    const summary = describe ?? `${httpMethod} ${path}`
    const replies = { 200: jsonResponse('The reply.', { type: 'object' }) }
    return pathOperation(path, method, { id: `${method}${name}`, summary, tag: name, replies })
  })
}

/** The schemas and operations of everything that a service can answer. */
export function describeService(service: Service, publicDiscovery: boolean): Description {
  const common = commonSchemas(service.limits)
  const reserved = [...Object.keys(common), 'Me', 'AnyList', 'AnySearch']
  const types = nameTypes(service.endpoints, reserved).map(({ endpoint, names }) =>
    describeType(service, endpoint, names),
  )
  const all = describeAll(service, types)
  const source: Source = { links: service.onConflict !== undefined, publicDiscovery, all }
  const ofTypes = types.flatMap((type) =>
    Object.values(typeRoutes).flatMap((describeRoute) => describeRoute(type, source)),
  )
  const others = Object.entries<RouteEntry>(routes).flatMap(([key, entry]) => {
    const describeRoute = describedRoutes[key as RouteKey]
    return describeRoute ? describeRoute(source) : describeEntry(key, entry)
  })
  return {
    schemas: Object.assign({}, common, ...types.map(({ schemas }) => schemas), all.schemas),
    placed: [...ofTypes, ...others],
  }
}
