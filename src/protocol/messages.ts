import { ScimError } from './errors.js'
import type { JsonValue, UnknownObject } from './json.js'
import { getMember, isObject } from './json.js'
import type { SchemasLeniency } from './schemas.js'
import { isNearly, isUrn, urnsIn } from './schemas.js'
import type { Note } from './trace.js'
import { urns } from './urns.js'

const messages: readonly string[] = [
  urns.patchOp,
  urns.bulkRequest,
  urns.searchRequest,
  urns.listResponse,
  urns.bulkResponse,
  urns.error,
]

/** A kind of message, and how it is told from others. */
interface MessageKind {
  /** Such as `PatchOp`. */
  readonly name: string
  readonly urn: string
  /** The member that no other body at the same place has, with an array in it. */
  readonly member?: string
}

/**
 * The body of a message, whose `schemas` must contain the message's URN, in any case. Where rules allow it, the member
 * that only this message has, or a URN that is nearly right, says enough.
 *
 * @throws ScimError `invalidSyntax`.
 */
export function readMessage(
  body: unknown,
  { name, urn, member }: MessageKind,
  { leniency, note }: { readonly leniency: SchemasLeniency; readonly note: Note },
): UnknownObject {
  if (!isObject(body)) throw ScimError.invalidSyntax(`The body must be a JSON object: a ${name} message`)
  const schemas = getMember(body, 'schemas')
  const isMeant = (schema: unknown) => isUrn(schema, urn)
  if (Array.isArray(schemas) && schemas.some(isMeant)) return body
  const written = urnsIn(schemas)
  const isNamed = written.length > 0 && !written.some(isMeant)
  const isAnother = written.some((schema) => messages.some((other) => other !== urn && isUrn(schema, other)))
  const isClear = member
    ? Array.isArray(getMember(body, member))
    : !isNamed || written.some((schema) => isNearly(schema, urn))
  if (isAnother || !isClear || !(isNamed ? leniency.misnamedSchemas : leniency.missingSchemas)) {
    throw ScimError.invalidSyntax(`schemas must contain "${urn}"`)
  }
  note(isNamed ? 'misnamedSchemas' : 'missingSchemas', 'schemas', `read the body as a ${name} message`)
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
