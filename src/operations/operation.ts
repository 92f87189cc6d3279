import type { CommonAttributes, Meta } from '../schema/index.js'
import type { Endpoint, OperationContext } from './context.js'
import { create } from './create.js'
import { modify } from './modify.js'
import { remove } from './remove.js'
import { replace } from './replace.js'
import type { Precondition } from './retry.js'

/** A write, whether in a request of its own or inside a bulk request. */
export type Operation =
  | { readonly kind: 'create'; readonly endpoint: Endpoint; readonly body: unknown }
  | {
      readonly kind: 'replace' | 'modify'
      readonly endpoint: Endpoint
      readonly id: string
      readonly body: unknown
      readonly precondition: Precondition
    }
  | {
      readonly kind: 'remove'
      readonly endpoint: Endpoint
      readonly id: string
      readonly precondition: Precondition
    }

/** What a write leads to. */
export interface Outcome {
  readonly id: string
  /** Undefined for a resource that was deleted. */
  readonly meta: Meta | undefined
  /** Undefined for a resource that was deleted, or that did not have to be read. */
  readonly resource: CommonAttributes | undefined
  /** Whether the resource was created. */
  readonly isNew: boolean
}

/** Does a write, in a context for the same endpoint. @throws ScimError whatever the operation refuses. */
export async function perform(context: OperationContext, operation: Operation): Promise<Outcome> {
  switch (operation.kind) {
    case 'create': {
      const { resource, isNew } = await create(context, operation.body)
      return { id: resource.id, meta: resource.meta, resource, isNew }
    }
    case 'replace': {
      const { id, body, precondition } = operation
      const resource = await replace(context, id, body, precondition)
      return { id, meta: resource.meta, resource, isNew: false }
    }
    case 'modify': {
      const { id, body, precondition } = operation
      const { meta, resource } = await modify(context, id, body, precondition)
      return { id, meta, resource, isNew: false }
    }
    case 'remove':
      await remove(context, operation.id, operation.precondition)
      return { id: operation.id, meta: undefined, resource: undefined, isNew: false }
  }
}
