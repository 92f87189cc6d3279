import type { LifecycleEvent } from '../../src/index.js'
import type { GroupChange, GroupState, Tenant, UserChange, UserState } from './model.js'

/** What the resources of a list have in common. */
export type Where = { readonly userName: string } | { readonly member: string }

/** What a client asks for. */
export type Ask =
  | { readonly verb: 'create'; readonly type: 'User'; readonly userName: string; readonly value: string }
  | {
      readonly verb: 'create'
      readonly type: 'Group'
      readonly value: string
      readonly members: readonly string[]
    }
  | { readonly verb: 'read'; readonly type: 'User' | 'Group'; readonly id: string }
  | { readonly verb: 'list'; readonly type: 'User' | 'Group'; readonly where: Where | undefined }
  | {
      readonly verb: 'change'
      readonly type: 'User'
      readonly id: string
      readonly change: UserChange
      readonly ifMatch: number | undefined
    }
  | {
      readonly verb: 'change'
      readonly type: 'Group'
      readonly id: string
      readonly change: GroupChange
      readonly ifMatch: number | undefined
    }
  | {
      readonly verb: 'delete'
      readonly type: 'User' | 'Group'
      readonly id: string
      readonly ifMatch: number | undefined
    }

/** From when to when something took place, on a clock that counts what happens: no two times are equal. */
export interface Window {
  readonly start: number
  readonly end: number
}

/** A user in a reply. */
export interface SeenUser {
  readonly type: 'User'
  readonly id: string
  readonly version: number
  readonly state: UserState
  readonly groups: readonly { readonly value: string; readonly type: string }[]
}

/** A group in a reply. */
export interface SeenGroup {
  readonly type: 'Group'
  readonly id: string
  readonly version: number
  readonly state: GroupState
}

/** A request and its reply. */
export interface Operation extends Window {
  /** In no other operation; events name it as their actor. */
  readonly name: string
  readonly tenant: Tenant
  readonly ask: Ask
  readonly status: number
  /** Of the `ETag`. */
  readonly version: number | undefined
  readonly seen: readonly (SeenUser | SeenGroup)[]
  /** The reply, where it says that something went wrong, or holds what another tenant has written. */
  readonly suspicious: string | undefined
}

/** An event, as it reached the host. */
export interface SeenEvent {
  readonly name: string
  /** The operation that caused it. */
  readonly actor: string | undefined
  readonly tenant: string | undefined
  readonly id: string
  /** The version that the change has made; for a deletion `deleted`. */
  readonly version: number | 'deleted'
  /** Of a group: who has come and gone. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** All that clients and the host were told. */
export interface History {
  readonly operations: readonly Operation[]
  readonly events: readonly SeenEvent[]
  /** When all was done but for the last look at what is there. */
  readonly atRest: number
}

/** What is promised of a service besides what is promised of all. */
export interface Promises {
  /** Whether events come in the order of the writes, as those of an outbox do. */
  readonly ordersEvents: boolean
  /** Whether a group that is read alone may have members of a later version than its own: they are read after it. */
  readonly streamsMembers: boolean
}

interface Shown {
  readonly meta: { readonly version: string }
  readonly members?: readonly { readonly value: string }[]
}

function idsIn(shown: Shown | undefined): ReadonlySet<string> {
  return new Set(shown?.members?.map(({ value }) => value))
}

/** What of an event the checks look at. */
export function seenEvent(event: LifecycleEvent): SeenEvent {
  const { name, actor, tenant, resourceId: id } = event as LifecycleEvent<Shown>
  const { before, after, members } = event as LifecycleEvent<Shown>
  const [had, has] = [idsIn(before), idsIn(after)]
  return {
    name,
    actor,
    tenant,
    id,
    version: after ? Number(after.meta.version) : 'deleted',
    added: members?.added ?? [...has].filter((id) => !had.has(id)),
    removed: members?.removed ?? [...had].filter((id) => !has.has(id)),
  }
}

/** What went wrong, by the name of the promise that was broken. */
export type Kind =
  | 'lost update'
  | 'dirty read'
  | 'stale read'
  | 'double create'
  | 'orphan'
  | 'groups disagree'
  | 'tenant leak'
  | 'fork'
  | 'lost event'
  | 'doubled event'
  | 'event order'
  | 'wrong answer'

/** A promise that a history breaks. */
export class Violation extends Error {
  constructor(
    readonly kind: Kind,
    message: string,
  ) {
    super(`${kind}: ${message}`)
  }
}
