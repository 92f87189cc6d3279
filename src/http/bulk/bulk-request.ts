import type { BulkOperation } from '../../operations/bulk/index.js'
import type { Endpoint, Limits, Operation } from '../../operations/index.js'
import { getMember, isObject, isScimError, ScimError, urns } from '../../protocol/index.js'
import type { Leniency } from '../../schema/index.js'
import { readETags } from '../etag.js'
import type { Route } from '../route.js'

/** An operation as a bulk request holds it, with what of it comes back in the reply. */
export interface BulkItem extends BulkOperation {
  /** Undefined where it is no text. */
  readonly method: string | undefined
  readonly path: string | undefined
  /** The resource that the path leads to; its id may be a reference. */
  readonly target: { readonly endpoint: Endpoint; readonly id: string } | undefined
  /** Whether the data of a PATCH lacks the message around its operations. */
  readonly isBare: boolean
}

/** A bulk request (RFC 7644 section 3.7). */
export interface BulkRequest {
  readonly failOnErrors: number | undefined
  readonly items: readonly BulkItem[]
}

/** How a bulk request is read. */
export interface BulkReading {
  readonly route: (path: string) => Route
  readonly limits: Limits
  readonly leniency: Leniency
}

const kinds = { PUT: 'replace', PATCH: 'modify', DELETE: 'remove' } as const

function isWrite(method: unknown): method is keyof typeof kinds {
  return typeof method === 'string' && Object.hasOwn(kinds, method)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Reads a bulk request. What is wrong with one operation is that operation's error and not the request's.
 *
 * @throws ScimError `invalidSyntax`, `invalidValue`; 413 for more operations than are allowed.
 */
export function readBulkRequest(body: unknown, options: BulkReading): BulkRequest {
  if (!isObject(body)) throw ScimError.invalidSyntax('The body is to be a JSON object: a BulkRequest message')
  const schemas = getMember(body, 'schemas')
  const isBulk = (urn: unknown) =>
    typeof urn === 'string' && urn.toLowerCase() === urns.bulkRequest.toLowerCase()
  if (!Array.isArray(schemas) || !schemas.some(isBulk)) {
    throw ScimError.invalidSyntax(`schemas is to contain "${urns.bulkRequest}"`)
  }
  const operations = getMember(body, 'Operations')
  if (!Array.isArray(operations) || operations.length === 0) {
    throw ScimError.invalidSyntax('Operations is to be an array of one operation or more')
  }
  const { maxBulkOperations } = options.limits
  if (operations.length > maxBulkOperations) {
    throw ScimError.tooLarge(`The bulk request has more operations than maxOperations (${maxBulkOperations})`)
  }
  return {
    failOnErrors: readFailOnErrors(getMember(body, 'failOnErrors')),
    items: operations.map((operation) => readItem(operation, options)),
  }
}

function readFailOnErrors(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value
  throw ScimError.invalidValue('failOnErrors is to be a whole number from 1 on')
}

function readItem(input: unknown, options: BulkReading): BulkItem {
  const nothing = { method: undefined, path: undefined, bulkId: undefined, target: undefined, isBare: false }
  if (!isObject(input)) {
    return { ...nothing, operation: ScimError.invalidSyntax('An operation is to be an object') }
  }
  const [method, path] = [getMember(input, 'method'), getMember(input, 'path')]
  const shown = {
    ...nothing,
    method: text(method),
    path: text(path),
    bulkId: text(getMember(input, 'bulkId')),
  }
  let target: BulkItem['target']
  try {
    const isPost = method === 'POST'
    if (!isPost && !isWrite(method)) {
      throw ScimError.invalidSyntax('method is to be "POST", "PUT", "PATCH" or "DELETE"')
    }
    const found = routeOf(path, options)
    if (isPost) {
      if (found.kind !== 'collection') {
        throw ScimError.invalidSyntax('path is to be that of a resource type, such as "/Users"')
      }
      if (shown.bulkId === undefined) throw ScimError.invalidSyntax('A POST needs a bulkId: text')
      const body = dataOf(input, method)
      return { ...shown, operation: { kind: 'create', endpoint: found.endpoint, body } }
    }
    if (found.kind !== 'resource') {
      throw ScimError.invalidSyntax('path is to be that of a resource, such as "/Users/2819c223"')
    }
    const { endpoint, id } = found
    target = { endpoint, id }
    const precondition = versionOf(getMember(input, 'version'))
    if (method === 'DELETE') {
      return { ...shown, target, operation: { kind: 'remove', endpoint, id, precondition } }
    }
    const data = dataOf(input, method)
    const whole = method === 'PATCH' && options.leniency.bareBulkPatch ? wrapBare(data) : undefined
    const body = whole ?? data
    const operation: Operation = { kind: kinds[method], endpoint, id, body, precondition }
    return { ...shown, target, isBare: whole !== undefined, operation }
  } catch (error) {
    if (!isScimError(error)) throw error
    return { ...shown, target, operation: error }
  }
}

function routeOf(path: unknown, { route }: BulkReading): Route {
  if (typeof path !== 'string' || path === '') {
    throw ScimError.invalidSyntax('path is to be text, such as "/Users"')
  }
  if (/[?#]/.test(path)) throw ScimError.invalidSyntax('path is to be without a query')
  return route(path)
}

function versionOf(version: unknown) {
  if (version === undefined || version === null) return undefined
  if (typeof version === 'string') return readETags(version)
  throw ScimError.invalidSyntax('version is to be the ETag of the resource: text')
}

function dataOf(input: Readonly<Record<string, unknown>>, method: string): unknown {
  const data = getMember(input, 'data')
  if (data === undefined || data === null) throw ScimError.invalidSyntax(`A ${method} needs data`)
  return data
}

/** A PatchOp message around operations that come without it; undefined where it is there. */
function wrapBare(data: unknown): unknown {
  if (Array.isArray(data)) return { schemas: [urns.patchOp], Operations: data }
  if (!isObject(data) || getMember(data, 'schemas') !== undefined) return undefined
  return { schemas: [urns.patchOp], Operations: getMember(data, 'Operations') }
}
