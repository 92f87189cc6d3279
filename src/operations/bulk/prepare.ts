import { applyPatch } from '../../patch/index.js'
import { isScimError, noNote } from '../../protocol/index.js'
import type { CommonAttributes } from '../../schema/index.js'
import { assertAuthorized } from '../authorize.js'
import { decideConflict } from '../conflict.js'
import type { OperationContext } from '../context.js'
import { readNew } from '../create.js'
import { readOperations } from '../modify.js'
import { normaliseBody } from '../normalise-body.js'
import type { Operation } from '../operation.js'
import { perform } from '../operation.js'
import { hookName, writeKinds } from '../write-hooks.js'
import { resolveId } from './references.js'

/**
 * The id that `authorize` is asked about before a transaction begins: undefined for what the bulk request is still to
 * create.
 *
 * @param idOf returns the id of the resource that a POST with a bulkId leads to, where it exists already.
 */
export function idBefore(
  operation: Operation,
  idOf: (bulkId: string) => string | undefined,
): string | undefined {
  if (operation.kind === 'create') return undefined
  let isNew = false
  const id = resolveId(operation.id, (bulkId) => {
    const known = idOf(bulkId)
    if (known === undefined) isNew = true
    return known
  })
  return isNew ? undefined : id
}

/** Asks `authorize` about an operation before its transaction begins. @throws ScimError 403. */
export async function authorizeBefore(
  context: OperationContext,
  operation: Operation,
  idOf: (bulkId: string) => string | undefined = () => undefined,
): Promise<void> {
  await assertAuthorized(context, operation.kind, operation.endpoint, idBefore(operation, idOf))
}

/** Has the passwords of an operation hashed before its transaction begins. Errors are left to the operation itself. */
export async function hashBefore(context: OperationContext, operation: Operation): Promise<void> {
  const { service, tenant, callbackSignal: signal } = context
  if (!service.hashPassword || !operation.endpoint.type.credential) return
  try {
    for (const password of passwordsIn(context, operation))
      await service.hashPassword(password, { tenant, signal })
  } catch {
    // Whatever it is comes up again in the operation.
  }
}

function* passwordsIn(context: OperationContext, operation: Operation): Generator<string> {
  const { type } = operation.endpoint
  const name = type.credential?.name ?? ''
  if (operation.kind === 'create' || operation.kind === 'replace') {
    const password = normaliseBody(context, operation.body)[name]
    if (typeof password === 'string') yield password
    return
  }
  if (operation.kind === 'remove') return
  const options = { leniency: context.profile.leniency, note: noNote, limits: context.service.limits }
  const nothing: CommonAttributes = {
    schemas: [],
    id: operation.id,
    meta: { resourceType: type.name, created: '', lastModified: '', version: '' },
  }
  for (const one of readOperations(context, operation.body, options)) {
    if (!JSON.stringify(one).toLowerCase().includes(name.toLowerCase())) continue
    const password = passwordAfter(() => applyPatch(type, nothing, [one], options), name)
    if (password !== undefined) yield password
  }
}

/** The password that a change would set. */
function passwordAfter(change: () => object, name: string): string | undefined {
  try {
    const password = (change() as Readonly<Record<string, unknown>>)[name]
    return typeof password === 'string' ? password : undefined
  } catch (error) {
    if (isScimError(error)) return undefined
    throw error
  }
}

/**
 * Lets the host decide about the resource that a POST would create a second time, before its transaction begins. Errors
 * are left to the operation itself.
 *
 * @returns the id of the resource that takes over what was sent, if one does.
 */
export async function decideBefore(
  context: OperationContext,
  operation: Operation,
): Promise<string | undefined> {
  const { onConflict } = context.service
  if (!onConflict || operation.kind !== 'create') return undefined
  try {
    const conflict = await decideConflict(context, await readNew(context, operation.body), onConflict)
    return conflict?.existing.id
  } catch {
    // Whatever it is comes up again in the operation.
    return undefined
  }
}

/**
 * Has the host's hooks asked about an operation before its transaction begins, by doing it up to where it would write.
 * Errors are left to the operation itself.
 */
export async function rehearse(context: OperationContext, operation: Operation): Promise<void> {
  const { before } = context.service
  const { type } = operation.endpoint
  if (!before || !writeKinds.some((kind) => before.get(hookName(type, kind)))) return
  try {
    await perform(context.rehearsal(), operation)
  } catch {
    // Whatever it is comes up again in the operation, where it still holds then.
  }
}
