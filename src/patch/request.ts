import type { Writable } from 'type-fest'
import type { JsonValue, PatchOperation } from '../protocol/index.js'
import { getMember, isObject, readMessage, ScimError, urns } from '../protocol/index.js'
import type { InputOptions } from '../schema/index.js'

/** An operation as the client wrote it, and its place in the request, from 0. */
export interface RawOperation {
  readonly operation: unknown
  /** The same for all operations that were made from one of the request. */
  readonly index: number
}

const operationNames: ReadonlySet<string> = new Set(['add', 'replace', 'remove'])

const patchOp = { name: 'PatchOp', urn: urns.patchOp, member: 'Operations' }

function assertCount(count: number, maxOperations: number): void {
  if (count > maxOperations) {
    throw ScimError.tooLarge(`A PATCH may hold at most ${maxOperations} operations`)
  }
}

/** How many changes operations stand for: without a path, each key of a value is one. */
function countChanges(operations: readonly unknown[]): number {
  let count = operations.length
  for (const operation of operations) {
    if (!isObject(operation) || getMember(operation, 'path')) continue
    const value = getMember(operation, 'value')
    if (!isObject(value)) continue
    for (const _key in value) count += 1
    count -= 1
  }
  return count
}

/**
 * The operations of a PATCH as the client wrote them, for a profile's rules to put into the RFC's form.
 *
 * @throws ScimError `invalidSyntax` where the body is no PatchOp message; 413 when there are too many.
 * @see RFC 7644 section 3.5.2
 */
export function readPatchMessage(
  body: unknown,
  maxOperations: number,
  options: InputOptions,
): readonly RawOperation[] {
  const message = readMessage(body, patchOp, options)
  const operations: unknown = getMember(message, 'Operations')
  if (!Array.isArray(operations)) throw ScimError.invalidSyntax('Operations must be an array')
  // Before rules look at each key: that is work for every one of them.
  assertCount(countChanges(operations), maxOperations)
  return operations.map((operation: unknown, index) => ({ operation, index }))
}

function readOperation({ operation: input, index }: RawOperation, position: number): PatchOperation {
  const where = `Operations[${index}]`
  if (!isObject(input)) throw ScimError.invalidSyntax(`${where} must be an object`)
  const op = getMember(input, 'op')
  const path = getMember(input, 'path')
  const value = getMember(input, 'value')
  if (typeof op !== 'string' || !operationNames.has(op)) {
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
  if (index !== position) operation.index = index
  return operation
}

/**
 * Checks the operations of a PATCH. The limit is for what a rule made of them too: one may become several.
 *
 * @throws ScimError `invalidSyntax` or `invalidPath`, naming the operation; 413 when there are too many.
 * @see RFC 7644 section 3.5.2
 */
export function readPatchOperations(
  operations: readonly RawOperation[],
  maxOperations: number,
  options: InputOptions,
): readonly PatchOperation[] {
  assertCount(operations.length, maxOperations)
  if (operations.length === 0) {
    if (!options.leniency.emptyOperations) {
      throw ScimError.invalidSyntax('Operations must hold one operation or more')
    }
    options.note('emptyOperations', 'Operations', 'accepted as no change')
  }
  return operations.map(readOperation)
}
