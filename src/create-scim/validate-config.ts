import type { Authenticate } from '../auth/index.js'
import { hasTenants } from '../auth/index.js'
import { eventName, lifecycleKinds } from '../events/index.js'
import { reservedPaths } from '../http/index.js'
import type { Callback, Endpoint, Limits, PatchReply, WriteHook, WriteHookSet } from '../operations/index.js'
import { defaultLimits, hookName, writeKinds } from '../operations/index.js'
import { didYouMean, showName, trimEndSlashes } from '../protocol/index.js'
import type { CommonAttributes, ExtensionDefinition, ResourceTypeDefinition } from '../schema/index.js'
import { keepAttributes, restrictedType } from '../schema/index.js'
import type { ResourceStore, Transactions } from '../stores/index.js'

/** The limits of a service. @throws TypeError naming a limit that is no whole number from 1 on. */
export function readLimits(given: Partial<Limits> | undefined): Limits {
  const limits = { ...defaultLimits, ...given }
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new TypeError(`createScim: limits.${name} must be a whole number from 1 on`)
    }
  }
  return limits
}

const storeMethods = ['get', 'list', 'create', 'replace', 'delete'] as const

/** A resource type with its store. @throws TypeError for what is no store, or a definition that contradicts itself. */
export function makeEndpoint(
  option: string,
  definition: ResourceTypeDefinition,
  extensions: readonly ExtensionDefinition[] | undefined,
  store: object,
  patchReply?: PatchReply,
): Endpoint {
  for (const method of storeMethods) {
    if (typeof (store as Record<string, unknown>)?.[method] !== 'function') {
      throw new TypeError(`createScim: ${option} must be a store, and has no method "${method}"`)
    }
  }
  const extended = extensions
    ? { ...definition, extensions: [...definition.extensions, ...extensions] }
    : definition
  // Stores are typed where the host writes them; operations know their attributes from the registry.
  const typed = store as ResourceStore<CommonAttributes>
  const restricted = typed.restrictResourceType?.(extended) ?? extended
  const { attributes } = typed
  const kept = attributes ? keepAttributes(restricted, attributes, `createScim: ${option}`) : restricted
  const type = restrictedType(extended, kept)
  // A group may have a million members.
  return { type, store: typed, patchReply: patchReply ?? (type.membership ? 'none' : 'resource') }
}

/** A base URL without a slash at its end. @throws TypeError for what is no http or https URL. */
export function readBaseUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text) || !/^https?:/.test(text) || /[?#]/.test(text)) {
    throw new TypeError('createScim: baseUrl must be an http or https URL without a query')
  }
  return trimEndSlashes(text)
}

/** The transactions that all stores share. @throws TypeError where they share none. */
export function sharedTransactions(endpoints: readonly Endpoint[]): Transactions {
  const [shared, ...others] = new Set(endpoints.map(({ store }) => store.transactions))
  if (!shared || others.length > 0) {
    throw new TypeError(
      'createScim: atomicBulk is for stores that share transactions, such as those over one database',
    )
  }
  return shared
}

/** The callbacks by the name of their event. @throws TypeError for one that is no event of the resource types. */
export function readCallbacks(
  on: object | undefined,
  endpoints: readonly Endpoint[],
): ReadonlyMap<string, Callback> {
  const names = endpoints.flatMap(({ type }) => lifecycleKinds.map((kind) => eventName(type, kind)))
  return readFunctions('on', on, 'an event', names)
}

/** The hooks before writes by their names; undefined where there are none. @throws TypeError for one that does not exist. */
export function readHooks(
  before: object | undefined,
  endpoints: readonly Endpoint[],
): WriteHookSet | undefined {
  const names = endpoints.flatMap(({ type }) => writeKinds.map((kind) => hookName(type, kind)))
  const hooks: ReadonlyMap<string, WriteHook> = readFunctions('before', before, 'a hook', names)
  return hooks.size > 0 ? hooks : undefined
}

/** The functions of an option by their names. Their types are checked where the host writes them. */
function readFunctions<F>(
  option: string,
  given: object | undefined,
  what: string,
  names: readonly string[],
): ReadonlyMap<string, F> {
  const functions = new Map<string, F>()
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!names.includes(name)) {
      const advice = didYouMean(name, names)
      throw new TypeError(
        `createScim: ${option}["${showName(name)}"] is not ${what} of this service${advice}`,
      )
    }
    if (value === undefined) continue
    if (typeof value !== 'function') {
      throw new TypeError(`createScim: ${option}["${name}"] must be a function`)
    }
    functions.set(name, value)
  }
  return functions
}

/** Refuses stores of one tenant for callers of several: each would see everything. @throws TypeError */
export function assertTenantsApart(authenticate: Authenticate, endpoints: readonly Endpoint[]): void {
  const shared = endpoints.find(({ store }) => store.keepsTenantsApart === false)
  if (!shared || !hasTenants(authenticate)) return
  throw new TypeError(
    `createScim: the tokens name tenants, and the store of ${shared.type.name} resources is for one tenant only (tenant: false)`,
  )
}

/** Refuses two resource types with one name or endpoint, and one at a reserved path. @throws TypeError */
export function assertDistinct(endpoints: readonly Endpoint[]): void {
  const seen = new Set<string>()
  for (const { type } of endpoints) {
    if (reservedPaths.has(type.endpoint.toLowerCase())) {
      throw new TypeError(`createScim: resource type ${type.name} cannot live at ${type.endpoint}`)
    }
    for (const key of [`name ${type.name.toLowerCase()}`, `endpoint ${type.endpoint.toLowerCase()}`]) {
      if (seen.has(key)) throw new TypeError(`createScim: two resource types have the ${key}`)
      seen.add(key)
    }
  }
}
