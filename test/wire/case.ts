/** A request, as a client of the service sends it. */
export interface WireRequest {
  /** JSON; a text is sent as it is, and need not be JSON. */
  readonly body?: unknown
  /** Besides `Authorization`, `Accept` and `Content-Type`, or in their place. */
  readonly headers?: Readonly<Record<string, string>>
  /** Parameters, decoded. */
  readonly query?: Readonly<Record<string, string>>
}

/** What is looked at in a reply. */
export interface WireReply {
  readonly status: number
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined where the reply has no body. */
  readonly json: unknown
}

/** Sends a request to the service; `path` is below its base URL. */
export type WireClient = (method: string, path: string, request?: WireRequest) => Promise<WireReply>

/** Where the cases are run. */
export interface Wire {
  readonly client: WireClient
  /** A client of another tenant, where the service has several. */
  readonly stranger?: WireClient | undefined
}

/** Parts of the protocol that a service may lack; discovery says whether it does. */
export type Capability = 'groups' | 'sort' | 'cursor' | 'bulk' | 'search' | 'tenants' | 'etag'

/** One thing that the protocol says, and the requests that show it. */
export interface WireCase {
  readonly name: string
  /** Where it is written, such as `RFC 7644 3.3`. */
  readonly section: string
  /** Left out of a run against a service that lacks one of these. */
  readonly needs?: readonly Capability[]
  /** Resolves when the service behaves so. @throws Error saying what it did instead. */
  run(wire: Wire): Promise<void>
}

export type Json = Readonly<Record<string, unknown>>

export const urn = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  bulk: 'urn:ietf:params:scim:api:messages:2.0:BulkRequest',
  bulkResponse: 'urn:ietf:params:scim:api:messages:2.0:BulkResponse',
  search: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
} as const

let count = 0

/** A name that no other resource has, also where the service is not empty. */
export function unique(name: string): string {
  count += 1
  return `${name}-${Date.now().toString(36)}-${count}`
}

/** A value as text, the keys of objects in the order of the alphabet: in JSON they have none. */
function show(value: unknown): string {
  const sorted = (inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner
  return JSON.stringify(value, (_, inner) => sorted(inner)) ?? 'nothing'
}

/**
 * Whether a value has at least what is expected of it: of an object its keys (`undefined`: there is no such key), of
 * an array an element for each, in any order and number.
 */
function holds(value: unknown, expected: unknown): boolean {
  if (expected instanceof RegExp) return typeof value === 'string' && expected.test(value)
  if (Array.isArray(expected)) {
    return Array.isArray(value) && expected.every((one) => value.some((element) => holds(element, one)))
  }
  if (typeof expected !== 'object' || expected === null) return value === expected
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(expected).every(([key, one]) => holds((value as Json)[key], one))
}

/** @throws Error unless a value has at least what is expected; see {@link holds}. */
export function contains(value: unknown, expected: unknown, what = 'the reply'): void {
  if (!holds(value, expected))
    throw new Error(`${what} is ${show(value)} and does not have ${show(expected)}`)
}

/** @throws Error unless two JSON values are the same. */
export function same(value: unknown, expected: unknown, what: string): void {
  if (show(value) !== show(expected)) throw new Error(`${what} is ${show(value)} and not ${show(expected)}`)
}

/** The body of a reply, once it has a status, the media type of SCIM, and what is expected. */
export function body(reply: WireReply, status: number, expected: unknown = {}): Json {
  if (reply.status !== status)
    throw new Error(`status ${reply.status} and not ${status}: ${show(reply.json)}`)
  const type = reply.headers['content-type']?.split(';')[0]
  same(type, 'application/scim+json', 'Content-Type')
  contains(reply.json, expected)
  return reply.json as Json
}

/** Takes a reply that has no body. */
export function empty(reply: WireReply, status: number): void {
  if (reply.status !== status)
    throw new Error(`status ${reply.status} and not ${status}: ${show(reply.json)}`)
  same(reply.json, undefined, 'the body')
}

/** Takes an error message (RFC 7644 3.12): its schema, its status as a text, the type of the error, a detail. */
export function error(reply: WireReply, status: number, scimType?: string): void {
  const expected = { schemas: [urn.error], status: String(status), scimType, detail: /./ }
  body(reply, status, expected)
}

/** The resources of a list, once it is a list that counts right. */
export function listed(reply: WireReply, expected: unknown = {}): readonly Json[] {
  const list = body(reply, 200, { schemas: [urn.list], ...(expected as object) })
  const resources = (list.Resources ?? []) as readonly Json[]
  for (const name of ['totalResults', 'itemsPerPage']) {
    if (!Number.isInteger(list[name])) throw new Error(`${name} is ${show(list[name])} and no integer`)
  }
  same(list.itemsPerPage, resources.length, 'itemsPerPage')
  return resources
}

/** Creates a user and gives back what the service shows of it. */
export async function createUser({ client }: Wire, attributes: Json = {}): Promise<Json & { id: string }> {
  const user = { schemas: [urn.user], userName: unique('user'), ...attributes }
  return body(await client('POST', '/Users', { body: user }), 201, { id: /./ }) as Json & { id: string }
}

/** Creates a group and gives back what the service shows of it. */
export async function createGroup({ client }: Wire, attributes: Json = {}): Promise<Json & { id: string }> {
  const group = { schemas: [urn.group], displayName: unique('Group'), ...attributes }
  return body(await client('POST', '/Groups', { body: group }), 201, { id: /./ }) as Json & { id: string }
}

/** Sends a PATCH of these operations. */
export function patch(
  { client }: Wire,
  path: string,
  operations: readonly Json[],
  request: WireRequest = {},
): Promise<WireReply> {
  return client('PATCH', path, { ...request, body: { schemas: [urn.patch], Operations: operations } })
}

/** What is at a path now. */
export async function read({ client }: Wire, path: string): Promise<Json> {
  return body(await client('GET', path), 200)
}
