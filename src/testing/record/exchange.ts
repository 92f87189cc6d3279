/** A request and its reply, as they are kept: without tokens, cookies and hosts, and with personal data replaced. */
export interface RecordedExchange {
  readonly method: string
  /** Below the SCIM endpoint, with the query, such as `/Users?filter=userName%20eq%20%22user1%40example.com%22`. */
  readonly path: string
  /** Those that matter: `accept`, `content-type`, `user-agent`, `if-match`, `if-none-match`. */
  readonly headers: Readonly<Record<string, string>>
  /** Left out where there is none, or where it is no JSON. */
  readonly body?: unknown
  readonly reply: {
    readonly status: number
    /** Those that matter: `content-type`, `retry-after`, `allow`. */
    readonly headers: Readonly<Record<string, string>>
    /** Left out where there is none, where it is no JSON, and of discovery documents. */
    readonly body?: unknown
  }
}

/** Where exchanges are kept: a file, a table, an array. The host chooses; nothing is kept without one. */
export interface ExchangeStore {
  append(exchange: RecordedExchange): unknown
}

/** Endpoints of RFC 7644 section 3.2, by which a path is told from where it is mounted. */
const endpoints =
  /^(?:Users|Groups|Me|Bulk|Schemas|ResourceTypes|ServiceProviderConfig|ServiceProviderConfigs|\.search)$/i

/** The part of a URL's path below the SCIM endpoint. */
export function belowMount(pathname: string, basePath: string | undefined): string {
  if (basePath !== undefined && pathname.startsWith(basePath)) return pathname.slice(basePath.length) || '/'
  const segments = pathname.split('/')
  const start = segments.findIndex((segment) => endpoints.test(segment))
  return start < 0 ? `/${segments.at(-1) ?? ''}` : `/${segments.slice(start).join('/')}`
}

/** Whether a path leads to what a service says of itself, which names nobody. */
export function isDiscovery(path: string): boolean {
  return /^\/(?:Schemas|ResourceTypes|ServiceProviderConfigs?)(?:[/?]|$)/i.test(path)
}
