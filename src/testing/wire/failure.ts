import type { WireReply } from './exchange.js'

/** What a server did instead of what was expected. */
export class CaseFailure extends Error {
  override readonly name = 'CaseFailure'

  constructor(
    message: string,
    /** What should have been, in a few words. */
    readonly expected: string,
    /** The reply that is wrong; undefined where the case is about several. */
    readonly reply?: WireReply | undefined,
    /** The paths in a resource that are not as expected, where it is about those alone. */
    readonly about: readonly string[] = [],
  ) {
    super(message)
  }
}

/** A case that does not apply to the server; the message says why. */
export class CaseSkipped extends Error {
  override readonly name = 'CaseSkipped'
}

/** The server cannot be verified at all; the message is a sentence for the person who asked. */
export class CannotVerify extends Error {
  override readonly name = 'CannotVerify'
}
