import { ScimError } from './errors.js'
import type { JsonValue, UnknownObject } from './json.js'
import { getMember, isObject } from './json.js'

/**
 * The body of a message, whose `schemas` must contain the message's URN, in any case.
 *
 * @param name such as `PatchOp`.
 * @throws ScimError `invalidSyntax`.
 */
export function readMessage(body: unknown, name: string, urn: string): UnknownObject {
  if (!isObject(body)) throw ScimError.invalidSyntax(`The body must be a JSON object: a ${name} message`)
  const schemas = getMember(body, 'schemas')
  const isNamed = (schema: unknown) =>
    typeof schema === 'string' && schema.toLowerCase() === urn.toLowerCase()
  if (!Array.isArray(schemas) || !schemas.some(isNamed)) {
    throw ScimError.invalidSyntax(`schemas must contain "${urn}"`)
  }
  return body
}

/** One operation of a PATCH request (RFC 7644 section 3.5.2), with `op` in lower case. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path?: string
  readonly value?: JsonValue
  /** Its place in the request, from 0, where that is not its place in the list: one may have been made into several. */
  readonly index?: number
}
