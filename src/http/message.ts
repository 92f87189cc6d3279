/** A request in plain values, so that Node builds no Fetch `Request` and a Worker needs no `node:*`. */
export interface ScimRequest {
  readonly method: string
  /** The path below the mount, percent-encoded as it came, such as `/Users/2819c223`. */
  readonly path: string
  /** The part after the `?`, percent-encoded as it came; empty when there is none. */
  readonly query: string
  /** Where the service is mounted, as the client reaches it: `https://app.example.com/scim/v2`. */
  readonly baseUrl: string
  /** The value of a header, whose name is given in lower case. Several values are joined by `, `. */
  header(name: string): string | undefined
  /**
   * Reads the body; can be called once. `limit`: the number of bytes after which reading stops with a
   * {@link ScimError} 413. A body that the framework has parsed already is returned as it is. `signal`: stops reading
   * when it is aborted; the promise may then reject with anything.
   */
  body(limit: number, signal?: AbortSignal): Promise<RequestBody>
  /** Aborted when the client disconnects. Adapters make it on first use. */
  readonly signal?: AbortSignal | undefined
  /** Whether the client is known to have gone, without making a signal. */
  readonly isAborted?: boolean | undefined
  /**
   * The platform's own request, for an `authenticate` that reads what the host's middleware has put there: Node's
   * `IncomingMessage`, Express's `req`, Hono's context, a Fetch `Request`.
   */
  readonly raw?: unknown
}

/** A request's body: text, JSON that the framework has parsed, or nothing. */
export type RequestBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'none' }

/** A reply in plain values. */
export interface ScimResponse {
  readonly status: number
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * Text; or its parts, where it is too large to hold in memory: they are made as they are read, and iteration throws
   * when the rest cannot be read. Adapters iterate, or call `return` of the iterator: only then is freed what the parts
   * are read from, and `onRequest` called. Undefined for replies without a body, such as 204.
   */
  readonly body: string | AsyncIterable<string> | undefined
}

/** The service as adapters mount it, without a platform. */
export interface ScimHandler {
  /** Answers a request. Never rejects: every error is a SCIM error in the reply. */
  handle(request: ScimRequest): Promise<ScimResponse>
  /** Takes what kept an adapter from sending a reply, for the host's `onError`. */
  report?(error: unknown): void
  /** How clients reach the mount. */
  readonly externalUrl: ExternalUrl
}

/** How clients reach a service. */
export interface ExternalUrl {
  /** The complete URL, such as `https://app.example.com/scim/v2`, where the host has set it. */
  readonly baseUrl: string | undefined
  /** Whether `X-Forwarded-Proto` and `X-Forwarded-Host` come from a proxy that can be trusted. */
  readonly trustProxy: boolean
  /** First path segments that belong to the service, in lower case, such as `users` and `schemas`. */
  readonly endpoints: ReadonlySet<string>
}
