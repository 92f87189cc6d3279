import { isEqual, isObject, ScimError } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute } from '../schema/index.js'
import { assertComplete, chainOf, normaliseResource, schemasIn } from '../schema/index.js'
import type { Call, Endpoint, Service } from './context.js'
import type { Precondition } from './retry.js'
import { write } from './write.js'

/**
 * Replaces a resource by the body of a PUT. What the client may not write stays, and so do a secret that is not
 * given and the state of being switched on or off (RFC 7644 section 3.5.1 leaves both to the service).
 *
 * @throws ScimError `invalidSyntax`, `invalidValue`, `mutability`; 404; 409; 412.
 * @see RFC 7644 section 3.5.1
 */
export async function replace(
  service: Service,
  endpoint: Endpoint,
  id: string,
  body: unknown,
  precondition: Precondition,
  call: Call,
): Promise<CommonAttributes> {
  const { type } = endpoint
  const { leniency } = call.profile
  const input = normaliseResource(call.profile.readResource(body, type, call.note), type, {
    leniency,
    note: call.note,
  })
  assertComplete(input, type)
  return replaceWith(service, endpoint, id, () => input, precondition, call)
}

/** Replaces a resource by attributes, made from what it is, that are in the registry's terms already. */
export async function replaceWith(
  service: Service,
  endpoint: Endpoint,
  id: string,
  attributes: (before: CommonAttributes) => Readonly<Record<string, unknown>>,
  precondition: Precondition,
  call: Call,
): Promise<CommonAttributes> {
  const { type } = endpoint
  const kept = new Set([type.activation, type.credential])
  // What holds something that keeps its first value does not go as a whole.
  const keepers = new Set(type.immutable.flatMap(chainOf))

  function carryOver(
    before: unknown,
    after: Record<string, unknown>,
    attributes: Iterable<CompiledAttribute>,
  ) {
    if (!isObject(before)) return
    for (const attribute of attributes) {
      const was = before[attribute.name]
      const is = after[attribute.name]
      if (was === undefined) continue
      if (attribute.mutability === 'readOnly') after[attribute.name] = was
      else if (is === undefined && (kept.has(attribute) || attribute.mutability === 'immutable'))
        after[attribute.name] = was
      else if (attribute.mutability === 'immutable' && !isEqual(was, is)) {
        throw ScimError.mutability(`${attribute.path} can not be changed once it has a value`, {
          path: attribute.path,
        })
      } else if (attribute.isExtension || (isObject(was) && (isObject(is) || keepers.has(attribute)))) {
        const inner: Record<string, unknown> = Object.assign({}, isObject(is) ? is : undefined)
        carryOver(was, inner, attribute.subAttributes.values())
        if (Object.keys(inner).length > 0) after[attribute.name] = inner
      }
      // What is the same stays the same object.
      if (isEqual(was, after[attribute.name])) after[attribute.name] = was
    }
  }

  return write(
    service,
    endpoint,
    id,
    precondition,
    (before) => {
      const after: Record<string, unknown> = Object.assign({}, attributes(before))
      carryOver(before, after, type.ordered)
      const schemas = schemasIn(after, type)
      const next = Object.assign(after, { id: before.id, meta: before.meta, schemas })
      return isEqual({ ...next, schemas: before.schemas }, before) ? before : next
    },
    call,
  )
}
