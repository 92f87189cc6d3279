import type { CommonAttributes, Meta } from '../schema/index.js'
import type { Call, Endpoint, Service } from './context.js'
import { create } from './create.js'
import { modify } from './modify.js'
import { remove } from './remove.js'
import { replace } from './replace.js'
import type { Precondition } from './retry.js'

/** A write that a client asks for, whether in a request of its own or inside of a bulk request. */
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

/** What became of an operation. */
export interface Outcome {
  readonly id: string
  /** Undefined where the resource has gone. */
  readonly meta: Meta | undefined
  /** Undefined where the resource has gone, or where nobody has read it. */
  readonly resource: CommonAttributes | undefined
  /** Whether the resource was not there before. */
  readonly isNew: boolean
}

/** Does what an operation says. @throws ScimError whatever the operation refuses. */
export async function perform(service: Service, operation: Operation, call: Call): Promise<Outcome> {
  const { endpoint } = operation
  switch (operation.kind) {
    case 'create': {
      const { resource, isNew } = await create(service, endpoint, operation.body, call)
      return { id: resource.id, meta: resource.meta, resource, isNew }
    }
    case 'replace': {
      const { id, body, precondition } = operation
      const resource = await replace(service, endpoint, id, body, precondition, call)
      return { id, meta: resource.meta, resource, isNew: false }
    }
    case 'modify': {
      const { id, body, precondition } = operation
      const { meta, resource } = await modify(service, endpoint, id, body, precondition, call)
      return { id, meta, resource, isNew: false }
    }
    case 'remove':
      await remove(service, endpoint, operation.id, operation.precondition, call)
      return { id: operation.id, meta: undefined, resource: undefined, isNew: false }
  }
}
