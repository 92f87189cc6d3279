import { isEqual, isObject, ScimError } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute } from '../schema/index.js'
import { chainOf, isAllReadOnly, replacementOf, schemasIn } from '../schema/index.js'
import type { OperationContext } from './context.js'
import { normaliseBody } from './normalise-body.js'
import type { Precondition } from './retry.js'
import { settleValues } from './settle-values.js'
import { write } from './write.js'

/**
 * Replaces a resource by the body of a PUT. Attributes that the client may not write stay as they are, and so do a
 * password that is not given and whether the resource is on or off (RFC 7644 section 3.5.1 leaves both to the service).
 *
 * @throws ScimError `invalidSyntax`, `invalidValue`, `mutability`; 404; 409; 412.
 * @see RFC 7644 section 3.5.1
 */
export async function replace(
  context: OperationContext,
  id: string,
  body: unknown,
  precondition: Precondition,
): Promise<CommonAttributes> {
  if (context.detail) context.detail.body = body
  const input = normaliseBody(context, body)
  return replaceWith(context, id, () => input, precondition)
}

/** Replaces a resource by attributes that are in the registry's terms already, made from what is stored. */
export async function replaceWith(
  context: OperationContext,
  id: string,
  attributesFrom: (before: CommonAttributes) => Readonly<Record<string, unknown>>,
  precondition: Precondition,
): Promise<CommonAttributes> {
  const { type } = context.endpoint
  const kept = new Set([type.activation, type.credential])
  // A complex attribute with an immutable one inside is not removed as a whole.
  const keepers = new Set(type.immutable.flatMap(chainOf))

  function carryOver(
    before: unknown,
    after: Record<string, unknown>,
    attributes: Iterable<CompiledAttribute>,
  ) {
    if (!isObject(before)) return
    for (const attribute of attributes) {
      const was = before[attribute.name]
      if (was === undefined) continue
      if (Array.isArray(after[attribute.name]))
        after[attribute.name] = replacementOf(attribute, was, after[attribute.name])
      const is = after[attribute.name]
      if (attribute.mutability === 'readOnly') after[attribute.name] = was
      else if (is === undefined && (kept.has(attribute) || attribute.mutability === 'immutable'))
        after[attribute.name] = was
      else if (attribute.mutability === 'immutable' && !isEqual(was, is)) {
        throw ScimError.mutability(`${attribute.path} cannot be changed once it has a value`, {
          path: attribute.path,
        })
      } else if (attribute.isExtension || (isObject(was) && (isObject(is) || keepers.has(attribute)))) {
        const inner: Record<string, unknown> = Object.assign({}, isObject(is) ? is : undefined)
        carryOver(was, inner, attribute.subAttributes.values())
        if (Object.keys(inner).length > 0)
          after[attribute.name] = is ? inner : withRequired(inner, was, attribute)
      }
      // The body has no words for what is all read-only.
      else if (is === undefined && isAllReadOnly(attribute, was)) after[attribute.name] = was
      // An equal value stays the same object, so that a PUT without a change is recognised as one.
      if (isEqual(was, after[attribute.name])) after[attribute.name] = was
    }
  }

  return write(context, id, precondition, (before) => {
    const after: Record<string, unknown> = Object.assign({}, attributesFrom(before))
    carryOver(before, after, type.ordered)
    const settled = settleValues(context, before, after, 'without value')
    const schemas = schemasIn(settled, type)
    const next = Object.assign(settled, { id: before.id, meta: before.meta, schemas })
    return isEqual({ ...next, schemas: before.schemas }, before) ? before : next
  })
}

/** What stays of a complex attribute that the body leaves out, with what it cannot be without. */
function withRequired(
  kept: Readonly<Record<string, unknown>>,
  was: unknown,
  attribute: CompiledAttribute,
): Readonly<Record<string, unknown>> {
  const whole: Record<string, unknown> = { ...kept }
  for (const { name, required } of attribute.subAttributes.values()) {
    if (required && whole[name] === undefined && isObject(was) && was[name] !== undefined)
      whole[name] = was[name]
  }
  return whole
}
