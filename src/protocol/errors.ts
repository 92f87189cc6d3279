import type { OptionNames } from './options.js'
import { assertKnownOptions } from './options.js'
import { urns } from './urns.js'

/** The `scimType` values of RFC 7644 table 9 and RFC 9865 section 3. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount'

/** The one table from `scimType` to HTTP status (RFC 7644 section 3.12); every other type is 400. */
const statusOf: Partial<Record<ScimType, number>> = { uniqueness: 409, sensitive: 403 }

/** The SCIM error message as it goes over the wire (RFC 7644 section 3.12). */
export interface ErrorMessage {
  readonly schemas: readonly string[]
  readonly status: string
  readonly scimType?: ScimType
  readonly detail: string
}

/** What a {@link ScimError} says beyond its status, type and detail. */
export interface ScimErrorOptions {
  /** Seconds after which the client may try again, from 0 on; rounded up, since `Retry-After` is a whole number. */
  readonly retryAfter?: number
  /** The attribute that the error is about, as a path, where there is one. */
  readonly path?: string
  /** What led to it: for `onError` and the host's log, never for the client. */
  readonly cause?: unknown
}

const optionNames = { retryAfter: true, path: true, cause: true } satisfies OptionNames<ScimErrorOptions>

const brand = Symbol.for('scimkit.ScimError')

/** Whether a value is the status of an error (RFC 9110 sections 15.5 and 15.6). */
function isErrorStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599
}

/** Whether a value is a number of seconds that `Retry-After` can have (RFC 9110 section 10.2.3). */
function isDelay(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** Seconds as a whole number. @throws TypeError for what is no number of seconds. */
function wholeSeconds(seconds: number): number {
  const whole = typeof seconds === 'number' ? Math.ceil(seconds) : seconds
  if (!isDelay(whole)) throw new TypeError('ScimError: retryAfter must be a number of seconds from 0 on')
  return whole
}

/**
 * An error that the SCIM protocol has a word for. Throw one from a store, a hook or a handler, and the client
 * receives it as a SCIM error message; anything else that is thrown becomes a 500 without its message.
 *
 * `detail` is shown to the administrator of the identity provider, so it names attributes and rules and never
 * repeats values.
 *
 * @throws TypeError for a status that is no whole number from 400 to 599, or a `retryAfter` that is no number of
 * seconds from 0 on: no reply could have it; and for an option that there is not.
 * @example
 * throw ScimError.uniqueness('userName')
 * @see RFC 7644 section 3.12
 */
export class ScimError extends Error {
  override readonly name = 'ScimError'
  readonly status: number
  readonly scimType: ScimType | undefined
  readonly detail: string
  readonly retryAfter: number | undefined
  readonly path: string | undefined

  constructor(
    status: number,
    scimType: ScimType | undefined,
    detail: string,
    options: ScimErrorOptions = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    assertKnownOptions('ScimError', options, optionNames)
    if (!isErrorStatus(status))
      throw new TypeError('ScimError: status must be a whole number from 400 to 599')
    this.status = status
    this.scimType = scimType
    this.detail = detail
    this.retryAfter = options.retryAfter === undefined ? undefined : wholeSeconds(options.retryAfter)
    this.path = options.path
    // Two copies of the package in one process still recognise each other's errors.
    Object.defineProperty(this, brand, { value: true })
  }

  /** The wire form of this error. */
  toMessage(): ErrorMessage {
    return errorMessage(this)
  }

  private static typed(scimType: ScimType, detail: string, options?: ScimErrorOptions): ScimError {
    return new ScimError(statusOf[scimType] ?? 400, scimType, detail, options)
  }

  /** 409: another resource has this value already. `attribute` is its path, such as `userName`. */
  static uniqueness(attribute: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('uniqueness', `${attribute} is already in use by another resource`, {
      path: attribute,
      ...options,
    })
  }
  /** 400: the filter does not parse, or names what the schema does not have. */
  static invalidFilter(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('invalidFilter', detail, options)
  }
  /** 400: the body is not what the message demands. */
  static invalidSyntax(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('invalidSyntax', detail, options)
  }
  /** 400: a PATCH path does not parse or names what the schema does not have. */
  static invalidPath(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('invalidPath', detail, options)
  }
  /** 400: a value is missing or does not fit its attribute. */
  static invalidValue(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('invalidValue', detail, options)
  }
  /** 400: the attribute may not be changed. */
  static mutability(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('mutability', detail, options)
  }
  /** 400: a PATCH path selects nothing. */
  static noTarget(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('noTarget', detail, options)
  }
  /** 400: the query would give more results than the service returns. */
  static tooMany(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('tooMany', detail, options)
  }
  /** 400: the cursor was not given out for this query (RFC 9865). */
  static invalidCursor(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('invalidCursor', detail, options)
  }
  /** 400: the cursor was given out too long ago (RFC 9865). */
  static expiredCursor(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('expiredCursor', detail, options)
  }
  /** 400: the number of results is not one that a cursor can be used with (RFC 9865). */
  static invalidCount(detail: string, options?: ScimErrorOptions): ScimError {
    return ScimError.typed('invalidCount', detail, options)
  }
  /** 401: no credential, or one that is not accepted. */
  static unauthorized(
    detail = 'The request carries no valid credential',
    options?: ScimErrorOptions,
  ): ScimError {
    return new ScimError(401, undefined, detail, options)
  }
  /** 403: the caller is known and may not do this. */
  static forbidden(detail: string, options?: ScimErrorOptions): ScimError {
    return new ScimError(403, undefined, detail, options)
  }
  /** 404: no such resource. */
  static notFound(detail = 'There is no such resource', options?: ScimErrorOptions): ScimError {
    return new ScimError(404, undefined, detail, options)
  }
  /** 412: the resource is no longer at the version that the writer read. */
  static versionMismatch(
    detail = 'The resource has changed since it was read',
    options?: ScimErrorOptions,
  ): ScimError {
    return new ScimError(412, undefined, detail, options)
  }
  /** 413: the request is larger than the service accepts. */
  static tooLarge(detail: string, options?: ScimErrorOptions): ScimError {
    return new ScimError(413, undefined, detail, options)
  }
  /** 501: the service does not do this. */
  static notImplemented(detail: string, options?: ScimErrorOptions): ScimError {
    return new ScimError(501, undefined, detail, options)
  }
  /** 503: not now; try again after `retryAfter` seconds (default: 1). */
  static unavailable(detail: string, options?: ScimErrorOptions): ScimError {
    return new ScimError(503, undefined, detail, { retryAfter: 1, ...options })
  }
}

/**
 * Whether a value is a {@link ScimError}, also one of another copy or module format of this package.
 *
 * @example
 * catch (error) { if (isScimError(error) && error.status === 409) … }
 */
export function isScimError(value: unknown): value is ScimError {
  return typeof value === 'object' && value !== null && brand in value
}

/** The wire form of an error, whatever a subclass or another copy of the package makes of `toMessage`. */
export function errorMessage({ status, scimType, detail }: ScimError): ErrorMessage {
  return { schemas: [urns.error], status: String(status), ...(scimType && { scimType }), detail }
}

/**
 * Whether an error can be a reply. The constructor sees to it, but JavaScript can change an error afterwards, and
 * another copy of the package may be more lenient.
 */
export function isSendable({ status, scimType, detail, retryAfter }: ScimError): boolean {
  return (
    isErrorStatus(status) &&
    (!scimType || typeof scimType === 'string') &&
    (!detail || typeof detail === 'string') &&
    (retryAfter === undefined || isDelay(retryAfter))
  )
}
