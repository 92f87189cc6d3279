import type { Note } from '../protocol/index.js'

/** What of a request says who sent it. */
export interface AuthRequest {
  readonly method: string
  /** The path below the mount. */
  readonly path: string
  /** The value of a header, whose name is given in lower case. */
  header(name: string): string | undefined
  /** The platform's own request: Express's `req`, Hono's context, a Fetch `Request`. */
  readonly raw: unknown
  /** Aborted when the service's `deadline` has passed or the client disconnects; undefined without a deadline. */
  readonly signal?: AbortSignal | undefined
  /** Adds a line to the request's trace. Names of rules and headers only, never their values. */
  readonly note: Note
}

/** Who calls. */
export interface Caller {
  /** Whose data the request is about: stores keep tenants apart by it. Undefined is a tenant of its own. */
  readonly tenant?: string | undefined
  /** A name for the caller, for events and logs; not a secret. */
  readonly actor?: string | undefined
  /** The id of the connection that the caller's credential belongs to, where `createConnections` of `scimkit/connections` knows it. */
  readonly connection?: string | undefined
}

/**
 * Says who sent a request; nothing (undefined, null or false) is answered with 401. It may also throw a
 * {@link ScimError}, such as `ScimError.forbidden(…)`.
 */
export type Authenticate = (
  request: AuthRequest,
) => Caller | undefined | null | false | Promise<Caller | undefined | null | false>
