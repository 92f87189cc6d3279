import type { BulkOperation } from '../../operations/bulk/index.js'
import type { Endpoint, Operation, OperationContext, OperationName } from '../../operations/index.js'
import type { UnknownObject } from '../../protocol/index.js'
import {
  flawOf,
  getMember,
  isObject,
  isScimError,
  readMessage,
  ScimError,
  showName,
  urns,
} from '../../protocol/index.js'
import { readETags } from '../etag.js'
import { wholeNumber } from '../request/query.js'
import type { UncheckedJson } from '../request/read-json.js'
import { assertText, patchError, valueError } from '../request/text.js'
import type { RouteMatch } from '../route.js'
import { writeMethods } from '../route.js'

/** An operation as a bulk request has it, with what the reply repeats of it. */
export interface BulkItem extends BulkOperation {
  /** Undefined where it is not text. */
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

const bulkRequest = { name: 'BulkRequest', urn: urns.bulkRequest, member: 'Operations' }

type Route = (path: string) => RouteMatch

function isWriteMethod(method: unknown): method is keyof typeof writeMethods {
  return typeof method === 'string' && Object.hasOwn(writeMethods, method)
}

/** The operation that a method is; undefined for one that bulk requests do not have. */
export function operationNameOf(method: string | undefined): OperationName | undefined {
  return isWriteMethod(method) ? writeMethods[method] : undefined
}

/** Method and path of an operation, fit to be shown. */
export function showItem({ method, path }: BulkItem): string {
  const parts = [method, path].flatMap((part) => (part === undefined ? [] : [showName(part)]))
  return parts.join(' ') || 'unreadable'
}

/** Text that is not empty and can be shown. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && flawOf(value) === undefined ? value : undefined
}

/**
 * Reads a bulk request. An error in one operation is that operation's and not the request's.
 *
 * @throws ScimError `invalidSyntax`, `invalidValue`; 413 for more operations than are allowed.
 */
export function readBulkRequest(
  { json, mayBeFlawed }: UncheckedJson,
  route: Route,
  context: OperationContext,
): BulkRequest {
  const message = readMessage(json, bulkRequest, { leniency: context.profile.leniency, note: context.note })
  const operations = getMember(message, 'Operations')
  if (!Array.isArray(operations) || operations.length === 0) {
    throw ScimError.invalidSyntax('Operations must be an array of one operation or more')
  }
  const { maxBulkOperations } = context.service.limits
  if (operations.length > maxBulkOperations) {
    throw ScimError.tooLarge(`The bulk request has more operations than maxOperations (${maxBulkOperations})`)
  }
  return {
    failOnErrors: readFailOnErrors(getMember(message, 'failOnErrors')),
    items: operations.map((operation) => readItem(operation, mayBeFlawed, route, context)),
  }
}

function readFailOnErrors(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  const whole = typeof value === 'number' ? wholeNumber(value) : undefined
  if (whole !== undefined && whole >= 1) return whole
  throw ScimError.invalidValue('failOnErrors must be a whole number from 1 on')
}

function readItem(
  input: unknown,
  mayBeFlawed: boolean,
  route: Route,
  { profile }: OperationContext,
): BulkItem {
  const nothing = { method: undefined, path: undefined, bulkId: undefined, target: undefined, isBare: false }
  if (!isObject(input)) {
    return { ...nothing, operation: ScimError.invalidSyntax('An operation must be an object') }
  }
  const [method, path] = [getMember(input, 'method'), getMember(input, 'path')]
  const shown = {
    ...nothing,
    method: textOf(method),
    path: textOf(path),
    bulkId: textOf(getMember(input, 'bulkId')),
  }
  let target: BulkItem['target']
  try {
    if (!isWriteMethod(method)) {
      throw ScimError.invalidSyntax('method must be "POST", "PUT", "PATCH" or "DELETE"')
    }
    const { key, endpoint, id } = routeOf(path, route)
    if (key === 'resource' && endpoint && id !== undefined && shown.path !== undefined)
      target = { endpoint, id }
    if (mayBeFlawed) assertItemText(input, method)
    if (method === 'POST') {
      if (key !== 'collection' || !endpoint) {
        throw ScimError.invalidSyntax('path must be that of a resource type, such as "/Users"')
      }
      if (shown.bulkId === undefined) throw ScimError.invalidSyntax('A POST needs a bulkId: text')
      return { ...shown, operation: { kind: 'create', endpoint, body: dataOf(input, method) } }
    }
    if (key !== 'resource' || !endpoint || id === undefined) {
      throw ScimError.invalidSyntax('path must be that of a resource, such as "/Users/2819c223"')
    }
    const precondition = versionOf(getMember(input, 'version'))
    if (method === 'DELETE') {
      return { ...shown, target, operation: { kind: 'remove', endpoint, id, precondition } }
    }
    const data = dataOf(input, method)
    const wrapped = method === 'PATCH' && profile.leniency.bareBulkPatch ? wrapBare(data) : undefined
    const body = wrapped ?? data
    const operation: Operation = { kind: writeMethods[method], endpoint, id, body, precondition }
    return { ...shown, target, isBare: wrapped !== undefined, operation }
  } catch (error) {
    if (!isScimError(error)) throw error
    return { ...shown, target, operation: error }
  }
}

/** Refuses an operation with text that cannot be stored. */
function assertItemText(input: UnknownObject, method: keyof typeof writeMethods): void {
  for (const [name, value] of Object.entries(input)) {
    if (name.toLowerCase() !== 'data') assertText({ [name]: value }, valueError)
    else assertText(value, method === 'PATCH' ? patchError : valueError)
  }
}

function routeOf(path: unknown, route: Route): RouteMatch {
  if (typeof path !== 'string' || path === '') {
    throw ScimError.invalidSyntax('path must be text, such as "/Users"')
  }
  if (/[?#]/.test(path)) throw ScimError.invalidSyntax('path must be without a query')
  return route(path)
}

function versionOf(version: unknown) {
  if (version === undefined || version === null) return undefined
  if (typeof version === 'string') return readETags(version)
  throw ScimError.invalidSyntax('version must be the ETag of the resource: text')
}

function dataOf(input: UnknownObject, method: string): unknown {
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
