/** A request as a case writes it. */
export interface WireRequest {
  /** JSON. A text is sent as it is and need not be JSON. */
  readonly body?: unknown
  /** Besides `Authorization`, `Accept` and `Content-Type`, or in their place. `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Parameters, decoded. */
  readonly query?: Readonly<Record<string, string>>
  /** Whether a 429 is waited for and the request repeated. Default: true. */
  readonly retries?: boolean
  /** How long the reply may take, in milliseconds. Default: what the run was told. */
  readonly timeoutMs?: number
  /** Whether it is sent even when the run is being broken off. */
  readonly isCleanUp?: boolean
}

/** A request as it was sent and what came back. */
export interface WireExchange {
  readonly method: string
  readonly url: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody: string | undefined
  /** Undefined where no reply came. */
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly durationMs: number
}

/** What is looked at in a reply. */
export interface WireReply {
  readonly status: number
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined where the reply has no body, or none that is JSON. */
  readonly json: unknown
  readonly text: string
  readonly exchange: WireExchange
}
