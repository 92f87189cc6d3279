import {
  attribute,
  bearerTokens,
  type CommonAttributes,
  createScim,
  defineResourceType,
  defineSchema,
  type Group,
  groupResourceType,
  type InferResource,
  memoryStore,
  type ResourceStore,
  type ResourceTypeDefinition,
  type User,
  urns,
  userResourceType,
} from '../../src/index.js'
import { compileResourceType, fullProjection } from '../../src/schema/index.js'
import type { FuzzRequest } from './request.js'
import { places, secrets } from './requests.js'

const base = 'https://app.example.com/scim/v2'
const doorSchema = defineSchema('urn:example:Door', {
  label: attribute.string({ required: true, uniqueness: 'server' }),
  floor: attribute.integer(),
  weight: attribute.decimal(),
  open: attribute.boolean(),
  opened: attribute.dateTime(),
  tags: attribute.string({ multiValued: true }),
  keys: attribute.complex({ value: attribute.string(), primary: attribute.boolean() }, { multiValued: true }),
})

const door = { name: 'Door', endpoint: '/Doors', schema: doorSchema, activation: 'open' } as const

const doorType = defineResourceType(door)
type Door = InferResource<typeof doorType>

/** Everything in a store. */
async function contents<R extends CommonAttributes>(
  store: ResourceStore<R>,
  definition: ResourceTypeDefinition,
): Promise<readonly R[]> {
  const resourceType = compileResourceType(definition)
  const context = { tenant: 'acme', actor: undefined, requestId: 'fuzz', resourceType, signal: undefined }
  const projection = fullProjection(resourceType)
  const everything = { filter: undefined, sort: undefined, startIndex: 1, count: 10_000, projection }
  return (await store.list(everything, context)).resources
}

/** A service with a little in it, and everything that it has told its host. */
export async function filled() {
  const told: unknown[] = []
  const errors: unknown[] = []
  const ids = new Map<string, string>()
  const users = memoryStore<User>()
  const groups = memoryStore<Group>()
  const doors = memoryStore<Door>()
  const scim = createScim({
    authenticate: bearerTokens([{ token: secrets.token, tenant: 'acme' }]),
    users,
    groups,
    resourceTypes: [defineResourceType({ ...door, store: doors })],
    hashPassword: () => secrets.hash,
    identify: () => ({ id: ids.get('user') ?? '' }),
    on: {
      'user.updated': (event) => told.push(event),
      'user.created': (event) => told.push(event),
      'group.updated': (event) => told.push(event),
    },
    onRequest: (event) => told.push(event),
    onError: (error) => errors.push(error),
  })
  const authorization = `Bearer ${secrets.token}`
  async function create(path: string, body: object): Promise<string> {
    const headers = { authorization, 'content-type': 'application/scim+json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await scim.fetch(new Request(base + path, init))
    return ((await response.json()) as { readonly id: string }).id
  }
  const emails = [{ value: 'ada@example.com', type: 'work', primary: true }]
  const user = { schemas: [urns.user], userName: 'ada', emails, name: { familyName: 'L' }, title: 'x' }
  ids.set('user', await create('/Users', user))
  const members = [{ value: ids.get('user') }]
  ids.set('group', await create('/Groups', { schemas: [urns.group], displayName: 'Firm', members }))
  ids.set('door', await create('/Doors', { schemas: [doorSchema.urn], label: 'Back', floor: 0 }))

  ids.set('cursor', await nextCursor())

  async function nextCursor(): Promise<string> {
    await create('/Users', { schemas: [urns.user], userName: 'bob' })
    const response = await scim.fetch(
      new Request(`${base}/Users?cursor=&count=1`, { headers: { authorization } }),
    )
    return ((await response.json()) as { readonly nextCursor: string }).nextCursor
  }

  /** Everything that is stored, as text. */
  async function snapshot(): Promise<string> {
    const all = await Promise.all([
      contents(users, userResourceType),
      contents(groups, groupResourceType),
      contents(doors, doorType),
    ])
    return JSON.stringify(all)
  }

  function fill(text: string): string {
    return places.reduce((filled, name) => filled.replaceAll(`{{${name}}}`, ids.get(name) ?? ''), text)
  }

  /** The request in the platform's form; undefined where the platform itself refuses it. */
  function toRequest(sent: FuzzRequest): { readonly request: Request; readonly bytes: number } | undefined {
    const { method, path, query, headers, body } = sent
    const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD'
    const text = hasBody ? fill(typeof body === 'string' ? body : (JSON.stringify(body) ?? '')) : undefined
    const search = Object.entries(query).map(
      ([name, value]) =>
        `${encodeURIComponent(name)}=${encodeURIComponent(fill(value).replace(/\p{Surrogate}/gu, '\ufffd'))}`,
    )
    try {
      const request = new Request(`${base}${fill(path)}${search.length > 0 ? `?${search.join('&')}` : ''}`, {
        method,
        headers: { authorization, ...headers },
        ...(text !== undefined && { body: text }),
      })
      return { request, bytes: Buffer.byteLength(text ?? '') }
    } catch {
      return undefined
    }
  }
  return { scim, told, errors, snapshot, toRequest }
}
