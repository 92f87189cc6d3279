import type { InferResource, ResourceTypeDefinition } from '../schema/index.js'

/** What every hook that is called before a write is told. */
export interface BeforeContext {
  /** Such as `user.create`. */
  readonly name: string
  /** Such as `User`. */
  readonly resourceType: string
  /** Whose resource it is, as `authenticate` named it. */
  readonly tenant: string | undefined
  /** Who asks for the write, as `authenticate` named them. */
  readonly actor: string | undefined
  /** Of the request; the same in `onRequest`, `onError`, stores and events. */
  readonly requestId: string
  /** The client's place in a distributed trace, as it has sent it (W3C Trace Context); undefined where it has not. */
  readonly traceparent?: string | undefined
  /** How often a hook has been asked about this operation, this time included: 1, and more when others have changed the resource meanwhile. */
  readonly attempt: number
  /** Aborted when the service's `deadline` has passed or the client disconnects; undefined without a deadline. */
  readonly signal?: AbortSignal | undefined
}

/** A resource is about to be created. */
export interface BeforeCreate<R> extends BeforeContext {
  /** What will be stored, without the password. */
  readonly draft: Omit<R, 'id' | 'meta'>
}

/**
 * A resource is about to be changed. `before` and `after` are without the password, and those of a group without
 * members, of which there may be any number.
 */
export interface BeforeUpdate<R> extends BeforeContext {
  readonly resourceId: string
  readonly before: R
  readonly after: R
  /** Paths of the attributes that change, such as `name.givenName` or `password`, without read-only ones. */
  readonly changed: readonly string[]
  /** The ids of the members that come and go, where members change. */
  readonly members?: { readonly added: readonly string[]; readonly removed: readonly string[] }
}

/** A resource is about to be deleted. */
export interface BeforeDelete<R> extends BeforeContext {
  readonly resourceId: string
  /** Without the password. */
  readonly before: R
}

/** What a hook may give instead of what it was shown: `id`, `meta` and `schemas` follow by themselves. */
export type ChangedResource<R> = Omit<R, 'id' | 'meta' | 'schemas'>

// biome-ignore lint/suspicious/noConfusingVoidType: a function without `return` gives void.
type Answer<T> = T | undefined | void

type Ask<Event, T> = (event: Event) => Answer<T> | Promise<Answer<T>>

/** The hooks of a resource type, by the last part of their names. */
export interface WriteHooks<R> {
  readonly create: Ask<BeforeCreate<R>, ChangedResource<R>>
  readonly update: Ask<BeforeUpdate<R>, ChangedResource<R>>
  readonly delete: Ask<BeforeDelete<R>, undefined>
}

/** A kind of write that a hook is asked about. */
export type WriteKind = keyof WriteHooks<unknown>

/** Every kind of write that a hook is asked about. */
export const writeKinds: readonly WriteKind[] = ['create', 'update', 'delete']

/** The name of a hook, such as `user.create`. */
export function hookName(type: { readonly name: string }, kind: WriteKind): string {
  return `${type.name.charAt(0).toLowerCase()}${type.name.slice(1)}.${kind}`
}

/**
 * Hooks by their names, such as `user.create`, for a resource type's name and resources. They are called, and waited
 * for, when what the client asks for is valid, before a password is hashed and outside of any transaction.
 *
 * A hook may return what shall be stored instead, which is checked like what a client sends, and refuses the write by
 * throwing: a {@link ScimError} is the client's answer, anything else a 500 that is reported to `onError`. It gets
 * copies, and is asked again, with a higher `attempt`, when the resource has changed before it could be written: what
 * it does must bear repetition. What changes nothing is not asked about, nor what follows from another write, such as
 * the memberships of a user that is deleted.
 */
export type BeforeHooks<Name extends string, R> = {
  readonly [Kind in WriteKind as `${Uncapitalize<Name>}.${Kind}`]?: WriteHooks<R>[Kind]
}

/** The hooks of resource types, by their definitions. */
export type BeforeHooksOf<Types extends readonly ResourceTypeDefinition[]> = Types extends readonly [
  infer First extends ResourceTypeDefinition,
  ...infer Rest extends readonly ResourceTypeDefinition[],
]
  ? BeforeHooks<First['name'], InferResource<First>> & BeforeHooksOf<Rest>
  : unknown

/** What a hook is asked; which kind it is follows from its name. */
export type Question = BeforeContext & {
  readonly resourceId?: string
  readonly draft?: object
  readonly before?: object
  readonly after?: object
  readonly changed?: readonly string[]
  readonly members?: { readonly added: readonly string[]; readonly removed: readonly string[] }
}

/** A hook of the host; its types are checked where the host writes it. */
export type WriteHook = (question: Question) => unknown

/** The hooks of a service, by their names. */
export interface WriteHookSet {
  get(name: string): WriteHook | undefined
}
