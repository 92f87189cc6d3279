import type { StoredGuestLink } from '../connections/index.js'
import { assertKnownOptions, ScimError, trimEndSlashes } from '../protocol/index.js'
import type { PortalContext } from './context.js'
import { digestOf, randomText } from './encoding.js'

/** The longest life of a link, in hours. */
export const longestLink = 72

/** What a guest may do: look, or also issue and rotate credentials. */
export type GuestRights = 'view' | 'set-up'

/** Options of {@link Portal.createLink}. */
export interface GuestLinkOptions {
  /** Undefined for a service without tenants. */
  readonly tenant: string | undefined
  /** The id of the one connection that the guest sees. */
  readonly connection: string
  readonly rights: GuestRights
  /** Hours until the link ends, and what it has opened: from 1 to 72. Default: 24. */
  readonly hours?: number
  /** Who makes it, for the list of links. */
  readonly createdBy?: string | undefined
}

/** A link, without what opens it: that was shown when it was made, and is nowhere now. */
export interface GuestLink {
  readonly id: string
  readonly tenant: string | undefined
  readonly connection: string
  readonly rights: GuestRights
  /** RFC 3339 texts in UTC, as are the other times. */
  readonly created: string
  readonly createdBy: string | undefined
  readonly expires: string
  /** When it was opened: it opens no other browser. */
  readonly opened: string | undefined
  readonly revoked: string | undefined
}

const optionNames = { tenant: true, connection: true, rights: true, hours: true, createdBy: true }

function refuse(rule: string): never {
  throw new TypeError(`createLink: ${rule}`)
}

function assertLinkOptions(options: GuestLinkOptions): void {
  assertKnownOptions('createLink', options, optionNames)
  const { tenant, connection, rights, hours = 24, createdBy } = options
  if (tenant !== undefined && (typeof tenant !== 'string' || tenant === ''))
    refuse('tenant must be text that is not empty, or undefined')
  if (typeof connection !== 'string' || connection === '') refuse('connection must be the id of a connection')
  if (rights !== 'view' && rights !== 'set-up') refuse('rights must be "view" or "set-up"')
  if (typeof hours !== 'number' || !(hours > 0 && hours <= longestLink))
    refuse(`hours must be a number above 0, ${longestLink} at most`)
  if (createdBy !== undefined && (typeof createdBy !== 'string' || createdBy === ''))
    refuse('createdBy must be text that is not empty, or be left out')
}

/** Makes a link; `key` opens it, and is stored as a digest only. @throws ScimError 404 for another tenant's connection. */
export async function makeLink(
  { connections }: PortalContext,
  options: GuestLinkOptions,
): Promise<{ readonly link: GuestLink; readonly key: string }> {
  assertLinkOptions(options)
  const { tenant, connection, rights, hours = 24, createdBy } = options
  const found = await connections.get({ tenant, connection })
  if (!found || found.disconnected !== undefined) throw ScimError.notFound()
  const key = randomText()
  const now = Date.now()
  const stored: StoredGuestLink = {
    id: crypto.randomUUID(),
    tenant,
    connection,
    rights,
    digest: await digestOf(key),
    session: undefined,
    created: new Date(now).toISOString(),
    createdBy,
    expires: new Date(now + hours * 3_600_000).toISOString(),
    opened: undefined,
    revoked: undefined,
  }
  await connections.guests.add(stored)
  return { link: toGuestLink(stored), key }
}

/** What of a link may be shown. */
export function toGuestLink(stored: StoredGuestLink): GuestLink {
  const { digest: _digest, session: _session, ...link } = stored
  return link
}

/** The part of a portal that makes links and ends them. */
export function guestLinks(context: PortalContext, baseUrl: string | undefined) {
  return {
    async createLink(options: GuestLinkOptions): Promise<GuestLink & { readonly url: string }> {
      if (baseUrl === undefined)
        throw new TypeError(
          'createLink: the portal has no baseUrl, such as https://app.example.com/settings/scim',
        )
      const { link, key } = await makeLink(context, options)
      return { ...link, url: `${trimEndSlashes(baseUrl)}/enter/${key}` }
    },
    async links(which: { readonly tenant: string | undefined; readonly connection?: string }) {
      const links = await context.connections.guests.list(which.tenant, which.connection)
      return links.map(toGuestLink)
    },
    async revokeLink({ tenant, id }: { readonly tenant: string | undefined; readonly id: string }) {
      return context.connections.guests.revoke(tenant, id, new Date().toISOString())
    },
  }
}
