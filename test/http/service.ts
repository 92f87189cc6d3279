import {
  bearerTokens,
  type CommonAttributes,
  createScim,
  type ErrorContext,
  type Group,
  groupResourceType,
  memoryStore,
  type RequestEvent,
  type ResourceStore,
  type ResourceTypeDefinition,
  type ScimOptions,
  type TraceEntry,
  type User,
  urns,
  userResourceType,
} from '../../src/index.js'
import { compileResourceType, fullProjection } from '../../src/schema/index.js'

/** The JSON of a reply; tests say what they expect in it. */
export interface Body {
  readonly [name: string]: unknown
  readonly schemas: readonly string[]
  readonly id: string
  readonly meta: { readonly version: string; readonly lastModified: string; readonly location: string }
  readonly totalResults: number
  readonly startIndex: number
  readonly itemsPerPage: number
  readonly Resources: readonly Body[]
  readonly scimType: string
  readonly detail: string
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Body
  /** What the service told the host of the request. */
  readonly event: RequestEvent
  readonly trace: readonly TraceEntry[]
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: string
  readonly body?: unknown
}

export const base = 'https://app.example.com/scim/v2'

/** The tokens of two tenants. */
export const authenticate = bearerTokens([
  { token: 'acme-token', tenant: 'acme', actor: 'okta' },
  { token: 'globex-token', tenant: 'globex' },
])

/** A store of users in memory that has one with a certain id, for tests in which others refer to it. */
export function usersWith(id: string): ResourceStore<User> {
  const ids = [id]
  const users = memoryStore<User>({ newId: () => ids.pop() ?? crypto.randomUUID() })
  const resourceType = compileResourceType(userResourceType)
  const context = { tenant: 'acme', actor: undefined, requestId: 'test', resourceType, signal: undefined }
  void users.create({ schemas: [urns.user], userName: `manager-${id}` }, context)
  return users
}

export interface Options extends Partial<ScimOptions> {
  readonly users?: ResourceStore<User>
  readonly groups?: ResourceStore<Group>
}

/** A service of users and groups in memory, called as a client calls it, with a look at what it stores. */
export function serve(options: Options = {}) {
  const users = options.users ?? memoryStore<User>()
  const groups = options.groups ?? memoryStore<Group>()
  const errors: { readonly error: unknown; readonly context: ErrorContext }[] = []
  const events: RequestEvent[] = []
  const scim = createScim({
    authenticate,
    onError: (error, context) => {
      errors.push({ error, context })
    },
    ...options,
    onRequest: (event) => {
      events.push(event)
      return options.onRequest?.(event)
    },
    users,
    groups,
  })

  async function send(method: string, path: string, sent: Sent = {}): Promise<Reply> {
    const { token = 'acme-token', body } = sent
    const headers: Record<string, string> = {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/scim+json' }),
      ...sent.headers,
    }
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const init = { method, headers, ...(text !== undefined && { body: text }) }
    const response = await scim.fetch(new Request(`${base}${path}`, init))
    const received = await response.text()
    const event = events.at(-1)
    if (!event) throw new Error('the host was not told')
    return {
      status: response.status,
      headers: response.headers,
      text: received,
      body: (received === '' ? undefined : JSON.parse(received)) as Body,
      event,
      trace: event.trace,
    }
  }

  async function stored<R extends CommonAttributes>(
    store: ResourceStore<R>,
    definition: ResourceTypeDefinition,
    id: string,
    tenant: string | undefined,
  ): Promise<R> {
    const resourceType = compileResourceType(definition)
    const context = { tenant, actor: undefined, requestId: 'test', resourceType, signal: undefined }
    const found = await store.get(id, fullProjection(resourceType), context)
    if (!found) throw new Error('nothing is stored under this id')
    return found
  }

  return {
    scim,
    users,
    groups,
    errors,
    events,
    send,
    get: (path: string, sent?: Sent) => send('GET', path, sent),
    post: (path: string, body: unknown, sent?: Sent) => send('POST', path, { ...sent, body }),
    put: (path: string, body: unknown, sent?: Sent) => send('PUT', path, { ...sent, body }),
    delete: (path: string, sent?: Sent) => send('DELETE', path, sent),
    patch: (path: string, operations: unknown, sent?: Sent) =>
      send('PATCH', path, { ...sent, body: { schemas: [urns.patchOp], Operations: operations } }),
    /** What the store holds of a user, whatever the replies say. */
    storedUser: (id: string, tenant: string | undefined = 'acme') =>
      stored(users, userResourceType, id, tenant),
    storedGroup: (id: string, tenant: string | undefined = 'acme') =>
      stored(groups, groupResourceType, id, tenant),
    /** Creates a user and gives the reply's body. */
    async createUser(attributes: object = {}, sent?: Sent): Promise<Body> {
      const body = { schemas: [urns.user], userName: `user-${++count}@example.com`, ...attributes }
      const reply = await send('POST', '/Users', { ...sent, body })
      if (reply.status !== 201) throw new Error(`not created: ${reply.text}`)
      return reply.body
    },
    async createGroup(attributes: object = {}, sent?: Sent): Promise<Body> {
      const body = { schemas: [urns.group], displayName: `Group ${++count}`, ...attributes }
      const reply = await send('POST', '/Groups', { ...sent, body })
      if (reply.status !== 201) throw new Error(`not created: ${reply.text}`)
      return reply.body
    },
  }
}

let count = 0
