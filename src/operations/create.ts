import type { CommonAttributes, CompiledAttribute } from '../schema/index.js'
import { schemasIn, validateChanges } from '../schema/index.js'
import { askBeforeCreate } from './before-write.js'
import { takeOverExisting } from './conflict.js'
import type { OperationContext } from './context.js'
import { credentialOf } from './credential.js'
import { changeEvents, emit, writeWithEvents } from './emit.js'
import { resolveMembers } from './groups/members.js'
import { normaliseBody } from './normalise-body.js'
import { writeReferring } from './references.js'
import { settleValues } from './settle-values.js'
import { assertSize } from './size.js'
import { assertStored } from './store-replies.js'
import { withoutUnplaced } from './unplaced.js'
import { withoutDeletedMembers } from './write.js'

/** What a POST leads to. */
export interface Created {
  readonly resource: CommonAttributes
  /** False for a resource that existed before. */
  readonly isNew: boolean
}

/**
 * Creates a resource from the body of a POST.
 *
 * @throws ScimError `invalidSyntax`, `invalidValue`; `uniqueness` (409); 413 over `limits.maxResourceBytes`.
 * @see RFC 7644 section 3.3
 */
export async function create(context: OperationContext, body: unknown): Promise<Created> {
  const { service, endpoint } = context
  const { type, store } = endpoint
  if (context.detail) context.detail.body = body
  const input = await readNew(context, body)
  const existing = service.onConflict && (await takeOverExisting(context, input, service.onConflict))
  if (existing) return { resource: existing, isNew: false }
  const asked = service.before ? await askBeforeCreate(context, input) : input
  const resolved = await resolveMembers(context, undefined, asked)
  const attributes = await credentialOf(context)(undefined, resolved)
  const { result, events } = await writeReferring(context, undefined, attributes, (kept, references) => {
    const draft = { schemas: schemasIn(kept, type), ...kept }
    return writeWithEvents(
      context,
      async (inside) => assertStored(await store.create(draft, inside), endpoint, 'create'),
      (created) => changeEvents(context, undefined, created),
      ({ id }) => ({ id, isDeleted: false }),
      references && { references },
    )
  })
  if (events.length > 0) await emit(context, events)
  const resource = type.membership ? await withoutDeletedMembers(context, undefined, result) : result
  if (context.detail) context.detail.after = resource
  return { resource, isNew: true }
}

/** The attributes of a new resource. @throws ScimError `invalidSyntax`, `invalidValue`; 413 for one that is too large. */
export async function readNew(
  context: OperationContext,
  body: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const { service, endpoint } = context
  const { type } = endpoint
  const read = normaliseBody(context, body, (attributes) => {
    // A new resource is on unless the client says otherwise.
    if (type.activation && attributes[type.activation.name] === undefined)
      attributes[type.activation.name] = true
  })
  const kept = withoutUnplaced(context, undefined, read)
  const input = settleValues(context, undefined, kept, 'without value')
  const given: CompiledAttribute[] = []
  await validateChanges(undefined, input, type, service.limits.maxValues, given)
  assertSize(context, undefined, input, given)
  return input
}
