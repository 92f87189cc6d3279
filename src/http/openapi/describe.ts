import type { Endpoint, Limits, Service } from '../../operations/index.js'
import { urns } from '../../protocol/index.js'
import { resourceSchema } from './attributes.js'
import { discoverySchemas } from './discovery.js'
import type { JsonSchema } from './document.js'
import { bulkSchemas, errorSchema, listSchema, message, patchSchema, toSchema } from './messages.js'
import type { TypeNames } from './names.js'
import { nameTypes } from './names.js'
import type { Placed, Subject } from './operations.js'
import {
  createOperation,
  discoveryOperations,
  listOperations,
  place,
  reply,
  resourceOperations,
} from './operations.js'
import type { QueryName } from './parts.js'
import { querySchemas } from './parts.js'

/** Schemas by their names, and operations in their places. */
export interface Description {
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly placed: readonly Placed[]
}

/** What a list can be asked for: that which the stores behind it can do. */
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
  return message(urns.searchRequest, Object.fromEntries(names.map((name) => [name, all[name]])))
}

function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
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

function describeType(service: Service, endpoint: Endpoint, names: TypeNames): Description {
  const { type, store } = endpoint
  const { single, plural } = names
  const subject = subjectOf(endpoint, names)
  const query = queryNames(store)
  const [page, search] = [`${single}List`, `${single}Search`]
  const about = { name: plural, all: type.endpoint.slice(1), tag: type.name }
  return {
    schemas: {
      [single]: resourceSchema(type, 'read'),
      [`${single}Write`]: resourceSchema(type, 'write'),
      [page]: listSchema(subject.shown, store.cursors),
      [search]: searchSchema(query, service.limits),
    },
    placed: [
      ...listOperations(type.endpoint, about, query, { page: toSchema(page), search: toSchema(search) }),
      createOperation(type.endpoint, subject, service.onConflict !== undefined),
      ...resourceOperations(`${type.endpoint}/{id}`, subject, type.membership !== undefined),
    ],
  }
}

/** What is about resources of every type. */
function describeAll(service: Service, subjects: readonly Subject[]): Description {
  const { endpoints, limits } = service
  // A list across types has no cursors.
  const query = queryNames({ sorts: endpoints.every(({ store }) => store.sorts) })
  const shown = anyOf(subjects.map((one) => one.shown))
  const sent = anyOf(subjects.map((one) => one.sent))
  const me: Subject = { name: 'Me', one: "the caller's own resource", tag: 'Me', shown, sent }
  const about = { name: 'All', all: 'resources of every type', tag: 'Search' }
  const hasMembers = endpoints.some(({ type }) => type.membership !== undefined)
  return {
    schemas: { AnyList: listSchema(shown), AnySearch: searchSchema(query, limits) },
    placed: [
      createOperation('/Me', me, service.onConflict !== undefined, [404]),
      ...resourceOperations('/Me', me, hasMembers),
      ...listOperations('/', about, query, { page: toSchema('AnyList'), search: toSchema('AnySearch') }),
      place('/Bulk', 'post', {
        id: 'bulk',
        summary: 'Do several operations in one request',
        tag: 'Bulk',
        body: toSchema('BulkRequest'),
        replies: { 200: reply('What became of each operation.', toSchema('BulkResponse')) },
      }),
    ],
  }
}

/** The schemas and operations of everything that a service might answer. */
export function describe(service: Service, publicDiscovery: boolean): Description {
  const common = commonSchemas(service.limits)
  const reserved = [...Object.keys(common), 'Me', 'AnyList', 'AnySearch']
  const named = nameTypes(service.endpoints, reserved)
  const parts = [
    ...named.map(({ endpoint, names }) => describeType(service, endpoint, names)),
    describeAll(
      service,
      named.map(({ endpoint, names }) => subjectOf(endpoint, names)),
    ),
  ]
  return {
    schemas: Object.assign({}, common, ...parts.map(({ schemas }) => schemas)),
    placed: [...parts.flatMap(({ placed }) => placed), ...discoveryOperations(publicDiscovery)],
  }
}
