import type { Writable } from 'type-fest'
import type { Filter } from '../filter/index.js'
import type { ScimError } from '../protocol/index.js'
import type { CommonAttributes, CompiledResourceType } from '../schema/index.js'

/**
 * What a request was about, for whoever records requests: personal data, which must not leave the process as it is. Left
 * out is what the request does not have, or did not come to.
 */
export interface RequestDetail {
  /** The resource type of the operation. */
  readonly type?: CompiledResourceType
  /** The body of a write, as it came; in a bulk request, the operation's own `data`. */
  readonly body?: unknown
  /** The filter of a list. */
  readonly filter?: Filter
  /** How many resources a list has found. */
  readonly found?: number
  /** The resource before a write. */
  readonly before?: CommonAttributes
  /** The resource after a write; after one that only changes members it is not read. */
  readonly after?: CommonAttributes
  /** The canonical paths of the attributes that a write has changed. */
  readonly changed?: ReadonlySet<string> | undefined
  /** How many members a write has added to a group and removed from it. */
  readonly members?: { readonly added: number; readonly removed: number }
  /** The error in the reply. */
  readonly error?: ScimError
}

/** Where operations note the detail. */
export class DetailNotes implements Writable<Omit<RequestDetail, 'changed'>> {
  type?: CompiledResourceType
  body?: unknown
  filter?: Filter
  found?: number
  before?: CommonAttributes
  after?: CommonAttributes
  members?: { readonly added: number; readonly removed: number }
  error?: ScimError
  /** What a write changes, which most requests are not asked for. */
  change?: { readonly paths: ReadonlySet<string> }

  get changed(): ReadonlySet<string> | undefined {
    return this.change?.paths
  }
}
