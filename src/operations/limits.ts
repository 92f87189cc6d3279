import type { PatchLimits } from '../patch/index.js'
import { defaultPatchLimits } from '../patch/index.js'

/** Bounds on what one request may cost. */
export interface Limits extends PatchLimits {
  /** Bytes of a request body. Default: 10 MiB, enough for a PUT of a large group. */
  readonly maxBodyBytes: number
  /** Nesting of objects and arrays in a body. Default: 32. */
  readonly maxJsonDepth: number
  /**
   * Characters (UTF-16 code units) of a text in a resource, by attribute: longer ones are refused with 400
   * `invalidValue`. Attributes of the types `binary` and `reference`, such as certificates and pictures in `data:`
   * URIs, are bounded by `maxResourceBytes` alone. Default: 65,536.
   */
  readonly maxTextLength: number
  /**
   * Bytes of a resource as JSON, without its members, `id` and `meta`: a POST, PUT or PATCH that would store more is
   * refused with 413, also inside a bulk request. What is stored already is served, reported once to `onError`, and
   * can be changed as long as it does not grow. Default: 256 KiB.
   */
  readonly maxResourceBytes: number
  /** Operations in one PATCH, where each key of a value without a path counts as one. Default: 10,000. */
  readonly maxPatchOperations: number
  /**
   * Values of one multi-valued attribute, such as `emails`; members are not counted. Default: 2,000. What is stored
   * already may have more, and may lose some, but not gain any.
   */
  readonly maxValues: number
  /** Operations in one bulk request. Default: 1,000. */
  readonly maxBulkOperations: number
  /** Bytes of a bulk request. Default: 1 MiB. */
  readonly maxBulkPayloadBytes: number
  /**
   * Atomic bulk requests that a process works on at a time; others wait. Each holds a connection of the pool: fewer than
   * the pool has leave some for other requests. Of one tenant, only one is worked on at a time. Default: 2.
   */
  readonly maxAtomicBulks: number
  /**
   * Milliseconds that an atomic bulk request waits for others before it is answered with 503; of one tenant, at most 100
   * wait. Default: 30,000.
   */
  readonly maxBulkWait: number
  /** Resources on a page for which the client gives no count. Default: 100. */
  readonly defaultPageSize: number
  /** Resources on a page at most. Default: 1,000. */
  readonly maxPageSize: number
  /**
   * Names in one `attributes` or `excludedAttributes`, whose text may be 256 characters for each (or as long as a
   * filter, where that is more). Default: 200.
   */
  readonly maxAttributeNames: number
  /** How often a write is retried, within 15 seconds, when other writers come first. Default: 100. */
  readonly maxAttempts: number
}

export const defaultLimits: Limits = {
  ...defaultPatchLimits,
  maxBodyBytes: 10 * 1024 * 1024,
  maxJsonDepth: 32,
  maxTextLength: 65_536,
  maxResourceBytes: 256 * 1024,
  maxPatchOperations: 10_000,
  maxValues: 2000,
  maxBulkOperations: 1000,
  maxBulkPayloadBytes: 1024 * 1024,
  maxAtomicBulks: 2,
  maxBulkWait: 30_000,
  defaultPageSize: 100,
  maxPageSize: 1000,
  maxAttributeNames: 200,
  maxAttempts: 100,
}
