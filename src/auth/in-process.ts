/** The same in every copy of the package. Nothing that comes over the wire can have a symbol as a key. */
const inProcess: unique symbol = Symbol.for('scimkit.inProcess')

/**
 * A request that the package itself makes of a service, in its own process. `act`: as a connection, without a credential.
 * `look`: the same, and the request is not recorded. `try`: with the credential that the request carries, if it is one of
 * the connection; neither its use nor the request is recorded.
 */
export interface InProcessRequest {
  readonly purpose: 'act' | 'look' | 'try'
  readonly tenant: string | undefined
  /** The id of the connection. */
  readonly connection: string
  /** Who makes it, for events and the log. */
  readonly actor: string
}

/** What stands for such a request as its `raw`. */
export function inProcessRaw(request: InProcessRequest): object {
  return Object.freeze({ [inProcess]: request })
}

/** What a request is made for, where the package itself makes it; undefined for requests of clients. */
export function inProcessRequest(raw: unknown): InProcessRequest | undefined {
  if (typeof raw !== 'object' || raw === null || !(inProcess in raw)) return undefined
  // Set by the function above only.
  return (raw as { readonly [inProcess]: InProcessRequest })[inProcess]
}
