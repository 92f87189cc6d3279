import type { CompiledResourceType, InferResource, ResourceTypeDefinition } from '../schema/index.js'
import { changedPaths } from './changes.js'

/** What every lifecycle event says. Its resources are without what is never returned, such as passwords. */
export interface EventContext {
  /** The same however often the event is delivered: what to recognise a repetition by. A UUID. */
  readonly id: string
  /** Such as `user.deactivated`. */
  readonly name: string
  /** Such as `User`. */
  readonly resourceType: string
  readonly resourceId: string
  /** Whose resource it is, as `authenticate` named it. */
  readonly tenant: string | undefined
  /** Who made the change, as `authenticate` named them. */
  readonly actor: string | undefined
  /** Of the request that made the change; the same in `onRequest`, `onError` and stores. */
  readonly requestId: string
  /** The client's place in a distributed trace, as it has sent it (W3C Trace Context); undefined where it has not. */
  readonly traceparent?: string | undefined
  /** Paths of the attributes that changed, such as `name.givenName`, without read-only ones; none for a deletion. */
  readonly changed: readonly string[]
}

/** A resource was created. */
export interface CreatedEvent<R> extends EventContext {
  readonly after: R
}
/**
 * Attributes changed, and not only the one that switches the resource off. Of a group, `before` and `after` are without
 * members, of which there may be any number.
 */
export interface UpdatedEvent<R> extends EventContext {
  readonly before: R
  readonly after: R
  /** The ids of the members that have come and gone, where members have changed. */
  readonly members?: { readonly added: readonly string[]; readonly removed: readonly string[] }
}
/** A resource was switched off, or deleted while it was on: `after` is undefined then. */
export interface DeactivatedEvent<R> extends EventContext {
  readonly before: R
  readonly after: R | undefined
}
/** A resource was switched on again. */
export interface ReactivatedEvent<R> extends EventContext {
  readonly before: R
  readonly after: R
}
/** A resource was deleted. */
export interface DeletedEvent<R> extends EventContext {
  readonly before: R
}

/** What can happen to a resource, and what an event about it says. */
export interface Lifecycle<R> {
  readonly created: CreatedEvent<R>
  readonly updated: UpdatedEvent<R>
  readonly deactivated: DeactivatedEvent<R>
  readonly reactivated: ReactivatedEvent<R>
  readonly deleted: DeletedEvent<R>
}

/** Every kind of event, in the order in which they can happen. */
export const lifecycleKinds: readonly (keyof Lifecycle<unknown>)[] = [
  'created',
  'updated',
  'deactivated',
  'reactivated',
  'deleted',
]

/** The name of an event, such as `user.created`. */
export function eventName(type: { readonly name: string }, kind: keyof Lifecycle<unknown>): string {
  return `${type.name.charAt(0).toLowerCase()}${type.name.slice(1)}.${kind}`
}

/** A lifecycle event of any kind, as it is kept until it is delivered. */
export interface LifecycleEvent<R = unknown> extends EventContext {
  readonly before?: R | undefined
  readonly after?: R | undefined
  readonly members?: { readonly added: readonly string[]; readonly removed: readonly string[] } | undefined
}

/**
 * Callbacks by event name, such as `user.deactivated`, for a resource type's name and resources. They are called,
 * and waited for, after the store has accepted the write and before the client is answered. An exception is reported
 * to `onError` and undoes nothing. Deleting what is switched on makes two events: `deactivated`, then `deleted`.
 * `More`: what else a callback gets, for those of an outbox.
 */
export type LifecycleCallbacks<Name extends string, R, More extends readonly unknown[] = readonly []> = {
  readonly [Kind in keyof Lifecycle<R> & string as `${Uncapitalize<Name>}.${Kind}`]?: (
    event: Lifecycle<R>[Kind],
    ...more: More
  ) => unknown
}

/** The callbacks of resource types, by their definitions. */
export type CallbacksOf<
  Types extends readonly ResourceTypeDefinition[],
  More extends readonly unknown[] = readonly [],
> = Types extends readonly [
  infer First extends ResourceTypeDefinition,
  ...infer Rest extends readonly ResourceTypeDefinition[],
]
  ? LifecycleCallbacks<First['name'], InferResource<First>, More> & CallbacksOf<Rest, More>
  : unknown

/** A change to deliver as an event: the last part of its name, and its content. */
export interface LifecycleChange {
  readonly kind: keyof Lifecycle<unknown>
  readonly before?: unknown
  readonly after?: unknown
  readonly changed: readonly string[]
}

/** What happened to a resource between two states; undefined is not there. */
export function lifecycleChanges(
  type: CompiledResourceType,
  before: unknown,
  after: unknown,
): readonly LifecycleChange[] {
  const wasOn = isOn(type, before)
  if (after === undefined) {
    // Nothing has changed in what is no longer there.
    const deleted: LifecycleChange = { kind: 'deleted', before, changed: [] }
    return wasOn && type.activation ? [{ ...deleted, kind: 'deactivated', after }, deleted] : [deleted]
  }
  const changed = changedPaths(type, before, after)
  if (before === undefined) return [{ kind: 'created', after, changed }]
  const found: LifecycleChange[] = []
  const others = changed.some((path) => path !== type.activation?.path)
  if (others) found.push({ kind: 'updated', before, after, changed })
  const isOnNow = isOn(type, after)
  if (wasOn && !isOnNow) found.push({ kind: 'deactivated', before, after, changed })
  if (!wasOn && isOnNow) found.push({ kind: 'reactivated', before, after, changed })
  return found
}

function isOn(type: CompiledResourceType, resource: unknown): boolean {
  if (resource === undefined) return false
  const name = type.activation?.name
  return name === undefined || (resource as Readonly<Record<string, unknown>>)[name] !== false
}
