import type { Writable } from 'type-fest'
import type { JsonValue, PatchOperation } from '../protocol/index.js'
import { getMember, isObject, origin, ScimError, urns } from '../protocol/index.js'
import type { InputOptions } from '../schema/index.js'

const names = new Set(['add', 'replace', 'remove'])

function isPatchOp(urn: unknown): boolean {
  return typeof urn === 'string' && urn.toLowerCase() === urns.patchOp.toLowerCase()
}

function readOperation(input: unknown, position: number): PatchOperation {
  if (!isObject(input)) throw ScimError.invalidSyntax(`Operations[${position}] must be an object`)
  const index = originOf(input) ?? position
  const where = `Operations[${index}]`
  const op = getMember(input, 'op')
  const path = getMember(input, 'path')
  const value = getMember(input, 'value')
  if (typeof op !== 'string' || !names.has(op)) {
    throw ScimError.invalidSyntax(`${where}: op must be "add", "replace" or "remove"`)
  }
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw ScimError.invalidPath(`${where}: path must be a string`)
  }
  // Checked above against the three names.
  const operation: Writable<PatchOperation> = { op: op as PatchOperation['op'] }
  if (typeof path === 'string' && path.trim() !== '') operation.path = path.trim()
  // Bodies come from JSON.parse.
  if (value !== undefined) operation.value = value as JsonValue
  if (index !== position) operation[origin] = index
  return operation
}

function originOf(operation: { readonly [origin]?: number }): number | undefined {
  return operation[origin]
}

/**
 * The operations of a PATCH request body.
 *
 * @throws ScimError `invalidSyntax` or `invalidPath`, naming the operation; 413 when there are too many.
 * @see RFC 7644 section 3.5.2
 */
export function readPatchRequest(
  body: unknown,
  maxOperations: number,
  options: InputOptions,
): readonly PatchOperation[] {
  if (!isObject(body)) throw ScimError.invalidSyntax('The body must be a JSON object: a PatchOp message')
  const schemas = getMember(body, 'schemas')
  if (!Array.isArray(schemas) || !schemas.some(isPatchOp)) {
    throw ScimError.invalidSyntax(`schemas is to contain "${urns.patchOp}"`)
  }
  const operations = getMember(body, 'Operations')
  if (!Array.isArray(operations)) throw ScimError.invalidSyntax('Operations must be an array')
  if (operations.length === 0) {
    if (!options.leniency.emptyOperations) {
      throw ScimError.invalidSyntax('Operations is to hold one operation or more')
    }
    options.note('emptyOperations', 'Operations', 'accepted as no change')
  }
  if (operations.length > maxOperations) {
    throw ScimError.tooLarge(`A PATCH may hold at most ${maxOperations} operations`)
  }
  return operations.map(readOperation)
}
