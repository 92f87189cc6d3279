import {
  attribute,
  bearerTokens,
  createScim,
  defineResourceType,
  defineSchema,
  type Group,
  memoryStore,
  type User,
  urns,
} from '../../src/index.js'
import { type FuzzRequest, places, secrets } from './requests.js'

const base = 'https://app.example.com/scim/v2'
const doorSchema = defineSchema('urn:example:Door', {
  label: attribute.string({ required: true, uniqueness: 'server' }),
  floor: attribute.integer(),
  weight: attribute.decimal(),
  open: attribute.boolean(),
  opened: attribute.dateTime(),
  keys: attribute.complex({ value: attribute.string(), primary: attribute.boolean() }, { multiValued: true }),
})

/** Longer than this no reply may take. */
const patience = 1000
const ownNames = Object.getOwnPropertyNames(Object.prototype).join()
const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A service with a little in it, and everything that it has told its host. */
async function filled() {
  const told: unknown[] = []
  const errors: unknown[] = []
  const ids = new Map<string, string>()
  const Door = defineResourceType({
    name: 'Door',
    endpoint: '/Doors',
    schema: doorSchema,
    activation: 'open',
    store: memoryStore(),
  })
  const scim = createScim({
    authenticate: bearerTokens([{ token: secrets.token, tenant: 'acme' }]),
    users: memoryStore<User>(),
    groups: memoryStore<Group>(),
    resourceTypes: [Door],
    hashPassword: () => secrets.hash,
    identify: () => ({ id: ids.get('user') ?? '' }),
    limits: { maxJsonDepth: 16, maxPatchOperations: 100 },
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

  /** Everything that is stored, as text. */
  async function snapshot(): Promise<string> {
    const paths = ['/Users?count=1000', '/Groups?count=1000', '/Doors?count=1000']
    const replies = paths.map((path) => scim.fetch(new Request(base + path, { headers: { authorization } })))
    return (await Promise.all((await Promise.all(replies)).map((reply) => reply.text()))).join('\n')
  }

  function fill(text: string): string {
    return places.reduce((filled, name) => filled.replaceAll(`{{${name}}}`, ids.get(name) ?? ''), text)
  }

  /** The request in the platform's form; undefined where the platform itself refuses it. */
  function toRequest({ method, path, query, headers, body }: FuzzRequest): Request | undefined {
    const search = new URLSearchParams(query).toString()
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    try {
      return new Request(fill(`${base}${path}${search && `?${search}`}`), {
        method,
        headers: { authorization, ...headers },
        ...(text !== undefined && method !== 'GET' && method !== 'HEAD' && { body: fill(text) }),
      })
    } catch {
      return undefined
    }
  }
  return { scim, told, errors, snapshot, toRequest }
}

/** What is wrong with the body of a reply; nothing where it is a SCIM message or resource. */
function problemOf(status: number, type: string | null, text: string): string | undefined {
  if (text === '') return status === 204 || status === 304 ? undefined : 'there is no body'
  if (!type?.startsWith('application/scim+json')) return `the media type is ${type}`
  const json: unknown = JSON.parse(text)
  if (!isObject(json) || !Array.isArray(json.schemas) || json.schemas.length === 0)
    return 'there are no schemas'
  if (status >= 400) {
    const isError = json.schemas[0] === urns.error && json.status === String(status)
    return isError && typeof json.detail === 'string' ? undefined : 'it is not an error message'
  }
  if (json.schemas[0] !== urns.listResponse) return undefined
  const { totalResults, itemsPerPage, Resources } = json
  if (!Number.isInteger(totalResults) || !Array.isArray(Resources)) return 'it is not a list'
  if (itemsPerPage !== Resources.length) return 'the list counts wrong'
  const isResource = (one: unknown) =>
    isObject(one) && typeof one.id === 'string' && Array.isArray(one.schemas)
  return Resources.every(isResource) ? undefined : 'the list has something else than resources'
}

/**
 * Sends requests one after the other to a service of their own.
 *
 * @throws Error when a reply breaks what is promised of all: see `fuzz.test.ts`.
 */
export async function check(requests: readonly FuzzRequest[]): Promise<void> {
  const { scim, told, errors, snapshot, toRequest } = await filled()
  let before = await snapshot()
  for (const one of requests) {
    const request = toRequest(one)
    if (!request) continue
    const fail = (problem: string) => {
      throw new Error(`${one.method} ${request.url}: ${problem}`)
    }
    const copy = request.clone()
    const start = performance.now()
    const response = await scim.fetch(request)
    const text = await response.text()
    const { status } = response
    if (performance.now() - start > patience) {
      // The machine may have been busy with something else; twice in a row it is the service.
      const again = performance.now()
      await (await scim.fetch(copy)).text()
      if (performance.now() - again > patience) fail('the reply took too long')
    }
    if (errors.length > 0) fail(`an error: ${errors[0] instanceof Error ? errors[0].stack : errors[0]}`)
    if (status >= 500 && status !== 501) fail(`status ${status}: ${text}`)
    if (one.method !== 'HEAD') {
      const problem = problemOf(status, response.headers.get('content-type'), text)
      if (problem) fail(`${problem}: ${status} ${text}`)
    }
    if (unhandled.length > 0) fail(`a rejection that nobody handles: ${unhandled[0]}`)
    if (Object.getOwnPropertyNames(Object.prototype).join() !== ownNames) fail('Object.prototype has changed')
    const after = await snapshot()
    if (status >= 400 && after !== before) fail(`status ${status}, and what is stored has changed`)
    before = after
    const said = `${text}${JSON.stringify([...response.headers])}${JSON.stringify(told)}${after}`
    for (const secret of Object.values(secrets))
      if (said.includes(secret)) fail(`a secret was told: ${secret}`)
  }
}
