import { changedPaths } from '../events/index.js'
import { copyDeep, HostFault, isObject } from '../protocol/index.js'
import type { CommonAttributes, CompiledAttribute } from '../schema/index.js'
import { schemasIn } from '../schema/index.js'
import { readChangedResource } from './changed-resource.js'
import type { OperationContext } from './context.js'
import { kindOf } from './kind-of.js'
import { memberDifference } from './member-change.js'
import type { Question, WriteHook, WriteKind } from './write-hooks.js'
import { hookName } from './write-hooks.js'

type Attributes = Readonly<Record<string, unknown>>

interface NamedHook {
  readonly name: string
  readonly hook: WriteHook
}

/** How often hooks have been asked about an operation. Kept apart, so that services without hooks pay nothing. */
const attempts = new WeakMap<OperationContext, number>()

const refusals = new WeakSet<object>()

/** Whether a hook has thrown the error: it is the answer to the client, whatever its status says elsewhere. */
export function isRefusal(error: unknown): boolean {
  return isObject(error) && refusals.has(error)
}

function hookFor(context: OperationContext, kind: WriteKind): NamedHook | undefined {
  const { before } = context.service
  if (!before || context.isFollowUp) return undefined
  const name = hookName(context.endpoint.type, kind)
  const hook = before.get(name)
  return hook && { name, hook }
}

/** Whether the host is asked about writes of a kind. */
export function hasHook(context: OperationContext, kind: WriteKind): boolean {
  return hookFor(context, kind) !== undefined
}

/** How messages call a hook. */
function labelFor(name: string): string {
  return `before["${name}"]`
}

async function ask(
  context: OperationContext,
  { name, hook }: NamedHook,
  subject: Pick<Question, 'resourceId' | 'draft' | 'before' | 'after' | 'changed' | 'members'>,
): Promise<unknown> {
  const { tenant, actor, requestId, traceparent, callbackSignal: signal } = context
  const attempt = (attempts.get(context) ?? 0) + 1
  attempts.set(context, attempt)
  const { name: resourceType } = context.endpoint.type
  try {
    // Copies: what the hook does to them changes neither what is stored nor what will be.
    return await hook({
      name,
      resourceType,
      tenant,
      actor,
      requestId,
      traceparent,
      attempt,
      signal,
      ...copyDeep(subject),
    })
  } catch (error) {
    if (isObject(error)) refusals.add(error)
    throw error
  }
}

/** A resource as hooks see it: without some of its attributes. */
function shown(resource: object, hidden: readonly (CompiledAttribute | undefined)[]): Attributes {
  const names = new Set(hidden.map((attribute) => attribute?.name))
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !names.has(name)))
}

/**
 * Asks the host about a new resource, where it has a hook for that. Returns the attributes that shall be stored.
 *
 * @throws HostFault for a wrong result; whatever the hook throws.
 */
export async function askBeforeCreate(context: OperationContext, input: Attributes): Promise<Attributes> {
  const hook = hookFor(context, 'create')
  if (!hook) return input
  const { type } = context.endpoint
  const hidden = [type.credential]
  const visible = shown(input, hidden)
  const returned = await ask(context, hook, { draft: { schemas: schemasIn(input, type), ...visible } })
  if (returned === undefined) return input
  const label = labelFor(hook.name)
  return readChangedResource(context, { hook: label, before: undefined, given: input, hidden, returned })
}

/**
 * Asks the host about a change, where it has a hook for that and something changes. Returns the resource that shall be
 * stored.
 *
 * @param members those that come and go, where the states are without members.
 * @throws HostFault for a wrong result; whatever the hook throws.
 */
export async function askBeforeUpdate(
  context: OperationContext,
  before: CommonAttributes,
  after: CommonAttributes,
  members?: Question['members'],
): Promise<CommonAttributes> {
  const hook = hookFor(context, 'update')
  if (!hook) return after
  const { type } = context.endpoint
  const { credential, membership } = type
  const changed = members ? [membership?.path ?? ''] : changesIn(context, before, after)
  if (changed.length === 0) return after
  const differing = membership && changed.includes(membership.path) ? memberDifference : undefined
  const difference = members ?? differing?.(type, before, after)
  const hidden = [credential, membership]
  const returned = await ask(context, hook, {
    resourceId: before.id,
    before: shown(before, hidden),
    after: shown(after, hidden),
    changed,
    ...(difference && { members: difference }),
  })
  if (returned === undefined) return after
  const label = labelFor(hook.name)
  if (membership && isObject(returned) && (returned as Attributes)[membership.name] !== undefined)
    throw new HostFault(`${label} must leave ${membership.path} out, which it was not shown`)
  return readChangedResource(context, { hook: label, before, given: after, hidden, returned })
}

/** The paths that change; a password that is not kept is no change. */
function changesIn(
  { service, endpoint: { type } }: OperationContext,
  before: CommonAttributes,
  after: CommonAttributes,
): readonly string[] {
  const changed = changedPaths(type, before, after)
  return service.hashPassword ? changed : changed.filter((path) => path !== type.credential?.path)
}

/** Asks the host about a deletion, where it has a hook for that. @throws HostFault for a result; whatever the hook throws. */
export async function askBeforeDelete(context: OperationContext, before: CommonAttributes): Promise<void> {
  const hook = hookFor(context, 'delete')
  if (!hook) return
  const subject = { resourceId: before.id, before: shown(before, [context.endpoint.type.credential]) }
  const returned = await ask(context, hook, subject)
  if (returned === undefined) return
  // `false` would be meant as a refusal.
  throw new HostFault(
    `${labelFor(hook.name)} must return nothing, or throw to refuse, and returned ${kindOf(returned)}`,
  )
}
