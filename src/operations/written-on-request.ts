import { findPath } from '../filter/index.js'
import type { UnknownObject } from '../protocol/index.js'
import { isObject, isScimError, noNote } from '../protocol/index.js'
import type { CompiledAttribute, Projection } from '../schema/index.js'
import { attributeNamed, chainOf, withAsked } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { readOperations } from './modify.js'
import type { Operation } from './operation.js'

/**
 * What the reply to a write shows: besides the rest, the attributes that are returned on request only and that the
 * client has written in its body.
 *
 * @see RFC 7643 section 7, `returned`
 */
export function replyProjection(
  context: OperationContext,
  operation: Operation,
  projection: Projection,
): Projection {
  const { onRequest } = context.endpoint.type
  if (onRequest.length === 0 || operation.kind === 'remove') return projection
  const written = writtenIn(context, operation)
  const asked = new Set(onRequest.filter((attribute) => written.some((named) => isWritten(attribute, named))))
  return asked.size === 0 ? projection : withAsked(projection, asked)
}

/** A name in a body, with what is said of it. */
interface Written {
  readonly attribute: CompiledAttribute
  readonly value: unknown
}

function writtenIn(
  context: OperationContext,
  operation: Exclude<Operation, { kind: 'remove' }>,
): readonly Written[] {
  if (operation.kind !== 'modify') return keysIn(context, operation.body)
  const { service, profile } = context
  // They have been read before, with their lines in the trace.
  const options = { leniency: profile.leniency, note: noNote, limits: service.limits }
  return readOperations(context, operation.body, options).flatMap(({ path, value }) =>
    path === undefined ? keysIn(context, value) : writtenAt(context, path, value),
  )
}

function keysIn(context: OperationContext, values: unknown): readonly Written[] {
  return isObject(values)
    ? Object.entries(values).flatMap(([key, value]) => writtenAt(context, key, value))
    : []
}

function writtenAt(
  { endpoint: { type }, profile: { leniency }, service: { limits } }: OperationContext,
  path: string,
  value: unknown,
): readonly Written[] {
  try {
    const found = findPath(type, path, { leniency, limits, note: noNote })
    return found ? [{ attribute: found.subAttribute ?? found.attribute, value }] : []
  } catch (error) {
    // A key that is no path names nothing.
    if (isScimError(error)) return []
    throw error
  }
}

function isWritten(attribute: CompiledAttribute, { attribute: named, value }: Written): boolean {
  if (chainOf(named).includes(attribute)) return true
  const chain = chainOf(attribute)
  const at = chain.indexOf(named)
  return at >= 0 && holds(value, chain.slice(at))
}

/** Whether a value of the first attribute, or an element of it, has the others inside each other. */
function holds(value: unknown, [attribute, inside, ...below]: readonly CompiledAttribute[]): boolean {
  if (!attribute || !inside) return true
  if (Array.isArray(value)) return value.some((element) => holds(element, [attribute, inside, ...below]))
  return (
    isObject(value) &&
    keysNamed(value, attribute, inside).some((key) => holds(value[key], [inside, ...below]))
  )
}

function keysNamed(value: UnknownObject, of: CompiledAttribute, name: CompiledAttribute): readonly string[] {
  return Object.keys(value).filter((key) => attributeNamed(of.subAttributes, key) === name)
}
