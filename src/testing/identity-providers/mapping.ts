import type { UnknownObject } from '../../protocol/index.js'
import { getMember, isObject, isSafeKey, urns } from '../../protocol/index.js'
import type { DirectoryUser } from './directory.js'

/**
 * The mapping of an app: which SCIM attribute is made of what. Keys are paths in the notation of RFC 7644 section 3.10,
 * with at most one value filter, such as `name.givenName`, `emails[type eq "work"].value` or
 * `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`. Values are names of directory attributes, or
 * functions of the user. `false` takes a row out that would be there by default.
 */
export type UserMapping = Readonly<Record<string, string | ((user: DirectoryUser) => unknown) | false>>

/** What a user has at each path of a mapping; a path whose value is empty is left out. */
export type MappedValues = Readonly<Record<string, unknown>>

export interface MappedPath {
  readonly schema: string | undefined
  readonly attribute: string
  readonly filter: { readonly attribute: string; readonly value: string | boolean } | undefined
  readonly sub: string | undefined
}

const pathForm =
  /^([A-Za-z$][\w$-]*)(?:\[([A-Za-z$][\w$-]*) eq ("[^"]*"|true|false)\])?(?:\.([A-Za-z$][\w$-]*))?$/

/** Reads a path of a mapping. @throws TypeError */
export function readMappedPath(path: string): MappedPath {
  const isExtension = path.toLowerCase().startsWith('urn:')
  const end = isExtension ? path.lastIndexOf(':', path.includes('[') ? path.indexOf('[') : path.length) : -1
  const match = pathForm.exec(path.slice(end + 1))
  const [, attribute = '', filterName, literal = '', sub] = match ?? []
  if (!match || !isSafeKey(attribute) || (sub !== undefined && !isSafeKey(sub))) {
    throw new TypeError(`mapping: "${path}" is no path such as emails[type eq "work"].value`)
  }
  const value = literal.startsWith('"') ? literal.slice(1, -1) : literal === 'true'
  return {
    schema: isExtension ? path.slice(0, end) : undefined,
    attribute,
    filter: filterName === undefined ? undefined : { attribute: filterName, value },
    sub,
  }
}

/** The rows of a mapping that are in effect, checked. @throws TypeError */
export function readMapping(defaults: UserMapping, own: UserMapping | undefined): UserMapping {
  const rows = Object.entries({ ...defaults, ...own }).filter(([, source]) => source !== false)
  for (const [path] of rows) readMappedPath(path)
  return Object.fromEntries(rows)
}

export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** The values that a mapping gives a user. */
export function mapUserValues(mapping: UserMapping, user: DirectoryUser): MappedValues {
  const values: Record<string, unknown> = {}
  for (const [path, source] of Object.entries(mapping)) {
    const value = typeof source === 'function' ? source(user) : source === false ? undefined : user[source]
    if (!isEmpty(value)) values[path] = value
  }
  return values
}

/** A resource that is being made. */
export type MutableResource = Record<string, unknown>

/** The object that an extension's or the core's attributes are in; an own one, which can be written. */
function bodyOf(resource: MutableResource, schema: string | undefined): MutableResource {
  if (schema === undefined) return resource
  const body = resource[schema]
  const made: MutableResource = { ...(isObject(body) ? body : {}) }
  resource[schema] = made
  return made
}

function sameLiteral(value: unknown, wanted: string | boolean): boolean {
  // An element that is not said to be primary is not.
  if (wanted === false) return value !== true && String(value).toLowerCase() !== 'true'
  return String(value).toLowerCase() === String(wanted).toLowerCase()
}

/** Sets the value at a path; creates the element that its filter describes where there is none. */
export function setValue(resource: MutableResource, path: string, value: unknown): void {
  const { schema, attribute, filter, sub } = readMappedPath(path)
  const body = bodyOf(resource, schema)
  if (schema !== undefined && Array.isArray(resource.schemas) && !resource.schemas.includes(schema)) {
    resource.schemas = [...resource.schemas, schema]
  }
  if (!filter) {
    if (sub === undefined) {
      body[attribute] = value
    } else {
      body[attribute] = { ...(isObject(body[attribute]) ? body[attribute] : {}), [sub]: value }
    }
    return
  }
  const elements: unknown[] = Array.isArray(body[attribute]) ? [...body[attribute]] : []
  let index = elements.findIndex((one) => isObject(one) && sameLiteral(one[filter.attribute], filter.value))
  if (index < 0) index = elements.push({ [filter.attribute]: filter.value }) - 1
  const element = elements[index]
  elements[index] = { ...(isObject(element) ? element : {}), [sub ?? 'value']: value }
  body[attribute] = elements
}

/** Clears the value at a path: text becomes `""`, and an element of a list is taken out of it. */
export function clearValue(resource: MutableResource, path: string): void {
  const { schema, attribute, filter } = readMappedPath(path)
  if (!filter) {
    setValue(resource, path, '')
    return
  }
  const body = bodyOf(resource, schema)
  const elements: readonly unknown[] = Array.isArray(body[attribute]) ? body[attribute] : []
  body[attribute] = elements.filter(
    (one) => !(isObject(one) && sameLiteral(one[filter.attribute], filter.value)),
  )
}

/** The value at a path of what a server has answered; names are compared without case (RFC 7643 section 2.1). */
export function getValue(resource: UnknownObject, path: string): unknown {
  const { schema, attribute, filter, sub } = readMappedPath(path)
  const body = schema === undefined ? resource : getMember(resource, schema)
  const value = isObject(body) ? getMember(body, attribute) : undefined
  if (!filter) return sub === undefined ? value : isObject(value) ? getMember(value, sub) : undefined
  if (!Array.isArray(value)) return undefined
  const element = value.find(
    (one) => isObject(one) && sameLiteral(getMember(one, filter.attribute), filter.value),
  )
  return isObject(element) ? getMember(element, sub ?? 'value') : undefined
}

/** A user of the core schema with these values. */
export function userWith(values: MappedValues): MutableResource {
  const resource: MutableResource = { schemas: [urns.user] }
  for (const [path, value] of Object.entries(values)) setValue(resource, path, value)
  return resource
}
