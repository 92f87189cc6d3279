/**
 * A request in plain values, so that no platform's classes are needed: Node builds no Fetch `Request`, a Worker sees
 * no `node:*`.
 */
export interface ScimRequest {
  readonly method: string
  /** The path below the mount, percent-encoded as it came, such as `/Users/2819c223`. */
  readonly path: string
  /** What follows the `?`, percent-encoded as it came; empty when there is none. */
  readonly query: string
  /** Where the service is mounted, as the client reaches it: `https://app.example.com/scim/v2`. */
  readonly baseUrl: string
  /** The value of a header, whose name is given in lower case. Several values are joined by `, `. */
  header(name: string): string | undefined
  /**
   * Reads the body, once. `limit`: the number of bytes after which reading stops with a {@link ScimError} 413.
   * A body that the framework has parsed already is handed over as it is.
   */
  body(limit: number): Promise<RequestBody>
  /** Aborted when the client has gone. Adapters make it when it is first asked for, so ask only where it is used. */
  readonly signal?: AbortSignal | undefined
  /**
   * What the platform calls a request, for an `authenticate` that reads what the host's own middleware has left
   * there: Node's `IncomingMessage`, Express's `req`, Hono's context, a Fetch `Request`.
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
   * Text; the parts of one that is too large to be held at once, which are made as they are asked for and fail where
   * the rest can not be had; undefined for replies without a body, such as 204.
   */
  readonly body: string | AsyncIterable<string> | undefined
}

/** What adapters mount: the service without a platform. */
export interface ScimHandler {
  /** Answers a request. Never rejects: whatever goes wrong is a SCIM error in the reply. */
  handle(request: ScimRequest): Promise<ScimResponse>
  /** Says how to reach the mount from outside; see {@link ExternalUrl}. */
  readonly externalUrl: ExternalUrl
}

/** How a service is reached from outside. */
export interface ExternalUrl {
  /** The whole of it, such as `https://app.example.com/scim/v2`, where the host has fixed it. */
  readonly baseUrl: string | undefined
  /** Whether `X-Forwarded-Proto` and `X-Forwarded-Host` come from a proxy that can be trusted. */
  readonly trustProxy: boolean
  /** First path segments that belong to the service, in lower case, such as `users` and `schemas`. */
  readonly endpoints: ReadonlySet<string>
}
