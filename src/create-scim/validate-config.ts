import { defaultFilterLimits } from '../filter/index.js'
import type { Callback, Endpoint, Limits } from '../operations/index.js'
import type { CommonAttributes, ExtensionDefinition, ResourceTypeDefinition } from '../schema/index.js'
import { compileResourceType } from '../schema/index.js'
import type { ResourceStore, Transactions } from '../stores/index.js'

const defaultLimits: Limits = {
  ...defaultFilterLimits,
  maxBodyBytes: 10 * 1024 * 1024,
  maxJsonDepth: 32,
  maxPatchOperations: 10_000,
  maxBulkOperations: 1000,
  maxBulkPayloadBytes: 1024 * 1024,
  defaultPageSize: 100,
  maxPageSize: 1000,
  maxAttempts: 100,
}

export function readLimits(given: Partial<Limits> | undefined): Limits {
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

export function makeEndpoint(
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
  const typed = store as ResourceStore<CommonAttributes>
  return { type: compileResourceType(typed.restrictResourceType?.(extended) ?? extended), store: typed }
}

export function readBaseUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text) || !/^https?:/.test(text) || /[?#]/.test(text)) {
    throw new TypeError('createScim: baseUrl is to be an http or https URL without a query')
  }
  return text.replace(/\/+$/, '')
}

/** The transactions that all stores share. */
export function sharedTransactions(endpoints: readonly Endpoint[]): Transactions {
  const [shared, ...others] = new Set(endpoints.map(({ store }) => store.transactions))
  if (!shared || others.length > 0) {
    throw new TypeError(
      'createScim: atomicBulk is for stores that share transactions, such as those over one database',
    )
  }
  return shared
}

/** Callbacks by their names, each of which is to be an event of one of the resource types. */
export function readCallbacks(
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

/** Paths that the protocol gives another meaning, in lower case. */
const reserved = new Set(['/me', '/bulk', '/.search', '/schemas', '/resourcetypes', '/serviceproviderconfig'])

/** Refuses two resource types of one name or at one endpoint, and one at a path that is taken. */
export function assertDistinct(endpoints: readonly Endpoint[]): void {
  const seen = new Set<string>()
  for (const { type } of endpoints) {
    if (reserved.has(type.endpoint.toLowerCase())) {
      throw new TypeError(`createScim: resource type ${type.name} can not live at ${type.endpoint}`)
    }
    for (const key of [`name ${type.name.toLowerCase()}`, `endpoint ${type.endpoint.toLowerCase()}`]) {
      if (seen.has(key)) throw new TypeError(`createScim: two resource types have the ${key}`)
      seen.add(key)
    }
  }
}
