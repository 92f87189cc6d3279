import type { Note } from '../protocol/index.js'
import type { Allowance, CompiledAttribute, CompiledResourceType } from '../schema/index.js'

/**
 * One thing that an identity provider sends and the RFC does not allow, and what is done with it. Each use leaves a
 * line with the rule's name in the request's trace.
 */
export interface Rule {
  readonly name: string
  /** What is accepted, in a sentence. */
  readonly description: string
  /** Who sends it. Those that `Okta` or `Entra` send are in the profile of that name. */
  readonly sentBy: readonly string[]
  /** Where that is written or was seen; for a built-in rule, beginning with the site, such as `developer.okta.com`. */
  readonly source: string
  /** Reads a value that does not fit its attribute. `message` goes into the trace and never repeats the value. */
  readonly coerce?: (
    value: unknown,
    attribute: CompiledAttribute,
  ) => { value: unknown; message: string } | undefined
  /** Rewrites the body of a POST or PUT. */
  readonly resource?: (body: unknown, type: CompiledResourceType, note: Note) => unknown
  /** Rewrites one operation of a PATCH into one or more. */
  readonly operation?: (
    operation: Readonly<Record<string, unknown>>,
    type: CompiledResourceType,
    note: Note,
  ) => readonly Readonly<Record<string, unknown>>[] | undefined
  /** What schema, filters and PATCH are told to accept. */
  readonly allows?: Allowance
}
