/** A link by which somebody without an account sees one connection. Times are RFC 3339 texts in UTC with milliseconds. */
export interface StoredGuestLink {
  readonly id: string
  readonly tenant: string | undefined
  readonly connection: string
  /** `view`: look; `set-up`: also issue and rotate credentials. */
  readonly rights: 'view' | 'set-up'
  /** SHA-256 of what opens the link, as 64 hexadecimal digits. */
  readonly digest: string
  /** SHA-256 of the cookie that it was exchanged for; undefined: it was not opened yet. */
  readonly session: string | undefined
  readonly created: string
  readonly createdBy: string | undefined
  readonly expires: string
  readonly opened: string | undefined
  readonly revoked: string | undefined
}

/** Where links of guests live: a part of the port of `createConnections`. */
export interface GuestLinkStore {
  /** Adds a link. Those that expired more than a month before `created` may be removed. */
  add(link: StoredGuestLink): Promise<void>
  /** The links of a tenant, or of one of its connections, the newest first. */
  list(tenant: string | undefined, connection?: string): Promise<readonly StoredGuestLink[]>
  /**
   * Opens the link with this digest and binds it to a session, as one and once in all processes; undefined where there is
   * none, or it was opened before, has expired or was revoked.
   */
  exchange(digest: string, session: string, now: string): Promise<StoredGuestLink | undefined>
  /** The link that was exchanged for this session, valid or not. */
  ofSession(session: string): Promise<StoredGuestLink | undefined>
  /** Ends a link and its session. False where the tenant has no such link. */
  revoke(tenant: string | undefined, id: string, now: string): Promise<boolean>
}
